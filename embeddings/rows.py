"""The rows of one article version: how its sentences, chunks and blocks are written, and read back as they are searched."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import apsw
import numpy as np
from numpy.typing import NDArray

from embeddings.keywords import Terms
from embeddings.prepare import Prepared
from embeddings.types import Article, Block, Chunk, Kind, Sentence, Span

# Unit vectors lose nothing that matters as float16 (cosine to float32 over .99999), and the file is half as large.
_STORED = np.dtype("<f2")
_TERMS = np.dtype("<u4")


@dataclass(frozen=True, slots=True)
class Segment:
    """The present version of one article as it is searched; rows are in reading order."""

    article: Article
    version_key: int
    text: str
    sentences: tuple[Sentence, ...]
    chunks: tuple[Chunk, ...]
    sentence_terms: tuple[Terms, ...]
    chunk_terms: tuple[Terms, ...]
    sentence_vectors: NDArray[np.float32]
    chunk_vectors: NDArray[np.float32]
    language: str
    """ISO 639-1; what the terms were stemmed by."""


def write_rows(connection: apsw.Connection, version_key: int, prepared: Prepared) -> None:
    """Store a version's sentences and chunks."""
    connection.executemany(
        "INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (version_key, number, *_sentence_row(each), _terms_blob(terms), _vector_blob(vector))
            for number, (each, terms, vector) in enumerate(
                zip(prepared.sentences, prepared.sentence_terms, prepared.sentence_vectors, strict=True)
            )
        ],
    )
    connection.executemany(
        "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (version_key, number, *_chunk_row(each), _terms_blob(terms), _vector_blob(vector))
            for number, (each, terms, vector) in enumerate(
                zip(prepared.chunks, prepared.chunk_terms, prepared.chunk_vectors, strict=True)
            )
        ],
    )


def _sentence_row(each: Sentence) -> tuple[int, int, str, str, int, int | None]:
    return each.span.start, each.span.end, each.kind.value, json.dumps(each.heading), each.paragraph, each.page


def _chunk_row(each: Chunk) -> tuple[int, int, int, int, str]:
    return each.span.start, each.span.end, each.first, each.last, json.dumps(each.heading)


def _terms_blob(terms: Terms) -> bytes:
    return terms.astype(_TERMS).tobytes()


def _vector_blob(vector: NDArray[np.float32]) -> bytes:
    return vector.astype(_STORED).tobytes()


def _all(connection: apsw.Connection, statement: str, key: int) -> list[tuple[Any, ...]]:
    return list(connection.execute(statement, (key,)))


def read_segment(connection: apsw.Connection, article: Article, version_key: int, dimension: int) -> Segment:
    """Read a version as it is searched; ``dimension`` is that of its vectors."""
    ((text, language),) = _all(connection, "SELECT text, language FROM versions WHERE key = ?", version_key)
    sentences = _all(
        connection,
        """SELECT start, "end", kind, heading, paragraph, page, terms, vector FROM sentences
        WHERE version_key = ? ORDER BY number""",
        version_key,
    )
    chunks = _all(
        connection,
        """SELECT start, "end", first, last, heading, terms, vector FROM chunks WHERE version_key = ? ORDER BY number""",
        version_key,
    )
    return Segment(
        article,
        version_key,
        text,
        tuple(
            Sentence(Span(row[0], row[1]), Kind(row[2]), tuple(json.loads(row[3])), row[4], row[5]) for row in sentences
        ),
        tuple(Chunk(Span(row[0], row[1]), row[2], row[3], tuple(json.loads(row[4]))) for row in chunks),
        tuple(np.frombuffer(row[6], dtype=_TERMS) for row in sentences),
        tuple(np.frombuffer(row[5], dtype=_TERMS) for row in chunks),
        _vectors([row[7] for row in sentences], dimension),
        _vectors([row[6] for row in chunks], dimension),
        language,
    )


def _vectors(blobs: Sequence[bytes], dimension: int) -> NDArray[np.float32]:
    return np.frombuffer(b"".join(blobs), dtype=_STORED).reshape(len(blobs), dimension).astype(np.float32)


def blocks_to_json(blocks: Sequence[Block]) -> str:
    """The blocks of a document, as a version keeps them."""
    return json.dumps(
        [[each.kind, each.span.start, each.span.end, each.heading, each.paragraph, each.page] for each in blocks]
    )


def blocks_from_json(stored: str) -> tuple[Block, ...]:
    """The blocks of a stored version."""
    return tuple(
        Block(Kind(kind), Span(start, end), tuple(heading), paragraph, page)
        for kind, start, end, heading, paragraph, page in json.loads(stored)
    )
