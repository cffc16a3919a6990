"""Permissions and rate limits."""

import pytest

from bot.memory.records import ServerSettings
from bot.policy import LOOK, PER_MINUTE, Limits, is_librarian


@pytest.mark.parametrize(
    ("chosen", "manages", "roles", "expected"),
    [
        (None, False, {7}, False),
        (None, True, set(), True),
        (7, False, {7, 8}, True),
        (7, False, {8}, False),
        (7, True, {8}, True),
    ],
)
def test_librarians_manage_the_server_or_have_the_role_it_chose(
    chosen: int | None, manages: bool, roles: set[int], expected: bool
) -> None:
    settings = ServerSettings(librarian_role=chosen)

    assert is_librarian(settings, manages_server=manages, role_ids=roles) is expected


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_so_many_questions_are_answered_at_once_and_then_one_whenever_there_is_room_again(clock: Clock) -> None:
    limits = Limits(clock, per_minute=10)
    assert [limits.wait(1, 5) for _ in range(11)] == [0] * 10 + [6]
    # A refused question costs nothing.
    assert limits.wait(1, 5) == 6
    clock.now += 5
    assert limits.wait(1, 5) == 1
    clock.now += 1
    assert [limits.wait(1, 5), limits.wait(1, 5)] == [0, 6]
    clock.now += 3600
    assert [limits.wait(1, 5) for _ in range(11)] == [0] * 10 + [6]


def test_one_member_does_not_wait_for_another_nor_one_server_for_another(clock: Clock) -> None:
    limits = Limits(clock, per_minute=1)
    assert [limits.wait(1, 5), limits.wait(1, 5), limits.wait(2, 5)] == [0, 60, 0]
    crowd = [limits.wait(user, 5) for user in range(10, 40)]
    assert crowd[:13] == [0] * 13
    assert set(crowd[13:]) == {4}
    assert limits.wait(50, 6) == 0


def test_a_server_at_its_limit_costs_its_members_nothing(clock: Clock) -> None:
    limits = Limits(clock, per_minute=1)
    for user in range(15):
        limits.wait(user, 5)
    assert limits.wait(99, 5) == 4
    assert limits.wait(99, None) == 0


def test_looking_something_up_costs_less(clock: Clock) -> None:
    limits = Limits(clock, per_minute=2)
    assert [limits.wait(1, 5, LOOK) for _ in range(9)] == [0] * 8 + [8]


def test_somebody_is_told_to_wait_once_a_minute(clock: Clock) -> None:
    limits = Limits(clock)
    assert [limits.may_tell(1), limits.may_tell(1), limits.may_tell(2)] == [True, False, True]
    clock.now += 60
    assert limits.may_tell(1)


def test_who_has_not_asked_for_a_while_is_forgotten(clock: Clock) -> None:
    limits = Limits(clock)
    for user in range(10_000):
        limits.wait(user, user)
        limits.may_tell(user)
        clock.now += 1
    held = [len(each) for each in vars(limits).values() if hasattr(each, "__len__")]
    assert len(held) == 3
    # A bucket refills within a minute, and old ones are purged once a minute.
    assert max(held) <= 122


def test_the_usual_limits_leave_room_in_the_queue_for_other_servers(clock: Clock) -> None:
    limits = Limits(clock)
    allowed = sum(limits.wait(user, 5) == 0 for user in range(400))
    assert allowed == 15 * PER_MINUTE < 200
