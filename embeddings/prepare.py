"""Turns a document into all that is stored for it: sentences, chunks, their terms and vectors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.chunking import chunks_of, context_of
from embeddings.errors import SourceError
from embeddings.keywords import Terms, terms
from embeddings.languages import language_of
from embeddings.norms import are_unit
from embeddings.protocols import Encoder
from embeddings.types import Chunk, Document, Sentence

Progress = Callable[[int, int], None]
"""Called with how much is done, and the total."""

# Number of texts that are encoded between two progress reports.
_STEP = 64


@dataclass(frozen=True, slots=True)
class Cut:
    """A text split and encoded; all rows are in reading order."""

    sentences: tuple[Sentence, ...]
    chunks: tuple[Chunk, ...]
    sentence_terms: tuple[Terms, ...]
    chunk_terms: tuple[Terms, ...]
    """Including those of the title and headings."""
    sentence_vectors: NDArray[np.float32]
    """Row i belongs to ``sentences[i]``; float32, norm 1."""
    chunk_vectors: NDArray[np.float32]
    language: str
    """ISO 639-1; the terms were stemmed by the rules of this language."""


@dataclass(frozen=True, slots=True)
class Prepared(Cut):
    """A document ready to be stored."""

    document: Document


def prepare(document: Document, encoder: Encoder, progress: Progress | None = None) -> Prepared:
    """Split and encode a document; ``progress`` counts texts.

    Raises:
        SourceError: the encoder returns a vector whose norm is not 1 for some text in it.
    """
    language = language_of(document.text)
    sentences, chunks = chunks_of(document, encoder.count_tokens, encoder.max_tokens, language)
    sentence_texts, chunk_texts = texts_of(document.title, document.text, sentences, chunks)
    vectors = _encoded([*sentence_texts, *chunk_texts], encoder, progress)
    if not are_unit(vectors):
        # Once stored, it would make the whole library unsearchable.
        reason = f"the model {encoder.identity.name} makes nothing of some of its text; add it without that part"
        raise SourceError(document.source, reason)
    return Prepared(
        tuple(sentences),
        tuple(chunks),
        tuple(terms(text, language) for text in sentence_texts),
        tuple(terms(text, language) for text in chunk_texts),
        vectors[: len(sentences)],
        vectors[len(sentences) :],
        language,
        document,
    )


def texts_of(
    title: str, text: str, sentences: Sequence[Sentence], chunks: Sequence[Chunk]
) -> tuple[list[str], list[str]]:
    """The texts that are encoded for each sentence and for each chunk."""
    return (
        [each.span.of(text) for each in sentences],
        [f"{context_of(title, each.heading)}\n{each.span.of(text)}" for each in chunks],
    )


def _encoded(texts: Sequence[str], encoder: Encoder, progress: Progress | None) -> NDArray[np.float32]:
    # Batches of texts of similar length waste little on padding.
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    vectors = np.empty((len(texts), encoder.identity.dimension), dtype=np.float32)
    for start in range(0, len(order), _STEP):
        rows = order[start : start + _STEP]
        vectors[rows] = encoder.encode_passages([texts[row] for row in rows])
        if progress:
            progress(start + len(rows), len(order))
    return vectors
