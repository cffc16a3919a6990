"""Who had themselves forgotten while something of theirs was under way, so that it is not written down afterwards."""

from collections import Counter
from collections.abc import Callable


class Forgetting:
    """Kept in memory: what is under way ends with the process. For the event loop, which also sees to it that what is to be written is
    written in order: whatever was handed over before somebody is forgotten is forgotten with them.
    """

    def __init__(self) -> None:
        self._times: Counter[int] = Counter()

    def note(self, user_id: int) -> None:
        """Somebody is about to be forgotten."""
        self._times[user_id] += 1

    def since_now(self, user_id: int) -> Callable[[], bool]:
        """For the beginning of something: tells at its end whether they had themselves forgotten meanwhile."""
        before = self._times[user_id]
        return lambda: self._times[user_id] != before
