"""How the bot bears a burst of questions over the wire: ``python -m benchmarks.load [QUESTIONS [USERS]]``.

It is the real command, as a process, with its default models, against the tests' stand-in for Discord on the loopback address.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.discord_standin import Channel, Discord, Guild
from tests.wire import POOL, USUAL_LIMIT, Bot, burst, fill


async def measure(questions: int, users: int) -> None:
    channels = tuple(Channel(f"channel-{number}") for number in range(5))
    guild = Guild("Swimmers", channels)
    with tempfile.TemporaryDirectory() as folder:
        async with Discord(guild) as discord:
            bot = Bot.of(discord, Path(folder), **USUAL_LIMIT)
            await asyncio.to_thread(fill, bot.data_dir, guild, {"pool.md": POOL})
            await bot.start()
            await discord.ready()
            await burst(discord, channels, users=1, questions=1)
            asked = await burst(discord, channels, users=users, questions=questions)
            told_to_wait = sum("try again" in each.answer.text for each in asked if each.answer)
            _print("acknowledged", [(each.acknowledged or np.inf) - each.created for each in asked])
            _print("answered", [(each.settled or np.inf) - each.created for each in asked])
            print(f"{told_to_wait} of {len(asked)} told to wait; {len(discord.violations)} violations")
            await bot.stop()
            _, log = await bot.ended()
    stopped = re.search(r"stopping; (.*)", log)
    print(stopped[1] if stopped else "the bot did not say how its loop fared")


def _print(what: str, seconds: Sequence[float]) -> None:
    p50, p95, most = np.percentile(seconds, [50, 95, 100]) * 1000
    print(f"{what:13} p50 {p50:6.0f} ms   p95 {p95:6.0f} ms   longest {most:6.0f} ms")


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:3]]
    asyncio.run(measure(*(given + [200, 50][len(given) :])))
