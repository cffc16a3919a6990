"""The bot over the wire: whoever asks more than one may is told to wait, and not often."""

import asyncio
import re
from collections.abc import Iterator

import pytest

from tests.discord_standin import Channel, Discord, Guild, Intent, User
from tests.wire import POOL, Bot, Play, on_stage, player

GENERAL, QUIET = Channel("general"), Channel("quiet")
SWIMMERS = Guild("Swimmers", (GENERAL, QUIET))
QUESTION = "When was the pool built?"

Stage = tuple[Discord, Bot, asyncio.Runner]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    discord = Discord(SWIMMERS, granted=Intent.MESSAGE_CONTENT)
    limit = {"PULLQUOTE_QUESTIONS_PER_MINUTE": "2"}
    with on_stage(discord, tmp_path_factory.mktemp("limits"), [(SWIMMERS, {"pool.md": POOL})], **limit) as found:
        yield found


@pytest.fixture
def play(stage: Stage) -> Iterator[Play]:
    discord, _, runner = stage
    yield from player(discord, runner)


def test_a_command_too_many_is_told_to_wait_for_the_asker_alone(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        user = User("Eager")
        asked = [await discord.slash("ask", user=user, channel=GENERAL, question=QUESTION) for _ in range(3)]
        assert [each.ephemeral for each in asked] == [False, False, True]
        assert asked[2].answer
        assert re.fullmatch(r"Please try again in \d+ s\.", asked[2].answer.text)
        said = await discord.say(QUESTION, user=User("Somebody"), channel=GENERAL)
        found = await discord.menu("Find in the articles", said, user=user)
        assert found.answer
        assert "try again in" in found.answer.text
        # Others need not wait.
        other = await discord.slash("ask", user=User("Patient"), channel=GENERAL, question=QUESTION)
        assert not other.ephemeral

    play(scenario)


def test_a_message_too_many_is_told_so_once_and_then_met_with_silence(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        user, mention = User("Talkative"), f"<@{discord.bot.id}> {QUESTION}"
        said = [await discord.say(mention, user=user, channel=QUIET) for _ in range(5)]
        last = await discord.say(mention, user=User("Patient too"), channel=QUIET)
        await discord.answer_to(last)
        await discord.answer_to(said[1])
        told = [each for each in discord.said_by_bot(QUIET) if "try again in" in each.text]
        assert [each.replies_to for each in told] == [said[2]]
        assert not any(each.replies_to in said[3:] for each in discord.said_by_bot(QUIET))

    play(scenario)


def test_a_button_too_many_is_told_to_wait_but_an_answer_can_always_be_removed(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        user = User("Presser")
        asked = await discord.slash("ask", user=user, channel=GENERAL, question=QUESTION)
        assert asked.answer
        pressed = [await discord.press(asked.answer, "In context", user=user) for _ in range(5)]
        waits = ["try again in" in each.answer.text for each in pressed if each.answer]
        assert waits == [False] * 4 + [True]
        removed = await discord.press(asked.answer, "Remove", user=user)
        assert removed.steps == ["defer", "delete"]

    play(scenario)
