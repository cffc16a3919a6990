"""Connections to an SQLite database in WAL mode, where readers do not wait for writers, even if several processes create it at once;
and transactions that do not block other threads.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import apsw

# Seconds between two attempts to switch a new database to WAL mode.
_PAUSE = 0.005


def connected(path: Path, *, patience: int, synchronous: str) -> apsw.Connection:
    """A connection in WAL mode that overwrites deleted data and waits up to ``patience`` milliseconds for locks.

    Raises:
        apsw.Error: the file cannot be opened, is not a database, or stayed locked by others.
    """
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(patience)
    _write_ahead(connection, patience)
    for pragma in (f"synchronous = {synchronous}", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def transaction(connection: apsw.Connection, kind: Literal["reading", "writing"]) -> Iterator[apsw.Connection]:
    """An atomic transaction on one snapshot of the database; inside another transaction, a savepoint. One for writing takes the write
    lock at its start: a transaction that has only read so far could not wait for another writer to finish.
    """
    if connection.in_transaction:
        begin, end, undo = "SAVEPOINT part", "RELEASE part", "ROLLBACK TO part; RELEASE part"
    else:
        begin, end, undo = ("BEGIN IMMEDIATE" if kind == "writing" else "BEGIN"), "COMMIT", "ROLLBACK"
    # Statements, because the connection's own context manager blocks all other threads while it begins or commits, however long it
    # waits for another program or for the disk.
    connection.execute(begin)
    try:
        yield connection
        connection.execute(end)
    except BaseException:
        # The original error is the one to raise. On a full disk, SQLite may already have rolled back by itself.
        with suppress(apsw.Error):
            if connection.in_transaction:
                connection.execute(undo)
        raise


def _write_ahead(connection: apsw.Connection, patience: int) -> None:
    # If two connections switch a new database at once, SQLite refuses the second immediately, whatever its busy timeout: it already
    # holds a read lock, and waiting for a connection that waits for readers would be a deadlock.
    deadline = time.monotonic() + patience / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except apsw.BusyError:
            if time.monotonic() >= deadline:
                raise
        time.sleep(_PAUSE)
