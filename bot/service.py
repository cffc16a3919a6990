"""Questions from the event loop to the library and back: the work is done in one thread, and questions that come together are encoded together."""

import asyncio
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from embeddings.errors import PullquoteError
from embeddings.library import Library
from embeddings.store import Store
from embeddings.types import Encoder, Question, Reply

# How long the first question waits for company, in seconds; the encoder takes eight questions in twice the time of one.
_WINDOW = 0.005
_MOST_TOGETHER = 32
# A question of a full queue takes about this long, in seconds, by which "try again in" is reckoned.
_TYPICAL = 0.05


class BusyError(PullquoteError):
    """Too many questions are waiting."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Many questions are waiting; please try again in {seconds} s.")
        self.seconds = seconds


class SlowError(PullquoteError):
    """A question was not answered within the time limit."""

    def __init__(self) -> None:
        super().__init__("That took too long; please try again in a moment.")


@dataclass(frozen=True, slots=True)
class _Asked:
    library: str
    question: Question
    reply: "asyncio.Future[Reply]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Service:
    """Answers for every library of one store. Use as an async context manager."""

    def __init__(self, store: Store, encoder: Encoder, *, queue_limit: int = 200, time_limit: float = 60.0) -> None:
        self._store = store
        self._encoder = encoder
        self._limit = queue_limit
        self._time_limit = time_limit
        self._libraries: dict[str, Library] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="library")
        self._waiting: asyncio.Queue[_Asked] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Service":
        self._worker = asyncio.create_task(self._work())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._worker:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        while not self._waiting.empty():
            self._waiting.get_nowait().reply.cancel()
        # The question being answered now is let finish; it takes milliseconds.
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)

    async def warm(self) -> None:
        """Load the model, so that the first question does not wait for it."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._encoder.encode_queries, ["warm up"])

    async def ask(self, library: str, question: Question) -> Reply:
        """Answer a question from the articles of one library.

        Raises:
            BusyError: the queue is full.
            SlowError: there was no answer within the time limit.
            PullquoteError: it cannot be answered, as `Library.ask` says.
        """
        if self._waiting.qsize() >= self._limit:
            raise BusyError(max(1, round(self._waiting.qsize() * _TYPICAL)))
        asked = _Asked(library, question)
        self._waiting.put_nowait(asked)
        try:
            async with asyncio.timeout(self._time_limit):
                return await asked.reply
        except TimeoutError as error:
            raise SlowError from error

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._waiting.get()]
            await asyncio.sleep(_WINDOW)
            while len(batch) < _MOST_TOGETHER and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            by_library: dict[str, list[_Asked]] = defaultdict(list)
            for asked in batch:
                # Whoever gave up waiting is not worked for.
                if not asked.reply.done():
                    by_library[asked.library].append(asked)
            for name, together in by_library.items():
                found: list[Reply | PullquoteError] | Exception
                try:
                    found = await loop.run_in_executor(
                        self._thread, self._answer, name, [each.question for each in together]
                    )
                except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must be told
                    found = error
                for number, asked in enumerate(together):
                    _settle(asked.reply, found if isinstance(found, Exception) else found[number])

    def _answer(self, name: str, questions: list[Question]) -> list[Reply | PullquoteError]:
        if name not in self._libraries:
            self._libraries[name] = Library(self._store, name, self._encoder)
        return self._libraries[name].ask_many(questions)


def _settle(future: "asyncio.Future[Reply]", found: Reply | Exception) -> None:
    if future.done():
        return
    if isinstance(found, Exception):
        future.set_exception(found)
    else:
        future.set_result(found)
