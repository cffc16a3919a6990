"""Permissions and rate limits: pure functions over a member's Discord permissions, and token buckets over an injected clock."""

import math
from collections.abc import Callable, Collection

from bot.memory.records import ServerSettings

#: Costs in tokens: a question runs the models; a mere lookup costs a quarter of that.
QUESTION, LOOK = 1.0, 0.25
#: How many questions a member may ask at once, and in each minute after that: more than anyone reads the answers to.
PER_MINUTE = 10
# A server's limit, as a multiple of a member's: 150 questions at once fill three quarters of the queue, so that one server leaves
# room for the others, and 2.5 a second after that are fewer than two slow cores answer.
_MEMBERS_AT_ONCE = 15
# Seconds between two notices that tell the same member to wait; more would be noise.
_SECONDS_BETWEEN_NOTICES = 60.0
_MINUTE = 60.0


def is_librarian(settings: ServerSettings, *, manages_server: bool, role_ids: Collection[int]) -> bool:
    """Whether a member may manage a server's articles: they manage the server, or have its librarian role."""
    return manages_server or (settings.librarian_role is not None and settings.librarian_role in role_ids)


class Limits:
    """Rate limits of members, and of servers as a whole."""

    def __init__(self, clock: Callable[[], float], per_minute: int = PER_MINUTE) -> None:
        """The ``clock`` is monotonic, in seconds."""
        self._clock = clock
        self._members = _Buckets(per_minute, _MINUTE / per_minute)
        self._servers = _Buckets(per_minute * _MEMBERS_AT_ONCE, _MINUTE / (per_minute * _MEMBERS_AT_ONCE))
        self._notices = _Buckets(1, _SECONDS_BETWEEN_NOTICES)

    def wait(self, user_id: int, server_id: int | None, cost: float = QUESTION) -> int:
        """The seconds that a member has to wait; if 0, they may go ahead and the cost is charged."""
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
        """Whether to tell a member to wait: not if they were told a moment ago."""
        now = self._clock()
        if self._notices.wait(user_id, 1, now):
            return False
        self._notices.take(user_id, 1, now)
        return True


class _Buckets:
    """Token buckets by their owners' ids. Only the time at which each will be full is stored, and full ones are dropped."""

    def __init__(self, size: float, seconds_each: float) -> None:
        self._seconds_each = seconds_each
        self._seconds_to_fill = size * seconds_each
        self._full_at: dict[int, float] = {}
        self._swept_at = -math.inf

    def __len__(self) -> int:
        return len(self._full_at)

    def wait(self, key: int, cost: float, now: float) -> float:
        """The seconds until ``cost`` tokens can be taken."""
        # Rounded, because a sum of many small costs is inexact.
        return max(0.0, round(self._after(key, cost, now) - now - self._seconds_to_fill, 6))

    def take(self, key: int, cost: float, now: float) -> None:
        """Take ``cost`` tokens."""
        self._full_at[key] = self._after(key, cost, now)
        if now - self._swept_at > self._seconds_to_fill:
            self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
            self._swept_at = now

    def _after(self, key: int, cost: float, now: float) -> float:
        return max(now, self._full_at.get(key, now)) + cost * self._seconds_each
