"""How long the event loop was blocked: the bot must never seem dead."""

import asyncio
import time
from typing import Self

#: The longest that anything on the event loop may take, in seconds.
LONGEST = 0.05
# Seconds between two measurements.
_INTERVAL = 0.01


class Stalls:
    """Measures stalls for as long as its context lasts."""

    def __init__(self, interval: float = _INTERVAL) -> None:
        self._interval = interval
        self._task: asyncio.Task[None] | None = None
        self.longest = 0.0
        """The longest stall in seconds of wall-clock time, whatever the cause: the machine may be busy with other things."""
        self.busiest = 0.0
        """The longest uninterrupted work of the loop itself, in seconds of CPU time: the part that is our own fault."""

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])

    def __str__(self) -> str:
        return (
            f"the event loop stood still for {self.longest * 1000:.0f} ms at most, "
            f"and was itself at work for {self.busiest * 1000:.0f} ms at a stretch"
        )

    async def _watch(self) -> None:
        while True:
            started, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(self._interval)
            self.longest = max(self.longest, time.perf_counter() - started - self._interval)
            self.busiest = max(self.busiest, time.thread_time() - worked)
