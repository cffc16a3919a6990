"""Unanswered questions are asked again after a library has changed, and each waiting member is told once."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.asking.answering import Asking
from bot.gaps.reasking import News, Reasking, is_new
from bot.memory.citations import citations_json
from bot.memory.community import Community
from bot.memory.records import Asked, Records, Unanswered
from bot.service import Service
from embeddings.errors import PullquoteError, StorageError
from embeddings.library import Library
from embeddings.loaders.plain import load_plain
from embeddings.store import Store
from embeddings.types import Answer, Question, Reply
from tests.fakes import BagEncoder, MemoryRecords

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADA, BEA = 7, 8
SAUNA = Asked(ADA, 70, 700, "when?", "When is the sauna heated?", "not_found", 0.1, "[]", NOON)
RYE = replace(SAUNA, text="rye?", interpreted="How is rye bread baked?")
ARTICLE = "The sauna is heated on Thursdays from five in the afternoon."


@dataclass
class Mailbox:
    """A `Teller` that records the news."""

    news: list[tuple[str, News]] = field(default_factory=list)
    open: bool = True
    broken: bool = False
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def reaches(self, library: str) -> bool:
        return self.open

    async def tell(self, library: str, news: News) -> None:
        if self.broken:
            raise ConnectionResetError
        self.news.append((library, news))
        self.arrived.set()


@dataclass
class World:
    """Libraries, records and a mailbox, for asking again."""

    store: Store
    records: Records
    service: Service[Library]
    asking: Asking
    mail: Mailbox
    interval: float

    def reasking(self) -> Reasking:
        """A new instance, as in a new process."""
        return Reasking(
            self.service, self.records, self.asking, self.store.generation, self.mail, interval=self.interval
        )

    def library(self, name: str) -> Library:
        return Library(self.store, name, BagEncoder(), minimum_confidence=0.0)

    def add(self, name: str, text: str = ARTICLE, source: str = "sauna.txt") -> str:
        return self.library(name).add(load_plain(text, source=source, title="Sauna")).article.id


Scenario = Callable[[World], Awaitable[None]]


@pytest.fixture(params=["memory", "disk"])
def play(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Scenario], None]:
    async def whole(scenario: Scenario, records: Records) -> None:
        with Store.open(tmp_path / "articles") as store:
            opened = lambda name: Library(store, name, BagEncoder(), minimum_confidence=0.0)  # noqa: E731
            async with Service(opened) as service:
                await scenario(World(store, records, service, Asking(service, records), Mailbox(), interval=0.01))

    def run(scenario: Scenario) -> None:
        if request.param == "memory":
            asyncio.run(whole(scenario, MemoryRecords()))
            return
        with Community(tmp_path / "records") as community:
            asyncio.run(whole(scenario, community))

    return run


def test_who_waits_is_told_once_however_often_it_is_looked(play: Callable[[Scenario], None]) -> None:
    async def scenario(world: World) -> None:
        key = world.records.record_question("1", SAUNA)
        for user_id in (BEA, ADA):
            world.records.wish("1", key, user_id)
        await world.reasking().look()
        assert world.mail.news == []
        world.add("1")
        await world.reasking().look()
        ((library, news),) = world.mail.news
        assert (library, news.key, news.asked, news.user_ids) == ("1", key, SAUNA, (ADA, BEA))
        assert "Thursdays" in news.answer.excerpts[0].quote
        assert world.records.unanswered("1", 10) == []
        await world.reasking().look()
        assert len(world.mail.news) == 1

    play(scenario)


def test_who_could_not_be_told_is_not_told_twice(play: Callable[[Scenario], None]) -> None:
    async def scenario(world: World) -> None:
        for asked in (SAUNA, replace(SAUNA, channel_id=71)):
            world.records.wish("1", world.records.record_question("1", asked), BEA)
        world.add("1")
        world.mail.broken = True
        await world.reasking().look()
        world.mail.broken = False
        await world.reasking().look()
        assert world.mail.news == []

    play(scenario)


class Stumbling(Library):
    """A library in which one question raises an unexpected error."""

    def ask_many(self, questions: Sequence[Question]) -> list[Reply | PullquoteError]:
        if any(RYE.interpreted in each.text for each in questions):
            raise TypeError("not foreseen")
        return super().ask_many(questions)


def test_one_question_that_nobody_foresaw_does_not_keep_the_others_from_being_asked(tmp_path: Path) -> None:
    async def scenario() -> None:
        records = MemoryRecords()
        with Store.open(tmp_path) as store:
            opened = lambda name: Stumbling(store, name, BagEncoder(), minimum_confidence=0.0)  # noqa: E731
            async with Service[Library](opened) as service:
                world = World(store, records, service, Asking(service, records), Mailbox(), interval=0.01)
                # The newest is asked first.
                for asked in (SAUNA, RYE):
                    records.wish("1", records.record_question("1", asked), BEA)
                world.add("1")
                await world.reasking().look()
                assert [news.asked for _, news in world.mail.news] == [SAUNA]

    asyncio.run(scenario())


class Forgetting(MemoryRecords):
    """Records in which a member deletes all of their data while their question is asked again."""

    def unanswered(self, library: str, most: int) -> list[Unanswered]:
        found = super().unanswered(library, most)
        self.forget_user(ADA)
        return found


def test_who_was_forgotten_meanwhile_is_not_written_down_anew(tmp_path: Path) -> None:
    async def scenario() -> None:
        records = Forgetting()
        with Store.open(tmp_path) as store:
            opened = lambda name: Library(store, name, BagEncoder(), minimum_confidence=0.0)  # noqa: E731
            async with Service(opened) as service:
                world = World(store, records, service, Asking(service, records), Mailbox(), interval=0.01)
                for user_id in (BEA, ADA):
                    records.wish("1", records.record_question("1", replace(SAUNA, user_id=user_id)), user_id)
                world.add("1")
                await world.reasking().ask_again("1")
                # News are about this question and are recorded under its asker, so it must not be Ada's.
                assert [(news.asked.user_id, news.user_ids) for _, news in world.mail.news] == [(BEA, (BEA,))]

    asyncio.run(scenario())


class Locked(MemoryRecords):
    """Records that are locked by another program the first time that something is settled."""

    is_locked = True

    def settle(self, library: str, keys: Collection[int]) -> tuple[int, ...]:
        if self.is_locked:
            self.is_locked = False
            raise StorageError("It is locked.")
        return super().settle(library, keys)


def test_what_cannot_be_settled_now_is_told_at_the_next_look(tmp_path: Path) -> None:
    async def scenario() -> None:
        records = Locked()
        with Store.open(tmp_path) as store:
            opened = lambda name: Library(store, name, BagEncoder(), minimum_confidence=0.0)  # noqa: E731
            async with Service(opened) as service:
                world = World(store, records, service, Asking(service, records), Mailbox(), interval=0.01)
                records.wish("1", records.record_question("1", SAUNA), BEA)
                world.add("1")
                reasking = world.reasking()
                await reasking.look()
                assert world.mail.news == []
                for _ in range(2):
                    await reasking.look()
                assert [news.user_ids for _, news in world.mail.news] == [(BEA,)]

    asyncio.run(scenario())


def test_the_same_words_in_the_same_place_are_told_of_once_and_in_private_apart(
    play: Callable[[Scenario], None],
) -> None:
    async def scenario(world: World) -> None:
        questions = (
            SAUNA,
            replace(SAUNA, interpreted="when is the SAUNA heated?", user_id=BEA),
            replace(SAUNA, is_private=True),
            replace(SAUNA, channel_id=71),
        )
        for asked in questions:
            world.records.wish("1", world.records.record_question("1", asked), asked.user_id)
        world.add("1")
        await world.reasking().look()
        told = [(news.asked.channel_id, news.asked.is_private, news.user_ids) for _, news in world.mail.news]
        assert sorted(told) == [(70, False, (ADA, BEA)), (70, True, (ADA,)), (71, False, (ADA,))]

    play(scenario)


def test_a_library_is_looked_at_only_when_it_has_changed_and_only_its_own_questions_are_asked(
    play: Callable[[Scenario], None],
) -> None:
    async def scenario(world: World) -> None:
        for library in ("1", "2"):
            world.records.wish(library, world.records.record_question(library, SAUNA), ADA)
        world.add("2", "Rye bread is baked on Mondays.", "bread.txt")
        reasking = world.reasking()
        await reasking.look()
        world.add("1")
        await reasking.look()
        assert [library for library, _ in world.mail.news if library == "1"] == ["1"]
        # Without a change of the library, a new wish does not make it ask again: the result would be the same.
        world.records.wish("1", world.records.record_question("1", SAUNA), BEA)
        await reasking.look()
        assert len([library for library, _ in world.mail.news if library == "1"]) == 1

    play(scenario)


def test_a_server_that_cannot_be_reached_is_told_when_it_can(play: Callable[[Scenario], None]) -> None:
    async def scenario(world: World) -> None:
        world.records.wish("1", world.records.record_question("1", SAUNA), ADA)
        world.add("1")
        reasking = world.reasking()
        world.mail.open = False
        await reasking.look()
        assert world.mail.news == []
        world.mail.open = True
        await reasking.look()
        assert len(world.mail.news) == 1

    play(scenario)


def test_the_article_that_was_chosen_is_the_one_that_is_asked(play: Callable[[Scenario], None]) -> None:
    async def scenario(world: World) -> None:
        bread = world.add("1", "Rye bread is baked on Mondays.", "bread.txt")
        chosen = world.records.record_question("1", replace(RYE, article_ids=(bread,)))
        gone = world.records.record_question("1", replace(RYE, article_ids=("gone",)))
        for key in (chosen, gone):
            world.records.wish("1", key, ADA)
        world.add("1")
        await world.reasking().look()
        ((_, news),) = world.mail.news
        assert news.key == chosen
        assert {each.citation.article_id for each in news.answer.excerpts} == {bread}
        assert [each.key for each in world.records.unanswered("1", 10)] == [gone]

    play(scenario)


def test_a_change_is_noticed_without_being_told_of(play: Callable[[Scenario], None]) -> None:
    async def scenario(world: World) -> None:
        world.records.wish("1", world.records.record_question("1", SAUNA), ADA)
        reasking = world.reasking()
        reasking.start()
        world.add("1")
        await world.mail.arrived.wait()
        await reasking.stop(patience=5)

    play(scenario)


def test_being_told_of_a_change_is_noticed_at_once(play: Callable[[Scenario], None]) -> None:
    async def scenario(world: World) -> None:
        world.interval = 3600.0
        world.records.wish("1", world.records.record_question("1", SAUNA), ADA)
        world.add("2")
        reasking = world.reasking()
        reasking.start()
        await reasking.look()
        world.add("1")
        reasking.wake()
        await world.mail.arrived.wait()
        await reasking.stop(patience=5)

    play(scenario)


def test_an_answer_found_unhelpful_is_settled_by_another_one_only(play: Callable[[Scenario], None]) -> None:
    async def scenario(world: World) -> None:
        world.add("1")
        reply = world.library("1").ask(SAUNA.interpreted)
        assert isinstance(reply, Answer)
        asked = replace(SAUNA, status="answered", citations=citations_json(reply))
        key = world.records.record_question("1", asked)
        assert world.records.unanswered("1", 10) == []
        world.records.vote("1", key, BEA, False)
        await world.reasking().look()
        assert [each.key for each in world.records.unanswered("1", 10)] == [key]
        assert not is_new(asked, reply)
        world.add("1", "The sauna is heated on Mondays now.")
        await world.reasking().look()
        assert world.records.unanswered("1", 10) == []

    play(scenario)


def test_what_was_dismissed_is_told_of_all_the_same(play: Callable[[Scenario], None]) -> None:
    async def scenario(world: World) -> None:
        key = world.records.record_question("1", SAUNA)
        world.records.wish("1", key, ADA)
        world.records.dismiss("2", [key])
        assert not world.records.unanswered("1", 10)[0].is_dismissed
        world.records.dismiss("1", [key])
        assert world.records.unanswered("1", 10)[0].is_dismissed
        world.add("1")
        await world.reasking().look()
        assert len(world.mail.news) == 1

    play(scenario)
