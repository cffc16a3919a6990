"""Which questions led to an answer, so that a reply to the answer can lean on them."""

from collections import OrderedDict

# Answers that are remembered, over all servers; a reply to an older one is taken as a question of its own.
_ANSWERS = 2000
# Questions of one conversation; what is further back seldom says what "it" is.
_QUESTIONS = 5


class Conversations:
    """The latest questions, each with those it followed. They are held in memory only."""

    def __init__(self, answers: int = _ANSWERS) -> None:
        self._answers = answers
        self._questions: OrderedDict[int, tuple[str, ...]] = OrderedDict()

    def remember(self, asked: int, questions: tuple[str, ...]) -> None:
        """Note what was asked with the message or command of this id, after the earlier questions of its conversation."""
        self._questions[asked] = questions[-_QUESTIONS:]
        if len(self._questions) > self._answers:
            self._questions.popitem(last=False)

    def up_to(self, asked: int | None) -> tuple[str, ...]:
        """The questions of a conversation, oldest first; none when it is not one of the latest."""
        return self._questions.get(asked, ()) if asked is not None else ()
