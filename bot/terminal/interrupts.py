"""Ctrl-C as a request to stop, for commands that end between two steps rather than in the middle of one.

An exception would be raised wherever the program happens to be, and Python discards exceptions in finalizers and callbacks: a
command that is interrupted there would go on for ever.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

# Seconds after which a request during a pause is noticed at the latest.
_NOTICED = 0.1


@dataclass
class Stop:
    """Whether a stop was requested."""

    wished: bool = False

    def pause(self, seconds: float) -> None:
        """Sleep, at most until a stop is requested."""
        until = time.monotonic() + seconds
        while not self.wished and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _NOTICED))


@contextmanager
def stopping() -> Iterator[Stop]:
    """A context in which the first Ctrl-C requests a stop; a second one interrupts what is being done, as elsewhere."""
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
