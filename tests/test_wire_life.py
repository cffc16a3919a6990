"""The bot over the wire: start, registration of commands, and shutdown."""

import asyncio
import re
import socket
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from embeddings.store import Store
from tests.discord_standin import TOKEN, Channel, Discord, Guild, Intent, Message, Permission, User
from tests.web import Reply, serving
from tests.wire import POOL, Bot, fill

ADA = User("Ada")
TRACK, INFIELD = Channel("track"), Channel("infield")
RUNNERS = Guild("Runners", (TRACK, INFIELD))


def run(bot: Bot) -> tuple[int, str]:
    async def whole() -> tuple[int, str]:
        await bot.start()
        return await bot.ended()

    return asyncio.run(whole())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param({}, "DISCORD_TOKEN is not set", id="missing"),
        pytest.param({"DISCORD_TOKEN": "swordfish"}, "DISCORD_TOKEN does not look like", id="malformed"),
    ],
)
def test_a_bad_token_is_one_sentence_and_status_2(tmp_path: Path, settings: dict[str, str], said: str) -> None:
    status, log = run(Bot(tmp_path, **settings))
    assert status == 2
    assert said in log
    assert log.count("\n") == 1
    assert "swordfish" not in log


def test_a_token_that_discord_refuses_is_one_sentence_and_status_2(tmp_path: Path) -> None:
    async def scenario() -> tuple[int, str]:
        async with Discord(token="another") as discord:
            bot = Bot(tmp_path, DISCORD_TOKEN=TOKEN, DISCORD_API_URL=discord.api_url)
            await bot.start()
            return await bot.ended()

    status, log = asyncio.run(scenario())
    assert status == 2
    assert "Discord refused DISCORD_TOKEN" in log
    assert log.count("\n") == 1
    assert TOKEN not in log


def test_a_discord_that_cannot_be_reached_is_one_sentence_and_status_1(tmp_path: Path) -> None:
    with socket.socket() as taken:
        # Bound but not listening, so that connections are certainly refused.
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/api/v10"
        status, log = run(Bot(tmp_path, DISCORD_TOKEN=TOKEN, DISCORD_API_URL=url))
    assert status == 1
    assert "Discord cannot be reached" in log
    assert log.count("\n") == 1


def test_a_server_that_only_closes_the_connection_is_one_sentence_and_status_1(tmp_path: Path) -> None:
    async def scenario() -> tuple[int, str]:
        async def close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        async with await asyncio.start_server(close, "127.0.0.1", 0) as server:
            host, port = server.sockets[0].getsockname()
            bot = Bot(tmp_path, DISCORD_TOKEN=TOKEN, DISCORD_API_URL=f"http://{host}:{port}/api/v10")
            await bot.start()
            return await bot.ended()

    status, log = asyncio.run(scenario())
    assert status == 1
    assert "Discord cannot be reached" in log
    assert log.count("\n") == 1


def test_when_discord_allows_no_more_connections_it_does_not_try(tmp_path: Path) -> None:
    async def scenario() -> tuple[int, str]:
        async with Discord(RUNNERS) as discord:
            discord.gateway.starts_left = 0
            bot = Bot.of(discord, tmp_path)
            await bot.start()
            found = await bot.ended()
            assert discord.record.frames == []
            return found

    status, log = asyncio.run(scenario())
    assert status == 1
    assert "no more connections for now" in log
    assert "in 23 hours" in log
    assert "Traceback" not in log


def test_told_to_stop_while_the_model_loads_it_ends_well(tmp_path: Path) -> None:
    async def scenario() -> tuple[int, str]:
        async with Discord(RUNNERS) as discord:
            bot = Bot(tmp_path, DISCORD_TOKEN=TOKEN, DISCORD_API_URL=discord.api_url)
            await bot.start()
            await discord.ready()
            await bot.stop()
            return await bot.ended()

    status, log = asyncio.run(scenario())
    assert status == 0, log
    assert "Traceback" not in log


@pytest.mark.parametrize("signals", [1, 2])
def test_told_to_stop_it_waits_for_nothing_that_takes_long_and_told_twice_not_at_all(
    tmp_path: Path, signals: int
) -> None:
    async def scenario() -> tuple[int, str]:
        discord = Discord(RUNNERS)
        discord.permissions.grant(ADA, RUNNERS, Permission.MANAGE_GUILD)
        async with discord:
            bot = Bot.of(discord, tmp_path, PULLQUOTE_ALLOW_PRIVATE_ADDRESSES="1")
            await asyncio.to_thread(fill, bot.data_dir, RUNNERS, {"pool.md": POOL})
            with serving() as web:
                # The page is only served after the bot has ended.
                web.pages["/slow"] = lambda _: Reply(status=200 if web.closing.wait(60) else 503)
                await bot.start()
                await discord.ready()
                await discord.use("article add", user=ADA, channel=TRACK, url=f"{web.address}/slow")
                async with asyncio.timeout(60):
                    while "/slow" not in web.paths:
                        await asyncio.sleep(0.05)
                await bot.stop()
                await bot.until_logged("stopping;")
                for _ in range(signals - 1):
                    await bot.stop()
                return await bot.ended()

    status, log = asyncio.run(scenario())
    assert status == 0, log
    assert "what was still being done is given up" in log
    assert "Traceback" not in log
    with Store.open(tmp_path / "data") as store:
        assert [each.title for each in store.articles(str(RUNNERS.id))] == ["Harbour pool"]


def test_killed_in_the_middle_it_answers_again_and_its_old_buttons_work(tmp_path: Path) -> None:
    async def scenario() -> tuple[int, str]:
        async with Discord(RUNNERS) as discord:
            bot = Bot.of(discord, tmp_path)
            await asyncio.to_thread(fill, bot.data_dir, RUNNERS, {"pool.md": POOL})
            await bot.start()
            await discord.ready()
            asked = await discord.slash("ask", user=ADA, channel=TRACK, question="Who runs the pool?")
            said = await discord.say(f"<@{discord.bot.id}> When was the pool built?", user=ADA, channel=TRACK)
            answer = await discord.answer_to(said)
            await bot.kill()
            await discord.gateway.end_session()
            await bot.start()
            await discord.record.until(lambda: discord.gateway.session, "bot that is back")
            assert asked.answer
            pressed = await discord.press(asked.answer, "In context", user=User("Bea"))
            assert pressed.answer
            assert "The pool opens at seven" in pressed.answer.text
            # A reply to an answer from before the restart is still a follow-up.
            said = await discord.say("and by whom is it run?", user=ADA, channel=TRACK, reply_to=answer)
            assert "Understood as: When was the pool built?" in (await discord.answer_to(said)).text
            assert discord.violations == []
            await bot.stop()
            return await bot.ended()

    status, log = asyncio.run(scenario())
    assert status == 0, log
    assert "Traceback" not in log


# Registration with Discord


def commands_told(discord: Discord) -> list[str]:
    return [str(each) for each in discord.record.calls if each.method == "PUT"]


def test_commands_are_made_known_once_and_the_invite_asks_for_what_is_used(tmp_path: Path) -> None:
    async def scenario() -> tuple[int, str]:
        async with Discord(RUNNERS) as discord:
            bot = Bot.of(discord, tmp_path)
            await bot.start()
            await discord.ready()
            assert len(commands_told(discord)) == 1
            await bot.restart(discord)
            assert len(commands_told(discord)) == 1
            (bot.data_dir / "commands.json").write_text("damaged")
            await bot.restart(discord)
            assert len(commands_told(discord)) == 2
            assert discord.violations == []
            await bot.stop()
            return await bot.ended()

    status, log = asyncio.run(scenario())
    assert status == 0, log
    (link, *_) = [word for word in log.split() if word.startswith("https://discord.com/oauth2/authorize?")]
    asked = parse_qs(urlsplit(link).query)
    assert asked["scope"] == ["bot applications.commands"]
    assert int(asked["permissions"][0]) == (
        Permission.VIEW_CHANNEL
        | Permission.SEND_MESSAGES
        | Permission.READ_HISTORY
        | Permission.CREATE_THREADS
        | Permission.SEND_IN_THREADS
    )


def test_where_commands_are_no_longer_wanted_they_are_taken_away_once(tmp_path: Path) -> None:
    async def noted(bot: Bot, place: str) -> None:
        file = bot.data_dir / "commands.json"
        async with asyncio.timeout(60):
            # A half-written file contains no complete entry.
            while not file.exists() or re.findall(r"\d+/\w+", file.read_text()) != [place]:
                await asyncio.sleep(0.05)

    async def scenario() -> None:
        async with Discord(RUNNERS) as discord:
            known, here = discord.record.commands, str(RUNNERS.id)
            for server, wanted, other in ((here, RUNNERS.id, None), ("", None, RUNNERS.id), (here, RUNNERS.id, None)):
                bot = Bot.of(discord, tmp_path, PULLQUOTE_DEV_GUILD=server)
                await bot.start()
                await noted(bot, f"{discord.bot.id}/{server or 'everywhere'}")
                assert known[wanted]
                assert not known.get(other)
                told = len(commands_told(discord))
                await bot.restart(discord)
                assert len(commands_told(discord)) == told
                await bot.stop()
                status, log = await bot.ended()
                assert status == 0, log
                await discord.gateway.end_session()

    asyncio.run(scenario())


def test_for_development_commands_are_made_known_in_one_server(tmp_path: Path) -> None:
    async def scenario() -> tuple[int, str]:
        async with Discord(RUNNERS) as discord:
            bot = Bot.of(discord, tmp_path, PULLQUOTE_DEV_GUILD=str(RUNNERS.id))
            await bot.start()
            await discord.ready()
            assert commands_told(discord) == ["PUT /applications/{application_id}/guilds/{guild_id}/commands"]
            assert {"ask", "Find in the articles"} <= {each["name"] for each in discord.record.commands[RUNNERS.id]}
            asked = await discord.slash("ask", user=ADA, channel=TRACK, question="Who runs the pool?")
            assert asked.answer
            await bot.stop()
            return await bot.ended()

    status, log = asyncio.run(scenario())
    assert status == 0, log


def test_where_it_may_read_messages_a_reply_needs_no_mention(tmp_path: Path) -> None:
    async def scenario() -> tuple[int, str]:
        async with Discord(RUNNERS, granted=Intent.MESSAGE_CONTENT) as discord:
            bot = Bot.of(discord, tmp_path)
            await asyncio.to_thread(fill, bot.data_dir, RUNNERS, {"pool.md": POOL})
            await bot.start()
            await discord.ready()
            assert discord.gateway.intents & Intent.MESSAGE_CONTENT
            asked = await discord.slash("ask", user=ADA, channel=TRACK, question="When was the pool built?")
            said = await discord.say("and by whom is it run?", user=ADA, channel=TRACK, reply_to=asked.answer)
            assert "Understood as: When was the pool built?" in (await discord.answer_to(said)).text
            # Talk among members is still left alone.
            talk = await discord.say("Who runs the pool?", user=ADA, channel=INFIELD)
            said = await discord.say(f"<@{discord.bot.id}> Who runs the pool?", user=ADA, channel=INFIELD)
            await discord.answer_to(said)
            replied_to = [each.replies_to.id for each in discord.said_by_bot(INFIELD) if each.replies_to]
            assert talk.id not in replied_to
            assert discord.violations == []
            await bot.stop()
            return await bot.ended()

    status, log = asyncio.run(scenario())
    assert status == 0, log
    assert "message-content intent is off" not in log


def test_an_intent_that_is_taken_away_meanwhile_is_done_without(tmp_path: Path) -> None:
    async def scenario() -> tuple[int, str]:
        async with Discord(RUNNERS, granted=Intent.MESSAGE_CONTENT) as discord:
            discord.gateway.refused = Intent.MESSAGE_CONTENT
            bot = Bot.of(discord, tmp_path)
            await bot.start()
            await discord.ready()
            assert not discord.gateway.intents & Intent.MESSAGE_CONTENT
            asked = await discord.slash("ask", user=ADA, channel=TRACK, question="Who runs the pool?")
            assert asked.answer
            await bot.stop()
            return await bot.ended()

    status, log = asyncio.run(scenario())
    assert status == 0, log
    assert "message-content intent is off" in log
    assert "Traceback" not in log


def test_direct_messages_are_answered_where_the_host_gave_them_a_library(tmp_path: Path) -> None:
    async def scenario() -> tuple[int, str]:
        direct = Channel("", recipient=ADA)
        async with Discord(RUNNERS, direct=(direct,)) as discord:
            bot = Bot.of(discord, tmp_path, PULLQUOTE_DM_LIBRARY=str(RUNNERS.id))
            await asyncio.to_thread(fill, bot.data_dir, RUNNERS, {"pool.md": POOL})
            await bot.start()
            await discord.ready()
            await discord.say("Who runs the pool?", user=ADA, channel=direct)
            (said,) = await discord.record.until(lambda: discord.said_by_bot(direct) or None, "direct message")
            assert "Mira Okafor" in said.text
            pressed = await discord.press(said, "In context", user=ADA)
            assert pressed.answer
            assert "Harbour pool" in pressed.answer.text
            asked = await discord.slash("ask", user=ADA, channel=direct, question="When was the pool built?")
            assert asked.answer
            assert "1987" in asked.answer.text
            assert discord.violations == []
            await bot.stop()
            return await bot.ended()

    status, log = asyncio.run(scenario())
    assert status == 0, log


def test_news_of_a_question_in_a_direct_message_have_buttons_that_work(tmp_path: Path) -> None:
    """The library is of no server that the bot is in, so its answers belong to the direct message alone."""
    elsewhere = Guild("Elsewhere", ())

    async def scenario() -> tuple[int, str]:
        direct = Channel("", recipient=ADA)
        async with Discord(RUNNERS, direct=(direct,)) as discord:
            bot = Bot.of(discord, tmp_path, PULLQUOTE_DM_LIBRARY=str(elsewhere.id))
            await asyncio.to_thread(fill, bot.data_dir, elsewhere, {"pool.md": POOL})
            await bot.start()
            await discord.ready()
            asked = await discord.slash("ask", user=ADA, channel=direct, question="When is the sauna heated?")
            assert asked.answer
            await discord.press(asked.answer, "Tell me when this can be answered", user=ADA)
            sauna = b"# Sauna\n\nThe sauna is heated on Thursdays from five in the afternoon.\n"
            await asyncio.to_thread(fill, bot.data_dir, elsewhere, {"sauna.md": sauna})
            await bot.restart(discord)

            def news() -> list[Message]:
                return [each for each in discord.said_by_bot(direct) if "wanted to know" in each.text]

            (told,) = await discord.record.until(lambda: news() or None, "news")
            assert "Thursdays" in told.text
            pressed = await discord.press(told, "In context", user=ADA)
            assert pressed.answer
            assert "heated on" in pressed.answer.text
            assert discord.violations == []
            await bot.stop()
            return await bot.ended()

    status, log = asyncio.run(scenario())
    assert status == 0, log
