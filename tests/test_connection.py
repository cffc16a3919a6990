"""The client in this process, where its timeouts can be shortened and its dependencies slowed down."""

import asyncio
import io
import logging
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from discord.http import Route

from bot.articles import keeping
from bot.hosting.client import Client
from bot.memory.community import Community
from bot.posting import delivery
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.store import Store
from tests.discord_standin import DROPPED, TOKEN, Channel, Discord, Guild, Permission, User
from tests.discord_standin.gateway import Op
from tests.discord_standin.responses import ORIGINAL
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
) -> AsyncIterator[tuple[Store, Community]]:
    """The articles and records of a client connected to this Discord; ``patience`` is its heartbeat timeout in seconds."""
    async with discord, building(folder, Client, encoder) as (build, store, records), build() as client:
        monkeypatch.setattr(Route, "BASE", discord.api_url)
        Library(store, str(SWIMMERS.id), BagEncoder()).add(load(POOL, source="pool.md"))
        client._connection.heartbeat_timeout = patience
        connection = asyncio.create_task(client.start(TOKEN))
        await discord.ready()
        assert isinstance(records, Community)
        yield store, records
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


def test_while_changes_wait_for_another_that_is_written_questions_are_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        discord = Discord(SWIMMERS, *CLUBS)
        async with connected(discord, tmp_path, monkeypatch, BagEncoder()) as (store, _):
            for club in CLUBS:
                discord.permissions.grant(MANAGER, club, Permission.MANAGE_GUILD)
                Library(store, str(club.id), BagEncoder()).add(load(POOL, source="pool.md"))
            with store.writing():
                renaming = [
                    await discord.use(
                        "article rename", user=MANAGER, channel=club.channels[0], article="Harbour pool", title="Baths"
                    )
                    for club in CLUBS
                ]
                await discord.record.until(lambda: all(each.steps for each in renaming) or None, "acknowledgements")
                for _ in range(5):
                    asked = await discord.slash("ask", user=ADA, channel=GENERAL, question=QUESTION)
                    assert asked.answer
                    assert "1987" in asked.answer.text
                assert not any(each.answer for each in renaming)
            await discord.record.until(lambda: all(each.answer for each in renaming) or None, "outcomes")

    asyncio.run(scenario())


def test_where_nobody_knows_whether_a_channel_is_silent_the_asker_alone_sees_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        discord = Discord(SWIMMERS)
        async with connected(discord, tmp_path, monkeypatch, BagEncoder()) as (_, records):
            with records.transaction():
                asked = await discord.use("ask", user=ADA, channel=GENERAL, question=QUESTION)
                await discord.record.until(lambda: asked.steps or None, "acknowledgement")
            await discord.record.until(lambda: asked.answer, "answer")
            assert asked.ephemeral

    asyncio.run(scenario())


def test_progress_that_cannot_be_told_makes_nothing_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_PAUSE", 0.05)
    monkeypatch.setattr(delivery, "_PAUSES", (0.0, 0.0, 0.0))

    async def scenario() -> None:
        discord, encoder = Discord(SWIMMERS), WaitingEncoder()
        discord.permissions.grant(MANAGER, SWIMMERS, Permission.MANAGE_GUILD)
        async with connected(discord, tmp_path, monkeypatch, encoder) as (store, _):
            # The first article is stored already, so progress is reported before anything is encoded.
            file = discord.attach("both.zip", zipped({"1.md": POOL, "2.md": b"# Sauna\n\nIt is hot.\n"}))
            discord.faults.next("PATCH", ORIGINAL, *[DROPPED] * 4)
            adding = await discord.use("article add", user=MANAGER, channel=GENERAL, file=file)
            try:
                await discord.record.until(lambda: discord.faults.left == 0 or None, "attempts to tell of progress")
            finally:
                encoder.let_go.set()

            def outcome() -> str | None:
                return adding.answer.text if adding.answer and "**Sauna**" in adding.answer.text else None

            assert "### Added" in await discord.record.until(outcome, "outcome")
            (sauna,) = [each for each in store.articles(str(SWIMMERS.id)) if each.title == "Sauna"]
            shown = await discord.slash("article show", user=MANAGER, channel=GENERAL, article=sauna.id)
            assert shown.answer
            assert f"<@{MANAGER.id}>" in shown.answer.text

    asyncio.run(scenario())


def zipped(files: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writing:
        for name, content in files.items():
            writing.writestr(name, content)
    return archive.getvalue()


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
