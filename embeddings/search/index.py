"""The search index of one library: an immutable snapshot of its articles, so that every answer is from one state of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.keywords import Terms, hashed, words
from embeddings.search.bm25 import Bm25
from embeddings.search.vectors import VectorIndex
from embeddings.spelling import Vocabulary
from embeddings.store.rows import Segment
from embeddings.types import Chunk, Sentence


@dataclass(frozen=True, slots=True)
class Index:
    """The chunks and sentences of a library, numbered across all articles in order of id, with the vectors and terms that rank them."""

    segments: tuple[Segment, ...]
    chunks: tuple[Chunk, ...]
    """Row c is chunk c; its ``first`` and ``last`` count within its article."""
    sentences: tuple[Sentence, ...]
    chunk_segment: NDArray[np.int64]
    """The segment that each chunk belongs to, shape ``(chunks,)``."""
    first_sentence: NDArray[np.int64]
    """The first sentence row of each chunk, and in ``last_sentence`` the last one."""
    last_sentence: NDArray[np.int64]
    sentence_chunk: NDArray[np.int64]
    """The first chunk that holds each sentence, shape ``(sentences,)``."""
    sentence_terms: tuple[Terms, ...]
    chunk_vectors: VectorIndex
    sentence_vectors: VectorIndex
    chunk_keywords: Bm25
    sentence_keywords: Bm25
    languages: tuple[str, ...]
    """The languages of the articles, in ascending order."""
    vocabulary: Vocabulary

    def segment(self, chunk: int) -> Segment:
        """The article that a chunk is part of."""
        return self.segments[int(self.chunk_segment[chunk])]

    def article_of(self, row: int) -> int:
        """The number of the article that a sentence is part of."""
        return int(self.chunk_segment[self.sentence_chunk[row]])

    def segment_of(self, row: int) -> Segment:
        """The article that a sentence is part of."""
        return self.segments[self.article_of(row)]

    def sentence_text(self, row: int) -> str:
        """A sentence's text."""
        return self.sentences[row].span.of(self.segment_of(row).text)

    def neighbours(self, row: int) -> tuple[int, ...]:
        """The sentences before and after one, of the same article and heading."""
        return tuple(
            near for near in (row - 1, row + 1) if 0 <= near < len(self.sentences) and self._is_with(near, row)
        )

    def before(self, row: int, count: int) -> Iterator[int]:
        """Those of the ``count`` sentences before one that are under the same heading, nearest first."""
        for near in range(row - 1, max(row - 1 - count, -1), -1):
            if self._is_with(near, row):
                yield near

    def stands_first(self, row: int, count: int) -> bool:
        """Whether a sentence is among the first ``count`` below its heading."""
        return sum(1 for _ in self.before(row, count)) < count

    def _is_with(self, near: int, row: int) -> bool:
        """Whether two sentences are of the same article and heading."""
        return (
            self.article_of(near) == self.article_of(row)
            and self.sentences[near].heading == self.sentences[row].heading
        )

    def corrected(self, question: str, language: str) -> str:
        """The question with misspelt words corrected by those of the articles."""

        def is_known(word: str) -> bool:
            return self.chunk_keywords.has(int(hashed([word], language)[0]))

        return self.vocabulary.corrected(question, language, is_known)

    def has_all(self, question: str, language: str) -> bool:
        """Whether each of a question's words, stop words included, is in some article."""
        return all(self.chunk_keywords.has(int(term)) for term in hashed(words(question), language))

    def chunk_terms(self, chunk: int) -> Terms:
        """The terms of a chunk, those of its title and headings included."""
        number = int(self.chunk_segment[chunk])
        return self.segments[number].chunk_terms[chunk - int(np.searchsorted(self.chunk_segment, number))]

    def chunks_of(self, article_ids: Sequence[str]) -> NDArray[np.int64]:
        """The chunk rows of these articles, ascending."""
        wanted = [number for number, segment in enumerate(self.segments) if segment.article.id in set(article_ids)]
        return np.flatnonzero(np.isin(self.chunk_segment, wanted))

    def sentences_in(self, chunks: NDArray[np.int64]) -> NDArray[np.int64]:
        """The sentence rows of these chunks, ascending, each once."""
        if not len(chunks):
            return np.empty(0, dtype=np.int64)
        runs = [np.arange(self.first_sentence[chunk], self.last_sentence[chunk] + 1) for chunk in chunks]
        return np.unique(np.concatenate(runs))


def build(segments: Sequence[Segment]) -> Index | None:
    """The index of these articles, which are in order of id; None when there are none."""
    if not segments:
        return None
    starts = np.cumsum([0, *(len(segment.sentences) for segment in segments)])
    first = np.concatenate(
        [[chunk.first + start for chunk in each.chunks] for each, start in zip(segments, starts, strict=False)]
    )
    last = np.concatenate(
        [[chunk.last + start for chunk in each.chunks] for each, start in zip(segments, starts, strict=False)]
    )
    sentence_chunk = np.zeros(starts[-1], dtype=np.int64)
    for chunk in reversed(range(len(first))):
        sentence_chunk[int(first[chunk]) : int(last[chunk]) + 1] = chunk
    return Index(
        segments=tuple(segments),
        chunks=tuple(chunk for segment in segments for chunk in segment.chunks),
        sentences=tuple(sentence for segment in segments for sentence in segment.sentences),
        chunk_segment=np.repeat(np.arange(len(segments)), [len(segment.chunks) for segment in segments]),
        first_sentence=first.astype(np.int64),
        last_sentence=last.astype(np.int64),
        sentence_chunk=sentence_chunk,
        sentence_terms=tuple(terms for segment in segments for terms in segment.sentence_terms),
        chunk_vectors=VectorIndex(np.concatenate([segment.chunk_vectors for segment in segments])),
        sentence_vectors=VectorIndex(np.concatenate([segment.sentence_vectors for segment in segments])),
        chunk_keywords=Bm25([terms for segment in segments for terms in segment.chunk_terms]),
        sentence_keywords=Bm25([terms for segment in segments for terms in segment.sentence_terms]),
        languages=tuple(sorted({segment.language for segment in segments})),
        vocabulary=Vocabulary(segment.text for segment in segments),
    )
