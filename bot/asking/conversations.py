"""Earlier questions, which a follow-up may refer to. They are read from the records, so that conversations survive a restart."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.memory.citations import cited
from bot.memory.records import Asked

#: How many questions of a thread are used; older ones seldom say what "it" is.
LATEST = 5


@dataclass(frozen=True, slots=True)
class Earlier:
    """The conversation before a question."""

    questions: tuple[str, ...] = ()
    """Oldest first."""
    article_ids: tuple[str, ...] = ()
    """The articles that the last question was restricted to, or else those that its answer cited."""


NOTHING = Earlier()


def in_thread(asked: Sequence[Asked], title: str) -> Earlier:
    """The earlier questions of a thread; for a forum post, whose question begins with its title, the title only."""
    questions = tuple(title if title and each.text.startswith(title) else each.text for each in asked)
    return Earlier(questions, _articles_of(asked[-1])) if asked else NOTHING


def replied_to(asked: Asked) -> Earlier:
    """The question whose answer is replied to, as it was interpreted in its own context."""
    return Earlier((asked.interpreted,), _articles_of(asked))


def _articles_of(asked: Asked) -> tuple[str, ...]:
    return asked.article_ids or tuple(dict.fromkeys(each.article_id for each in cited(asked).values()))
