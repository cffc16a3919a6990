"""Once a library has changed, what was not answered before is asked again, and who wants to know is told: once, whatever happens
in between. Nothing here knows Discord.
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

#: How often it is looked whether a library has changed, in seconds: a row of the database for each that has open questions.
INTERVAL = 30.0
# How many questions are asked again after a change: those that somebody waits for, then the newest.
_MOST = 300


@dataclass(frozen=True, slots=True)
class News:
    """An answer that members were waiting for."""

    key: int
    asked: Asked
    """The question that it answers, and its number: the newest, if it was asked several times."""
    user_ids: tuple[int, ...]
    answer: Answer


class Teller(Protocol):
    """Whoever brings news to members: the client."""

    def reaches(self, library: str) -> bool:
        """Whether the members of a library can be told anything at present."""
        ...

    async def tell(self, library: str, news: News) -> None:
        """Tell them; what does not arrive is not told again."""
        ...


class Reasking:
    """Asks again. `start` has it watch the libraries until `stop`."""

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
        """Begin to watch."""
        self._watching = asyncio.create_task(self._watch())

    async def stop(self, *, patience: float) -> None:
        """Watch no longer. What was written down as told is told yet, if that takes no more than so many seconds."""
        if self._watching:
            self._watching.cancel()
            await asyncio.wait([self._watching])
        if self._telling:
            await asyncio.wait([self._telling], timeout=patience)

    def wake(self) -> None:
        """Look at once instead of in a while: a library may have changed."""
        self._changed.set()

    async def look(self) -> None:
        """Ask again in every library that has changed since it was looked at last."""
        for library in await self._service.do(self._records.waiting):
            generation = await self._service.do(partial(self._generation, library))
            if self._seen.get(library) == generation or not self._teller.reaches(library):
                continue
            if await self.ask_again(library):
                self._seen[library] = generation

    async def ask_again(self, library: str) -> bool:
        """Ask a library's open questions, one at a time, and tell of those that are answered now; returns whether all could be asked that
        ever can.
        """
        is_done = True
        open_questions = await self._service.do(lambda: self._records.unanswered(library, _MOST))
        for together in alike(open_questions):
            try:
                reply = await self._asking.again(library, together[0].asked, patiently=True)
                if isinstance(reply, Answer):
                    self._telling = asyncio.create_task(self._settle(library, together, reply))
                    await asyncio.shield(self._telling)
            except InputError:
                # Its article is gone.
                continue
            except PullquoteError:
                # It cannot be asked or settled now; the next one may fare better, and this one at the next look.
                is_done = False
            except Exception as error:
                # Nobody foresaw it, so it is not tried again before the next change; the others are asked all the same.
                log_failure("asking a question again", error)
        return is_done

    async def _settle(self, library: str, together: Sequence[Unanswered], reply: Answer) -> None:
        """First it is written down that they are told, then they are: a crash in between costs a message, never sends two."""
        # Whoever asked may have had it forgotten since the questions were read: it is not to be written down anew.
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
            # The others that wait shall hear all the same.
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
    """Questions put together that are told of in one message: of the same words, asked in the same place."""
    found: defaultdict[tuple[object, ...], list[Unanswered]] = defaultdict(list)
    for each in questions:
        asked = each.asked
        words = " ".join(asked.interpreted.casefold().split())
        found[words, asked.article_ids, asked.channel_id, asked.is_private].append(each)
    return list(found.values())


def is_new(asked: Asked, answer: Answer) -> bool:
    """Whether an answer says more than was said before: then there was none, or another one."""
    before, now = cited(asked).get(1), answer.excerpts[0].citation
    return before is None or (before.article_id, before.version, before.span) != (now.article_id, now.version, now.span)
