"""Isolation of servers: in a thousand mixed uses of two servers, neither is sent anything of the other.

Everything but Discord is real here, and what would be sent is inspected; `test_wire_isolation` tests less, but over the wire.
"""

import asyncio
import itertools
import logging
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import discord
import pytest

from bot.asking.answering import Asking, Inquiry
from bot.asking.catalogue import Catalogue
from bot.asking.conversations import Earlier
from bot.asking.pressing import Pressing
from bot.gaps.listing import GapList
from bot.gaps.reasking import News, Reasking
from bot.gaps.view import Choice
from bot.memory.community import Community
from bot.policy import Limits
from bot.posting.buttons import Action, Press, View
from bot.posting.responding import or_apology
from bot.service import Service
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.store import Store
from tests.fakes import BagEncoder

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MAX = 9


@dataclass(frozen=True)
class Canaries:
    """Unique words in the titles, headings, texts and questions of one server."""

    title: str
    heading: str
    text: str
    question: str

    @property
    def all(self) -> tuple[str, ...]:
        return (self.title, self.heading, self.text, self.question)

    def article(self, number: int) -> bytes:
        # The same subject in both servers, so that any leak between them would be retrieved.
        return (
            f"# Keeper {self.title} {number}\n\nThe keeper of house {number} is {self.text}, who feeds the animals at noon.\n\n"
            f"## Prices {self.heading}\n\nVisitors of {self.text} pay {number} euros at the door of house {number}.\n"
        ).encode()


@dataclass
class Server:
    """A server, and checks of what was sent there."""

    name: str
    own: Canaries
    other: Canaries
    channel: int
    keys: list[int] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)
    sent: int = 0
    seen: set[str] = field(default_factory=set)
    """Its own canaries that were sent, which shows that they can be found at all."""

    def check(self, sent: object, *, typed: str = "") -> None:
        """Assert that no canary of the other server is sent; an echo of ``typed`` is no leak."""
        self.sent += 1
        words = str(sent)
        self.seen |= {each for each in self.own.all if each in words}
        for each in self.other.all:
            assert each == typed or each.casefold() not in words.casefold(), f"{each} was seen in {self.name}: {words}"


SERVERS = ("1001", "1002")
CANARIES = (
    Canaries("Zephyrine", "Ixtavola", "Brumalisk", "Oquendril"),
    Canaries("Quillonde", "Wexforian", "Plathumed", "Yttrigano"),
)
QUESTIONS = (
    "Who is the keeper of house 2?",
    "Who feeds the animals?",
    "What do visitors pay at the door of house 3?",
    "What is baked on Mondays?",
    "When is the moon full over {question}?",
    "Does {question} swim?",
)


class Used:
    """An interaction as far as the bot uses it; checks what is sent."""

    def __init__(self, server: Server, user_id: int, *, manages: bool = False, typed: str = "") -> None:
        self.guild_id = int(server.name)
        self.channel_id = server.channel
        self.user = discord.Object(user_id)
        self.permissions = discord.Permissions(manage_guild=manages)
        self.response = self
        self.shown = ""
        self._server, self._typed = server, typed

    async def defer(self, **_: object) -> None:
        """Acknowledge nothing: there is no Discord."""

    async def edit_original_response(self, *, view: View) -> None:
        self.shown = str(view.to_components())  # type: ignore[no-untyped-call]
        self._server.check(self.shown, typed=self._typed)

    @property
    def interaction(self) -> Any:
        return cast("discord.Interaction[Any]", self)


class Bot:
    """The parts of the bot, without a connection."""

    def __init__(self, store: Store, records: Community, service: Service[Library]) -> None:
        ticking = itertools.count()
        self.store, self.records, self.service = store, records, service
        self.asking = Asking(service, records, lambda: NOON + timedelta(seconds=next(ticking)))
        self.catalogue = Catalogue(store.generation, store.articles)
        # The clock advances a minute per use, so that nobody is rate-limited.
        limits = Limits(lambda: 60.0 * next(ticking))
        self.pressing = Pressing(service, records, self.asking, limits)
        self.gap_list = GapList(service, records, self.asking, limits, str)
        self.told: list[tuple[str, News]] = []
        self.reasking = Reasking(service, records, self.asking, store.generation, self)

    def reaches(self, library: str) -> bool:
        return True

    async def tell(self, library: str, news: News) -> None:
        self.told.append((library, news))

    def add(self, server: Server, number: int) -> None:
        library = Library(self.store, server.name, BagEncoder())
        server.articles.append(library.add(load(server.own.article(number), source=f"{number}.md")).article.id)


async def ask(bot: Bot, server: Server, elsewhere: Server, chance: random.Random) -> None:
    """Ask a question, sometimes of an article of the other server, or with its canary in it."""
    typed = elsewhere.own.title if chance.random() < 0.2 else ""
    question = f"Who is {typed}?" if typed else chance.choice(QUESTIONS).format(question=server.own.question)
    chosen = chance.choice([(), (), (chance.choice(server.articles),), (chance.choice(elsewhere.articles),)])
    history = tuple(chance.sample(QUESTIONS[:3], k=chance.randint(0, 2)))
    inquiry = Inquiry(server.name, question, chance.randint(1, 5), server.channel, None, "", Earlier(history), chosen)
    view = await or_apology(lambda: bot.asking.answer(inquiry), "a question")
    assert view
    shown = str(view.to_components())  # type: ignore[no-untyped-call]
    server.check(shown, typed=typed)
    if ":more:" in shown:
        server.keys.append(int(re.findall(r":more:(\d+)", shown)[0]))


async def complete(bot: Bot, server: Server, elsewhere: Server, chance: random.Random) -> None:
    typed = chance.choice(["", "keeper", server.own.title[:3], elsewhere.own.title, elsewhere.own.title[:4]])
    server.check(bot.catalogue.choices(server.name, typed))
    theirs = chance.choice(elsewhere.articles)
    assert bot.catalogue.named(server.name, theirs) in (None, *server.articles)


async def press(bot: Bot, server: Server, elsewhere: Server, chance: random.Random) -> None:
    """Press a button under an answer, half the time forged with the key of an answer in the other server."""
    keys = chance.choice([server.keys, elsewhere.keys])
    if not keys:
        return
    action = chance.choice([each for each in Action if each is not Action.REMOVE])
    key, number = chance.choice(keys), chance.randint(1, 3)
    used = Used(server, chance.randint(1, 5), typed=elsewhere.own.title)
    await bot.pressing.press(used.interaction, server.name, Press(action, key, number))
    if keys is elsewhere.keys:
        assert "no longer have this question" in used.shown
        assert await bot.asking.question(server.name, key) is None


async def gaps(bot: Bot, server: Server, elsewhere: Server, chance: random.Random) -> None:
    """Use the list of gaps, its pages, and its buttons with keys of both servers."""
    used = Used(server, MAX, manages=True, typed=elsewhere.own.title)
    if chance.random() < 0.5:
        await bot.gap_list.show(used.interaction)
        return
    keys = chance.choice([server.keys, elsewhere.keys]) or [0]
    before = len(await bot.gap_list.gaps(elsewhere.name))
    choice = Choice.DISMISS if chance.random() < 0.1 else Choice.PAGE
    await bot.gap_list.choose(used.interaction, choice, chance.choice(keys), chance.randint(0, 3))
    assert len(await bot.gap_list.gaps(elsewhere.name)) == before
    refused = Used(server, 1)
    await bot.gap_list.show(refused.interaction)
    assert "Only librarians can see this" in refused.shown


async def grow(bot: Bot, server: Server, elsewhere: Server, chance: random.Random) -> None:
    """Add an article, and check the news that result."""
    if len(server.articles) < 12:
        await bot.service.do(lambda: bot.add(server, len(server.articles) + 1))
    bot.told.clear()
    await bot.reasking.look()
    for library, news in bot.told:
        where = server if library == server.name else elsewhere
        assert news.asked.channel_id == where.channel
        where.check(news.answer)
        where.check(news.asked, typed=(elsewhere if where is server else server).own.title)


USES: dict[Callable[[Bot, Server, Server, random.Random], Awaitable[None]], int] = {
    ask: 50,
    complete: 15,
    press: 22,
    gaps: 10,
    grow: 3,
}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_thousand_mixed_uses_show_nothing_of_another_server(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    caplog.set_level(logging.DEBUG)
    chance = random.Random(seed)
    servers = [
        Server(name, own, other, channel=70 + at)
        for at, (name, own, other) in enumerate(zip(SERVERS, CANARIES, CANARIES[::-1], strict=True))
    ]

    async def scenario() -> None:
        with Store.open(tmp_path) as store, Community(tmp_path) as records:
            async with Service(lambda name: Library(store, name, BagEncoder(), minimum_confidence=0.2)) as service:
                bot = Bot(store, records, service)
                for server, number in itertools.product(servers, (1, 2)):
                    bot.add(server, number)
                for use in chance.choices(list(USES), weights=list(USES.values()), k=1000):
                    counted[use.__name__] += 1
                    server, elsewhere = chance.sample(servers, k=2)
                    await use(bot, server, elsewhere, chance)

    counted: Counter[str] = Counter()
    asyncio.run(scenario())
    assert counted.total() == 1000
    assert all(server.sent > 300 and server.seen == {*server.own.all} for server in servers)
    for canary in itertools.chain.from_iterable(each.all for each in CANARIES):
        assert canary not in caplog.text


def test_the_check_finds_a_leak() -> None:
    server = Server(SERVERS[0], *CANARIES, channel=70)
    with pytest.raises(AssertionError, match="Plathumed was seen"):
        server.check(["… plathumed …"])
