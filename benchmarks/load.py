"""Load test of the bot over the wire with a burst of questions: ``python -m benchmarks.load [QUESTIONS [USERS]]``.

It runs the real command as a process, with its default models, against the tests' stand-in for Discord on the loopback address. Meanwhile
article titles are typed for autocompletion in another server, which has a thousand articles.
"""

import asyncio
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.discord_standin import Channel, Discord, Guild, User
from tests.wire import POOL, USUAL_LIMIT, Bot, burst, fill

_ARCHIVE = Guild("Archive", (Channel("reading-room"),))
_TITLES = {
    f"{number}.md": f"# Minutes of meeting {number}, {place}\n\nNumber {number}.".encode()
    for number, place in enumerate(["boathouse", "Harbour pool", "clubroom", "Old Mill"] * 250)
}
# Prefixes, words from within titles, and typos.
_TYPED = ["", "min", "minutes of meet", "harbour", "old mil", "boathose", "meeting 7", "412", "harbor pol", "zzz"] * 10


async def measure(questions: int, users: int) -> None:
    channels = tuple(Channel(f"channel-{number}") for number in range(5))
    guild = Guild("Swimmers", channels)
    with tempfile.TemporaryDirectory() as folder:
        async with Discord(guild, _ARCHIVE) as discord:
            bot = Bot.of(discord, Path(folder), **USUAL_LIMIT)
            await asyncio.to_thread(fill, bot.data_dir, guild, {"pool.md": POOL})
            await asyncio.to_thread(fill, bot.data_dir, _ARCHIVE, _TITLES)
            await bot.start()
            await discord.ready()
            await burst(discord, channels, users=1, questions=1)
            _print("titles offered, nothing else to do", await _type(discord))
            asked, offered = await asyncio.gather(
                burst(discord, channels, users=users, questions=questions), _type(discord)
            )
            told_to_wait = sum("try again" in each.answer.text for each in asked if each.answer)
            _print("acknowledged", [(each.acknowledged or np.inf) - each.created for each in asked])
            _print("answered", [(each.settled or np.inf) - each.created for each in asked])
            _print("titles offered meanwhile", offered)
            print(f"{told_to_wait} of {len(asked)} told to wait; {len(discord.violations)} violations")
            await bot.stop()
            _, log = await bot.ended()
    stopped = re.search(r"stopping; (.*)", log)
    print(stopped[1] if stopped else "the bot did not say how its loop fared")


async def _type(discord: Discord) -> list[float]:
    """Seconds until titles were offered for each typed text, one after another."""
    taken = []
    for typed in _TYPED:
        started = time.perf_counter()
        await discord.complete("ask", "article", typed, user=User("reader"), channel=_ARCHIVE.channels[0], question="?")
        taken.append(time.perf_counter() - started)
    return taken


def _print(what: str, seconds: Sequence[float]) -> None:
    p50, p95, most = np.percentile(seconds, [50, 95, 100]) * 1000
    print(f"{what:36} p50 {p50:6.0f} ms   p95 {p95:6.0f} ms   longest {most:6.0f} ms")


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:3]]
    asyncio.run(measure(*(given + [200, 50][len(given) :])))
