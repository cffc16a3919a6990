"""Who may do what, and how often: pure functions over what Discord says of a member, and token buckets over a clock that is
passed in.
"""

import math
from collections.abc import Callable, Collection

from bot.memory.records import ServerSettings

#: What things cost: a question makes the models work; what is only looked up costs a quarter of that.
QUESTION, LOOK = 1.0, 0.25
#: How many questions a member may ask at once, and in every minute after that: more than anybody reads the answers of.
PER_MINUTE = 10
# A server may ask as much as so many members at their fastest: 150 at once fill three quarters of the queue, so that one server's
# crowd leaves room for the others, and 2.5 a second after that are less than two slow cores answer.
_MEMBERS_AT_ONCE = 15
# Somebody who goes on writing is told to wait once in so many seconds; more would be noise of the bot's own.
_SECONDS_BETWEEN_NOTICES = 60.0
_MINUTE = 60.0


def is_librarian(settings: ServerSettings, *, manages_server: bool, role_ids: Collection[int]) -> bool:
    """Whether a member may keep the articles of a server: who manages it, and who has the role that it chose for that."""
    return manages_server or (settings.librarian_role is not None and settings.librarian_role in role_ids)


class Limits:
    """How often members, and servers as a whole, may ask."""

    def __init__(self, clock: Callable[[], float], per_minute: int = PER_MINUTE) -> None:
        """The ``clock`` tells seconds, and never goes back."""
        self._clock = clock
        self._members = _Buckets(per_minute, _MINUTE / per_minute)
        self._servers = _Buckets(per_minute * _MEMBERS_AT_ONCE, _MINUTE / (per_minute * _MEMBERS_AT_ONCE))
        self._notices = _Buckets(1, _SECONDS_BETWEEN_NOTICES)

    def wait(self, user_id: int, server_id: int | None, cost: float = QUESTION) -> int:
        """For how many seconds a member has to wait; with 0 they may go ahead, and it is counted."""
        now = self._clock()
        wait = self._members.wait(user_id, cost, now)
        if server_id is not None:
            wait = max(wait, self._servers.wait(server_id, cost, now))
        if wait:
            return math.ceil(wait)
        self._members.take(user_id, cost, now)
        if server_id is not None:
            self._servers.take(server_id, cost, now)
        return 0

    def may_tell(self, user_id: int) -> bool:
        """Whether to tell somebody that they have to wait, who was not told a moment ago."""
        now = self._clock()
        if self._notices.wait(user_id, 1, now):
            return False
        self._notices.take(user_id, 1, now)
        return True


class _Buckets:
    """Token buckets, by whose they are. Of each only the moment is kept at which it will be full, and none once it is."""

    def __init__(self, size: float, seconds_each: float) -> None:
        self._seconds_each = seconds_each
        self._seconds_to_fill = size * seconds_each
        self._full_at: dict[int, float] = {}
        self._swept_at = -math.inf

    def __len__(self) -> int:
        return len(self._full_at)

    def wait(self, key: int, cost: float, now: float) -> float:
        """In how many seconds so many tokens can be taken."""
        # Rounded, since what many small costs add up to is not quite exact.
        return max(0.0, round(self._after(key, cost, now) - now - self._seconds_to_fill, 6))

    def take(self, key: int, cost: float, now: float) -> None:
        """Take so many tokens."""
        self._full_at[key] = self._after(key, cost, now)
        if now - self._swept_at > self._seconds_to_fill:
            self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
            self._swept_at = now

    def _after(self, key: int, cost: float, now: float) -> float:
        return max(now, self._full_at.get(key, now)) + cost * self._seconds_each
