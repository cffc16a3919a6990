"""The service between the event loop and the libraries."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence

import pytest

from bot.service import OverloadedError, Service, TooSlowError, UnwrittenError
from embeddings.errors import PullquoteError, QuestionError, StorageError
from embeddings.types import EmptyLibrary, Question, Reply


class Echo:
    """Echoes each question under its own name; blocks while its gate is closed."""

    def __init__(self, name: str = "echo") -> None:
        self.name = name
        self.batches: list[list[str]] = []
        self.started, self.gate = threading.Event(), threading.Event()
        self.gate.set()

    def ask_many(self, questions: Sequence[Question]) -> list[Reply | PullquoteError]:
        self.started.set()
        assert self.gate.wait(30)
        self.batches.append([each.text for each in questions])
        if any(each.text == "break" for each in questions):
            raise RuntimeError("broken")
        if any(each.text == "locked" for each in questions):
            raise StorageError("locked")
        return [QuestionError("?") if each.text == "bad" else EmptyLibrary(each.text, self.name) for each in questions]


def run(scenario: Callable[[], Coroutine[None, None, None]]) -> None:
    asyncio.run(scenario())


async def busy(service: Service[Echo], echo: Echo) -> "asyncio.Task[Reply]":
    """A question that occupies the worker thread until the gate is opened."""
    echo.gate.clear()
    first = asyncio.create_task(service.ask("a", Question("first")))
    await asyncio.to_thread(echo.started.wait, 30)
    return first


def test_questions_that_come_together_are_answered_in_one_run() -> None:
    async def scenario() -> None:
        echo = Echo()
        async with Service(lambda _: echo) as service:
            texts = [f"question {number}" for number in range(8)]
            asked = []
            for text in texts:
                asked.append(asyncio.create_task(service.ask("a", Question(text))))
                # One at a time, as they arrive from the network.
                await asyncio.sleep(0)
            replies = await asyncio.gather(*asked)
        assert [reply.question for reply in replies] == texts
        assert echo.batches == [texts]

    run(scenario)


def test_each_library_is_asked_its_own_questions_only() -> None:
    async def scenario() -> None:
        opened: dict[str, Echo] = {}
        async with Service(lambda name: opened.setdefault(name, Echo(name))) as service:
            asked = [("a", "1"), ("b", "2"), ("a", "3"), ("b", "4")]
            replies = await asyncio.gather(*(service.ask(name, Question(text)) for name, text in asked))
        assert [(reply.interpreted_question, reply.question) for reply in replies] == asked
        assert {name: echo.batches for name, echo in opened.items()} == {"a": [["1", "3"]], "b": [["2", "4"]]}

    run(scenario)


def test_an_error_reaches_only_the_question_it_concerns() -> None:
    async def scenario() -> None:
        async with Service(lambda _: Echo()) as service:
            texts = ("good", "bad", "fine")
            found = await asyncio.gather(*(service.ask("a", Question(text)) for text in texts), return_exceptions=True)
        assert [type(each) for each in found] == [EmptyLibrary, QuestionError, EmptyLibrary]

    run(scenario)


def test_an_unforeseen_failure_reaches_only_the_question_that_it_comes_from() -> None:
    async def scenario() -> None:
        async with Service(lambda _: Echo()) as service:
            texts = ("one", "break", "two")
            found = await asyncio.gather(*(service.ask("a", Question(text)) for text in texts), return_exceptions=True)
            assert [type(each) for each in found] == [EmptyLibrary, RuntimeError, EmptyLibrary]
            assert (await service.ask("a", Question("after"))).question == "after"

    run(scenario)


def test_a_failure_of_the_library_reaches_everyone_at_once() -> None:
    async def scenario() -> None:
        echo = Echo()
        async with Service(lambda _: echo) as service:
            found = await asyncio.gather(
                *(service.ask("a", Question(text)) for text in ("one", "locked")), return_exceptions=True
            )
        assert [type(each) for each in found] == [StorageError, StorageError]
        assert echo.batches == [["one", "locked"]]

    run(scenario)


def test_the_loop_goes_on_while_the_library_works() -> None:
    async def scenario() -> None:
        echo = Echo()
        async with Service(lambda _: echo) as service:
            first = await busy(service, echo)
            # If the library ran on the event loop, this line could not open its gate.
            echo.gate.set()
            assert (await first).question == "first"

    run(scenario)


def test_what_nobody_sits_waiting_for_comes_when_nobody_waits() -> None:
    async def scenario() -> None:
        echo = Echo()
        async with Service(lambda _: echo, queue_limit=4) as service:
            asked = [await busy(service, echo)]
            patient = asyncio.create_task(service.ask_patiently("a", Question("patient")))
            await asyncio.sleep(0)
            # Later questions are answered first, and the patient one does not take up a place in the queue.
            asked += [asyncio.create_task(service.ask("a", Question(text))) for text in ("second", "third", "fourth")]
            await asyncio.sleep(0)
            echo.gate.set()
            await asyncio.gather(*asked)
            assert not patient.done()
            assert (await patient).question == "patient"
        assert [text for batch in echo.batches for text in batch] == ["first", "second", "third", "fourth", "patient"]

    run(scenario)


def test_a_full_queue_says_when_to_try_again() -> None:
    async def scenario() -> None:
        echo = Echo()
        async with Service(lambda _: echo, queue_limit=2) as service:
            first = await busy(service, echo)
            second = asyncio.create_task(service.ask("a", Question("second")))
            await asyncio.sleep(0)
            with pytest.raises(OverloadedError, match=r"try again in \d+ s") as caught:
                await service.ask("a", Question("third"))
            assert caught.value.seconds >= 1
            echo.gate.set()
            assert [reply.question for reply in await asyncio.gather(first, second)] == ["first", "second"]
            assert (await service.ask("a", Question("fourth"))).question == "fourth"

    run(scenario)


def test_a_question_given_up_is_not_worked_for() -> None:
    async def scenario() -> None:
        echo = Echo()
        async with Service(lambda _: echo, time_limit=0.05) as service:
            first = await busy(service, echo)
            with pytest.raises(TooSlowError, match="try again"):
                await service.ask("a", Question("second"))
            echo.gate.set()
            await asyncio.gather(first, return_exceptions=True)
            assert (await service.ask("a", Question("third"))).question == "third"
        assert all("second" not in batch for batch in echo.batches)

    run(scenario)


def test_who_still_waits_at_the_end_is_let_go() -> None:
    async def scenario() -> None:
        echo = Echo()
        async with Service(lambda _: echo) as service:
            first = await busy(service, echo)
            second = asyncio.create_task(service.ask("a", Question("second")))
            await asyncio.sleep(0)
            echo.gate.set()
        found = await asyncio.gather(first, second, return_exceptions=True)
        assert isinstance(found[1], asyncio.CancelledError)

    run(scenario)


def test_other_work_waits_neither_for_the_answering_nor_on_the_loop() -> None:
    async def scenario() -> None:
        echo = Echo()
        async with Service(lambda _: echo) as service:
            first = await busy(service, echo)
            assert await service.do(lambda: threading.current_thread().name) != threading.current_thread().name
            assert await service.read("a", lambda library: library.name) == "echo"
            assert await service.write(lambda: 7) == 7
            assert not first.done()
            echo.gate.set()
            await first

    run(scenario)


def test_what_is_written_is_written_in_order_and_nobody_waits_long_for_it() -> None:
    async def scenario() -> None:
        gate, written = threading.Event(), list[int]()

        def slow() -> None:
            assert gate.wait(30)
            written.append(1)

        async with Service(lambda _: Echo(), writing_limit=0.05) as service:
            with pytest.raises(UnwrittenError, match="try again"):
                await service.write(slow)
            with pytest.raises(UnwrittenError):
                await service.write(lambda: written.append(2))
            gate.set()
        # Closing the service waits for pending writes.
        assert written == [1, 2]

    run(scenario)


def test_an_error_in_writing_reaches_whoever_waits_for_it() -> None:
    async def scenario() -> None:
        async with Service(lambda _: Echo()) as service:
            with pytest.raises(ZeroDivisionError):
                await service.write(lambda: 1 // 0)

    run(scenario)
