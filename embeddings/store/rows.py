"""The rows of one article version: how its sentences, chunks and blocks are written, and read back for search.

A stored hash ensures that what is read is what was written, bit for bit, or an error; earlier releases stored none for the rows.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
import numpy as np
from numpy.typing import NDArray

from embeddings.errors import DamagedError
from embeddings.keywords import Terms
from embeddings.prepare import Cut
from embeddings.types import Article, Block, Chunk, Kind, Sentence, Span

# Unit vectors lose nothing that matters as float16 (cosine to float32 above .99999), and take half the space.
_STORED = np.dtype("<f2")
_TERMS = np.dtype("<u4")


@dataclass(frozen=True, slots=True)
class Segment(Cut):
    """The present version of one article as it is searched."""

    article: Article
    version_key: int
    text: str


def sha256_of(text: str) -> str:
    """The hash of a text, which identifies its version."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Rows:
    """A version as it is in the database."""

    text: str
    sha256: str
    language: str
    rows_sha256: str | None
    about: tuple[Any, ...]
    """The other columns of the version and of its article."""
    sentences: list[tuple[Any, ...]]
    chunks: list[tuple[Any, ...]]

    @classmethod
    def read(cls, connection: apsw.Connection, version_key: int) -> "_Rows":
        """The rows of one version; only the present one has sentences and chunks."""
        ((text, sha256, language, rows_sha256, *about),) = connection.execute(
            """SELECT v.text, v.sha256, v.language, v.rows_sha256, v.blocks, v.language, v.present,
                a.id, a.title, a.source, a.url, a.author, a.published, a.site, a.language
            FROM versions v JOIN articles a ON a.key = v.article_key WHERE v.key = ?""",
            (version_key,),
        )
        sentences = connection.execute(
            """SELECT start, "end", kind, heading, paragraph, page, terms, vector FROM sentences
            WHERE version_key = ? ORDER BY number""",
            (version_key,),
        ).fetchall()
        chunks = connection.execute(
            """SELECT start, "end", first, last, heading, terms, vector FROM chunks WHERE version_key = ? ORDER BY number""",
            (version_key,),
        ).fetchall()
        return cls(text, sha256, language, rows_sha256, tuple(about), sentences, chunks)

    def hash(self) -> str:
        """The hash of everything but the text, which has its own."""
        digest = hashlib.sha256(f"{self.about}\n".encode())
        for *values, terms, vector in (*self.sentences, *self.chunks):
            digest.update(f"{values}\n".encode())
            digest.update(terms)
            digest.update(vector)
        return digest.hexdigest()

    def damage(self, article_id: str) -> str | None:
        """Which part of it is not what was stored, if any."""
        whole = sha256_of(self.text) == self.sha256
        if whole and self.rows_sha256 in {None, self.hash()}:
            return None
        return f"the {'index' if whole else 'text'} of article {article_id} is not what was stored"


def write_rows(connection: apsw.Connection, version_key: int, cut: Cut) -> None:
    """Store a version's sentences and chunks."""
    connection.executemany(
        "INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (version_key, number, *_sentence_row(each), _terms_blob(terms), _vector_blob(vector))
            for number, (each, terms, vector) in enumerate(
                zip(cut.sentences, cut.sentence_terms, cut.sentence_vectors, strict=True)
            )
        ],
    )
    connection.executemany(
        "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (version_key, number, *_chunk_row(each), _terms_blob(terms), _vector_blob(vector))
            for number, (each, terms, vector) in enumerate(
                zip(cut.chunks, cut.chunk_terms, cut.chunk_vectors, strict=True)
            )
        ],
    )
    seal(connection, version_key)


def seal(connection: apsw.Connection, version_key: int) -> None:
    """Store the hash of a version's rows, including its article's, as they are now."""
    found = _Rows.read(connection, version_key).hash()
    connection.execute("UPDATE versions SET rows_sha256 = ? WHERE key = ?", (found, version_key))


def _sentence_row(each: Sentence) -> tuple[int, int, str, str, int, int | None]:
    return each.span.start, each.span.end, each.kind.value, json.dumps(each.heading), each.paragraph, each.page


def _chunk_row(each: Chunk) -> tuple[int, int, int, int, str]:
    return each.span.start, each.span.end, each.first, each.last, json.dumps(each.heading)


def _terms_blob(terms: Terms) -> bytes:
    return terms.astype(_TERMS).tobytes()


def _vector_blob(vector: NDArray[np.float32]) -> bytes:
    return vector.astype(_STORED).tobytes()


def damage_of(connection: apsw.Connection, article_id: str, version_key: int) -> str | None:
    """Which part of a version is not what was stored, if any."""
    return _Rows.read(connection, version_key).damage(article_id)


def read_segment(connection: apsw.Connection, article: Article, version_key: int, dimension: int) -> Segment:
    """Read a version for search; ``dimension`` is that of its vectors.

    Raises:
        DamagedError: it is not what was stored.
    """
    rows = _Rows.read(connection, version_key)
    if damage := rows.damage(article.id):
        raise DamagedError(Path(connection.filename), damage)
    sentences, chunks = rows.sentences, rows.chunks
    return Segment(
        tuple(
            Sentence(Span(row[0], row[1]), Kind(row[2]), tuple(json.loads(row[3])), row[4], row[5]) for row in sentences
        ),
        tuple(Chunk(Span(row[0], row[1]), row[2], row[3], tuple(json.loads(row[4]))) for row in chunks),
        tuple(np.frombuffer(row[6], dtype=_TERMS) for row in sentences),
        tuple(np.frombuffer(row[5], dtype=_TERMS) for row in chunks),
        _vectors([row[7] for row in sentences], dimension),
        _vectors([row[6] for row in chunks], dimension),
        rows.language,
        article,
        version_key,
        rows.text,
    )


def _vectors(blobs: Sequence[bytes], dimension: int) -> NDArray[np.float32]:
    return np.frombuffer(b"".join(blobs), dtype=_STORED).reshape(len(blobs), dimension).astype(np.float32)


def blocks_to_json(blocks: Sequence[Block]) -> str:
    """The blocks of a document, as they are stored with a version."""
    return json.dumps(
        [[each.kind, each.span.start, each.span.end, each.heading, each.paragraph, each.page] for each in blocks]
    )


def blocks_from_json(stored: str) -> tuple[Block, ...]:
    """The blocks of a stored version."""
    return tuple(
        Block(Kind(kind), Span(start, end), tuple(heading), paragraph, page)
        for kind, start, end, heading, paragraph, page in json.loads(stored)
    )
