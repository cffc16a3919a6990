"""The bot over the wire: two servers with canaries in their libraries, and no leak between them."""

import asyncio
import random
from collections.abc import Iterator
from functools import partial

import pytest

from bot.posting.buttons import Action, Press
from tests.discord_standin import Channel, Discord, Guild, Message, Permission, User
from tests.wire import Bot, Play, fill, on_stage, player

BIRDS, FISH = Channel("birds"), Channel("fish")
AVIARY, AQUARIUM = Guild("Aviary", (BIRDS,)), Guild("Aquarium", (FISH,))
# The same subject in both servers, so that any leak between them would be retrieved.
ARTICLE = """# Keeper {canary}

The keeper of the house is {canary}, who feeds the animals at noon.

Visitors of {canary} pay four euros at the door.
"""
CANARIES = {AVIARY: "Zephyrine", AQUARIUM: "Quillon"}
# Questions of members are as private to their server as its articles.
WISHES = {AVIARY: "When is the Oquendril show?", AQUARIUM: "When is the Yttrigano show?"}
SHOW = "# {name} show\n\nThe {name} show is on Sundays at three.\n"
MAX = User("Max")
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
            # The answer may repeat the other server's canary only as part of the question.
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
        # The id of an article of the other server is not valid here.
        (theirs,) = await discord.complete("ask", "article", "", user=User("Bea"), channel=FISH)
        asked = await discord.slash(
            "ask", user=User("Bea"), channel=BIRDS, question=QUESTIONS[0], article=theirs["value"]
        )
        assert asked.answer
        assert "No article here has a title like that" in asked.answer.text

    play(scenario)


def key_of(message: Message) -> int:
    return int(str(message.components).split("pullquote:more:", maxsplit=1)[1].split(":")[0])


def test_gaps_wishes_and_news_stay_in_their_server(stage: Stage, play: Play) -> None:
    _, bot, _ = stage
    places = {AVIARY: BIRDS, AQUARIUM: FISH}

    async def scenario(discord: Discord) -> None:
        unanswered = {}
        for guild, channel in places.items():
            discord.permissions.grant(MAX, guild, Permission.MANAGE_GUILD)
            asked = await discord.slash("ask", user=MAX, channel=channel, question=WISHES[guild])
            assert asked.answer
            await discord.press(asked.answer, "Tell me when this can be answered", user=MAX)
            unanswered[guild] = asked.answer
        for guild, other in ((AVIARY, AQUARIUM), (AQUARIUM, AVIARY)):
            listed = await discord.slash("gaps", user=MAX, channel=places[guild])
            assert listed.answer
            own, foreign = (WISHES[each].split()[3] for each in (guild, other))
            assert own in listed.answer.text
            assert foreign not in listed.answer.text
            theirs = key_of(unanswered[other])
            for action in (Action.CONTEXT, Action.MORE, Action.WISH, Action.HELPFUL):
                forged = Press(action, theirs, 1).custom_id
                pressed = await discord.press(unanswered[guild], forged, user=MAX, forged=True)
                assert pressed.answer
                assert "no longer have this question" in pressed.answer.text
            dismissed = await discord.press(listed.answer, f"pullquote:gaps:dismiss:{theirs}:0", user=MAX, forged=True)
            assert dismissed.answer
            assert own in dismissed.answer.text
        # Both are answered at the next start, each where it was asked: the other server could not dismiss them.
        for guild in places:
            name = WISHES[guild].split()[3]
            await asyncio.to_thread(fill, bot.data_dir, guild, {"show.md": SHOW.format(name=name).encode()})
        await bot.restart(discord)
        for guild, channel in places.items():
            other = next(each for each in places if each != guild)
            told = await discord.record.until(partial(news, discord, channel), "news")
            assert told.pings == (f"<@{MAX.id}>",)
            assert WISHES[guild].split()[3] in told.text
            assert WISHES[other].split()[3] not in told.text

    play(scenario)


def news(discord: Discord, channel: Channel) -> Message | None:
    return next((each for each in discord.said_by_bot(channel) if "you wanted to know" in each.text), None)
