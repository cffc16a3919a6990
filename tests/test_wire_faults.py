"""The bot over the wire: faults, and recovery from them."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.memory.notebook import FILE
from tests.discord_standin import (
    DROPPED,
    LOST_ANSWER,
    Channel,
    Deadlines,
    Discord,
    Fault,
    Guild,
    Permission,
    User,
    rate_limited,
    unavailable,
)
from tests.discord_standin.gateway import Op
from tests.discord_standin.responses import CALLBACK, ORIGINAL
from tests.discord_standin.routes import MESSAGES, TYPING
from tests.wire import POOL, Bot, Play, fill, on_stage, player

ADA = User("Ada")
GENERAL, LOUNGE, DOOMED = Channel("general"), Channel("lounge"), Channel("doomed")
SWIMMERS = Guild("Swimmers", (GENERAL, LOUNGE, DOOMED))
QUESTION = "When was the pool built?"

Stage = tuple[Discord, Bot, asyncio.Runner]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with on_stage(Discord(SWIMMERS), tmp_path_factory.mktemp("faults"), [(SWIMMERS, {"pool.md": POOL})]) as found:
        yield found


@pytest.fixture
def play(stage: Stage) -> Iterator[Play]:
    discord, _, runner = stage
    yield from player(discord, runner)
    assert discord.faults.left == 0


async def still_answers(discord: Discord) -> None:
    asked = await discord.slash("ask", user=ADA, channel=GENERAL, question=QUESTION)
    assert asked.answer
    assert "1987" in asked.answer.text


# Requests


def without_header(limit: Fault) -> Fault:
    return replace(limit, headers={"Via": "1.1 google"})


SLOW_MODE = Fault(
    429,
    {"message": "This action cannot be performed due to slowmode rate limit.", "code": 20016, "retry_after": 0.05},
    {"Via": "1.1 google", "Retry-After": "1"},
)
DOORKEEPER = Fault(429, b"<html>you are being rate limited</html>", {"Content-Type": "text/html", "Retry-After": "600"})


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(rate_limited(0.05), id="too many on a route"),
        pytest.param(rate_limited(0.05, everywhere=True), id="too many everywhere"),
        pytest.param(without_header(rate_limited(0.05)), id="too many, said in the body alone"),
        pytest.param(SLOW_MODE, id="slow mode"),
        pytest.param(unavailable(502), id="a gateway that is down"),
        pytest.param(DROPPED, id="a connection that is cut"),
    ],
)
def test_an_answer_that_met_trouble_is_sent_again(play: Play, fault: Fault) -> None:
    async def scenario(discord: Discord) -> None:
        discord.faults.next("PATCH", ORIGINAL, fault)
        await still_answers(discord)
        discord.faults.next("POST", MESSAGES, fault)
        said = await discord.say(f"<@{discord.bot.id}> {QUESTION}", user=ADA, channel=GENERAL)
        assert "1987" in (await discord.answer_to(said)).text

    play(scenario)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(401, {"code": 0, "message": "401: Unauthorized"}), id="401"),
        pytest.param(Fault(403, {"code": 50001, "message": "Missing Access"}), id="403"),
        pytest.param(Fault(404, {"code": 10003, "message": "Unknown Channel"}), id="404"),
        pytest.param(DOORKEEPER, id="a ban by Discord's doorkeeper"),
        pytest.param(Fault(429, {"message": "?"}, {"Via": "1.1 google"}), id="too many, without a time"),
        pytest.param(Fault(200, b"{malformed", {"Content-Type": "application/json"}), id="no JSON"),
    ],
)
def test_what_discord_refuses_for_good_is_tried_once_only(play: Play, fault: Fault) -> None:
    async def scenario(discord: Discord) -> None:
        before = len(discord.record.calls)
        discord.faults.next("PATCH", ORIGINAL, fault)
        asked = await discord.use("ask", user=ADA, channel=GENERAL, question=QUESTION)
        discord.faults.next("POST", MESSAGES, fault)
        await discord.say(f"<@{discord.bot.id}> {QUESTION}", user=ADA, channel=GENERAL)
        await discord.record.until(lambda: discord.faults.left == 0 or None, "attempts")
        await still_answers(discord)
        calls = [each.template for each in discord.record.calls[before:]]
        # One of the two edits is that of the later question, which was answered.
        assert (calls.count(MESSAGES), calls.count(ORIGINAL)) == (1, 2)
        assert asked.answer is None

    play(scenario)


def test_a_sign_of_life_that_fails_is_no_reason_not_to_answer(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        discord.faults.next("POST", TYPING, Fault(403, {"code": 50013, "message": "Missing Permissions"}))
        said = await discord.say(f"<@{discord.bot.id}> {QUESTION}", user=ADA, channel=GENERAL)
        assert "1987" in (await discord.answer_to(said)).text

    play(scenario)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(404, {"code": 10062, "message": "Unknown interaction"}), id="too late"),
        pytest.param(Fault(400, {"code": 40060, "message": "Already acknowledged"}), id="answered by another"),
        pytest.param(Fault(200, b"{malformed", {"Content-Type": "application/json"}), id="no JSON"),
    ],
)
def test_a_command_that_cannot_be_acknowledged_is_given_up(stage: Stage, play: Play, fault: Fault) -> None:
    before = stage[1].log

    async def scenario(discord: Discord) -> None:
        discord.faults.next("POST", CALLBACK, fault)
        asked = await discord.use("ask", user=ADA, channel=GENERAL, question=QUESTION)
        await still_answers(discord)
        assert asked.answer is None

    play(scenario)
    _, bot, _ = stage
    # Only an already acknowledged interaction means that somebody else is connected with the token.
    assert ("somebody else answers with this bot's token" in bot.log.removeprefix(before)) == (fault.status == 400)


def test_titles_that_are_offered_too_late_are_no_loss(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        discord.faults.next("POST", CALLBACK, Fault(404, {"code": 10062, "message": "Unknown interaction"}))
        typing = asyncio.create_task(discord.complete("ask", "article", "har", user=ADA, channel=GENERAL))
        await discord.record.until(lambda: discord.faults.left == 0 or None, "attempt to offer titles")
        await still_answers(discord)
        typing.cancel()

    play(scenario)


def test_a_question_is_acknowledged_in_time_though_somebody_else_holds_the_records(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        with closing(sqlite3.connect(bot.data_dir / FILE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            asked = [await discord.use("ask", user=ADA, channel=GENERAL, question=QUESTION) for _ in range(3)]
            await discord.record.until(lambda: all(each.acknowledged for each in asked) or None, "acknowledgements")
            other.execute("ROLLBACK")
        await discord.record.until(lambda: all(each.answer for each in asked) or None, "answers")
        await still_answers(discord)

    # The stand-in checks that the acknowledgements were in time.
    play(scenario)


def test_what_arrived_while_its_acknowledgement_was_lost_is_there_once(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        for request in (("POST", CALLBACK), ("PATCH", ORIGINAL)):
            discord.faults.next(*request, LOST_ANSWER)
            await still_answers(discord)
        before = len(discord.said_by_bot(LOUNGE))
        discord.faults.next("POST", MESSAGES, LOST_ANSWER)
        said = await discord.say(f"<@{discord.bot.id}> {QUESTION}", user=ADA, channel=LOUNGE)
        await discord.answer_to(said)
        posts = [each for each in discord.record.calls if each.template == MESSAGES]
        await discord.record.until(
            lambda: [each for each in discord.record.calls if each.template == MESSAGES][len(posts) :] or None,
            "second attempt",
        )
        await still_answers(discord)
        assert len(discord.said_by_bot(LOUNGE)) == before + 1
        # A repeated acknowledgement is reported, and must be the only violation.
        assert all("second first response" in each for each in discord.violations)
        discord.violations.clear()

    play(scenario)


# Things deleted meanwhile


def test_a_channel_that_is_deleted_meanwhile_is_no_loss(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        await discord.say(f"<@{discord.bot.id}> {QUESTION}", user=ADA, channel=DOOMED)
        await discord.delete_channel(DOOMED)
        await still_answers(discord)

    play(scenario)


def test_a_thread_that_is_deleted_meanwhile_is_no_loss(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        thread = await discord.open_thread("towels", parent=GENERAL)
        await discord.say(f"<@{discord.bot.id}> {QUESTION}", user=ADA, channel=thread)
        await discord.delete_thread(thread)
        await still_answers(discord)

    play(scenario)


def test_an_answer_that_is_deleted_meanwhile_is_no_loss(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        asked = await discord.slash("ask", user=ADA, channel=GENERAL, question=QUESTION)
        assert asked.answer
        del discord.record.messages[asked.answer.id]
        before = len(discord.record.calls)
        pressed = asyncio.create_task(discord.press(asked.answer, "Remove", user=ADA))
        await discord.record.until(
            lambda: any(each.method == "DELETE" for each in discord.record.calls[before:]) or None,
            "attempt to remove it",
        )
        await still_answers(discord)
        pressed.cancel()

    play(scenario)
    assert "a button: Discord answered 404 (code 10008)" in bot.log


def test_while_it_is_timed_out_it_is_silent_and_the_log_says_why(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        await discord.time_out_bot(SWIMMERS, datetime.now(UTC) + timedelta(hours=1))
        before = len(discord.record.calls)
        # Responses to commands need no permission of the bot; the event of its answer carries its member data once more.
        await still_answers(discord)
        await discord.say(f"<@{discord.bot.id}> {QUESTION}", user=ADA, channel=GENERAL)
        # Wait before lifting the timeout: a question still in progress would be answered after all.
        await bot.until_logged(f"a question in channel {GENERAL.id} was not answered: missing send_messages")
        assert MESSAGES not in [each.template for each in discord.record.calls[before:]]
        await discord.time_out_bot(SWIMMERS, None)
        said = await discord.say(f"<@{discord.bot.id}> {QUESTION}", user=ADA, channel=GENERAL)
        assert "1987" in (await discord.answer_to(said)).text

    play(scenario)


def test_a_command_that_this_release_does_not_know_is_told_so(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        # As if registering the commands had failed, or a member's client still showed the old ones.
        known = discord.record.commands[None]
        known.append({**known[0], "name": "search", "type": 1, "options": []})
        asked = await discord.slash("search", user=ADA, channel=GENERAL)
        assert asked.ephemeral
        assert asked.answer
        assert "This command has changed" in asked.answer.text
        known.pop()

    play(scenario)


def test_a_permission_that_is_taken_away_meanwhile_is_logged_by_its_number(stage: Stage, play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        # Discord enforces the denial before the bot hears of it.
        discord.permissions.deny_bot(LOUNGE, Permission.SEND_MESSAGES)
        before = len(discord.record.calls)
        await discord.say(f"<@{discord.bot.id}> {QUESTION}", user=ADA, channel=LOUNGE)
        await discord.record.until(
            lambda: (
                any(
                    each.template == MESSAGES and each.parameters["channel_id"] == str(LOUNGE.id)
                    for each in discord.record.calls[before:]
                )
                or None
            ),
            "attempt to answer",
        )
        await still_answers(discord)
        discord.permissions.deny_bot(LOUNGE, Permission(0))

    play(scenario)
    _, bot, _ = stage
    assert "Discord answered 403 (code 50013)" in bot.log


# The connection


def frames(discord: Discord, op: Op) -> int:
    return sum(frame["op"] == op for frame in discord.record.frames)


async def connected_anew(discord: Discord, op: Op, before: int) -> None:
    await discord.record.until(lambda: frames(discord, op) > before or None, f"{op.name} on a new connection")


@pytest.mark.parametrize("way", ["closed", "cut", "told to reconnect", "invalid but resumable"])
def test_after_a_lost_connection_it_resumes_and_nothing_is_missed(play: Play, way: str) -> None:
    async def scenario(discord: Discord) -> None:
        before = frames(discord, Op.RESUME)
        match way:
            case "closed":
                await discord.gateway.drop()
            case "cut":
                await discord.gateway.cut()
            case "told to reconnect":
                await discord.gateway.ask_to_reconnect()
            case _:
                await discord.gateway.invalidate(resumable=True)
        said = await discord.say(f"<@{discord.bot.id}> {QUESTION}", user=ADA, channel=GENERAL)
        await connected_anew(discord, Op.RESUME, before)
        assert "1987" in (await discord.answer_to(said)).text
        await still_answers(discord)
        answers = [each for each in discord.said_by_bot(GENERAL) if each.replies_to and each.replies_to.id == said.id]
        assert len(answers) == 1

    play(scenario)


def test_a_session_that_ended_is_begun_anew(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        before = frames(discord, Op.IDENTIFY)
        await discord.gateway.invalidate(resumable=False)
        await connected_anew(discord, Op.IDENTIFY, before)
        await discord.ready()
        await still_answers(discord)

    play(scenario)


def test_a_session_that_cannot_be_resumed_is_begun_anew(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        before = frames(discord, Op.RESUME), frames(discord, Op.IDENTIFY)
        await discord.gateway.end_session()
        await connected_anew(discord, Op.RESUME, before[0])
        await connected_anew(discord, Op.IDENTIFY, before[1])
        await discord.ready()
        await still_answers(discord)
        said = await discord.say(f"<@{discord.bot.id}> {QUESTION}", user=ADA, channel=GENERAL)
        assert "1987" in (await discord.answer_to(said)).text

    play(scenario)


def test_an_outage_of_a_server_is_survived(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        await discord.black_out(SWIMMERS)
        await discord.gateway.dispatch("GUILD_CREATE", discord.told_of(SWIMMERS))
        await still_answers(discord)

    play(scenario)


# The end


def test_what_is_under_way_when_it_is_stopped_is_answered_first(tmp_path: Path) -> None:
    async def scenario() -> tuple[int, str]:
        async with Discord(SWIMMERS) as discord:
            bot = Bot.of(discord, tmp_path)
            await asyncio.to_thread(fill, bot.data_dir, SWIMMERS, {"pool.md": POOL})
            await bot.start()
            await discord.ready()
            await still_answers(discord)
            asked = [await discord.use("ask", user=ADA, channel=GENERAL, question=QUESTION) for _ in range(20)]
            await discord.record.until(lambda: any(each.steps for each in asked) or None, "acknowledgement")
            await bot.stop()
            found = await bot.ended()
            assert all(each.answer for each in asked if each.steps)
            assert discord.violations == []
            return found

    status, log = asyncio.run(scenario())
    assert status == 0, log
    assert "Traceback" not in log


def test_a_token_of_an_answer_that_has_run_out_is_no_crash(tmp_path: Path) -> None:
    async def scenario() -> tuple[int, str]:
        async with Discord(SWIMMERS, deadlines=Deadlines(token=-1)) as discord:
            bot = Bot.of(discord, tmp_path)
            await bot.start()
            await discord.ready()
            await discord.use("ask", user=ADA, channel=GENERAL, question=QUESTION)
            said = await discord.say(f"<@{discord.bot.id}> {QUESTION}", user=ADA, channel=GENERAL)
            await discord.answer_to(said)
            await bot.stop()
            return await bot.ended()

    status, log = asyncio.run(scenario())
    assert status == 0, log
    assert "Traceback" not in log
