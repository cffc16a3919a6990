"""Connections to an SQLite database in which nobody who reads waits for who writes, though others connect to it at the same moment;
and transactions, during which the other threads go on.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import apsw

# Between two attempts to set how a new database is written, in seconds.
_PAUSE = 0.005


def connected(path: Path, *, patience: int, synchronous: str) -> apsw.Connection:
    """A connection that writes ahead to a log (WAL), overwrites what it deletes, and waits so many milliseconds for others.

    Raises:
        apsw.Error: it cannot be opened, is no database, or others would not let go of it.
    """
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(patience)
    _write_ahead(connection, patience)
    for pragma in (f"synchronous = {synchronous}", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def transaction(connection: apsw.Connection, kind: Literal["reading", "writing"]) -> Iterator[apsw.Connection]:
    """All or nothing, and one state of the database; within another one it is a part of that. What is to be written is the only one
    from its first moment on: what has but read so far could not wait for another's writing to end.
    """
    if connection.in_transaction:
        begin, end, undo = "SAVEPOINT part", "RELEASE part", "ROLLBACK TO part; RELEASE part"
    else:
        begin, end, undo = ("BEGIN IMMEDIATE" if kind == "writing" else "BEGIN"), "COMMIT", "ROLLBACK"
    # By statements: while the connection's own context manager begins or commits, no other thread does anything, however long it waits
    # for another program, or for the disk.
    connection.execute(begin)
    try:
        yield connection
        connection.execute(end)
    except BaseException:
        # What went wrong first is what is told of. Where the disk is full, SQLite may have undone it all by itself.
        with suppress(apsw.Error):
            if connection.in_transaction:
                connection.execute(undo)
        raise


def _write_ahead(connection: apsw.Connection, patience: int) -> None:
    # Of two that set it on a new database at once, SQLite refuses the second on the spot, whatever it was told of waiting: it already
    # reads, and to wait for somebody who waits for those that read would be for ever.
    deadline = time.monotonic() + patience / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except apsw.BusyError:
            if time.monotonic() >= deadline:
                raise
        time.sleep(_PAUSE)
