"""Records of questions: they persist, servers are separate, and deleted data is gone from the disk."""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from bot.memory import notebook
from bot.memory.community import Community
from bot.memory.notebook import _MIGRATIONS, FILE
from bot.memory.records import Asked, ServerSettings
from embeddings.errors import DamagedError

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ASKED = Asked(7, 70, 700, "and when?", "When does the pool open?", "answered", 0.75, "[]", NOON)


def test_what_was_recorded_outlives_the_process(tmp_path: Path) -> None:
    decided = ServerSettings(
        librarian_role=5, question_channels=frozenset({1, 2}), minimum_confidence=0.5, in_thread=True
    )
    with Community(tmp_path) as community:
        key = community.record_question("1", ASKED)
        community.change_settings("1", decided)
    with Community(tmp_path) as community:
        assert community.question("1", key) == ASKED
        assert community.settings("1") == decided


def test_the_latest_questions_of_a_thread_are_those_that_everybody_saw(tmp_path: Path) -> None:
    with Community(tmp_path) as community:
        for number in range(7):
            community.record_question("1", replace(ASKED, text=f"question {number}", user_id=number))
        for other in (replace(ASKED, is_private=True), replace(ASKED, channel_id=71)):
            community.record_question("1", other)
        community.record_question("2", ASKED)
        found = community.asked_in("1", ASKED.channel_id, 5)
        assert [each.text for each in found] == [f"question {number}" for number in range(2, 7)]
        community.forget_user(5)
        assert [each.user_id for each in community.asked_in("1", ASKED.channel_id, 5)] == [1, 2, 3, 4, 6]


def test_the_newest_is_the_newest_though_the_clock_was_set_back(tmp_path: Path) -> None:
    with Community(tmp_path) as community:
        for number, hours in enumerate((0, -5, 3, -1)):
            asked = replace(ASKED, text=f"question {number}", status="not_found", at=NOON + timedelta(hours=hours))
            community.record_question("1", asked)
        found = [each.asked.text for each in community.unanswered("1", 10)]
        assert found == [f"question {number}" for number in (3, 2, 1, 0)]


def test_a_server_sees_nothing_of_another(tmp_path: Path) -> None:
    with Community(tmp_path) as community:
        key = community.record_question("1", ASKED)
        community.vote("2", key, 8, True)
        community.wish("2", key, 8)
        community.change_settings("1", ServerSettings(excerpts=1))
        assert community.question("2", key) is None
        assert community.settings("2") == ServerSettings()
        community.forget_library("2")
        assert community.question("1", key) == ASKED


def test_a_number_is_never_given_twice(tmp_path: Path) -> None:
    with Community(tmp_path) as community:
        key = community.record_question("1", ASKED)
        assert community.forget_user(ASKED.user_id) == 1
        assert community.question("1", key) is None
        assert community.record_question("1", ASKED) > key


def test_what_is_older_than_the_server_wants_is_deleted(tmp_path: Path) -> None:
    with Community(tmp_path) as community:
        community.change_settings("1", ServerSettings(keep_days=10))
        old = community.record_question("1", ASKED)
        others = community.record_question("2", ASKED)
        community.record_question("1", replace(ASKED, at=NOON + timedelta(days=11)))
        assert community.question("1", old) is None
        assert community.question("2", others) == ASKED


CANARY = "Where is the heron's nest?"
FORGETTING: dict[str, Callable[[Community], object]] = {
    "a member": lambda community: community.forget_user(ASKED.user_id),
    "a server": lambda community: community.forget_library("1"),
    "what is old": lambda community: community.forget_old(NOON + timedelta(days=91)),
}


@pytest.mark.parametrize("forget", FORGETTING.values(), ids=FORGETTING.keys())
def test_what_was_forgotten_is_in_no_file_from_that_moment(
    tmp_path: Path, forget: Callable[[Community], object]
) -> None:
    with Community(tmp_path) as community:
        key = community.record_question("1", replace(ASKED, text=CANARY))
        community.vote("1", key, 8, True)
        assert any(CANARY.encode() in path.read_bytes() for path in tmp_path.iterdir())
        forget(community)
        # While the bot is still running.
        assert all(CANARY.encode() not in path.read_bytes() for path in tmp_path.iterdir())
        assert community.question("1", key) is None


@pytest.mark.parametrize("forget", FORGETTING.values(), ids=FORGETTING.keys())
def test_what_another_program_keeps_from_being_wiped_is_told_and_wiped_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forget: Callable[[Community], object]
) -> None:
    monkeypatch.setattr(notebook, "_BUSY_TIMEOUT", 10)
    with Community(tmp_path) as community, closing(apsw.Connection(str(tmp_path / FILE))) as other:
        key = community.record_question("1", replace(ASKED, text=CANARY))
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM questions").fetchall()
        with pytest.raises(notebook.UnwipedError, match="try again"):
            forget(community)
        assert community.question("1", key) is None
        other.execute("ROLLBACK")
        forget(community)
        assert all(CANARY.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_a_member_is_forgotten_in_every_server_and_nobody_else_is(tmp_path: Path) -> None:
    with Community(tmp_path) as community:
        keys = [community.record_question(library, ASKED) for library in ("1", "2")]
        other = community.record_question("1", replace(ASKED, user_id=8))
        community.vote("1", other, ASKED.user_id, True)
        community.wish("1", other, ASKED.user_id)
        assert community.forget_user(ASKED.user_id) == 2
        assert [community.question("1", keys[0]), community.question("2", keys[1])] == [None, None]
        assert community.question("1", other) is not None
    with closing(apsw.Connection(str(tmp_path / FILE))) as connection:
        left = [connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("votes", "wishes")]
    assert left == [[], []]


def test_what_is_old_goes_by_what_its_server_decided(tmp_path: Path) -> None:
    with Community(tmp_path) as community:
        community.change_settings("1", ServerSettings(keep_days=7))
        keys = {library: community.record_question(library, ASKED) for library in ("1", "2")}
        community.forget_old(NOON + timedelta(days=8))
        assert community.question("1", keys["1"]) is None
        assert community.question("2", keys["2"]) == ASKED


def test_several_threads_may_record_at_once(tmp_path: Path) -> None:
    with Community(tmp_path) as community:
        keys: list[int] = []
        threads = [
            threading.Thread(target=lambda: keys.extend(community.record_question("1", ASKED) for _ in range(20)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(keys)) == 80


def test_a_file_that_is_no_database_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("not a database " * 100)
    with pytest.raises(DamagedError, match="doctor --repair"):
        Community(tmp_path)


def old_notebook(folder: Path) -> apsw.Connection:
    """A file with the schema of the first release, with a question and a member who waits for its answer."""
    connection = apsw.Connection(str(folder / FILE))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(_MIGRATIONS[0])
    connection.execute(
        "INSERT INTO questions VALUES (5, '1', 7, 70, 700, 'and when?', 'When?', 'not_found', 0.1, '[]', '2026-05-01T12:00:00+00:00')"
    )
    connection.execute("INSERT INTO wishes VALUES (5, 8)")
    connection.execute("PRAGMA user_version = 1")
    return connection


def test_records_of_an_earlier_release_are_read_and_taken_for_private(tmp_path: Path) -> None:
    old_notebook(tmp_path).close()
    with Community(tmp_path) as community:
        (waiting,) = community.unanswered("1", 10)
        assert waiting.wishers == (8,)
        assert waiting.asked.is_private
        assert waiting.asked.article_ids == ()


def test_records_of_an_earlier_release_may_be_opened_while_another_process_brings_them_up_to_date(
    tmp_path: Path,
) -> None:
    found: list[tuple[int, ...]] = []
    beginning = threading.Event()

    def open_too() -> None:
        beginning.set()
        with Community(tmp_path) as community:
            found.extend(each.wishers for each in community.unanswered("1", 10))

    with closing(old_notebook(tmp_path)) as other:
        other.execute("BEGIN IMMEDIATE")
        for step in _MIGRATIONS[1:]:
            other.execute(step)
        other.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
        thread = threading.Thread(target=open_too)
        thread.start()
        beginning.wait()
        # Time for the thread to block on the transaction.
        time.sleep(0.3)
        other.execute("COMMIT")
        thread.join()
    assert found == [(8,)]


def test_what_members_wait_for_comes_first_then_the_newest(tmp_path: Path) -> None:
    with Community(tmp_path) as community:
        keys = [
            community.record_question("1", replace(ASKED, status="not_found", at=NOON + timedelta(hours=hour)))
            for hour in range(4)
        ]
        community.wish("1", keys[1], 9)
        community.record_question("1", ASKED)
        assert [each.key for each in community.unanswered("1", 3)] == [keys[1], keys[3], keys[2]]
        assert community.waiting() == ("1",)
        assert community.settle("2", keys) == ()
        assert community.settle("1", keys) == (9,)
        assert community.settle("1", keys) == ()
        assert community.waiting() == ()
