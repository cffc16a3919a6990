"""The bot over the wire: the buttons under an answer, before and after a restart."""

import asyncio
from collections.abc import Iterator

import pytest

from bot.posting.buttons import Action, Press
from tests.discord_standin import Channel, Discord, Guild, Interaction, Message, Permission, User
from tests.wire import POOL, Bot, Play, fill, on_stage, player

ADA, BEA, MOD = User("Ada"), User("Bea"), User("Mod")
GENERAL, LOUNGE = Channel("general"), Channel("lounge")
SWIMMERS = Guild("Swimmers", (GENERAL, LOUNGE))
TRACK = Channel("track")
RUNNERS = Guild("Runners", (TRACK,))
SAUNA = b"""# Sauna

The sauna is heated on Thursdays from five in the afternoon.

Towels can be borrowed at the desk for two euros.
"""

Stage = tuple[Discord, Bot, asyncio.Runner]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    articles = [(SWIMMERS, {"pool.md": POOL, "sauna.md": SAUNA}), (RUNNERS, {"pool.md": POOL})]
    with on_stage(Discord(SWIMMERS, RUNNERS), tmp_path_factory.mktemp("buttons"), articles) as found:
        yield found


@pytest.fixture
def play(stage: Stage) -> Iterator[Play]:
    discord, _, runner = stage
    yield from player(discord, runner)


async def answered(discord: Discord, question: str, channel: Channel = GENERAL) -> Message:
    asked = await discord.slash("ask", user=ADA, channel=channel, question=question)
    assert asked.answer
    return asked.answer


def text_of(pressed: Interaction) -> str:
    assert pressed.ephemeral
    assert pressed.answer
    assert pressed.answer.pings == ()
    return pressed.answer.text


def key_of(message: Message) -> int:
    return int(str(message.components).split("pullquote:remove:")[1].split(":")[0])


def test_in_context_shows_what_surrounds_an_excerpt_to_whoever_pressed(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        message = await answered(discord, "When was the pool built?")
        pressed = await discord.press(message, "In context", user=BEA)
        assert pressed.steps == ["defer", "edit"]
        shown = text_of(pressed)
        assert shown.startswith("### Harbour pool\n")
        assert "The pool opens at seven in the morning" in shown
        assert "**Mira Okafor, who runs the pool, said that it was built in 1987.**" in shown

    play(scenario)


def test_more_passages_are_those_that_are_not_in_the_answer(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        message = await answered(discord, "When is the sauna heated?")
        assert "Thursdays" in message.text
        shown = text_of(await discord.press(message, "More passages", user=BEA))
        assert "Harbour pool" in shown
        assert "`[1]`" not in shown
        assert "Thursdays" not in shown

    play(scenario)


def test_more_passages_are_of_the_article_that_was_chosen(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        (pool,) = await discord.complete("ask", "article", "harbour", user=ADA, channel=GENERAL)
        asked = await discord.slash(
            "ask", user=ADA, channel=GENERAL, question="When was it built?", article=pool["value"]
        )
        assert asked.answer
        shown = text_of(await discord.press(asked.answer, "More passages", user=BEA))
        assert "Sauna" not in shown
        # Without a chosen article, the other article is among them.
        message = await answered(discord, "When was it built?")
        assert "Sauna" in text_of(await discord.press(message, "More passages", user=BEA))

    play(scenario)


def test_a_vote_is_thanked_for(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        message = await answered(discord, "When was the pool built?")
        for vote in ("Helpful", "Not helpful"):
            assert "noted" in text_of(await discord.press(message, vote, user=BEA))

    play(scenario)


def test_who_found_nothing_can_be_told_later(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        message = await answered(discord, "How do I bake rye bread?")
        pressed = await discord.press(message, "Tell me when this can be answered", user=BEA)
        assert "I will tell you" in text_of(pressed)

    play(scenario)


def test_an_answer_is_removed_by_who_asked_and_by_moderators_only(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        message = await answered(discord, "When was the pool built?")
        pressed = await discord.press(message, "Remove", user=BEA)
        assert "Only the member who asked" in pressed.followups[0].text
        assert message.id in discord.record.messages
        pressed = await discord.press(message, "Remove", user=ADA)
        assert pressed.steps == ["defer", "delete"]
        assert message.id not in discord.record.messages
        message = await answered(discord, "When was the pool built?")
        discord.permissions.grant(MOD, SWIMMERS, Permission.MANAGE_MESSAGES)
        await discord.press(message, "Remove", user=MOD)
        assert message.id not in discord.record.messages

    play(scenario)


def test_a_number_from_elsewhere_opens_nothing(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        own, other = await answered(discord, "When was the pool built?"), await answered(discord, "Who?", TRACK)
        elsewhere = await answered(discord, "When is the sauna heated?", LOUNGE)
        alone = await discord.slash("ask", user=ADA, channel=GENERAL, question="When was the pool built?", private=True)
        assert alone.answer
        private = int(str(alone.answer.components).split("pullquote:more:")[1].split(":")[0])
        known = (
            Press(Action.CONTEXT, key_of(elsewhere), 1),
            Press(Action.CONTEXT, 10**15 - 1, 1),
            # Private answers belong to the asker alone.
            Press(Action.CONTEXT, private, 1),
            Press(Action.WISH, private),
        )
        for forged in (*known, Press(Action.CONTEXT, key_of(own), 9)):
            pressed = await discord.press(own, forged.custom_id, user=BEA, forged=True)
            assert "no longer have this question" in text_of(pressed)
        assert "1987" in text_of(await discord.press(alone.answer, "In context", user=ADA))
        # The key may also exist in another server, but it never opens that server's question.
        pressed = await discord.press(other, Press(Action.MORE, key_of(elsewhere)).custom_id, user=BEA, forged=True)
        assert "sauna" not in text_of(pressed).lower()

    play(scenario)


def test_an_excerpt_whose_article_has_changed_shows_only_what_is_still_there(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        message = await answered(discord, "When was the pool built?")
        longer = POOL.replace(b"Children", b"Dogs must stay outside.\n\nChildren")
        await asyncio.to_thread(fill, bot.data_dir, SWIMMERS, {"pool.md": longer})
        shown = text_of(await discord.press(message, "In context", user=BEA))
        assert "has changed since" in shown
        assert "Dogs must stay outside" in shown
        await asyncio.to_thread(fill, bot.data_dir, SWIMMERS, {"pool.md": POOL.replace(b"1987", b"1978")})
        shown = text_of(await discord.press(message, "In context", user=BEA))
        assert "no longer contains these words" in shown
        assert "1987" not in shown

    play(scenario)
