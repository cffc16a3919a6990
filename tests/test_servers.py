"""Servers that the bot has joined or left: what is deleted and when, and what never is."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import discord
import pytest

from bot.hosting.residence import Residence
from bot.memory.community import Community
from bot.memory.records import Asked, Deed, Work
from bot.memory.servers import Servers
from bot.service import Service
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.store import Store
from tests.fakes import BagEncoder

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ASKED = Asked(7, 70, None, "and when?", "and when?", "answered", 0.75, "[]", NOON)
CANARY = b"The heron nests by the pool."


@dataclass
class World:
    """A bot that has joined servers 1 and 2 but never 3, with an article in each of the three libraries."""

    store: Store
    community: Community
    servers: Servers
    residence: Residence
    service: Service[Library]
    now: datetime = NOON

    def library(self, name: str) -> Library:
        return Library(self.store, name, BagEncoder())

    def kept(self) -> set[str]:
        """The servers whose articles are still there."""
        return {name for name in ("1", "2", "3") if self.library(name).articles()}


Scenario = Callable[[World], Awaitable[None]]


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Scenario], None]:
    async def whole(scenario: Scenario) -> None:
        with Store.open(tmp_path) as store, Community(tmp_path) as community:
            servers = Servers(community)
            async with Service(lambda name: Library(store, name, BagEncoder())) as service:
                residence = Residence(service, community, servers, grace_days=30, clock=lambda: world.now)
                world = World(store, community, servers, residence, service)
                for name in ("1", "2", "3"):
                    world.library(name).add(load(CANARY, source="heron.md"))
                for name in ("1", "2"):
                    assert servers.arrived(name, NOON)
                await scenario(world)

    return lambda scenario: asyncio.run(whole(scenario))


def test_what_was_a_servers_is_deleted_when_its_grace_period_is_over(
    play: Callable[[Scenario], None], tmp_path: Path
) -> None:
    async def scenario(world: World) -> None:
        key = world.community.record_question("1", ASKED)
        await world.residence.left(1, present={2})
        world.now += timedelta(days=29)
        await world.residence.tidy(present={2})
        assert world.kept() == {"1", "2", "3"}
        assert world.community.question("1", key)
        world.now += timedelta(days=1)
        await world.residence.tidy(present={2})
        assert world.kept() == {"2", "3"}
        assert world.community.question("1", key) is None
        # The next run finds nothing left and deletes the server's entry, so it counts as new when it is joined again.
        await world.residence.tidy(present={2})
        assert world.servers.left_before(world.now) == []
        assert world.servers.arrived("1", world.now)

    play(scenario)


def test_what_was_under_way_when_it_was_deleted_is_deleted_the_next_time(play: Callable[[Scenario], None]) -> None:
    async def scenario(world: World) -> None:
        has_begun, may_go_on = threading.Event(), threading.Event()

        def add_two(articles: Library) -> None:
            articles.add(load(CANARY, source="first.md"))
            has_begun.set()
            may_go_on.wait()
            articles.add(load(CANARY + b" So does the stork.", source="second.md"))

        adding = asyncio.create_task(world.service.change("1", add_two))
        await asyncio.to_thread(has_begun.wait)
        await world.residence.left(1, present={2})
        world.now += timedelta(days=30)
        await world.residence.tidy(present={2})
        assert world.kept() == {"2", "3"}
        may_go_on.set()
        await adding
        # Records that follow are deleted too: who added it, and a question that was being answered.
        world.community.record_deed("1", Deed("a1b2c3d4", Work.ADDED, 7, world.now))
        key = world.community.record_question("1", replace(ASKED, at=world.now))
        assert world.kept() == {"1", "2", "3"}
        world.now += timedelta(days=1)
        await world.residence.tidy(present={2})
        assert world.kept() == {"2", "3"}
        assert world.community.deeds("1", "a1b2c3d4") == ()
        assert world.community.question("1", key) is None
        world.now += timedelta(days=1)
        await world.residence.tidy(present={2})
        assert world.servers.left_before(world.now) == []

    play(scenario)


def test_no_words_of_it_are_left_in_any_file(play: Callable[[Scenario], None], tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        for name in ("2", "3"):
            world.library(name).remove([each.id for each in world.library(name).articles()])
        await world.residence.left(1, present=())
        world.now += timedelta(days=30)
        await world.residence.tidy(present=())
        assert all(b"heron nests" not in path.read_bytes() for path in tmp_path.iterdir())

    play(scenario)


def test_coming_back_within_it_cancels_it(play: Callable[[Scenario], None]) -> None:
    async def scenario(world: World) -> None:
        await world.residence.left(1, present={2})
        world.now += timedelta(days=20)
        assert world.servers.arrived("1", world.now)
        world.now += timedelta(days=20)
        await world.residence.tidy(present={1, 2})
        assert world.kept() == {"1", "2", "3"}

    play(scenario)


def test_coming_back_while_the_deletion_waits_for_its_turn_cancels_it(play: Callable[[Scenario], None]) -> None:
    async def scenario(world: World) -> None:
        for number in (1, 2):
            await world.residence.left(number, present=())
        world.now += timedelta(days=30)
        is_free = threading.Event()
        others = [asyncio.create_task(world.service.change("3", lambda _: is_free.wait())) for _ in range(4)]
        tidying = asyncio.create_task(world.residence.tidy(present=()))
        # Time for the deletion to enter the queue.
        await asyncio.sleep(0.3)
        assert world.servers.arrived("1", world.now)
        is_free.set()
        await asyncio.gather(tidying, *others)
        assert world.kept() == {"1", "3"}

    play(scenario)


def test_being_there_cancels_it_even_if_the_coming_back_was_missed(play: Callable[[Scenario], None]) -> None:
    async def scenario(world: World) -> None:
        await world.residence.left(1, present={2})
        world.now += timedelta(days=40)
        await world.residence.returned(present={1, 2})
        world.now += timedelta(days=40)
        await world.residence.tidy(present={1, 2})
        assert world.kept() == {"1", "2", "3"}

    play(scenario)


def test_a_server_that_was_left_while_the_bot_was_off_is_noticed_at_the_start(play: Callable[[Scenario], None]) -> None:
    async def scenario(world: World) -> None:
        world.now += timedelta(days=100)
        await world.residence.returned(present={2})
        # The grace period starts when the leaving is noticed, since its date is unknown.
        assert world.kept() == {"1", "2", "3"}
        world.now += timedelta(days=10)
        await world.residence.returned(present={2})
        world.now += timedelta(days=20)
        await world.residence.returned(present={2})
        assert world.kept() == {"2", "3"}

    play(scenario)


def test_a_library_of_a_server_that_was_never_joined_is_never_deleted(play: Callable[[Scenario], None]) -> None:
    async def scenario(world: World) -> None:
        for _ in range(3):
            await world.residence.returned(present=())
            world.now += timedelta(days=100)
        await world.residence.left(3, present=())
        world.now += timedelta(days=100)
        await world.residence.tidy(present=())
        assert world.kept() == {"3"}

    play(scenario)


def test_while_another_process_writes_it_is_put_off(play: Callable[[Scenario], None], tmp_path: Path) -> None:
    async def scenario(world: World) -> None:
        await world.residence.left(1, present={2})
        world.now += timedelta(days=31)
        with Store.open(tmp_path) as other, other.writing():
            await world.residence.tidy(present={2})
        assert world.kept() == {"1", "2", "3"}
        await world.residence.tidy(present={2})
        assert world.kept() == {"2", "3"}

    play(scenario)


def test_old_questions_are_deleted_in_passing(play: Callable[[Scenario], None]) -> None:
    async def scenario(world: World) -> None:
        key = world.community.record_question("1", ASKED)
        world.now += timedelta(days=89)
        await world.residence.tidy(present={1, 2})
        assert world.community.question("1", key)
        world.now += timedelta(days=2)
        await world.residence.tidy(present={1, 2})
        assert world.community.question("1", key) is None

    play(scenario)


def test_it_is_looked_at_again_and_again(play: Callable[[Scenario], None]) -> None:
    async def scenario(world: World) -> None:
        await world.residence.left(1, present={2})
        tidying = asyncio.create_task(world.residence.tidy_daily(lambda: {2}, interval=0.0))
        world.now += timedelta(days=31)
        async with asyncio.timeout(30):
            while world.kept() != {"2", "3"}:
                await asyncio.sleep(0)
        tidying.cancel()
        await asyncio.wait([tidying])

    play(scenario)


class Unreachable:
    """A channel with a connection that always breaks."""

    attempts = 0

    def permissions_for(self, _: object) -> discord.Permissions:
        return discord.Permissions.all()

    async def send(self, **_: object) -> None:
        self.attempts += 1
        raise ConnectionResetError


@dataclass
class Joined:
    """The attributes of a guild that a greeting uses."""

    id: int
    system_channel: Unreachable = field(default_factory=Unreachable)
    text_channels: tuple[Unreachable, ...] = ()
    preferred_locale: str = "en-GB"
    me: None = None


def test_a_greeting_that_meets_a_broken_connection_keeps_no_server_from_being_noted(
    play: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.posting.delivery._PAUSES", (0.0,))

    async def scenario(world: World) -> None:
        joined = Joined(4)
        await world.residence.arrived(cast(discord.Guild, joined))
        assert joined.system_channel.attempts == 2
        assert not world.servers.arrived("4", world.now)

    play(scenario)


def test_a_server_is_new_once_whatever_is_told_of_it_again(tmp_path: Path) -> None:
    with Community(tmp_path) as community:
        servers = Servers(community)
        assert [servers.arrived("1", NOON) for _ in range(3)] == [True, False, False]
    with Community(tmp_path) as community:
        assert not Servers(community).arrived("1", NOON)
