"""The bot over the wire under load."""

import asyncio
import re
from pathlib import Path

from bot.hosting.stalls import LONGEST
from tests.discord_standin import Channel, Deadlines, Discord, Guild, Interaction
from tests.wire import POOL, USUAL_LIMIT, Bot, burst, fill

CHANNELS = tuple(Channel(f"channel-{number}") for number in range(5))
SWIMMERS = Guild("Swimmers", CHANNELS)


# Deadlines are not tested here; `python -m benchmarks.load` measures latency, on an idle machine.
PATIENT = Deadlines(acknowledge=300.0)


def ask_at_once(folder: Path, questions: int) -> tuple[list[Interaction], str]:
    """Ask ``questions`` questions within a second; returns the interactions and the log."""

    async def scenario() -> tuple[list[Interaction], str]:
        async with Discord(SWIMMERS, deadlines=PATIENT) as discord:
            bot = Bot.of(discord, folder, **USUAL_LIMIT)
            await asyncio.to_thread(fill, bot.data_dir, SWIMMERS, {"pool.md": POOL})
            await bot.start()
            await discord.ready()
            # Wait until the models are loaded.
            await burst(discord, CHANNELS, users=1, questions=1)
            asked = await burst(discord, CHANNELS, users=50, questions=questions)
            assert discord.violations == []
            await bot.stop()
            status, log = await bot.ended()
            assert status == 0, log
            return asked, log

    return asyncio.run(scenario())


def test_two_hundred_questions_in_a_second_are_each_acknowledged_and_answered_or_told_to_wait(tmp_path: Path) -> None:
    asked, _ = ask_at_once(tmp_path, 200)
    for each in asked:
        assert each.steps == ["defer", "edit"]
        assert each.answer
        assert re.search(r"`\[1\]`|try again in \d+ s", each.answer.text)


def test_the_event_loop_never_works_for_long_at_a_stretch(tmp_path: Path) -> None:
    _, log = ask_at_once(tmp_path, 30)
    busiest = re.search(r"was itself at work for (\d+) ms at a stretch", log)
    assert busiest
    assert int(busiest[1]) <= LONGEST * 1000
