"""The bot over the wire: members over the rate limit are told to wait, but not every time."""

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
        assert re.fullmatch(r"That was a lot at once; please try again in \d+ seconds?\.", asked[2].answer.text)
        said = await discord.say(QUESTION, user=User("Somebody"), channel=GENERAL)
        found = await discord.menu("Find in the articles", said, user=user)
        assert found.answer
        assert "try again in" in found.answer.text
        # Other members need not wait.
        other = await discord.slash("ask", user=User("Patient"), channel=GENERAL, question=QUESTION)
        assert not other.ephemeral

    play(scenario)


def test_a_message_too_many_is_told_so_once_and_then_met_with_silence(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        user, mention = User("Talkative"), f"<@{discord.bot.id}> {QUESTION}"
        asked = {(await discord.say(mention, user=user, channel=QUIET)).id for _ in range(5)}

        def replies() -> list[str]:
            return [each.text for each in discord.said_by_bot(QUIET) if each.replies_to and each.replies_to.id in asked]

        await discord.record.until(lambda: len(replies()) >= 3 or None, "two answers and a notice")
        await discord.answer_to(await discord.say(mention, user=User("Patient too"), channel=QUIET))
        # Messages are handled concurrently, so any of the five may get the notice.
        assert sorted("try again in" in each for each in replies()) == [False, False, True]

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
