"""Passes questions from the event loop to the libraries, and replies back.

No work is done on the event loop, so that it never blocks: questions are answered in one thread, in batches if they arrive
together; records are written in order by a thread of their own; articles are changed in a few threads, which wait for one
another; everything else runs in a few more, where nothing waits long.
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

# How long a question waits for others to join its batch, in seconds: the encoder takes a third of the time for eight together
# as for eight one by one.
_WINDOW = 0.01
_MOST_TOGETHER = 32
# Seconds per question, for "try again in": the initial value of a moving average, and the weight of a new measurement in it.
_TYPICAL, _WEIGHT = 0.05, 0.2
# How many articles are changed at once; only one of them is encoded and stored while the others fetch theirs, or wait.
_CHANGES = 4
# Threads for everything else.
_OTHERS = 4
# Timeout of a write that somebody waits for, in seconds: another process may have locked the database.
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
    """Something could not be written in time; it may still be written later."""

    def __init__(self) -> None:
        super().__init__("I cannot save anything right now; please try again in a moment.")


class Answering(Protocol):
    """The interface of what answers questions: a `Library`."""

    def ask_many(self, questions: Sequence[Question]) -> Sequence[Reply | PullquoteError]:
        """Answer several questions; an error takes the place of the reply it concerns."""
        ...


@dataclass(frozen=True, slots=True)
class _Asked:
    library: str
    question: Question
    reply: "asyncio.Future[Reply]"


class Service(Generic[L]):
    """Answers from any library, each opened by name on first use. Use as an async context manager."""

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
        # A thread's work cannot be interrupted, and may be an article that takes minutes: a caller that cannot wait ends the process.
        # Pending writes are finished.
        await asyncio.to_thread(self._writing.shutdown)
        for thread in (self._answering, self._changing, self._others):
            await asyncio.to_thread(thread.shutdown, cancel_futures=True)

    async def do(self, work: Callable[[], T]) -> T:
        """Run other work, in parallel with answering."""
        return await asyncio.get_running_loop().run_in_executor(self._others, work)

    async def read(self, library: str, work: Callable[[L], T]) -> T:
        """Look something up in a library, in parallel with answering."""
        return await self.do(lambda: work(self._library(library)))

    async def change(self, library: str, work: Callable[[L], T]) -> T:
        """Change the articles of a library, which may take minutes, because only one change is written at a time."""
        return await asyncio.get_running_loop().run_in_executor(self._changing, lambda: work(self._library(library)))

    async def write(self, work: Callable[[], T]) -> T:
        """Write something, after all earlier writes.

        Raises:
            UnwrittenError: it took too long; it will be written as soon as possible.
        """
        writing = asyncio.get_running_loop().run_in_executor(self._writing, work)
        done, _ = await asyncio.wait([writing], timeout=self._writing_limit)
        if not done:
            # Nobody waits for the outcome any more; an exception must not be reported as unretrieved.
            writing.add_done_callback(lambda late: late.cancelled() or late.exception())
            raise UnwrittenError
        return writing.result()

    async def prepare(self, work: Callable[[], T]) -> T:
        """Run work in the answering thread, before later questions are answered."""
        return await asyncio.get_running_loop().run_in_executor(self._answering, work)

    async def ask(self, library: str, question: Question) -> Reply:
        """Answer a question from the articles of one library.

        Raises:
            OverloadedError: the queue is full.
            TooSlowError: there was no answer within the time limit.
            PullquoteError: the question cannot be answered; see `Library.ask`.
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
        """Like `ask`, for a question that no user is waiting for: it is asked once no other question is pending.

        Raises:
            PullquoteError: see `ask`.
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
                # Questions whose askers gave up waiting are skipped.
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
                # An unexpected error need not concern the whole batch, so each is tried alone.
                for each in wanted:
                    await self._answer(library, [each])
                return
            # Whatever the error is, those who wait get it.
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
