"""The bot over the wire: the list of gaps for librarians, and news for members who wait for an answer."""

import asyncio
import re
from collections.abc import Iterator
from functools import partial

import pytest

from tests.discord_standin import DROPPED, Channel, Discord, Fault, Guild, Interaction, Message, Permission, User
from tests.wire import POOL, Bot, Play, fill, on_stage, player

ADA, BEA, CARL, DAN, MAX = map(User, ("Ada", "Bea", "Carl", "Dan", "Max"))
GENERAL, LOUNGE, TRACK, BAY = map(Channel, ("general", "lounge", "track", "bay"))
HALL, CELLAR, ATTIC = map(Channel, ("hall", "cellar", "attic"))
LAWN, YARD, ROOF, PIER = map(Channel, ("lawn", "yard", "roof", "pier"))
# One server per test.
SWIMMERS, RUNNERS = Guild("Swimmers", (GENERAL, LOUNGE)), Guild("Runners", (TRACK,))
BATHERS, GUESTS = Guild("Bathers", (BAY,)), Guild("Guests", (HALL, CELLAR, ATTIC))
GOLFERS, RIDERS, BUILDERS = Guild("Golfers", (LAWN,)), Guild("Riders", (YARD,)), Guild("Builders", (ROOF,))
ANGLERS = Guild("Anglers", (PIER,))
GUILDS = (SWIMMERS, RUNNERS, BATHERS, GUESTS, GOLFERS, RIDERS, BUILDERS, ANGLERS)
ADAS, BEAS, CARLS, DANS = (Channel("direct", recipient=user) for user in (ADA, BEA, CARL, DAN))
ARCHIVED = ("POST", "/channels/{channel_id}/messages", Fault(400, {"code": 50083, "message": "Thread is archived"}))
BROKEN = ("POST", "/users/@me/channels", *[DROPPED] * 4)
SAUNA = b"# Sauna\n\nThe sauna is heated on Thursdays from five in the afternoon.\n"
WISH = "Tell me when this can be answered"

Stage = tuple[Discord, Bot, asyncio.Runner]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    discord = Discord(*GUILDS, direct=(ADAS, BEAS, CARLS, DANS))
    for guild in GUILDS:
        discord.permissions.grant(MAX, guild, Permission.MANAGE_GUILD)
    articles = [(guild, {"pool.md": POOL}) for guild in GUILDS]
    with on_stage(discord, tmp_path_factory.mktemp("gaps"), articles) as found:
        yield found


@pytest.fixture
def play(stage: Stage) -> Iterator[Play]:
    discord, _, runner = stage
    yield from player(discord, runner)


async def asked(
    discord: Discord, question: str, user: User = ADA, channel: Channel = GENERAL, **more: object
) -> Message:
    found = await discord.slash("ask", user=user, channel=channel, question=question, **more)
    assert found.answer
    return found.answer


def shown(interaction: Interaction) -> str:
    assert interaction.ephemeral or interaction.source
    assert interaction.answer
    assert interaction.answer.pings == ()
    return interaction.answer.text


def said(discord: Discord, channel: Channel) -> list[Message] | None:
    return discord.said_by_bot(channel) or None


async def pages(discord: Discord, user: User, channel: Channel = LOUNGE) -> tuple[Interaction, str]:
    found = await discord.slash("gaps", user=user, channel=channel)
    return found, shown(found)


def test_gaps_are_grouped_and_dismissed_by_librarians_only(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        command = next(each for each in discord.record.commands[None] if each["name"] == "gaps")
        assert command["default_member_permissions"] == int(Permission.MANAGE_GUILD)
        for user in (ADA, BEA):
            await discord.press(await asked(discord, "How do I bake rye bread?", user), WISH, user=user)
        await asked(discord, "How do I bake bread from rye, **@everyone** <@1>?", CARL)
        answered = await asked(discord, "Who runs the pool?")
        assert "Mira Okafor" in answered.text
        await discord.press(answered, "Not helpful", user=BEA)
        listed, text = await pages(discord, MAX)
        assert re.search(r"\*\*Who runs the pool\?\*\*\n-# Once · <t:\d+:R> · 👎", text)
        assert r"rye, \*\*\@everyone\*\* ?" in text
        assert "3 times by 3 members · " in text
        assert "🔔 2 waiting" in text
        _, refused = await pages(discord, ADA)
        assert "Only librarians can see this" in refused
        assert "rye" not in refused

        # A button has the same permission check as the command, and works after a restart.
        await bot.restart(discord)
        assert listed.answer
        dismiss = re.findall(r"pullquote:gaps:dismiss:\d+:0", str(listed.answer.components))
        assert len(dismiss) == 2
        pressed = await discord.press(listed.answer, dismiss[0], user=ADA)
        assert "Only librarians can see this" in shown(pressed)
        listed, before = await pages(discord, MAX)
        assert before == text
        assert listed.answer
        pressed = await discord.press(listed.answer, dismiss[0], user=MAX)
        assert pressed.steps == ["defer", "edit"]
        assert "Who runs" not in shown(pressed)
        assert "rye" in shown(pressed)
        pressed = await discord.press(listed.answer, dismiss[1], user=MAX)
        assert "Nothing is missing" in shown(pressed)

    play(scenario)


def test_the_list_is_turned_page_by_page(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        for number in range(7):
            await asked(discord, f"Who won the race of 19{number}0 on the moon?", channel=TRACK)
        listed, text = await pages(discord, MAX, TRACK)
        assert "1960" in text
        assert "1900" not in text
        assert listed.answer
        older = await discord.press(listed.answer, "Older", user=MAX)
        assert "1900" in shown(older)
        assert "1960" not in shown(older)

    play(scenario)


def test_who_waited_is_told_once_where_it_was_asked(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        question = await discord.say(f"<@{discord.bot.id}> When is the sauna heated?", user=ADA, channel=BAY)
        reply = await discord.answer_to(question)
        for user in (ADA, BEA):
            await discord.press(reply, WISH, user=user)
        before = len(discord.said_by_bot(BAY))
        await asyncio.to_thread(fill, bot.data_dir, BATHERS, {"sauna.md": SAUNA})
        # Articles that were added while the bot was down are noticed at its start.
        await bot.restart(discord)
        told = await discord.record.until(lambda: discord.said_by_bot(BAY)[before:] or None, "news")
        assert sorted(told[0].pings) == sorted(f"<@{each.id}>" for each in (ADA, BEA))
        assert "from five in the afternoon**. `[1]`" in told[0].text
        assert told[0].replies_to
        assert told[0].replies_to.id == question.id
        assert "In context" in str(told[0].components)
        pressed = await discord.press(told[0], "In context", user=BEA)
        assert "Thursdays" in shown(pressed)
        assert "Nothing is missing" in (await pages(discord, MAX, BAY))[1]
        # A member who presses the button on the old reply now is told at once.
        assert "Thursdays" in shown(await discord.press(reply, WISH, user=CARL))
        await asyncio.to_thread(fill, bot.data_dir, BATHERS, {"sauna.md": SAUNA + b"\nBring a towel.\n"})
        await bot.restart(discord)
        await asked(discord, "Who runs the pool?", channel=BAY, private=True)
        assert [each for each in discord.said_by_bot(BAY) if "you wanted to know" in each.text] == told[:1]

    play(scenario)


def test_what_was_asked_in_private_is_told_in_private_and_so_is_what_has_no_place(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        private = await asked(discord, "When is the sauna heated?", channel=HALL, private=True)
        await discord.press(private, WISH, user=ADA)
        homeless = await asked(discord, "When is the sauna heated?", BEA, CELLAR)
        await discord.press(homeless, WISH, user=BEA)
        await discord.press(homeless, WISH, user=CARL)
        muted = await asked(discord, "When is the sauna heated?", DAN, ATTIC)
        await discord.press(muted, WISH, user=DAN)
        await discord.deny_bot(ATTIC, Permission.SEND_MESSAGES)
        before = len(discord.said_by_bot(HALL))
        await discord.delete_channel(CELLAR)
        # Carl has left, so he must not see the articles.
        discord.permissions.leave(CARL, GUESTS)
        await asyncio.to_thread(fill, bot.data_dir, GUESTS, {"sauna.md": SAUNA})
        await bot.restart(discord)
        for channel in (ADAS, BEAS, DANS):
            (told,) = await discord.record.until(partial(said, discord, channel), "news in private")
            assert "You asked this in Guests" in told.text
            assert "Thursdays" in told.text
            assert told.pings == ()
            assert "custom_id" not in str(told.components)
        await asked(discord, "Who runs the pool?", BEA, HALL, private=True)
        assert discord.said_by_bot(CARLS) == []
        assert [each for each in discord.said_by_bot(HALL)[before:] if "Thursdays" in each.text] == []

    play(scenario)


@pytest.mark.parametrize(
    ("guild", "is_gone", "faults", "told"),
    [
        pytest.param(GOLFERS, True, (), (ADAS, BEAS), id="the channel is gone"),
        pytest.param(RIDERS, False, ARCHIVED, (ADAS, BEAS), id="it takes no messages any more"),
        pytest.param(BUILDERS, True, BROKEN, (BEAS,), id="and the connection breaks at the first member"),
    ],
)
def test_where_it_cannot_be_told_in_the_channel_each_member_is_told_alone(
    stage: Stage,
    play: Play,
    guild: Guild,
    is_gone: bool,
    faults: tuple[str, str, *tuple[Fault, ...]] | tuple[()],
    told: tuple[Channel, ...],
) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        (channel,) = guild.channels
        question = await asked(discord, "When is the sauna heated?", ADA, channel)
        for user in (ADA, BEA):
            await discord.press(question, WISH, user=user)
        if is_gone:
            await discord.delete_channel(channel)
        if faults:
            discord.faults.next(*faults)
        await asyncio.to_thread(fill, bot.data_dir, guild, {"sauna.md": SAUNA})
        await bot.restart(discord)

        def news(direct: Channel) -> Message | None:
            return next(
                (each for each in discord.said_by_bot(direct) if f"You asked this in {guild.name}" in each.text), None
            )

        for direct in told:
            assert "Thursdays" in (await discord.record.until(partial(news, direct), "news in private")).text
        assert discord.faults.left == 0

    play(scenario)


def test_a_connection_that_breaks_while_a_sleeping_thread_is_looked_for_loses_no_news(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        thread = await discord.open_thread("eels", parent=PIER)
        question = await asked(discord, "When is the sauna heated?", ADA, thread)
        await discord.press(question, WISH, user=BEA)
        before = len(discord.said_by_bot(thread))
        await bot.stop()
        await bot.ended()
        await asyncio.to_thread(fill, bot.data_dir, ANGLERS, {"sauna.md": SAUNA})
        # Twice, since a broken keep-alive connection is silently replaced once.
        discord.faults.next("GET", "/channels/{channel_id}", DROPPED, DROPPED)
        await discord.gateway.end_session()
        await bot.start()
        await discord.ready()
        (told,) = await discord.record.until(lambda: discord.said_by_bot(thread)[before:] or None, "news")
        assert "Thursdays" in told.text
        assert discord.faults.left == 0

    play(scenario)
