"""The client in this process, where its patience with Discord can be made short, and what it works with slow."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from discord.http import Route

from bot.hosting.client import Client
from embeddings.library import Library
from embeddings.loaders import load
from tests.discord_standin import TOKEN, Channel, Discord, Guild, Permission, User
from tests.discord_standin.gateway import Op
from tests.discord_standin.routes import MESSAGES
from tests.fakes import BagEncoder, WaitingEncoder
from tests.simulated import building
from tests.wire import POOL

ADA, MANAGER = User("Ada"), User("Manager")
GENERAL = Channel("general")
SWIMMERS = Guild("Swimmers", (GENERAL,))
CLUBS = tuple(Guild(f"Club {number}", (Channel("general"),)) for number in range(6))
QUESTION = "When was the pool built?"


@asynccontextmanager
async def connected(
    discord: Discord, folder: Path, monkeypatch: pytest.MonkeyPatch, encoder: BagEncoder, *, patience: float = 60.0
) -> AsyncIterator[None]:
    """A client that talks to this Discord meanwhile; ``patience`` is for how many seconds it waits for a sign of life."""
    async with discord, building(folder, Client, encoder) as (build, store, _), build() as client:
        monkeypatch.setattr(Route, "BASE", discord.api_url)
        Library(store, str(SWIMMERS.id), BagEncoder()).add(load(POOL, source="pool.md"))
        client._connection.heartbeat_timeout = patience
        connection = asyncio.create_task(client.start(TOKEN))
        await discord.ready()
        yield
        connection.cancel()
        await asyncio.wait([connection])
    assert discord.violations == []


def test_a_connection_on_which_nobody_answers_is_left_and_what_was_asked_meanwhile_answered_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        discord = Discord(SWIMMERS)
        discord.gateway.heartbeat_ms = 200
        async with connected(discord, tmp_path, monkeypatch, BagEncoder(), patience=1.0):
            discord.gateway.fall_silent()
            said = await discord.say(f"<@{discord.bot.id}> {QUESTION}", user=ADA, channel=GENERAL)
            answer = await discord.answer_to(said)
            assert "1987" in answer.text
            assert Op.RESUME in [frame["op"] for frame in discord.record.frames]
            assert [each for each in discord.said_by_bot(GENERAL) if each.replies_to] == [answer]

    asyncio.run(scenario())


def test_while_many_servers_add_what_takes_long_others_are_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        discord, encoder = Discord(SWIMMERS, *CLUBS), WaitingEncoder()
        for club in CLUBS:
            discord.permissions.grant(MANAGER, club, Permission.MANAGE_GUILD)
        async with connected(discord, tmp_path, monkeypatch, encoder):
            files = [discord.attach(f"{club.name}.md", POOL) for club in CLUBS]
            adding = [
                await discord.use("article add", user=MANAGER, channel=club.channels[0], file=file)
                for club, file in zip(CLUBS, files, strict=True)
            ]
            await discord.record.until(lambda: all(each.steps for each in adding) or None, "acknowledgements")
            try:
                asked = await discord.slash("ask", user=ADA, channel=GENERAL, question=QUESTION)
                assert asked.answer
                assert "1987" in asked.answer.text
                assert not any(each.answer for each in adding)
            finally:
                encoder.let_go.set()
            await discord.record.until(lambda: all(each.answer for each in adding) or None, "outcomes")

    asyncio.run(scenario())


def test_a_server_that_is_left_while_it_is_answered_is_no_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        discord, club = Discord(SWIMMERS, CLUBS[0]), CLUBS[0]
        async with connected(discord, tmp_path, monkeypatch, BagEncoder()):
            await discord.use("ask", user=ADA, channel=club.channels[0], question=QUESTION)
            await discord.say(f"<@{discord.bot.id}> {QUESTION}", user=ADA, channel=club.channels[0])
            await discord.leave(club)
            asked = await discord.slash("ask", user=ADA, channel=GENERAL, question=QUESTION)
            assert asked.answer
            assert "1987" in asked.answer.text

    asyncio.run(scenario())
    assert [each.message for each in caplog.records if each.levelno >= logging.ERROR] == []


def test_with_many_servers_at_the_start_nobody_waits_and_each_is_greeted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        clubs = [Guild(f"Club {number}", (Channel("general"),)) for number in range(250)]
        discord = Discord(*clubs, SWIMMERS)
        async with connected(discord, tmp_path, monkeypatch, BagEncoder()):
            asked = await discord.slash("ask", user=ADA, channel=GENERAL, question=QUESTION)
            assert asked.answer
            assert "1987" in asked.answer.text

            def greetings() -> list[str]:
                return [each.parameters["channel_id"] for each in discord.record.calls if each.template == MESSAGES]

            await discord.record.until(lambda: len(greetings()) >= len(clubs) or None, "greetings", seconds=300)
            assert len(set(greetings())) == len(greetings()) == len(clubs)

    asyncio.run(scenario())
