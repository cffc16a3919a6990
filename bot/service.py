"""Questions from the event loop to the libraries and back.

Nothing is done on the loop, so that it never waits: questions are answered in one thread, those that come together encoded
together; what is written of them goes through a thread of its own, in order; articles are changed in a few, which wait for one
another; and what else there is to do has a few more, in which nothing waits long.
"""

import asyncio
import math
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from bot.words import counted
from embeddings.errors import PullquoteError
from embeddings.types import Question, Reply

T = TypeVar("T")
L = TypeVar("L", bound="Answering")

# How long a question waits for company, in seconds: the encoder takes eight together in a third of the time of eight
# one by one.
_WINDOW = 0.01
_MOST_TOGETHER = 32
# Seconds for one question, by which "try again in" is reckoned until some were measured; the weight of a new one.
_TYPICAL, _WEIGHT = 0.05, 0.2
# How many articles are changed at once, of which one alone is encoded and stored while the others fetch theirs, or wait.
_CHANGES = 4
# How many other things are done at once.
_OTHERS = 4
# How long a record may take to be written, in seconds, when somebody waits for it: another process may hold the database.
_WRITING_LIMIT = 2.0


class OverloadedError(PullquoteError):
    """Too many questions are waiting."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Many questions are waiting; please try again in {counted(seconds, 'second')}.")
        self.seconds = seconds


class TooSlowError(PullquoteError):
    """A question was not answered within the time limit."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Answering took longer than {seconds:.0f} seconds; please try again in a moment.")
        self.seconds = seconds


class UnwrittenError(PullquoteError):
    """Something could not be written in time; it may be yet."""

    def __init__(self) -> None:
        super().__init__("I cannot save anything right now; please try again in a moment.")


class Answering(Protocol):
    """What answers questions: a `Library`."""

    def ask_many(self, questions: Sequence[Question]) -> Sequence[Reply | PullquoteError]:
        """Answer several questions; an error takes the place of the reply it concerns."""
        ...


@dataclass(frozen=True, slots=True)
class _Asked:
    library: str
    question: Question
    reply: "asyncio.Future[Reply]"


class Service(Generic[L]):
    """Answers from any library, each opened by its name when it is first asked. Use as an async context manager."""

    def __init__(
        self,
        open_library: Callable[[str], L],
        *,
        queue_limit: int = 200,
        time_limit: float = 60.0,
        writing_limit: float = _WRITING_LIMIT,
    ) -> None:
        self._open_library = open_library
        self._queue_limit = queue_limit
        self._time_limit = time_limit
        self._writing_limit = writing_limit
        self._libraries: dict[str, L] = {}
        self._opening = threading.Lock()
        self._answering = ThreadPoolExecutor(max_workers=1, thread_name_prefix="answering")
        self._writing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writing")
        self._changing = ThreadPoolExecutor(max_workers=_CHANGES, thread_name_prefix="changing")
        self._others = ThreadPoolExecutor(max_workers=_OTHERS, thread_name_prefix="other")
        self._queue: asyncio.Queue[_Asked] = asyncio.Queue()
        self._unanswered: set[asyncio.Future[Reply]] = set()
        self._seconds_each = _TYPICAL
        self._worker: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._worker = asyncio.create_task(self._work())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._worker:
            self._worker.cancel()
            await asyncio.wait([self._worker])
        for reply in self._unanswered:
            reply.cancel()
        # What a thread is at cannot be interrupted, and may be an article that takes minutes: who cannot wait for it ends the process.
        # What was to be written is written.
        await asyncio.to_thread(self._writing.shutdown)
        for thread in (self._answering, self._changing, self._others):
            await asyncio.to_thread(thread.shutdown, cancel_futures=True)

    async def do(self, work: Callable[[], T]) -> T:
        """Do something else, beside the answering."""
        return await asyncio.get_running_loop().run_in_executor(self._others, work)

    async def read(self, library: str, work: Callable[[L], T]) -> T:
        """Look something up in a library, beside the answering."""
        return await self.do(lambda: work(self._library(library)))

    async def change(self, library: str, work: Callable[[L], T]) -> T:
        """Change the articles of a library, which may take minutes, for one thing alone is written at a time."""
        return await asyncio.get_running_loop().run_in_executor(self._changing, lambda: work(self._library(library)))

    async def write(self, work: Callable[[], T]) -> T:
        """Write something, after what was to be written before it.

        Raises:
            UnwrittenError: it took too long; it is written as soon as it can be.
        """
        writing = asyncio.get_running_loop().run_in_executor(self._writing, work)
        done, _ = await asyncio.wait([writing], timeout=self._writing_limit)
        if not done:
            # Whether it succeeds in the end is of no concern to anybody any more.
            writing.add_done_callback(lambda late: late.cancelled() or late.exception())
            raise UnwrittenError
        return writing.result()

    async def prepare(self, work: Callable[[], T]) -> T:
        """Do something before the questions that come after it are answered."""
        return await asyncio.get_running_loop().run_in_executor(self._answering, work)

    async def ask(self, library: str, question: Question) -> Reply:
        """Answer a question from the articles of one library.

        Raises:
            OverloadedError: the queue is full.
            TooSlowError: there was no answer within the time limit.
            PullquoteError: it cannot be answered, as `Library.ask` says.
        """
        if len(self._unanswered) >= self._queue_limit:
            raise OverloadedError(math.ceil(len(self._unanswered) * self._seconds_each))
        asked = _Asked(library, question, asyncio.get_running_loop().create_future())
        self._unanswered.add(asked.reply)
        self._queue.put_nowait(asked)
        try:
            async with asyncio.timeout(self._time_limit) as limit:
                return await asked.reply
        except TimeoutError:
            if limit.expired():
                raise TooSlowError(self._time_limit) from None
            raise
        finally:
            self._unanswered.discard(asked.reply)

    async def ask_patiently(self, library: str, question: Question) -> Reply:
        """The same for a question that nobody sits waiting for: it comes when no other is waiting.

        Raises:
            PullquoteError: as `ask` says.
        """
        while self._unanswered:
            await asyncio.wait(self._unanswered)
        return await self.ask(library, question)

    async def _work(self) -> None:
        while True:
            batch = [await self._queue.get()]
            await asyncio.sleep(_WINDOW)
            while len(batch) < _MOST_TOGETHER and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            for library, together in groupby(sorted(batch, key=attrgetter("library")), key=attrgetter("library")):
                # Whoever gave up waiting is not worked for.
                if wanted := [each for each in together if not each.reply.done()]:
                    await self._answer(library, wanted)

    async def _answer(self, library: str, wanted: Sequence[_Asked]) -> None:
        clock = asyncio.get_running_loop().time
        started = clock()
        found: Sequence[Reply | Exception]
        try:
            found = await self.prepare(lambda: self._library(library).ask_many([each.question for each in wanted]))
        except Exception as error:
            if len(wanted) > 1 and not isinstance(error, PullquoteError):
                # It was not foreseen, so nothing says that it concerns them all.
                for each in wanted:
                    await self._answer(library, [each])
                return
            # Whatever it is, those who wait are told.
            found = [error] * len(wanted)
        self._seconds_each += _WEIGHT * ((clock() - started) / len(wanted) - self._seconds_each)
        for asked, reply in zip(wanted, found, strict=True):
            if asked.reply.done():
                continue
            if isinstance(reply, Exception):
                asked.reply.set_exception(reply)
            else:
                asked.reply.set_result(reply)

    def _library(self, name: str) -> L:
        with self._opening:
            if name not in self._libraries:
                self._libraries[name] = self._open_library(name)
            return self._libraries[name]
