"""A data directory that several processes open, and write to, at the same time."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from bot.memory import notebook
from bot.memory.community import Community
from bot.memory.records import ServerSettings
from bot.memory.servers import Servers
from embeddings.errors import BusyError
from embeddings.store import Store, database
from embeddings.store.connecting import transaction
from embeddings.store.origins import Origin

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
Opened = Callable[[Path], AbstractContextManager[object]]
OPENED: dict[str, tuple[str, Opened]] = {
    "the articles": (database.FILE, Store.open),
    "the notebook": (notebook.FILE, Community),
}
every_file = pytest.mark.parametrize(("file", "opened"), OPENED.values(), ids=OPENED.keys())


@contextmanager
def written_for_a_moment(path: Path) -> Iterator[threading.Event]:
    """Another program holds the file's write lock and commits a little later; the event tells when."""
    let_go = threading.Event()
    with closing(apsw.Connection(str(path))) as other:
        other.execute("BEGIN IMMEDIATE")

        def commit() -> None:
            let_go.set()
            other.execute("COMMIT")

        timer = threading.Timer(0.3, commit)
        timer.start()
        try:
            yield let_go
        finally:
            timer.join()


@every_file
def test_who_comes_second_to_a_new_file_waits_while_another_sets_how_it_is_written(
    tmp_path: Path, file: str, opened: Opened
) -> None:
    # The lock that a connection switching a new database to WAL mode holds before it gets the exclusive one.
    with written_for_a_moment(tmp_path / file) as let_go, opened(tmp_path):
        assert let_go.is_set()


@every_file
def test_who_never_lets_go_of_it_is_told_of(
    tmp_path: Path, file: str, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebook, "_BUSY_TIMEOUT", 50)
    monkeypatch.setattr(database, "_BUSY_TIMEOUT", 50)
    with closing(apsw.Connection(str(tmp_path / file))) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyError, match="Another program is writing"):
            opened(tmp_path)


def test_other_threads_go_on_while_what_was_written_waits_to_be_committed(tmp_path: Path) -> None:
    path = str(tmp_path / "any.db")
    with closing(apsw.Connection(path)) as connection, closing(apsw.Connection(path)) as other:
        connection.set_busy_timeout(10_000)
        connection.execute("CREATE TABLE words (word)")
        # Without WAL, a commit waits for readers.
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM words").fetchall()
        timer = threading.Timer(0.3, other.execute, ["COMMIT"])
        with transaction(connection, "writing"):
            connection.execute("INSERT INTO words VALUES ('heron')")
            timer.start()
        timer.join()
        assert other.execute("SELECT word FROM words").fetchall() == [("heron",)]


def test_a_part_that_fails_is_undone_alone(tmp_path: Path) -> None:
    def fail() -> None:
        with transaction(connection, "writing"):
            connection.execute("INSERT INTO words VALUES ('stone')")
            raise ValueError("no bird")

    with closing(apsw.Connection(str(tmp_path / "any.db"))) as connection:
        connection.execute("CREATE TABLE words (word)")
        with transaction(connection, "writing"):
            connection.execute("INSERT INTO words VALUES ('heron')")
            with pytest.raises(ValueError, match="no bird"):
                fail()
        with pytest.raises(ValueError, match="no bird"):
            fail()
        assert connection.execute("SELECT word FROM words").fetchall() == [("heron",)]


def _open_each(folders: list[Path], start: "threading.Barrier", opened: Opened) -> None:
    for folder in folders:
        try:
            start.wait()
            with opened(folder):
                pass
        except BaseException:
            # The other processes must not wait for this one.
            start.abort()
            raise


@every_file
def test_new_folders_are_opened_by_four_processes_at_once(tmp_path: Path, file: str, opened: Opened) -> None:
    spawning = multiprocessing.get_context("spawn")
    start = spawning.Barrier(4)
    folders = [tmp_path / str(number) for number in range(20)]
    opening = [spawning.Process(target=_open_each, args=(folders, start, opened)) for _ in range(4)]
    for each in opening:
        each.start()
    for each in opening:
        each.join()
    assert [each.exitcode for each in opening] == [0] * 4
    assert all((folder / file).is_file() for folder in folders)


def test_articles_are_changed_once_another_program_lets_go_of_them(tmp_path: Path) -> None:
    with (
        Store.open(tmp_path) as store,
        written_for_a_moment(tmp_path / database.FILE) as let_go,
        store.at_once(),
    ):
        # The transaction reads before it writes.
        assert store.libraries() == ()
        store.origins.was_read("local", "none", Origin(), "2026-05-01")
        assert let_go.is_set()


WRITING: dict[str, Callable[[Community], object]] = {
    "that it has joined": lambda community: Servers(community).arrived("1", NOON),
    "where it is": lambda community: Servers(community).only_in(["1"], NOON),
    "what was decided": lambda community: community.change_settings("1", ServerSettings()),
}


@pytest.mark.parametrize("write", WRITING.values(), ids=WRITING.keys())
def test_what_is_written_down_waits_until_another_program_lets_go_of_the_notebook(
    tmp_path: Path, write: Callable[[Community], object]
) -> None:
    with Community(tmp_path) as community:
        Servers(community).arrived("2", NOON)
        with written_for_a_moment(tmp_path / notebook.FILE) as let_go:
            write(community)
            assert let_go.is_set()


def test_what_is_read_of_the_notebook_waits_for_nobody(tmp_path: Path) -> None:
    with Community(tmp_path) as community, written_for_a_moment(tmp_path / notebook.FILE) as let_go:
        assert community.settings("1") == ServerSettings()
        assert community.question("1", 1) is None
        assert Servers(community).left_before(NOON) == []
        assert not let_go.is_set()
