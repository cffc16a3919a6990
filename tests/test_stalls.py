"""The monitor of the event loop."""

import asyncio
import time

from bot.hosting.stalls import LONGEST, Stalls


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
