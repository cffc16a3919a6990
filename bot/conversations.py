"""Which questions led to an answer, so that a reply to the answer can lean on them."""

from collections import OrderedDict

# Answers that are remembered, over all servers; a reply to an older one is taken as a question of its own.
_ANSWERS = 2000
# Questions of one conversation; what is further back seldom says what "it" is.
_QUESTIONS = 5


class Conversations:
    """The questions behind the bot's latest answers. They are held in memory only."""

    def __init__(self, answers: int = _ANSWERS) -> None:
        self._answers = answers
        self._questions: OrderedDict[int, tuple[str, ...]] = OrderedDict()

    def remember(self, message_id: int, questions: tuple[str, ...]) -> None:
        """Note what the answer in this message was given to, oldest question first."""
        self._questions[message_id] = questions[-_QUESTIONS:]
        if len(self._questions) > self._answers:
            self._questions.popitem(last=False)

    def before(self, message_id: int | None) -> tuple[str, ...]:
        """The questions that led to the message; none when it is not one of the latest answers."""
        return self._questions.get(message_id, ()) if message_id is not None else ()
