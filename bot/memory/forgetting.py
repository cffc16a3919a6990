"""Tracks members who had their data deleted while something of theirs was under way, so that it is not recorded afterwards."""

from collections import Counter
from collections.abc import Callable


class Forgetting:
    """In memory only, since work under way ends with the process. For use on the event loop: records are written in the order in which
    it hands them over, so the deletion covers whatever was handed over before it.
    """

    def __init__(self) -> None:
        self._times: Counter[int] = Counter()

    def note(self, user_id: int) -> None:
        """Note that a member's data is about to be deleted."""
        self._times[user_id] += 1

    def since_now(self, user_id: int) -> Callable[[], bool]:
        """A function that tells whether the member had their data deleted since this call, which marks the start of some work."""
        before = self._times[user_id]
        return lambda: self._times[user_id] != before
