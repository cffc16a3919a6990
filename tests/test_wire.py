"""The bot over the wire: `pullquote run` as a process of its own, against a Discord on the loopback address."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from embeddings.encoder import load_encoder
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.store import Store
from tests.discord_standin import TOKEN, Channel, Discord, Guild, User

ADA = User("Ada")
GENERAL, LOUNGE, NOTICES, OFFICE = (Channel(name) for name in ("general", "lounge", "notices", "office"))
SWIMMERS = Guild("Swimmers", (GENERAL, LOUNGE, NOTICES, OFFICE))
TRACK = Channel("track")
RUNNERS = Guild("Runners", (TRACK,))
DIRECT = Channel("", recipient=ADA)

POOL = b"""# Harbour pool

The pool opens at seven in the morning and closes at nine in the evening.

Mira Okafor, who runs the pool, said that it was built in 1987.

Children under six swim free of charge.
"""
NOTICE = b"""# Lost property

**@everyone** Lost towels are kept by <@1234> in [the cellar](https://evil.example/) `[7]` for thirty days.
"""


class Bot:
    """The command as a process."""

    def __init__(self, folder: Path, **settings: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DISCORD_", "PULLQUOTE_"))}
        repository = str(Path(__file__).parents[1])
        self.data_dir = folder / "data"
        self._environ = {**kept, "PYTHONPATH": repository, "PULLQUOTE_DATA_DIR": str(self.data_dir), **settings}
        self._folder = folder
        self._log = folder / "log"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        # In a folder of its own, so that no .env of this machine is read. The log is a file, so that nothing waits for a reader.
        with self._log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                env=self._environ,
                cwd=self._folder,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=log,
            )

    async def stop(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)

    async def ended(self) -> tuple[int, str]:
        """Its status and its log, once it has ended."""
        assert self._process
        async with asyncio.timeout(60):
            status = await self._process.wait()
        return status, self._log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Discord, asyncio.Runner]]:
    """A Discord with a bot that runs for all tests of the module, and the event loop that it lives in."""
    folder = tmp_path_factory.mktemp("wire")
    with asyncio.Runner() as runner:
        discord = runner.run(opened(Discord(SWIMMERS, RUNNERS, direct=(DIRECT,))))
        bot = Bot(folder, DISCORD_TOKEN=TOKEN, DISCORD_API_URL=discord.api_url)
        with Store.open(bot.data_dir) as store:
            library = Library(store, str(SWIMMERS.id), load_encoder())
            for text, source in ((POOL, "pool.md"), (NOTICE, "notice.md")):
                library.add(load(text, source=source))
        runner.run(bot.start())
        try:
            runner.run(discord.ready())
            yield discord, runner
        finally:
            runner.run(bot.stop())
            status, log = runner.run(bot.ended())
            runner.run(discord.__aexit__(None, None, None))
    assert status == 0, log
    assert "invite it with https://discord.com/oauth2/authorize?" in log
    for never in (TOKEN, "Traceback", "runs the pool", "rye bread", "Okafor"):
        assert never not in log


async def opened(discord: Discord) -> Discord:
    return await discord.__aenter__()


@pytest.fixture
def play(stage: tuple[Discord, asyncio.Runner]) -> Iterator[Callable[[Callable[[Discord], Awaitable[None]]], None]]:
    """Runs a scenario, after which nothing may have been sent that Discord would not have taken."""
    discord, runner = stage

    async def whole(scenario: Callable[[Discord], Awaitable[None]]) -> None:
        await scenario(discord)

    yield lambda scenario: runner.run(whole(scenario))
    assert discord.violations == []


Play = Callable[[Callable[[Discord], Awaitable[None]]], None]


def test_a_command_is_acknowledged_at_once_and_answered_by_editing(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        asked = await discord.slash("ask", user=ADA, channel=GENERAL, question="Who runs the pool?")
        assert asked.steps == ["defer", "edit"]
        assert asked.answer
        assert asked.answer.pings == ()
        # How much is quoted around the words that answer is the library's affair.
        assert asked.answer.text.startswith("Who runs the pool?\n> ")
        assert "**Mira Okafor**, who runs the pool, said" in asked.answer.text
        assert " `[1]`\n" in asked.answer.text
        assert "\n`[1]` Harbour pool, paragraph " in asked.answer.text

    play(scenario)


def test_what_the_articles_do_not_hold_is_not_answered(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        asked = await discord.slash("ask", user=ADA, channel=GENERAL, question="How do I bake rye bread?")
        assert asked.answer
        assert "do not seem to answer" in asked.answer.text
        assert "[1]" not in asked.answer.text

    play(scenario)


def test_another_server_has_another_library(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        asked = await discord.slash("ask", user=ADA, channel=TRACK, question="Who runs the pool?")
        assert asked.answer
        assert f"pullquote --library {RUNNERS.id} add FILE" in asked.answer.text
        assert "Okafor" not in asked.answer.text
        assert "Harbour" not in asked.answer.text

    play(scenario)


def test_a_question_that_cannot_be_asked_is_told_so(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        asked = await discord.slash("ask", user=ADA, channel=GENERAL, question="?!")
        assert asked.answer
        assert asked.answer.text == "The question has no words; ask in a few words."

    play(scenario)


def test_a_mention_is_answered_by_a_reply_and_a_reply_to_that_is_a_follow_up(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        said = await discord.say(f"<@{discord.bot.id}> When was the pool built?", user=ADA, channel=LOUNGE)
        answer = await discord.answer_to(said)
        assert "built in **1987**" in answer.text
        assert answer.pings == ()
        assert LOUNGE.id in discord.record.typing
        said = await discord.say("and by whom is it run?", user=ADA, channel=LOUNGE, reply_to=answer)
        follow_up = await discord.answer_to(said)
        assert "Understood as: When was the pool built?" in follow_up.text
        assert "Mira Okafor" in follow_up.text
        # Mentioned together with a reply to the answer to a command, it knows the question of the command.
        asked = await discord.slash("ask", user=ADA, channel=LOUNGE, question="When was the pool built?")
        said = await discord.say(
            f"<@{discord.bot.id}> and by whom is it run?", user=ADA, channel=LOUNGE, reply_to=asked.answer
        )
        assert "Understood as: When was the pool built?" in (await discord.answer_to(said)).text

    play(scenario)


def test_talk_among_members_is_left_alone(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        said = await discord.say(f"<@!{discord.bot.id}> Do children pay?", user=ADA, channel=OFFICE)
        answer = await discord.answer_to(said)
        await discord.say("Who runs the pool?", user=ADA, channel=OFFICE)
        await discord.say("Who runs the pool?", user=ADA, channel=OFFICE, reply_to=answer, ping=False)
        await discord.say(f"<@{discord.bot.id}> Who runs the pool?", user=User("robot", bot=True), channel=OFFICE)
        said = await discord.say(f"<@{discord.bot.id}>", user=ADA, channel=OFFICE)
        hint = await discord.answer_to(said)
        assert "together with your question" in hint.text
        # What came before the last mention was dealt with before it, and got no answer.
        assert discord.said_by_bot(OFFICE) == [answer, hint]

    play(scenario)


def test_direct_messages_are_declined(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        await discord.say("Who runs the pool?", user=ADA, channel=DIRECT)
        (said,) = await discord.record.until(lambda: discord.said_by_bot(DIRECT) or None, "direct message")
        assert "I answer in servers" in said.text

    play(scenario)


def test_nothing_in_an_article_or_a_question_pings_or_links(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        question = "Where are lost towels kept, @everyone <@1234> [x](https://evil.example/)?"
        asked = await discord.slash("ask", user=ADA, channel=NOTICES, question=question)
        assert asked.answer
        assert asked.answer.pings == ()
        assert "lost towels" in asked.answer.text.lower()
        for live in ("](https:", "[7]", " @everyone", " <@"):
            assert live not in asked.answer.text

    play(scenario)


def test_a_question_that_was_deleted_is_answered_all_the_same(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        said = await discord.say(f"<@{discord.bot.id}> Who runs the pool?", user=ADA, channel=NOTICES)
        await discord.delete(said)
        own = await discord.record.until(
            lambda: [each for each in discord.said_by_bot(NOTICES) if not each.interaction] or None, "answer"
        )
        assert [each.replies_to for each in own] == [None]

    play(scenario)


def test_questions_asked_at_once_are_all_acknowledged_in_time_and_answered(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        questions = ["Who runs the pool?", "When was the pool built?", "When does the pool open?", "Do children pay?"]
        asked = await asyncio.gather(
            *(discord.slash("ask", user=ADA, channel=GENERAL, question=each) for each in questions * 10)
        )
        assert {tuple(each.steps) for each in asked} == {("defer", "edit")}
        assert all(each.answer and "`[1]`" in each.answer.text for each in asked)

    play(scenario)


def test_a_question_asked_while_the_connection_was_down_is_answered_once(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        await discord.gateway.drop()
        asked = await discord.slash("ask", user=ADA, channel=GENERAL, question="Who runs the pool?")
        assert asked.steps == ["defer", "edit"]
        await discord.gateway.ask_to_reconnect()
        asked = await discord.slash("ask", user=ADA, channel=GENERAL, question="When does the pool open?")
        assert asked.steps == ["defer", "edit"]
        opcodes = [frame["op"] for frame in discord.record.frames]
        assert (opcodes.count(2), opcodes.count(6)) == (1, 2)

    play(scenario)


# Starting and stopping


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
        # Bound but not listening: a port that certainly refuses.
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/api/v10"
        status, log = run(Bot(tmp_path, DISCORD_TOKEN=TOKEN, DISCORD_API_URL=url))
    assert status == 1
    assert "Discord cannot be reached" in log
    assert log.count("\n") == 1


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
