"""The store: an open data directory, with read access to its articles and the operations that change them."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw

from embeddings.errors import DiskFullError
from embeddings.prepare import Prepared
from embeddings.store.articles import Articles
from embeddings.store.database import Database
from embeddings.store.imprint import Imprint
from embeddings.store.origins import Origins
from embeddings.store.rows import blocks_to_json, seal, sha256_of, write_rows
from embeddings.types import Document


class Store(Articles):
    """The articles of every library in one data directory. Thread-safe."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.origins = Origins(database)

    @classmethod
    def open(cls, data_dir: Path) -> "Store":
        """Open the data directory, creating or migrating its database.

        Raises:
            DataDirError, DamagedError, NewerSchemaError, BusyError: it cannot be used as it is.
        """
        return cls(Database(data_dir))

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The database file."""
        return self._database.path

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def writing(self) -> AbstractContextManager[None]:
        """Hold the writer lock, which excludes writers in all other threads and processes.

        Raises:
            BusyError: another process is writing.
        """
        return self._database.writing()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Make several changes atomically, as the only writer.

        Raises:
            BusyError, StorageError: they could not be made; nothing was changed.
        """
        with self._database.transaction():
            yield

    def put(self, library: str, prepared: Sequence[tuple[str, Prepared]], imprint: Imprint) -> None:
        """Store articles, or new versions of them, by id, in one transaction."""
        with self._changing(library) as (connection, library_key):
            connection.execute(
                "UPDATE libraries SET encoder = ?, encoder_sha256 = ?, dimension = ?, metric = ?, chunking = ? WHERE key = ?",
                (imprint.encoder, imprint.sha256, imprint.dimension, imprint.metric, imprint.chunking, library_key),
            )
            for article_id, each in prepared:
                _put(connection, library_key, article_id, each)
        self._database.reserve_room()

    def describe(self, library: str, article_id: str, document: Document) -> None:
        """Update the source and metadata of an article with the same text and title; no vector depends on them."""
        with self._changing(library) as (connection, library_key):
            connection.execute(
                """UPDATE articles SET source = ?, url = ?, author = ?, published = ?, site = ?, language = ?
                WHERE library_key = ? AND id = ?""",
                (document.source, document.url, *astuple(document.about), library_key, article_id),
            )
            (version_key,) = _one(
                connection,
                """SELECT v.key FROM versions v JOIN articles a ON a.key = v.article_key
                WHERE a.library_key = ? AND a.id = ? AND v.present = 1""",
                (library_key, article_id),
            )
            seal(connection, version_key)

    def remove(self, library: str, article_ids: Sequence[str]) -> None:
        """Delete articles with all their versions; none of their words remain in the files of the data directory."""
        try:
            self._delete(library, article_ids)
        except DiskFullError:
            if not self._database.reserve.give_up():
                raise
            self._delete(library, article_ids)
        self._database.forget()
        self._database.reserve_room()

    def _delete(self, library: str, article_ids: Sequence[str]) -> None:
        with self._changing(library) as (connection, library_key):
            connection.executemany(
                "DELETE FROM articles WHERE library_key = ? AND id = ?", [(library_key, each) for each in article_ids]
            )

    @contextmanager
    def _changing(self, library: str) -> Iterator[tuple[apsw.Connection, int]]:
        """A transaction on one library, which its first change creates; every change increments its generation."""
        with self._database.transaction() as connection:
            (key,) = _one(
                connection,
                "INSERT INTO libraries (name, generation) VALUES (?, 1) "
                "ON CONFLICT (name) DO UPDATE SET generation = generation + 1 RETURNING key",
                (library,),
            )
            yield connection, key


def utc_now() -> str:
    """The current time as it is stored: ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _put(connection: apsw.Connection, library_key: int, article_id: str, prepared: Prepared) -> None:
    document = prepared.document
    now = utc_now()
    (article_key,) = _one(
        connection,
        """INSERT INTO articles (library_key, id, source, title, url, author, published, site, language, added)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (library_key, id) DO UPDATE SET source = excluded.source, title = excluded.title, url = excluded.url,
            author = excluded.author, published = excluded.published, site = excluded.site, language = excluded.language
        RETURNING key""",
        (library_key, article_id, document.source, document.title, document.url, *astuple(document.about), now),
    )
    sha256 = sha256_of(document.text)
    old = connection.execute(
        "SELECT key, sha256, stored FROM versions WHERE article_key = ? AND present = 1", (article_key,)
    ).fetchone()
    if old:
        connection.execute("UPDATE versions SET present = 0, rows_sha256 = NULL WHERE key = ?", (old[0],))
        connection.execute("DELETE FROM sentences WHERE version_key = ?", (old[0],))
        connection.execute("DELETE FROM chunks WHERE version_key = ?", (old[0],))
    # A version that is restored or encoded again gets a new key, so that searches do not mistake it for the one they have cached.
    connection.execute("DELETE FROM versions WHERE article_key = ? AND sha256 = ?", (article_key, sha256))
    stored = old[2] if old and old[1] == sha256 else now
    (version_key,) = _one(
        connection,
        """INSERT INTO versions (article_key, sha256, text, blocks, stored, present, language) VALUES (?, ?, ?, ?, ?, 1, ?)
        RETURNING key""",
        (article_key, sha256, document.text, blocks_to_json(document.blocks), stored, prepared.language),
    )
    write_rows(connection, version_key, prepared)


def _one(connection: apsw.Connection, statement: str, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    row = connection.execute(statement, arguments).fetchone()
    assert row is not None
    return tuple(row)
