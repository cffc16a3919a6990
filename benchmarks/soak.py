"""Soak test, a long day in a short time: ``python -m benchmarks.soak [QUESTIONS [ARTICLES]]``.

Questions are asked without a pause, eight at a time, while articles are added, changed and removed, through the same service and with the
same models as in Discord. Each line covers a twentieth of the run; memory, descriptors and threads must stay flat, and so must latency,
apart from other load on the machine. At the end the database is checked: the exit status is 1 if it is damaged or articles are lost or left
over. 100,000 questions take some hours; the default, 2,000, some minutes.
"""

import asyncio
import os
import random
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from bot.service import Service
from embeddings.encoders import load_encoder
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.readers import load_reader
from embeddings.store import Store
from embeddings.types import Answer, Question

_ASKERS = 8
_PARTS = 20
_NAMES = ["pool", "bridge", "library", "garden", "market", "harbour", "museum", "station", "bakery", "theatre"]
_DEEDS = ["opens at {} o'clock", "was built in 19{}", "has {} rooms", "is kept by {} members", "costs {} euros"]
_ASKED = ["When does the {} open?", "When was the {} built?", "How many rooms has the {}?", "Who keeps the {}?"]


@dataclass
class Day:
    """Counters of the run so far."""

    asked: int = 0
    answered: int = 0
    changes: int = 0
    seconds: list[float] = field(default_factory=list)
    """Latency of each question since the last line."""


def article(chance: random.Random, number: int, revision: int) -> bytes:
    name = _NAMES[number % len(_NAMES)]
    facts = " ".join(
        f"The {name} of district {number} {chance.choice(_DEEDS).format(chance.randrange(10, 99))}." for _ in range(12)
    )
    return f"# The {name} {number}\n\nThis is revision {revision}. {facts}\n".encode()


async def soak(questions: int, articles: int) -> int:
    chance, day = random.Random(1), Day()
    encoder, reader = load_encoder(), load_reader()
    with tempfile.TemporaryDirectory(prefix="pullquote-soak-") as folder, Store.open(Path(folder)) as store:
        library = Library(store, "soak", encoder, reader)
        held = {
            number: library.add(load(article(chance, number, 0), source=f"{number}.md")).article.id
            for number in range(articles)
        }

        async def ask(service: Service[Library]) -> None:
            while day.asked < questions:
                day.asked += 1
                wanted = chance.choice(_ASKED).format(chance.choice(_NAMES))
                started = time.perf_counter()
                reply = await service.ask("soak", Question(wanted))
                day.seconds.append(time.perf_counter() - started)
                day.answered += isinstance(reply, Answer)

        async def change(service: Service[Library]) -> None:
            while day.asked < questions:
                number = chance.randrange(articles)
                if number in held and chance.random() < 0.3:
                    await service.do(partial(library.remove, [held.pop(number)]))
                else:
                    document = load(article(chance, number, day.changes), source=f"{number}.md")
                    held[number] = (await service.do(partial(library.add, document))).article.id
                day.changes += 1
                await asyncio.sleep(0.05)

        async def watch() -> None:
            print(
                "questions  answered  changes   p50 ms   p95 ms  memory MB  descriptors  threads  database MB",
                flush=True,
            )
            for part in range(1, _PARTS + 1):
                while day.asked < questions * part // _PARTS:
                    await asyncio.sleep(0.05)
                seconds, day.seconds = day.seconds, []
                p50, p95 = np.percentile(seconds or [0.0], [50, 95]) * 1000
                print(
                    f"{day.asked:9,}{day.answered:10,}{day.changes:9,}{p50:9.0f}{p95:9.0f}{_memory() / 1e6:11.0f}"
                    f"{len(os.listdir('/proc/self/fd')):13}{threading.active_count():9}{store.path.stat().st_size / 1e6:13.1f}",
                    flush=True,
                )

        async with Service(lambda name: Library(store, name, encoder, reader)) as service:
            await asyncio.gather(watch(), change(service), *(ask(service) for _ in range(_ASKERS)))
        damage = store.damage()
        lost = set(held.values()) ^ {each.id for each in library.articles()}
        print(f"damage: {', '.join(damage) or 'none'}; articles lost or left over: {len(lost)}")
        return int(bool(damage or lost))


def _memory() -> int:
    """Resident memory of this process in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:3]]
    sys.exit(asyncio.run(soak(*(given + [2_000, 200][len(given) :]))))
