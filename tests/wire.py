"""Run `pullquote run` as a separate process against a stand-in for Discord on the loopback address."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embeddings.encoders import load_encoder
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.store import Store
from tests.discord_standin import TOKEN, Channel, Discord, Guild, Interaction, User

POOL = b"""# Harbour pool

The pool opens at seven in the morning and closes at nine in the evening.

Mira Okafor, who runs the pool, said that it was built in 1987.

Children under six swim free of charge.
"""
NOTICE = b"""# Lost property

**@everyone** Lost towels are kept by <@1234> in [the cellar](https://evil.example/) `[7]` for thirty days.
"""

#: The default limit on questions.
USUAL_LIMIT = {"PULLQUOTE_QUESTIONS_PER_MINUTE": ""}

Scenario = Callable[[Discord], Awaitable[None]]
Play = Callable[[Scenario], None]


class Bot:
    """The bot as a process."""

    def __init__(self, folder: Path, **settings: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DISCORD_", "PULLQUOTE_"))}
        repository = str(Path(__file__).parents[1])
        self.data_dir = folder / "data"
        own = {"PYTHONPATH": repository, "PULLQUOTE_DATA_DIR": str(self.data_dir)}
        # The few members in a test ask as much in seconds as people in an hour; tests of the limit set their own.
        self._environ = {**kept, **own, "PULLQUOTE_QUESTIONS_PER_MINUTE": "10000", **settings}
        self._folder = folder
        self._log = folder / "log"
        self._process: asyncio.subprocess.Process | None = None
        self._discord: Discord | None = None

    @classmethod
    def of(cls, discord: Discord, folder: Path, **settings: str) -> "Bot":
        """A bot that connects to this Discord."""
        bot = cls(folder, DISCORD_TOKEN=TOKEN, DISCORD_API_URL=discord.api_url, **settings)
        bot._discord = discord
        return bot

    async def start(self) -> None:
        # In a separate folder, so that no .env of this machine is read. The log is a file, so that the bot never blocks on a pipe.
        with self._log.open("ab") as log:
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

    async def kill(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    @property
    def log(self) -> str:
        """The log so far, across restarts."""
        return self._log.read_text(encoding="utf-8")

    async def until_logged(self, words: str) -> None:
        """Poll the log file for words, since there is no notification of changes."""
        async with asyncio.timeout(60):
            while words not in self.log:
                await asyncio.sleep(0.05)

    async def ended(self) -> tuple[int, str]:
        """Wait until it has ended; returns its exit status and log. Asserts that it sent nothing that Discord would refuse."""
        assert self._process
        assert self._discord is None or self._discord.violations == []
        async with asyncio.timeout(60):
            status = await self._process.wait()
        return status, self.log

    async def restart(self, discord: Discord) -> None:
        """Stop cleanly, start again, and wait until it is ready."""
        await self.stop()
        status, log = await self.ended()
        assert status == 0, log
        await discord.gateway.end_session()
        await self.start()
        await discord.ready()


def fill(data_dir: Path, guild: Guild, articles: Mapping[str, bytes]) -> None:
    """Add articles to the library of a server."""
    with Store.open(data_dir) as store:
        library = Library(store, str(guild.id), load_encoder())
        for source, text in articles.items():
            library.add(load(text, source=source))


@contextmanager
def on_stage(
    discord: Discord,
    folder: Path,
    articles: Sequence[tuple[Guild, Mapping[str, bytes]]],
    *,
    never: Sequence[str] = (),
    **settings: str,
) -> Iterator[tuple[Discord, Bot, asyncio.Runner]]:
    """A Discord with a running bot, and their event loop. Asserts at the end that the bot exits cleanly, and that its log contains no
    token, no traceback, and none of ``never``.
    """
    with asyncio.Runner() as runner:
        runner.run(_opened(discord))
        bot = Bot.of(discord, folder, **settings)
        for guild, texts in articles:
            fill(bot.data_dir, guild, texts)
        runner.run(bot.start())
        try:
            runner.run(discord.ready())
            yield discord, bot, runner
        finally:
            runner.run(bot.stop())
            status, log = runner.run(bot.ended())
            runner.run(discord.__aexit__(None, None, None))
    assert status == 0, log
    for word in (TOKEN, "Traceback", *never):
        assert word not in log


def player(discord: Discord, runner: asyncio.Runner) -> Iterator[Play]:
    """Yields a function that runs scenarios; asserts at the end that the bot sent nothing that Discord would refuse."""

    async def whole(scenario: Scenario) -> None:
        await scenario(discord)

    yield lambda scenario: runner.run(whole(scenario))
    assert discord.violations == []


def run(scenario: Coroutine[Any, Any, tuple[int, str]]) -> tuple[int, str]:
    """Run a bot from start to end; returns its exit status and log."""
    return asyncio.run(scenario)


async def _opened(discord: Discord) -> Discord:
    return await discord.__aenter__()


#: Questions that the article about the pool answers.
QUESTIONS = ("Who runs the pool?", "When was the pool built?", "When does the pool open?", "Who swims free of charge?")


async def burst(discord: Discord, channels: Sequence[Channel], *, users: int, questions: int) -> list[Interaction]:
    """Ask ``questions`` questions as ``users`` members within a second; returns when each has been answered or told to wait."""
    members = [User(f"member-{number}") for number in range(users)]
    started = asyncio.get_running_loop().time()
    asked = []
    for number in range(questions):
        # Spread evenly over the second, as far as this machine allows.
        due = started + number / questions
        await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
        asked.append(
            await discord.use(
                "ask",
                user=members[number % users],
                channel=channels[number % len(channels)],
                question=QUESTIONS[number % len(QUESTIONS)],
            )
        )
    await discord.record.until(lambda: all(each.answer for each in asked) or None, "answers to all", seconds=300)
    return asked
