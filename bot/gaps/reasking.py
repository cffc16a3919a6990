"""Asks unanswered questions again once a library has changed, and tells the members who wait for an answer: at most once,
whatever happens in between. Independent of Discord.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from bot.asking.answering import Asking
from bot.logs import log_failure
from bot.memory.citations import cited
from bot.memory.records import Asked, Records, Unanswered
from bot.service import Service
from embeddings.errors import InputError, PullquoteError
from embeddings.library import Library
from embeddings.types import Answer

#: Seconds between checks for changed libraries; each reads one database row per library with open questions.
INTERVAL = 30.0
# How many questions are asked again after a change: those that somebody waits for, then the newest.
_MOST = 300


@dataclass(frozen=True, slots=True)
class News:
    """An answer that members were waiting for."""

    key: int
    asked: Asked
    """The question that it answers, with that key; the newest, if it was asked several times."""
    user_ids: tuple[int, ...]
    answer: Answer


class Teller(Protocol):
    """What brings news to members."""

    def reaches(self, library: str) -> bool:
        """Whether the members of a library can be reached at present."""
        ...

    async def tell(self, library: str, news: News) -> None:
        """Tell them, without retrying what does not arrive."""
        ...


class Reasking:
    """Asks questions again. It watches the libraries from `start` to `stop`."""

    def __init__(
        self,
        service: Service[Library],
        records: Records,
        asking: Asking,
        generation: Callable[[str], int],
        teller: Teller,
        *,
        interval: float = INTERVAL,
    ) -> None:
        self._service = service
        self._records = records
        self._asking = asking
        self._generation = generation
        self._teller = teller
        self._interval = interval
        # After a start every library counts as changed: it may have been, and so may the model.
        self._seen: dict[str, int] = {}
        self._changed = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start watching."""
        self._watching = asyncio.create_task(self._watch())

    async def stop(self, *, patience: float) -> None:
        """Stop watching. News already recorded as told are still delivered, within ``patience`` seconds."""
        if self._watching:
            self._watching.cancel()
            await asyncio.wait([self._watching])
        if self._telling:
            await asyncio.wait([self._telling], timeout=patience)

    def wake(self) -> None:
        """Look now instead of after the interval: a library may have changed."""
        self._changed.set()

    async def look(self) -> None:
        """Ask again in every library that has changed since the last look."""
        for library in await self._service.do(self._records.waiting):
            generation = await self._service.do(partial(self._generation, library))
            if self._seen.get(library) == generation or not self._teller.reaches(library):
                continue
            if await self.ask_again(library):
                self._seen[library] = generation

    async def ask_again(self, library: str) -> bool:
        """Ask a library's open questions one by one and tell of those that are answered now; returns whether none needs a retry."""
        is_done = True
        open_questions = await self._service.do(lambda: self._records.unanswered(library, _MOST))
        for together in alike(open_questions):
            try:
                reply = await self._asking.again(library, together[0].asked, patiently=True)
                if isinstance(reply, Answer):
                    self._telling = asyncio.create_task(self._settle(library, together, reply))
                    await asyncio.shield(self._telling)
            except InputError:
                # The article that it was restricted to is gone.
                continue
            except PullquoteError:
                # It cannot be asked or settled now and is retried at the next look; the next question may fare better.
                is_done = False
            except Exception as error:
                # After an unexpected error it is not retried before the next change; the others are still asked.
                log_failure("asking a question again", error)
        return is_done

    async def _settle(self, library: str, together: Sequence[Unanswered], reply: Answer) -> None:
        """Record first that the members are told, then tell them: a crash in between loses a message, but never sends two."""
        # The asker may have had it deleted since the questions were read: it must not be recorded anew.
        answered = [
            each
            for each in together
            if is_new(each.asked, reply) and await self._asking.question(library, each.key) is not None
        ]
        if not answered:
            return
        keys = [each.key for each in answered]
        wishers = await self._service.do(lambda: self._records.settle(library, keys))
        if not wishers:
            return
        try:
            await self._teller.tell(library, News(answered[0].key, answered[0].asked, wishers, reply))
        except Exception as error:
            # Those who wait for other questions must still be told.
            log_failure("telling who wanted to know", error)

    async def _watch(self) -> None:
        while True:
            self._changed.clear()
            try:
                await self.look()
            except Exception as error:
                log_failure("asking again", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._interval):
                    await self._changed.wait()


def alike(questions: Sequence[Unanswered]) -> list[list[Unanswered]]:
    """The questions grouped into one message each: those with the same words, asked in the same place."""
    found: defaultdict[tuple[object, ...], list[Unanswered]] = defaultdict(list)
    for each in questions:
        asked = each.asked
        words = " ".join(asked.interpreted.casefold().split())
        found[words, asked.article_ids, asked.channel_id, asked.is_private].append(each)
    return list(found.values())


def is_new(asked: Asked, answer: Answer) -> bool:
    """Whether an answer is news: there was none before, or one that cited another place first."""
    before, now = cited(asked).get(1), answer.excerpts[0].citation
    return before is None or (before.article_id, before.version, before.span) != (now.article_id, now.version, now.span)
