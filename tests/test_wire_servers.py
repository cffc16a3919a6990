"""The bot over the wire: it joins servers and leaves them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings.store import Store
from tests.discord_standin import Channel, Discord, Guild, Kind, Message, Permission, User
from tests.wire import POOL, Bot, Play, fill, on_stage, player

ADA = User("Ada")
GENERAL = Channel("general")
SWIMMERS = Guild("Swimmers", (GENERAL,))

Stage = tuple[Discord, Bot, asyncio.Runner]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    grace = {"PULLQUOTE_GRACE_DAYS": "0"}
    with on_stage(
        Discord(SWIMMERS), tmp_path_factory.mktemp("servers"), [(SWIMMERS, {"pool.md": POOL})], **grace
    ) as found:
        yield found


@pytest.fixture
def play(stage: Stage) -> Iterator[Play]:
    discord, _, runner = stage
    yield from player(discord, runner)


async def greeting(discord: Discord, channel: Channel) -> Message:
    (said,) = await discord.record.until(lambda: discord.said_by_bot(channel) or None, "greeting")
    return said


def test_a_new_server_is_told_once_how_to_begin(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        forum, first, second = Channel("posts", kind=Kind.FORUM), Channel("first"), Channel("second")
        guild = Guild("New", (forum, first, second), system_channel=second)
        await discord.join(guild)
        said = await greeting(discord, second)
        assert "`/article add`" in said.text
        assert said.pings == ()
        # The end of an outage arrives as GUILD_CREATE, like a join.
        await discord.black_out(guild)
        await discord.bring_back(guild)
        await discord.slash("ask", user=ADA, channel=first, question="Who runs the pool?")
        assert discord.said_by_bot(second) == [said]
        assert not [each for each in discord.said_by_bot(first) if "Hello" in each.text]
        await discord.leave(guild)

    play(scenario)


def test_it_is_said_where_the_bot_may_speak_in_the_servers_language(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        first, second = Channel("first"), Channel("second")
        guild = Guild("Neu", (first, second), system_channel=first, locale="de")
        discord.permissions.deny_bot(first, Permission.SEND_MESSAGES)
        await discord.join(guild)
        assert "`/fragen`" in (await greeting(discord, second)).text
        await discord.leave(guild)

    play(scenario)


def test_what_is_kept_of_a_server_is_deleted_after_the_grace_period(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        lane = Channel("lane")
        guild = Guild("Leaving", (lane,))
        await asyncio.to_thread(fill, bot.data_dir, guild, {"pool.md": POOL})
        await discord.join(guild)
        asked = await discord.slash("ask", user=ADA, channel=lane, question="Who runs the pool?")
        assert asked.answer
        assert "Okafor" in asked.answer.text
        await discord.black_out(guild)
        await discord.bring_back(guild)
        asked = await discord.slash("ask", user=ADA, channel=lane, question="Who runs the pool?")
        assert asked.answer
        assert "Okafor" in asked.answer.text
        await discord.leave(guild)
        await bot.until_logged(f"deleted all that was kept of server {guild.id}")
        assert libraries(bot) == {str(SWIMMERS.id)}

    play(scenario)


def test_a_server_that_was_left_while_the_bot_was_off_is_noticed_and_others_are_left_alone(tmp_path: Path) -> None:
    lane, track = Channel("lane"), Channel("track")
    left, invited_later = Guild("Left", (lane,)), Guild("Invited later", (track,))

    async def scenario() -> None:
        async with Discord(SWIMMERS, left) as discord:
            bot = Bot.of(discord, tmp_path, PULLQUOTE_GRACE_DAYS="0")
            for guild in (SWIMMERS, left, invited_later):
                await asyncio.to_thread(fill, bot.data_dir, guild, {"pool.md": POOL})
            await bot.start()
            await discord.ready()
            await bot.until_logged("in 2 servers")
            await discord.slash("ask", user=ADA, channel=lane, question="Who runs the pool?")
            await bot.stop()
            await bot.ended()
            await discord.gateway.end_session()
            await discord.leave(left)
            await bot.start()
            await bot.until_logged(f"deleted all that was kept of server {left.id}")
            assert libraries(bot) == {str(SWIMMERS.id), str(invited_later.id)}
            await bot.stop()
            status, log = await bot.ended()
            assert status == 0, log

    asyncio.run(scenario())


def libraries(bot: Bot) -> set[str]:
    with Store.open(bot.data_dir) as store:
        return {name for name in store.libraries() if store.articles(name)}
