"""The bot over the wire: help, privacy, and deletion of a member's data."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.discord_standin import Channel, Discord, Guild, Permission, User
from tests.wire import POOL, Bot, Play, on_stage, player

ADA, BEA, GERDA = User("Ada"), User("Bea"), User("Gerda", locale="de")
GENERAL, TRACK = Channel("general"), Channel("track")
SWIMMERS, RUNNERS = Guild("Swimmers", (GENERAL,)), Guild("Runners", (TRACK,))
DIRECT = Channel("", recipient=ADA)
CANARY = "Where is the heron's nest by the pool?"

Stage = tuple[Discord, Bot, asyncio.Runner]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    note = {"PULLQUOTE_HOST_NOTE": "Ask <@1> at the desk.", "PULLQUOTE_GRACE_DAYS": "14"}
    discord = Discord(SWIMMERS, RUNNERS, direct=(DIRECT,))
    folder = tmp_path_factory.mktemp("information")
    with on_stage(discord, folder, [(SWIMMERS, {"pool.md": POOL})], **note) as found:
        yield found


@pytest.fixture
def play(stage: Stage) -> Iterator[Play]:
    discord, _, runner = stage
    yield from player(discord, runner)


async def said(discord: Discord, command: str, *, user: User = ADA, channel: Channel = GENERAL) -> str:
    used = await discord.slash(command, user=user, channel=channel)
    assert used.ephemeral
    assert used.answer
    assert used.answer.pings == ()
    return used.answer.text


def test_help_has_examples_of_this_server_only(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        here, there = await said(discord, "help"), await said(discord, "help", channel=TRACK)
        assert "`/ask question:` Harbour pool" in here
        assert "`/forget-me` – Delete everything" in here
        assert "Harbour pool" not in there
        assert "no articles here yet" in there
        assert "`/fragen frage:` Harbour pool" in await said(discord, "help", user=GERDA)

    play(scenario)


def test_help_shows_who_keeps_the_articles_what_they_can_do(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        assert "`/settings`" not in await said(discord, "help")
        manager = User("Manager")
        discord.permissions.grant(manager, SWIMMERS, Permission.MANAGE_GUILD)
        assert "`/settings`" in await said(discord, "help", user=manager)

    play(scenario)


def test_privacy_says_what_holds_here_and_what_the_host_adds(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        here = await said(discord, "privacy")
        assert "kept for 90 days here" in here
        assert "after 14 days" in here
        assert "Ask <@1> at the desk." in here
        assert "as long as each server decides" in await said(discord, "privacy", channel=DIRECT)

    play(scenario)


def test_who_wants_to_be_forgotten_is_asked_first_and_then_forgotten_everywhere(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    def is_kept() -> bool:
        return any(CANARY.encode() in path.read_bytes() for path in bot.data_dir.glob("*.db*"))

    async def scenario(discord: Discord) -> None:
        asked = [
            await discord.slash("ask", user=ADA, channel=each, question=CANARY) for each in (GENERAL, TRACK, GENERAL)
        ]
        others = await discord.slash("ask", user=BEA, channel=GENERAL, question="When was the pool built?")
        opened = await discord.slash("forget-me", user=ADA, channel=DIRECT)
        assert opened.answer
        assert "for good" in opened.answer.text
        assert is_kept()
        done = await discord.press(opened.answer, "Delete what you keep about me", user=ADA)
        assert done.answer
        assert "I have deleted 3 questions" in done.answer.text
        # Nothing of it is in any file, although the bot is still running.
        assert not is_kept()
        for each, knows in ((asked[0], False), (others, True)):
            assert each.answer
            pressed = await discord.press(each.answer, "More passages", user=BEA)
            assert pressed.answer
            assert ("no longer have this question" not in pressed.answer.text) is knows

    play(scenario)


def test_the_confirmation_forgets_whoever_presses_it(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        kept = await discord.slash("ask", user=ADA, channel=GENERAL, question="When was the pool built?")
        opened = await discord.slash("forget-me", user=ADA, channel=GENERAL)
        assert opened.answer
        await discord.press(opened.answer, "Delete what you keep about me", user=User("Somebody else"))
        assert kept.answer
        pressed = await discord.press(kept.answer, "In context", user=BEA)
        assert pressed.answer
        assert "Harbour pool" in pressed.answer.text

    play(scenario)
