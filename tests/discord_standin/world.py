"""Users, roles, channels, guilds and attachments, and their payloads."""

import itertools
import time
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any
from urllib.parse import quote

Json = dict[str, Any]

_EPOCH_MS = 1_420_070_400_000
_counter = itertools.count()
_JOINED = "2024-01-01T00:00:00+00:00"


def snowflake() -> int:
    """A new id, with its creation time in it; later ids are larger."""
    return (time.time_ns() // 1_000_000 - _EPOCH_MS << 22) | next(_counter) % (1 << 12)


class Permission(IntFlag):
    """The permission bits that matter to a bot of this kind."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_HISTORY = 1 << 16
    USE_COMMANDS = 1 << 31
    CREATE_THREADS = 1 << 35
    SEND_IN_THREADS = 1 << 38


#: The permissions of everyone in a plain text channel.
EVERYONE_MAY = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_HISTORY
    | Permission.USE_COMMANDS
    | Permission.CREATE_THREADS
    | Permission.SEND_IN_THREADS
)


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot."""

    name: str
    id: int = field(default_factory=snowflake)
    bot: bool = False
    locale: str = "en-US"

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": None,
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }

    def member(self) -> Json:
        """The member data of the user in a guild."""
        return {
            "roles": [],
            "joined_at": _JOINED,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "nick": None,
            "avatar": None,
        }


class Kind(IntEnum):
    """Channel types."""

    TEXT = 0
    DIRECT = 1
    THREAD = 11
    FORUM = 15


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a guild."""

    name: str
    id: int = field(default_factory=snowflake)

    def payload(self) -> Json:
        return {"id": str(self.id), "name": self.name, "permissions": "0", "position": 1, "color": 0, "flags": 0}

    @property
    def mention(self) -> str:
        """How it is mentioned in a message."""
        return f"<@&{self.id}>"


@dataclass(frozen=True, slots=True)
class Channel:
    """A text channel or forum of a guild, a thread in one, or a direct channel with ``recipient``."""

    name: str
    id: int = field(default_factory=snowflake)
    recipient: User | None = None
    kind: Kind = Kind.TEXT
    parent: "Channel | None" = None
    """The channel or forum of a thread."""

    def payload(self, overwrites: tuple[Json, ...] = ()) -> Json:
        if self.recipient:
            return {"id": str(self.id), "type": Kind.DIRECT, "recipients": [self.recipient.payload()]}
        found: Json = {
            "id": str(self.id),
            "type": self.kind,
            "name": self.name,
            "position": 0,
            "permission_overwrites": list(overwrites),
            "parent_id": str(self.parent.id) if self.parent else None,
        }
        if self.kind is Kind.FORUM:
            found |= {"available_tags": [], "flags": 0, "default_reaction_emoji": None}
        if self.kind is Kind.THREAD:
            archived = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": _JOINED, "locked": False}
            found |= {"owner_id": "1", "message_count": 1, "member_count": 1, "thread_metadata": archived}
        return found


@dataclass(frozen=True, slots=True)
class Guild:
    """A Discord server."""

    name: str
    channels: tuple[Channel, ...]
    id: int = field(default_factory=snowflake)
    roles: tuple[Role, ...] = ()
    bot_role: Role = field(default_factory=lambda: Role("Pullquote"))
    """The role that Discord makes for the bot when it is invited."""
    system_channel: Channel | None = None
    """Where Discord greets new members."""
    locale: str = "en-US"

    def payload(self, bot: User, channels: list[Json]) -> Json:
        """The payload of GUILD_CREATE; the bot is the only member in it."""
        everyone = {"id": str(self.id), "name": "@everyone", "permissions": str(int(EVERYONE_MAY)), "position": 0}
        managed = {**self.bot_role.payload(), "managed": True, "tags": {"bot_id": str(bot.id)}}
        empty = ("threads", "emojis", "stickers", "features", "voice_states", "presences", "stage_instances")
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": "1",
            "unavailable": False,
            "member_count": 2,
            "large": False,
            "joined_at": _JOINED,
            "preferred_locale": self.locale,
            "system_channel_id": str(self.system_channel.id) if self.system_channel else None,
            "roles": [everyone, managed, *(role.payload() for role in self.roles)],
            "channels": channels,
            "members": [{**bot.member(), "roles": [str(self.bot_role.id)], "user": bot.payload()}],
            **{name: [] for name in empty},
        }


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attached file; it is served over HTTP."""

    filename: str
    data: bytes
    content_type: str = "text/plain; charset=utf-8"
    base: str = ""
    """Base URL of the server from which it is fetched."""
    id: int = field(default_factory=snowflake)

    @property
    def url(self) -> str:
        return f"{self.base}/attachments/{self.id}/{quote(self.filename)}"

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "filename": self.filename,
            "size": len(self.data),
            "url": self.url,
            "proxy_url": self.url,
            "content_type": self.content_type,
        }
