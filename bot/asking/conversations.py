"""What was asked before, which a question may lean on. It is read from the records, so that a restart interrupts no conversation."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.memory.citations import cited
from bot.memory.records import Asked

#: So many questions of a thread; what is further back seldom says what "it" is.
LATEST = 5


@dataclass(frozen=True, slots=True)
class Earlier:
    """What came before a question."""

    questions: tuple[str, ...] = ()
    """Oldest first."""
    article_ids: tuple[str, ...] = ()
    """What the last answer was to be from, or else what it cited."""


NOTHING = Earlier()


def in_thread(asked: Sequence[Asked], title: str) -> Earlier:
    """What was asked in a thread; a forum's post is spoken of by its title, with which its words begin."""
    questions = tuple(title if title and each.text.startswith(title) else each.text for each in asked)
    return Earlier(questions, _articles_of(asked[-1])) if asked else NOTHING


def replied_to(asked: Asked) -> Earlier:
    """The question whose answer is replied to, with what it leaned on itself."""
    return Earlier((asked.interpreted,), _articles_of(asked))


def _articles_of(asked: Asked) -> tuple[str, ...]:
    return asked.article_ids or tuple(dict.fromkeys(each.article_id for each in cited(asked).values()))
