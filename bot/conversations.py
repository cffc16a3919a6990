"""What was asked in each thread, so that a question can lean on those before it. It is held in memory only."""

from collections import OrderedDict

# Threads that are remembered, over all servers.
_THREADS = 2000
# Questions of one thread; what is further back seldom says what "it" is.
_QUESTIONS = 5


class Conversations:
    """The latest questions of the threads that were asked in latest."""

    def __init__(self, threads: int = _THREADS) -> None:
        self._threads = threads
        self._questions: OrderedDict[int, tuple[str, ...]] = OrderedDict()

    def remember(self, thread_id: int, questions: tuple[str, ...]) -> None:
        """Note what was asked in a thread so far."""
        self._questions[thread_id] = questions[-_QUESTIONS:]
        self._questions.move_to_end(thread_id)
        if len(self._questions) > self._threads:
            self._questions.popitem(last=False)

    def up_to(self, thread_id: int) -> tuple[str, ...]:
        """The questions of a thread, oldest first."""
        return self._questions.get(thread_id, ())

    def clear(self) -> None:
        """Forget them all."""
        self._questions.clear()
