"""The bot over the wire: two servers with canaries in their libraries, and nothing of the one in the other."""

import asyncio
import random
from collections.abc import Iterator

import pytest

from tests.discord_standin import Channel, Discord, Guild, User
from tests.wire import Bot, Play, on_stage, player

BIRDS, FISH = Channel("birds"), Channel("fish")
AVIARY, AQUARIUM = Guild("Aviary", (BIRDS,)), Guild("Aquarium", (FISH,))
# The same subject in both, so that whatever reaches over the wall would be found.
ARTICLE = """# Keeper {canary}

The keeper of the house is {canary}, who feeds the animals at noon.

Visitors of {canary} pay four euros at the door.
"""
CANARIES = {AVIARY: "Zephyrine", AQUARIUM: "Quillon"}
QUESTIONS = [
    "Who is the keeper of the house?",
    "Who feeds the animals?",
    "When are the animals fed?",
    "What do visitors pay?",
    "What is baked on Mondays?",
    "Who is Zephyrine?",
    "Who is Quillon?",
]

Stage = tuple[Discord, Bot, asyncio.Runner]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    articles = [(guild, {"keeper.md": ARTICLE.format(canary=name).encode()}) for guild, name in CANARIES.items()]
    with on_stage(
        Discord(AVIARY, AQUARIUM), tmp_path_factory.mktemp("isolation"), articles, never=tuple(CANARIES.values())
    ) as found:
        yield found


@pytest.fixture
def play(stage: Stage) -> Iterator[Play]:
    discord, _, runner = stage
    yield from player(discord, runner)


def test_nothing_of_one_server_is_seen_in_another(play: Play) -> None:
    async def visit(discord: Discord, channel: Channel, own: str, other: str, chance: random.Random) -> None:
        user = User("Ada")
        article = await discord.complete("ask", "article", "keeper", user=user, channel=channel)
        assert [each["name"] for each in article] == [f"Keeper {own}"]
        for typed in (other, other[:4]):
            offered = await discord.complete("ask", "article", typed, user=user, channel=channel)
            assert other not in str(offered)
        for _ in range(40):
            question = chance.choice(QUESTIONS)
            if chance.random() < 0.3:
                said = await discord.say(f"<@{discord.bot.id}> {question}", user=user, channel=channel)
                message = await discord.answer_to(said)
            else:
                asked = await discord.slash("ask", user=user, channel=channel, question=question)
                assert asked.answer
                message = asked.answer
            # The question itself may name the other's canary; the answer shows it only there.
            assert other not in message.text.replace(question, "")
            for button in chance.sample(("In context", "More passages"), k=1):
                if button in str(message.components):
                    pressed = await discord.press(message, button, user=user)
                    assert pressed.answer
                    assert other not in pressed.answer.text
        helped = await discord.slash("help", user=user, channel=channel)
        assert helped.answer
        assert own in helped.answer.text
        assert other not in helped.answer.text

    async def scenario(discord: Discord) -> None:
        birds, fish = CANARIES[AVIARY], CANARIES[AQUARIUM]
        await asyncio.gather(
            visit(discord, BIRDS, birds, fish, random.Random(1)), visit(discord, FISH, fish, birds, random.Random(2))
        )
        # An article's id of the other server is no article here.
        (theirs,) = await discord.complete("ask", "article", "", user=User("Bea"), channel=FISH)
        asked = await discord.slash(
            "ask", user=User("Bea"), channel=BIRDS, question=QUESTIONS[0], article=theirs["value"]
        )
        assert asked.answer
        assert "No article here has a title like that" in asked.answer.text

    play(scenario)
