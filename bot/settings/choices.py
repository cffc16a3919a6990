"""The settings of a server, their options, and what a choice changes. Pure functions, independent of the panel."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.memory.records import ServerSettings
from embeddings.answer.excerpts import MOST
from embeddings.errors import PullquoteError

#: Discord's limit for a select.
MOST_CHANNELS = 25
# The library also has a threshold of its own, which applies whatever the server chooses.
_CONFIDENCES = {
    0.0: "Default",
    0.6: "At least 60 % sure",
    0.7: "At least 70 % sure",
    0.8: "At least 80 % sure",
    0.9: "At least 90 % sure",
    0.95: "At least 95 % sure",
}
_EXCERPTS = {count: f"Up to {count} excerpts" if count > 1 else "One excerpt" for count in range(1, MOST + 1)}
_KEEP_DAYS = {1: "One day", 7: "A week", 30: "30 days", 90: "90 days", 180: "180 days", 365: "A year"}
_TOGGLE = {False: "Off", True: "On"}


class Setting(StrEnum):
    """The settings, named as in `ServerSettings`."""

    LIBRARIAN_ROLE = "librarian_role"
    QUESTION_CHANNELS = "question_channels"
    SILENT_CHANNELS = "silent_channels"
    MINIMUM_CONFIDENCE = "minimum_confidence"
    EXCERPTS = "excerpts"
    IN_THREAD = "in_thread"
    KEEP_DAYS = "keep_days"


#: The values of each setting other than roles and channels, with their labels.
OPTIONS: dict[Setting, dict[Any, str]] = {
    Setting.MINIMUM_CONFIDENCE: _CONFIDENCES,
    Setting.EXCERPTS: _EXCERPTS,
    Setting.KEEP_DAYS: _KEEP_DAYS,
    Setting.IN_THREAD: _TOGGLE,
}


class SettingError(PullquoteError):
    """A setting cannot have the chosen value."""


@dataclass(frozen=True, slots=True)
class Server:
    """The roles and channels to choose from; those deleted since they were chosen are not shown."""

    id: int
    roles: Collection[int]
    channels: Collection[int]


def changed(settings: ServerSettings, setting: Setting, values: Sequence[str], server: Server) -> ServerSettings:
    """The settings after a choice. A channel cannot be both silent and a question channel: the latest choice wins.

    Raises:
        SettingError: that cannot be chosen; input from outside is not trusted, whatever the panel offered.
    """
    match setting:
        case Setting.LIBRARIAN_ROLE:
            if str(server.id) in values:
                # The role that everyone has carries the server's own id.
                raise SettingError("Everyone has that role, so everyone would be a librarian; choose another one.")
            chosen = _ids(values, server.roles, most=1)
            return replace(settings, librarian_role=next(iter(chosen), None))
        case Setting.QUESTION_CHANNELS:
            chosen = _ids(values, server.channels, most=MOST_CHANNELS)
            return replace(settings, question_channels=chosen, silent_channels=settings.silent_channels - chosen)
        case Setting.SILENT_CHANNELS:
            chosen = _ids(values, server.channels, most=MOST_CHANNELS)
            return replace(settings, silent_channels=chosen, question_channels=settings.question_channels - chosen)
        case _:
            offered = {str(value): value for value in OPTIONS[setting]}
            if len(values) != 1 or values[0] not in offered:
                raise SettingError("That cannot be chosen; choose one of the options offered.")
            return replace(settings, **{setting: offered[values[0]]})


def _ids(values: Sequence[str], known: Collection[int], *, most: int) -> frozenset[int]:
    chosen = frozenset(int(each) for each in values if each.isdecimal() and int(each) in known)
    if len(chosen) != len(values) or len(chosen) > most:
        raise SettingError("That is not in this server, or no longer; choose one of the options offered.")
    return chosen
