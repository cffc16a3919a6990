"""Run the `pullquote` command in this process, with a small encoder in place of the model."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from bot.cli import run
from bot.session import Session
from embeddings.protocols import Encoder
from tests.fakes import BagEncoder

POOL = "# Pool\n\nThe pool opens at seven in the morning.\n\nMira Okafor built the pool in 1987.\n"


class BagSession(Session):
    """A session with a bag-of-words encoder instead of a model."""

    @cached_property
    def encoder(self) -> Encoder:
        return BagEncoder()


@dataclass(frozen=True, slots=True)
class Done:
    """The exit status and output of a command."""

    status: int
    output: str
    errors: str

    @property
    def json(self) -> Any:
        return json.loads(self.output)


Command = Callable[..., Done]


def command(
    folder: Path, capsys: pytest.CaptureFixture[str], session: Callable[[str], Session] = BagSession
) -> Command:
    """A function that runs the command with the data directory ``folder`` and asserts that no traceback is shown."""

    def call(*arguments: str) -> Done:
        status = run(["--data-dir", str(folder), *arguments], session("local"))
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Done(status, captured.out, captured.err)

    return call


def without_settings(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Isolate the test from the settings of this machine."""
    for name in (
        "DISCORD_TOKEN",
        "PULLQUOTE_MODEL",
        "PULLQUOTE_DATA_DIR",
        "DISCORD_API_URL",
        "PULLQUOTE_ALLOW_PRIVATE_ADDRESSES",
        "COLUMNS",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(folder)
