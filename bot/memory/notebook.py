"""The database of what the bot must remember: opening, migrations, one transaction at a time, and SQLite's errors as ours.

It is a separate file from the articles' database, so that no question waits for an ``add`` that writes there.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import apsw

from embeddings.errors import BusyError, DamagedError, PullquoteError, StorageError
from embeddings.store.connecting import connected, transaction

FILE = "community.db"
# In milliseconds.
_BUSY_TIMEOUT = 5_000

# Schema migrations in order; one is never edited once released.
_MIGRATIONS = (
    """
    CREATE TABLE settings (
        library TEXT PRIMARY KEY,
        decided TEXT NOT NULL      -- JSON: the fields of ServerSettings
    ) STRICT;

    CREATE TABLE questions (
        key INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: buttons of old answers carry it
        library TEXT NOT NULL,
        user_id INTEGER NOT NULL,
        channel_id INTEGER NOT NULL,
        message_id INTEGER,
        text TEXT NOT NULL,
        interpreted TEXT NOT NULL,
        status TEXT NOT NULL,
        confidence REAL NOT NULL,
        citations TEXT NOT NULL,
        at TEXT NOT NULL           -- ISO 8601, UTC
    ) STRICT;
    CREATE INDEX asked_when ON questions (library, at);

    CREATE TABLE votes (
        question_key INTEGER NOT NULL REFERENCES questions ON DELETE CASCADE,
        user_id INTEGER NOT NULL,
        helpful INTEGER NOT NULL,
        PRIMARY KEY (question_key, user_id)
    ) STRICT;

    CREATE TABLE wishes (
        question_key INTEGER NOT NULL REFERENCES questions ON DELETE CASCADE,
        user_id INTEGER NOT NULL,
        PRIMARY KEY (question_key, user_id)
    ) STRICT;
    """,
    """
    CREATE TABLE servers (
        library TEXT PRIMARY KEY,
        joined_at TEXT NOT NULL,   -- ISO 8601, UTC
        left_at TEXT               -- NULL while the bot is in it
    ) STRICT;
    """,
    """
    CREATE TABLE deeds (
        library TEXT NOT NULL,
        article_id TEXT NOT NULL,
        work TEXT NOT NULL,
        user_id INTEGER,           -- NULL once forgotten
        at TEXT NOT NULL           -- ISO 8601, UTC
    ) STRICT;
    CREATE INDEX done_with ON deeds (library, article_id);
    """,
    """
    ALTER TABLE questions ADD COLUMN article_ids TEXT NOT NULL DEFAULT '[]';  -- JSON
    -- Of questions from before nobody knows, so what comes of them is told in private.
    ALTER TABLE questions ADD COLUMN is_private INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE questions ADD COLUMN is_settled INTEGER NOT NULL DEFAULT 0;   -- answered since, or dismissed by a librarian
    """,
    "CREATE INDEX asked_where ON questions (library, channel_id)",
)


class UnwipedError(PullquoteError):
    """Deleted data can still be found in the write-ahead log."""

    def __init__(self) -> None:
        super().__init__(
            "It is deleted, but not wiped from my notebook, which is in use; please try again in a moment."
        )


class Notebook:
    """One connection, which the threads share under a lock."""

    def __init__(self, data_dir: Path) -> None:
        """Open or create the file.

        Raises:
            DamagedError: it is damaged or not a database.
            BusyError: another program keeps it locked.
            StorageError: it cannot be opened, or a newer release made it.
        """
        self._path = data_dir / FILE
        self._lock = threading.Lock()
        data_dir.mkdir(parents=True, exist_ok=True)
        with self._errors():
            # The terminal may read while the bot writes.
            self._connection = connected(self._path, patience=_BUSY_TIMEOUT, synchronous="NORMAL")
            self._migrate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[apsw.Connection]:
        """An atomic transaction; one at a time, also across processes."""
        with self._lock, self._errors(), transaction(self._connection, "writing") as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        """The connection for one statement that reads, which waits for no other process."""
        with self._lock, self._errors():
            yield self._connection

    def wipe(self) -> None:
        """Remove deleted data from the write-ahead log; in the database itself it was overwritten (secure_delete).

        Raises:
            UnwipedError: another program is reading the file; all that can be done is to try again later.
        """
        with self._lock, self._errors():
            ((is_busy, _, _),) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if is_busy:
            raise UnwipedError

    def check(self) -> None:
        """Check the integrity of the whole file.

        Raises:
            DamagedError: it is damaged.
        """
        with self.reading() as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(1)")]
        if found != ["ok"]:
            raise DamagedError(self._path, " ".join(found[0].split()))

    def _migrate(self) -> None:
        version = self._version()
        if version > len(_MIGRATIONS):
            raise StorageError(f"{self._path} was made by a newer release; update pullquote.")
        if version == len(_MIGRATIONS):
            return
        # Of two processes that find an old file, the second waits and finds it migrated. A failed step rolls back all of them.
        with transaction(self._connection, "writing") as connection:
            for step in _MIGRATIONS[self._version() :]:
                connection.execute(step)
            connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")

    def _version(self) -> int:
        row = self._connection.execute("PRAGMA user_version").fetchone()
        return int(row[0]) if row else 0

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (apsw.CorruptError, apsw.NotADBError) as error:
            raise DamagedError(self._path, str(error)) from error
        except apsw.BusyError as error:
            raise BusyError(self._path, "Another program") from error
        except apsw.Error as error:
            raise StorageError(f"{self._path} cannot be read or written ({error}); check the disk.") from error


def written(at: datetime) -> str:
    """A time as it is stored, sortable as text: ISO 8601, UTC, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds")
