"""The bot over the wire: `pullquote run` as a process of its own, against a Discord on loopback."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from embeddings.encoder import load_encoder
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.store import Store
from tests.discord_standin import Channel, Discord, Guild, User

# Of a token's form, and nobody's.
TOKEN = "A" * 24 + ".GGGGGG." + "b" * 38
POOL = b"""# Harbour pool

The pool opens at seven in the morning and closes at nine in the evening.

Mira Okafor, who runs the pool, said that it was built in 1987.

Children under six swim free of charge.
"""


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DISCORD_", "PULLQUOTE_"))}
    return {**kept, "PULLQUOTE_DATA_DIR": str(data_dir), "HF_HUB_OFFLINE": "1", **settings}


async def start(environ: dict[str, str], folder: Path) -> asyncio.subprocess.Process:
    # Run from an empty folder, so that no .env of this machine is read.
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        env={**environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def running(discord: Discord, tmp_path: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    environ = environment(tmp_path / "data", DISCORD_TOKEN=TOKEN, DISCORD_API_URL=discord.url)
    process = await start(environ, tmp_path)
    try:
        await discord.until_ready()
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        _, log = await process.communicate()
    assert process.returncode == 0, log.decode()
    assert TOKEN not in log.decode()
    assert b"Traceback" not in log
    assert discord.violations == []


def text_of(body: dict[str, object]) -> str:
    embeds = body["embeds"]
    assert isinstance(embeds, list)
    return "\n".join(str(embed["description"]) for embed in embeds)


@pytest.fixture
def guilds(tmp_path: Path) -> tuple[Guild, Guild]:
    with_articles, without = Guild("Swimmers", (Channel("general"),)), Guild("Runners", (Channel("general"),))
    with Store.open(tmp_path / "data") as store:
        Library(store, with_articles.id, load_encoder()).add(load(POOL, source="pool.md"))
    return with_articles, without


async def converse(tmp_path: Path, guilds: tuple[Guild, Guild]) -> None:
    swimmers, runners = guilds
    member = User("Ada")
    async with Discord(guilds, token=TOKEN) as discord, running(discord, tmp_path):
        # A slash command: acknowledged by a deferral, answered by editing it.
        asked = await discord.slash("ask", guild=swimmers, user=member, question="Who runs the pool?")
        assert asked.callback is not None
        assert asked.callback["type"] == 5
        assert len(asked.edits) == 1
        answer = text_of(asked.edits[0])
        assert "Mira Okafor" in answer
        assert "`[1]`" in answer
        assert "Harbour pool" in answer

        # What the articles do not hold is not answered, and bears no citation.
        refused = text_of(
            (await discord.slash("ask", guild=swimmers, user=member, question="How do I bake rye bread?")).edits[0]
        )
        assert "do not seem to answer" in refused
        assert "[1]" not in refused

        # Another server's library is another one.
        empty = text_of(
            (await discord.slash("ask", guild=runners, user=member, question="Who runs the pool?")).edits[0]
        )
        assert "no articles here yet" in empty

        # A mention is answered by a reply, after a sign of typing.
        channel = swimmers.channels[0]
        mention = await discord.say(
            f"<@{discord.bot.id}> When was the pool built?", guild=swimmers, channel=channel, user=member
        )
        first = await discord.message(0)
        assert first["message_reference"]["message_id"] == mention
        assert "**1987**" in text_of(first)
        assert discord.typing == [channel.id]

        # A reply to that answer is a follow-up.
        await discord.say("and by whom is it run?", guild=swimmers, channel=channel, user=member, reply_to=first["id"])
        assert "Mira Okafor" in text_of(await discord.message(1))

        # Talk among members is none of the bot's business; the next message it posts is the answer to the next mention.
        await discord.say("When was the pool built?", guild=swimmers, channel=channel, user=member)
        await discord.say(f"<@{discord.bot.id}> do children pay?", guild=swimmers, channel=channel, user=member)
        assert "Children" in text_of(await discord.message(2))


def test_questions_by_slash_command_mention_and_reply(tmp_path: Path, guilds: tuple[Guild, Guild]) -> None:
    asyncio.run(converse(tmp_path, guilds))


async def fail(tmp_path: Path, **settings: str) -> tuple[int | None, str]:
    process = await start(environment(tmp_path / "data", **settings), tmp_path)
    output, log = await process.communicate()
    assert output == b""
    return process.returncode, log.decode()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param({}, "DISCORD_TOKEN is not set", id="missing"),
        pytest.param({"DISCORD_TOKEN": "not-a-token"}, "DISCORD_TOKEN does not look like", id="malformed"),
    ],
)
def test_a_bad_token_is_one_sentence_and_status_2(tmp_path: Path, settings: dict[str, str], said: str) -> None:
    status, log = asyncio.run(fail(tmp_path, **settings))
    assert status == 2
    assert said in log
    assert log.count("\n") == 1
    assert "not-a-token" not in log


async def refuse(tmp_path: Path) -> tuple[int | None, str]:
    async with Discord((), token="another token") as discord:
        return await fail(tmp_path, DISCORD_TOKEN=TOKEN, DISCORD_API_URL=discord.url)


def test_a_token_that_discord_refuses_is_one_sentence_and_status_2(tmp_path: Path) -> None:
    status, log = asyncio.run(refuse(tmp_path))
    assert status == 2
    assert "Discord refused DISCORD_TOKEN" in log
    assert TOKEN not in log
    assert "Traceback" not in log
