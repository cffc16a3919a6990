"""Records of questions, deeds and server settings, and the interface of their storage."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked, and its reply."""

    user_id: int
    channel_id: int
    message_id: int | None
    """The message that asked; None for a command."""
    text: str
    interpreted: str
    """The question as it was understood."""
    status: str
    """``answered``, ``not_found`` or ``empty_library``."""
    confidence: float
    citations: str
    """JSON: number, article, version and place of each excerpt; none of its words, which may be removed from the article."""
    at: datetime
    article_ids: tuple[str, ...] = ()
    """The articles that it was restricted to; empty for all of them."""
    is_private: bool = False
    """Whether the asker alone saw the answer."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that was not answered, or not helpfully, or that members still wait for."""

    key: int
    asked: Asked
    wishers: tuple[int, ...]
    """The members who want to be told when it can be answered."""
    is_dismissed: bool
    """Whether a librarian dismissed it, or it was answered since."""


@dataclass(frozen=True, slots=True)
class Voted:
    """A question with the votes on its answer."""

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
    """Who did what with an article, and when. Only the article's id is stored here, so that nothing else of a removed one remains."""

    article_id: str
    work: Work
    user_id: int | None
    """None once that member's data was deleted."""
    at: datetime


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The settings of a server, which its managers choose."""

    librarian_role: int | None = None
    question_channels: frozenset[int] = frozenset()
    """Channels in which every question is answered without a mention."""
    silent_channels: frozenset[int] = frozenset()
    """Channels in which only commands are answered, and only for the asker."""
    minimum_confidence: float = 0.0
    excerpts: int = 3
    """The maximum in one answer."""
    in_thread: bool = False
    """Whether a mention is answered in a thread of its own."""
    keep_days: int = 90


class Records(Protocol):
    """Storage of the records, by library. Every call may block on the disk."""

    def record_question(self, library: str, asked: Asked) -> int:
        """Store a question; returns its key."""
        ...

    def question(self, library: str, key: int) -> Asked | None:
        """The question with this key, unless it was deleted or belongs to another library."""
        ...

    def asked_in(self, library: str, channel_id: int, most: int) -> tuple[Asked, ...]:
        """The latest questions of a channel or thread that were not asked in private, oldest first."""
        ...

    def vote(self, library: str, key: int, user_id: int, helpful: bool) -> None:
        """Store a member's vote on an answer, which replaces an earlier one."""
        ...

    def wish(self, library: str, key: int, user_id: int) -> None:
        """Store that a member wants to be told when a question can be answered."""
        ...

    def unanswered(self, library: str, most: int) -> list[Unanswered]:
        """The questions that lack an answer: those that members wait for first, then the newest first."""
        ...

    def dismiss(self, library: str, keys: Collection[int]) -> None:
        """Hide these from librarians; members who wait for them are still told."""
        ...

    def settle(self, library: str, keys: Collection[int]) -> tuple[int, ...]:
        """Mark these as answered. Returns the members to tell, whose wishes are deleted, so that none is returned again."""
        ...

    def waiting(self) -> tuple[str, ...]:
        """The libraries that have unanswered questions."""
        ...

    def settings(self, library: str) -> ServerSettings:
        """The server's settings, or the defaults."""
        ...

    def change_settings(self, library: str, settings: ServerSettings) -> None:
        """Replace the server's settings."""
        ...

    def record_deed(self, library: str, deed: Deed) -> None:
        """Store who did what with an article."""
        ...

    def deeds(self, library: str, article_id: str) -> tuple[Deed, ...]:
        """What was done with an article, oldest first."""
        ...

    def forget_user(self, user_id: int) -> int:
        """Delete a member's questions, votes and wishes in every library, and their id from deeds; returns the number of
        questions."""
        ...

    def forget_library(self, library: str) -> bool:
        """Delete all records of a server; returns whether there were any."""
        ...

    def forget_old(self, now: datetime) -> None:
        """Delete questions that have exceeded their server's retention."""
        ...
