"""The monitor of the event loop."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

from bot.hosting.stalls import LONGEST, Stalls

ROOT = Path(__file__).parents[1]
# Run in a separate process, since other tests have loaded libraries in this one.
WARMED_UP = """
import sys
from pathlib import Path
from bot.hosting.running import warm_up
from embeddings.encoders import load_encoder
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.readers import load_reader
from embeddings.store import Store

with Store.open(Path(sys.argv[1])) as store:
    encoder, reader = load_encoder(), load_reader()
    library = Library(store, "1", encoder, reader)
    library.add(load(b"The pool opens at seven. Mira Okafor built it in 1987.", source="pool.txt"))
    warm_up(encoder, reader)
    before = set(sys.modules)
    library.ask("When does the pool opn?", history=["Who built the pool?"])
    later = {name.partition(".")[0] for name in set(sys.modules) - before}
    print(*sorted(later - sys.stdlib_module_names))
"""


def test_what_keeps_the_loop_is_noticed_and_told_apart_from_what_only_waits() -> None:
    async def scenario(keep: float, work: float) -> Stalls:
        async with Stalls() as stalls:
            await asyncio.sleep(0)
            time.sleep(keep)
            started = time.thread_time()
            while time.thread_time() - started < work:
                pass
            await asyncio.sleep(0.02)
        return stalls

    waited, worked = asyncio.run(scenario(2 * LONGEST, 0)), asyncio.run(scenario(0, 2 * LONGEST))
    assert waited.longest > LONGEST > waited.busiest
    assert worked.busiest > LONGEST
    assert "100 ms" in str(worked) or worked.busiest > 2 * LONGEST


def test_an_idle_loop_is_not_busy() -> None:
    async def scenario() -> Stalls:
        async with Stalls() as stalls:
            await asyncio.sleep(0.05)
        return stalls

    assert asyncio.run(scenario()).busiest < LONGEST


def test_a_question_loads_no_library_once_the_bot_is_warmed_up(tmp_path: Path) -> None:
    """Loading a model, or the dictionary for spelling correction, blocks the event loop for a tenth of a second."""
    call = [sys.executable, "-c", WARMED_UP, str(tmp_path)]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
