"""Requests to Discord arrive even if a connection is dead."""

import asyncio

import pytest

from bot.posting.delivery import persistently


class Line:
    """A connection that at first raises errors or hangs."""

    def __init__(self, *broken: Exception | None) -> None:
        self._broken = list(broken)
        self.attempts = 0

    async def send(self) -> str:
        self.attempts += 1
        if self._broken:
            error = self._broken.pop(0)
            if error is None:
                # The connection is open, but there is never an answer.
                await asyncio.Event().wait()
            else:
                raise error
        return "arrived"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(Line(None), id="says nothing"),
        pytest.param(Line(ConnectionResetError(), None), id="is cut, then says nothing"),
    ],
)
def test_what_found_nobody_is_sent_again(line: Line) -> None:
    assert asyncio.run(persistently(line.send, patience=0.01)) == "arrived"


def test_what_is_no_trouble_of_the_connection_is_not_sent_again() -> None:
    line = Line(ValueError("refused"))
    with pytest.raises(ValueError, match="refused"):
        asyncio.run(persistently(line.send))
    assert line.attempts == 1
