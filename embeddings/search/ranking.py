"""Chunks ranked by meaning and by words, each as a whole and by its best sentence, fused into one score."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embeddings.keywords import Terms, query_pairs, query_terms
from embeddings.languages import ENGLISH
from embeddings.search.bm25 import SATURATION
from embeddings.search.index import Index


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each of the four rankings counts in the fused score; together 1.

    The four scores are in [0, 1] and comparable across questions, so they are added without normalisation: on the development sets that
    beats z-scores and reciprocal ranks (``python -m benchmarks.ablation``; the table is in docs/evaluation.md).
    """

    chunk_similarity: float = 0.1
    sentence_similarity: float = 0.3
    chunk_bm25: float = 0.4
    sentence_bm25: float = 0.2


DEFAULT_WEIGHTS = Weights()

# How many chunks from each of three rankings (chunk and sentence similarity, chunk BM25) are scored in full.
_POOL = 100


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is used in search."""

    text: str
    asks: str
    """The part that asks, which the reader is given: the whole text, except for a follow-up appended to an earlier question."""
    vector: NDArray[np.float32]
    """Shape ``(dimension,)``, norm 1; or all zeros if the encoder does not understand the question."""
    terms: Terms
    """The distinct keywords, shape ``(keywords,)``."""
    pairs: Terms
    """Keywords that are adjacent in it, shape ``(pairs, 2)``."""
    language: str = ENGLISH
    """ISO 639-1; its words were stemmed by the rules of this language."""

    @property
    def has_meaning(self) -> bool:
        """Whether its vector means anything."""
        return bool(self.vector.any())

    @classmethod
    def of(cls, text: str, vector: NDArray[np.float32], language: str = ENGLISH, *, asks: str = "") -> "Query":
        """The query for a question and its vector."""
        return cls(text, asks or text, vector, query_terms(text, language), query_pairs(text, language), language)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The chunks worth reading, best first, ties by row (that is, by article id)."""

    rows: NDArray[np.int64]
    """Chunk rows of the index, shape ``(found,)``."""
    fused_score: NDArray[np.float32]
    """Of chunk ``rows[i]``, shape ``(found,)``."""
    sentence_similarity: NDArray[np.float32]
    """Of the best sentence of chunk ``rows[i]``, shape ``(found,)``."""
    every_sentence_bm25: NDArray[np.float32]
    """Of every sentence of the index, by its row, as a share of the highest possible score for this question, so that questions can be
    compared."""

    def keeping(self, kept: NDArray[np.bool_]) -> "Ranking":
        """Only the chunks that are ``kept``, shape ``(found,)``."""
        return replace(
            self,
            rows=self.rows[kept],
            fused_score=self.fused_score[kept],
            sentence_similarity=self.sentence_similarity[kept],
        )


def search(
    index: Index, query: Query, *, only: NDArray[np.int64] | None = None, weights: Weights = DEFAULT_WEIGHTS
) -> Ranking:
    """The chunks worth reading for the question, among the rows in ``only`` if given."""
    chunk_bm25 = _share(index.chunk_keywords.scores(query.terms), index.chunk_keywords.idf(query.terms))
    sentence_bm25 = _share(index.sentence_keywords.scores(query.terms), index.sentence_keywords.idf(query.terms))
    rows = _pool(index, query, chunk_bm25, only)
    if not len(rows):
        empty = np.empty(0, dtype=np.float32)
        return Ranking(rows, empty, empty, sentence_bm25)
    first, last = index.first_sentence[rows], index.last_sentence[rows]
    lengths = last - first + 1
    offsets = np.cumsum(lengths) - lengths
    sentences = np.repeat(first - offsets, lengths) + np.arange(lengths.sum())
    chunk_similarity = index.chunk_vectors.similarities(query.vector, rows)
    sentence_similarity = np.maximum.reduceat(index.sentence_vectors.similarities(query.vector, sentences), offsets)
    best_bm25 = np.maximum.reduceat(sentence_bm25[sentences], offsets)
    fused: NDArray[np.float32] = (
        weights.chunk_similarity * chunk_similarity
        + weights.sentence_similarity * sentence_similarity
        + weights.chunk_bm25 * chunk_bm25[rows]
        + weights.sentence_bm25 * best_bm25
    ).astype(np.float32)
    # Sums of floats differ in their last digit from run to run; rounding keeps equal scores equal.
    order = np.argsort(-np.round(fused, 6), kind="stable")
    return Ranking(rows[order], fused[order], sentence_similarity[order], sentence_bm25)


def _share(scores: NDArray[np.float32], idf: NDArray[np.float32]) -> NDArray[np.float32]:
    total = float(idf.sum())
    return scores / np.float32(SATURATION * total) if total else scores


def _pool(
    index: Index, query: Query, chunk_bm25: NDArray[np.float32], only: NDArray[np.int64] | None
) -> NDArray[np.int64]:
    allowed = np.arange(len(index.chunks)) if only is None else only
    if len(allowed) <= _POOL:
        return allowed
    by_chunk = index.chunk_vectors.nearest(query.vector, _POOL, only)
    within = None if only is None else index.sentences_in(only)
    by_sentence = index.sentence_chunk[index.sentence_vectors.nearest(query.vector, _POOL, within)]
    by_words = allowed[np.argsort(-chunk_bm25[allowed], kind="stable")[:_POOL]]
    return np.unique(np.concatenate([by_chunk, by_sentence, by_words[chunk_bm25[by_words] > 0]]))
