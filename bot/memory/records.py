"""What is remembered of questions, and what a server decided: the records, and the interface of what keeps them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked in a server, and what came of it."""

    user_id: int
    channel_id: int
    message_id: int | None
    """The message that asked; None for a command."""
    text: str
    interpreted: str
    """As it was understood."""
    status: str
    """``answered``, ``not_found`` or ``empty_library``."""
    confidence: float
    citations: str
    """JSON: for each excerpt its number, article, version and place; none of its words, which may be removed."""
    at: datetime
    article_ids: tuple[str, ...] = ()
    """The articles that were to answer; none for all of them."""
    is_private: bool = False
    """Whether the asker alone saw the answer."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that was not answered, or not helpfully, or of which somebody still waits to hear."""

    key: int
    asked: Asked
    wishers: tuple[int, ...]
    """The members who want to be told when it can be answered."""
    is_dismissed: bool
    """Whether a librarian wants to see it no more."""


@dataclass(frozen=True, slots=True)
class Voted:
    """A question with what members thought of its answer."""

    key: int
    asked: Asked
    helpful: int
    unhelpful: int


class Work(StrEnum):
    """What a librarian did with an article."""

    ADDED = "added"
    UPDATED = "updated"
    RENAMED = "renamed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what with an article, and when. Nothing of the article is kept here but its id: what is removed is gone."""

    article_id: str
    work: Work
    user_id: int | None
    """None once whoever did it was forgotten."""
    at: datetime


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What the librarians of a server decided."""

    librarian_role: int | None = None
    question_channels: frozenset[int] = frozenset()
    """Channels in which every question is answered without a mention."""
    silent_channels: frozenset[int] = frozenset()
    """Channels in which only commands are answered, and only for the asker."""
    minimum_confidence: float = 0.0
    excerpts: int = 3
    """The most that are shown at once."""
    in_thread: bool = False
    """Whether a mention is answered in a thread of its own."""
    keep_days: int = 90


class Records(Protocol):
    """What keeps them, library by library. Every call may wait for the disk."""

    def record_question(self, library: str, asked: Asked) -> int:
        """Keep a question; returns the number it is known by in its library."""
        ...

    def question(self, library: str, key: int) -> Asked | None:
        """The question of this number, unless it was forgotten or is another library's."""
        ...

    def asked_in(self, library: str, channel_id: int, most: int) -> tuple[Asked, ...]:
        """The latest questions of a channel or thread that were not asked in private, oldest first."""
        ...

    def vote(self, library: str, key: int, user_id: int, helpful: bool) -> None:
        """Keep what somebody thinks of an answer; a later vote takes the place of an earlier one."""
        ...

    def wish(self, library: str, key: int, user_id: int) -> None:
        """Keep that somebody wants to be told when a question can be answered."""
        ...

    def unanswered(self, library: str, most: int) -> list[Unanswered]:
        """The questions that wait for an article: those that members want to hear of first, then the newest first."""
        ...

    def dismiss(self, library: str, keys: Collection[int]) -> None:
        """Let librarians see these no more; who wants to be told is told all the same."""
        ...

    def settle(self, library: str, keys: Collection[int]) -> tuple[int, ...]:
        """These are answered. Returns the members who are to be told, each given out once and never again."""
        ...

    def waiting(self) -> tuple[str, ...]:
        """The libraries that have unanswered questions."""
        ...

    def settings(self, library: str) -> ServerSettings:
        """What the server decided, or what holds until it does."""
        ...

    def change_settings(self, library: str, settings: ServerSettings) -> None:
        """Let these hold from now on."""
        ...

    def record_deed(self, library: str, deed: Deed) -> None:
        """Keep who did what with an article."""
        ...

    def deeds(self, library: str, article_id: str) -> tuple[Deed, ...]:
        """What was done with an article, oldest first."""
        ...

    def forget_user(self, user_id: int) -> int:
        """Delete what a member asked, voted and wished, in every library, and their name from what they did; returns how many
        questions that were."""
        ...

    def forget_library(self, library: str) -> bool:
        """Delete all that is kept of a server; returns whether there was anything."""
        ...

    def forget_old(self, now: datetime) -> None:
        """Delete what is older than its server wants it kept."""
        ...
