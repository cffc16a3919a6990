"""The SQLite database: opening, migrations, one writer at a time, and SQLite's errors as ours."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw
from filelock import FileLock, Timeout

from embeddings.errors import (
    BusyError,
    DamagedError,
    DataDirError,
    DiskFullError,
    NewerSchemaError,
    StorageError,
)
from embeddings.store.connecting import connected, transaction
from embeddings.store.reserve import Reserve
from embeddings.store.schema import MIGRATIONS, SCHEMA

FILE = "pullquote.db"
LOCK = "writer.lock"
# Readers never wait in WAL mode; this is for the short moments of a checkpoint, in milliseconds.
_BUSY_TIMEOUT = 10_000
# When two processes open a new data directory at once, one waits at most this long, in seconds, for the other to create the database:
# that takes a moment, or a little more on a slow disk.
_TO_CREATE = 5.0
# How long a removal waits for readers of the log, in milliseconds; after that, the log is emptied once they are done.
_WIPING_TIMEOUT = 500
# Bytes that opening the database writes: the beginning of the log's index, and of the log.
_TO_OPEN = 100_000


class Database:
    """One file, with a connection for each thread and a lock for the only writer."""

    def __init__(self, data_dir: Path) -> None:
        """Open, create or migrate the database.

        Raises:
            DataDirError: the folder cannot be used.
            DamagedError: the file is damaged or not a database.
            DiskFullError: there is no space to open it, not even in the reserve.
            NewerSchemaError: a newer release made it.
            BusyError: it has to be created or migrated, and another process is writing.
        """
        self.path = data_dir / FILE
        self._local = threading.local()
        self._opened: list[apsw.Connection] = []
        self._held = threading.RLock()
        self._depth = 0
        self._is_unwiped = False
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DataDirError(data_dir, _reason(error)) from error
        if not os.access(data_dir, os.W_OK | os.X_OK):
            raise DataDirError(data_dir, "it may not be written to; check its permissions")
        self._lock = FileLock(data_dir / LOCK)
        self._holder = data_dir / "writer.pid"
        self.reserve = Reserve(data_dir)
        version = self._opened_version()
        if version > SCHEMA:
            self.close()
            raise NewerSchemaError(self.path, version, SCHEMA)
        if version < SCHEMA:
            with self.writing(patience=0 if version else _TO_CREATE):
                self._migrate()

    @property
    def connection(self) -> apsw.Connection:
        """This thread's connection."""
        found: apsw.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = connected(self.path, patience=_BUSY_TIMEOUT, synchronous="FULL")
            self._opened.append(found)
        return found

    def close(self) -> None:
        """Close every connection; what was committed is on disk."""
        self._wipe_again()
        for connection in self._opened:
            connection.close()
        self._opened.clear()
        self._local = threading.local()

    @contextmanager
    def writing(self, *, patience: float = 0) -> Iterator[None]:
        """Hold the writer lock, which is reentrant. Other threads wait for it; another process that holds it is waited for up to
        ``patience`` seconds.

        Raises:
            BusyError: another process is writing.
        """
        with self._held:
            if self._depth == 0:
                self._acquire(patience)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._lock.release()

    @contextmanager
    def transaction(self) -> Iterator[apsw.Connection]:
        """An atomic transaction, as the only writer.

        Raises:
            StorageError: it could not be written; nothing was changed.
        """
        with self.writing(), self.errors():
            with transaction(self.connection, "writing") as connection:
                yield connection
            self._wipe_again()

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        """One snapshot of the database, whatever others write meanwhile."""
        with self.errors(), transaction(self.connection, "reading") as connection:
            yield connection
        self._wipe_again()

    @contextmanager
    def errors(self) -> Iterator[None]:
        """SQLite's errors as ours."""
        try:
            yield
        except (apsw.CorruptError, apsw.NotADBError, apsw.SQLError, UnicodeDecodeError) as error:
            # Our statements are valid; an error in one means that the schema is not the expected one.
            raise DamagedError(self.path, str(error)) from error
        except apsw.FullError as error:
            raise DiskFullError(self.path.parent) from error
        except (apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError) as error:
            raise DataDirError(self.path.parent, f"{self.path.name} cannot be opened for writing") from error
        except apsw.BusyError as error:
            raise BusyError(self.path, "Another program") from error
        except apsw.IOError as error:
            # Even reading writes a little: the log's index, which readers share.
            if getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_SHMSIZE:
                raise DiskFullError(self.path.parent) from error
            raise StorageError(
                f"{self.path} cannot be read or written ({error}); check the disk. Nothing was changed."
            ) from error

    def reserve_room(self) -> None:
        """Reserve the disk space that deleting the articles would need, in case the disk is full by then."""
        log = self.path.with_name(f"{self.path.name}-wal")
        with suppress(OSError):
            self.reserve.keep(self.path.stat().st_size + log.stat().st_size)

    def forget(self) -> None:
        """Remove deleted data from the files beside the database: the log, and copies from before a migration."""
        with self.writing(), self.errors():
            self._is_unwiped = True
            self._wipe(_WIPING_TIMEOUT)
            for copy in self.path.parent.glob(f"{self.path.name}.schema-*.bak"):
                with suppress(OSError):
                    copy.unlink()

    def damage(self) -> tuple[str, ...]:
        """What SQLite finds wrong with the file, in its own words."""
        try:
            rows = [str(row[0]) for row in self.connection.execute("PRAGMA integrity_check(20)")]
        except apsw.Error as error:
            return (str(error),)
        return tuple(row for row in rows if row != "ok")

    def _wipe(self, timeout: int) -> None:
        """Empty the log: deleted rows are overwritten in the database itself (secure_delete), but stay in the log's pages until then.

        On a full disk, or while somebody reads an older snapshot, this is left for later; the rows are deleted all the same.
        """
        connection = self.connection
        connection.set_busy_timeout(timeout)
        try:
            with suppress(apsw.FullError, apsw.BusyError, apsw.LockedError):
                ((is_busy, *_),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                self._is_unwiped = bool(is_busy)
        finally:
            connection.set_busy_timeout(_BUSY_TIMEOUT)

    def _wipe_again(self) -> None:
        """Empty the log if that is still due, without making readers or writers wait or fail.

        Only the holder of the writer lock may do so: a writer that has only read so far would fail at its first change.
        """
        if not self._is_unwiped or self.connection.in_transaction or not self._held.acquire(blocking=False):
            return
        try:
            with suppress(StorageError, apsw.Error), self.writing():
                self._wipe(0)
        finally:
            self._held.release()

    def _acquire(self, patience: float) -> None:
        # The operating system releases the lock when its holder dies, so it is never stale; the holder's process id may be.
        try:
            self._lock.acquire(timeout=patience)
        except Timeout as error:
            raise BusyError(self.path, self._holder_name()) from error
        except OSError as error:
            raise DataDirError(self.path.parent, _reason(error)) from error
        # The id only serves an error message of other processes; on a full disk, writing must still be possible.
        with suppress(OSError):
            self._holder.write_text(str(os.getpid()), encoding="utf-8")

    def _holder_name(self) -> str:
        try:
            return f"Another pullquote (process {int(self._holder.read_text(encoding='utf-8'))})"
        except (OSError, ValueError):
            return "Another pullquote"

    def _opened_version(self) -> int:
        try:
            with self.errors():
                return self._version()
        except DiskFullError:
            self.close()
            if not self.reserve.give_up(_TO_OPEN):
                raise
        with self.errors():
            return self._version()

    def _version(self) -> int:
        row = self.connection.execute("PRAGMA user_version").fetchone()
        assert row is not None
        return int(row[0])

    def _migrate(self) -> None:
        """Migrate to this release's schema in one transaction, after saving a copy of an older database."""
        with self.errors():
            version = self._version()
            if 0 < version < SCHEMA:
                self._copy_to(self.path.with_name(f"{self.path.name}.schema-{version}.bak"))
        with self.transaction() as connection:
            # The version is read again: another process may have migrated while this one waited.
            for step in MIGRATIONS[self._version() :]:
                for _ in connection.execute(step):
                    pass
            connection.execute(f"PRAGMA user_version = {SCHEMA}")

    def _copy_to(self, path: Path) -> None:
        # A copy left by an interrupted attempt may be incomplete, and VACUUM INTO overwrites no file.
        with suppress(FileNotFoundError):
            path.unlink()
        self.connection.execute("VACUUM INTO ?", (str(path),))


def _reason(error: OSError) -> str:
    return {
        FileExistsError: "it is a file and not a folder; choose a folder",
        NotADirectoryError: "a part of this path is a file and not a folder; choose another",
        PermissionError: "it may not be written to; check its permissions",
    }.get(type(error), error.strerror or "it cannot be used")
