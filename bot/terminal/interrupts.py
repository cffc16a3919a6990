"""Ctrl-C as a wish to stop, for what ends between two steps rather than in the middle of one.

An exception would come wherever the program happens to be, and Python discards what is raised in a finaliser or a callback: a command
that is interrupted there would go on for ever.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

# Seconds; a wish during a pause is noticed after so long at most.
_NOTICED = 0.1


@dataclass
class Stop:
    """Whether to stop."""

    wished: bool = False

    def pause(self, seconds: float) -> None:
        """Wait so long, or until it is wished."""
        until = time.monotonic() + seconds
        while not self.wished and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _NOTICED))


@contextmanager
def stopping() -> Iterator[Stop]:
    """Within this the first Ctrl-C is a wish to stop; a second one interrupts what is being done, as it does elsewhere."""
    stop = Stop()
    before = signal.getsignal(signal.SIGINT)

    def wish(_signal: int, _frame: FrameType | None) -> None:
        stop.wished = True
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, wish)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
