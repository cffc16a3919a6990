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
        # Who asked, and what.
        self._questions: OrderedDict[int, tuple[tuple[int, str], ...]] = OrderedDict()

    def remember(self, thread_id: int, user_id: int, question: str) -> None:
        """Note what somebody asked in a thread."""
        self._questions[thread_id] = (*self._questions.get(thread_id, ()), (user_id, question))[-_QUESTIONS:]
        self._questions.move_to_end(thread_id)
        if len(self._questions) > self._threads:
            self._questions.popitem(last=False)

    def up_to(self, thread_id: int) -> tuple[str, ...]:
        """The questions of a thread, oldest first."""
        return tuple(question for _, question in self._questions.get(thread_id, ()))

    def forget(self, user_id: int) -> None:
        """Remember nothing that a member asked."""
        for thread_id, questions in self._questions.items():
            self._questions[thread_id] = tuple(each for each in questions if each[0] != user_id)
