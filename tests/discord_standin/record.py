"""Everything that has happened, and waiting for more."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeVar

from .messages import Message
from .world import Attachment, Channel, Guild, Json, User, snowflake

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """A request that a bot made."""

    method: str
    template: str
    """Its path as in Discord's documentation, with placeholders."""
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    body: Any

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


class Kind(IntEnum):
    """Kinds of interactions."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


@dataclass(slots=True)
class Interaction:
    """A command, component, autocompletion or modal that somebody used, and how the bot responded."""

    kind: Kind
    channel: Channel
    guild: Guild | None
    user: User
    name: str
    """The command's name, or the custom_id."""
    created: float
    """When it was sent, in seconds of the event loop's clock."""
    source: Message | None = None
    """The message of the component that was used, or from which a modal was opened."""
    id: int = field(default_factory=snowflake)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    steps: list[str] = field(default_factory=list)
    """The bot's responses in order: ``defer``, ``answer``, ``update``, ``choices``, ``modal``, ``edit``, ``followup``, ``delete``."""
    acknowledged: float | None = None
    """Time of the first response."""
    settled: float | None = None
    """Time of the latest response."""
    ephemeral: bool = False
    original: Message | None = None
    """The message that the first response created, empty while deferred, or the one that it updated."""
    followups: list[Message] = field(default_factory=list)
    choices: list[Json] = field(default_factory=list)
    modal: Json | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the bot has responded with more than a deferral."""
        return bool(self.steps) and self.steps[-1] != "defer"

    @property
    def is_deferred(self) -> bool:
        """Whether the original message is still to be written."""
        return self.steps[-1:] == ["defer"]

    @property
    def answer(self) -> Message | None:
        """The original message, once it says something."""
        return None if self.is_deferred else self.original


class Record:
    """Everything that a test may inspect."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.violations: list[str] = []
        """Everything that the bot sent and Discord would refuse."""
        self.frames: list[Json] = []
        """Frames received over the gateway, including heartbeats."""
        self.messages: dict[int, Message] = {}
        self.interactions: dict[str, Interaction] = {}
        self.attachments: dict[int, Attachment] = {}
        self.commands: dict[int | None, list[Json]] = {None: []}
        """Global commands under None, those of a guild under its id."""
        self.typing: list[int] = []
        self._changed = asyncio.Event()

    def changed(self) -> None:
        """Wake everything that waits in `until`."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, find: Callable[[], T | None], waiting_for: str, *, seconds: float = 60.0) -> T:
        """Wait until ``find`` returns something other than None, and return it."""
        try:
            async with asyncio.timeout(seconds):
                while (found := find()) is None:
                    await self._changed.wait()
                return found
        except TimeoutError:
            seen = ", ".join(map(str, self.calls[-5:])) or "none"
            raise AssertionError(
                f"no {waiting_for} within {seconds:.0f} s; violations: {self.violations}; last calls: {seen}"
            ) from None
