"""Who and what exists: users, channels, guilds and messages, and how Discord tells a client about each."""

import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

COMPONENTS_V2 = 1 << 15
EPHEMERAL = 1 << 6

_EPOCH_MS = 1_420_070_400_000
_counter = itertools.count()
_TEXT, _DIRECT = 0, 1
_DEFAULT, _REPLY, _COMMAND = 0, 19, 20
_TEXT_DISPLAY = 10
# View, send, embed, attach, read history, use commands: what a member may do in a plain text channel.
_MEMBER_PERMISSIONS = str(1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 31)
_MENTION = re.compile(r"<@!?(\d+)>")
_ROLE_MENTION = re.compile(r"<@&\d+>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")
_JOINED = "2024-01-01T00:00:00+00:00"


def snowflake() -> int:
    """A new id; later ones are larger, and each tells when it was made."""
    return (time.time_ns() // 1_000_000 - _EPOCH_MS << 22) | next(_counter) % (1 << 12)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody, or a bot."""

    name: str
    id: int = field(default_factory=snowflake)
    bot: bool = False

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
        """What a guild knows of the user as its member."""
        return {
            "roles": [],
            "joined_at": _JOINED,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "nick": None,
            "avatar": None,
        }


@dataclass(frozen=True, slots=True)
class Channel:
    """A text channel of a guild, or a direct one with ``recipient``."""

    name: str
    id: int = field(default_factory=snowflake)
    recipient: User | None = None

    def payload(self) -> Json:
        if self.recipient:
            return {"id": str(self.id), "type": _DIRECT, "recipients": [self.recipient.payload()]}
        return {
            "id": str(self.id),
            "type": _TEXT,
            "name": self.name,
            "position": 0,
            "permission_overwrites": [],
            "parent_id": None,
        }


@dataclass(frozen=True, slots=True)
class Guild:
    """A Discord server."""

    name: str
    channels: tuple[Channel, ...]
    id: int = field(default_factory=snowflake)

    def payload(self, bot: User) -> Json:
        """As GUILD_CREATE has it; the bot is the only member that is told of."""
        everyone = {"id": str(self.id), "name": "@everyone", "permissions": _MEMBER_PERMISSIONS, "position": 0}
        empty = ("threads", "emojis", "stickers", "features", "voice_states", "presences", "stage_instances")
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": "1",
            "unavailable": False,
            "member_count": 2,
            "large": False,
            "joined_at": _JOINED,
            "roles": [everyone],
            "channels": [channel.payload() for channel in self.channels],
            "members": [{**bot.member(), "user": bot.payload()}],
            **{name: [] for name in empty},
        }


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands in a channel."""

    channel: Channel
    author: User
    guild: Guild | None = None
    content: str = ""
    embeds: tuple[Json, ...] = ()
    components: tuple[Json, ...] = ()
    flags: int = 0
    allowed_mentions: Json | None = None
    mentions: tuple[User, ...] = ()
    replies_to: "Message | None" = None
    interaction: Json | None = None
    """The command that the message answers, if it does."""
    edits: int = 0
    id: int = field(default_factory=snowflake)

    def with_body(self, body: Json) -> "Message":
        """The message with what a request to create it says."""
        return replace(self, **_parts(body, self))

    def edited(self, body: Json) -> "Message":
        """The message after an edit; what the edit does not name stays."""
        return replace(self, **_parts(body, self), edits=self.edits + 1)

    @property
    def text(self) -> str:
        """All words that a reader sees, in order."""
        return "\n".join(part for part in (self.content, *_embed_texts(self.embeds), *texts(self.components)) if part)

    @property
    def pings(self) -> tuple[str, ...]:
        """Whom the message notifies. Embeds never notify; Components V2 text does."""
        shown = "\n".join((self.content, *texts(self.components)))
        unless_told: Json = {
            "parse": ["users"] if self.interaction else ["users", "roles", "everyone"],
            "replied_user": True,
        }
        allowed = unless_told if self.allowed_mentions is None else self.allowed_mentions
        parse = allowed.get("parse") or []
        listed = [str(each) for name in ("users", "roles") for each in allowed.get(name) or []]
        found = [each[0] for each in _MENTION.finditer(shown) if "users" in parse or each[1] in listed]
        found += [each[0] for each in _ROLE_MENTION.finditer(shown) if "roles" in parse or each[0][3:-1] in listed]
        if "everyone" in parse:
            found += _EVERYONE.findall(shown)
        if self.replies_to and allowed.get("replied_user"):
            found.append(f"<@{self.replies_to.author.id}>")
        return tuple(found)

    def payload(self, *, readable: bool = True) -> Json:
        """As MESSAGE_CREATE has it; what a member wrote is withheld from a bot that may not read it."""
        now = datetime.now(UTC).isoformat()
        found: Json = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.payload(),
            "content": self.content if readable else "",
            "embeds": list(self.embeds) if readable else [],
            "components": list(self.components) if readable else [],
            "attachments": [],
            "flags": self.flags,
            "mentions": [user.payload() for user in self.mentions],
            "mention_roles": [],
            "mention_everyone": False,
            "timestamp": now,
            "edited_timestamp": now if self.edits else None,
            "tts": False,
            "pinned": False,
            "type": _COMMAND if self.interaction else _REPLY if self.replies_to else _DEFAULT,
        }
        if self.guild:
            found |= {"guild_id": str(self.guild.id), "member": self.author.member()}
        if self.interaction:
            found["interaction_metadata"] = self.interaction
        if self.replies_to:
            replied = self.replies_to
            found["message_reference"] = {
                "type": 0,
                "message_id": str(replied.id),
                "channel_id": str(replied.channel.id),
            }
            # Told of with its own reference, but without the message which that refers to in turn.
            referenced = replied.payload(readable=readable or replied.author.bot)
            referenced.pop("referenced_message", None)
            found["referenced_message"] = referenced
        return found


def components_within(components: list[Json] | tuple[Json, ...]) -> Iterator[Json]:
    """Every component, those inside others included."""
    for component in components:
        yield component
        inner = [component[key] for key in ("component", "accessory") if isinstance(component.get(key), dict)]
        yield from components_within([*(component.get("components") or []), *inner])


def texts(components: list[Json] | tuple[Json, ...]) -> list[str]:
    """The words of every text display."""
    return [str(each.get("content", "")) for each in components_within(components) if each.get("type") == _TEXT_DISPLAY]


def _embed_texts(embeds: tuple[Json, ...]) -> Iterator[str]:
    for embed in embeds:
        yield (embed.get("author") or {}).get("name", "")
        yield embed.get("title") or ""
        yield embed.get("description") or ""
        for each in embed.get("fields") or []:
            yield from (each["name"], each["value"])
        yield (embed.get("footer") or {}).get("text", "")


def _parts(body: Json, before: Message) -> Json:
    given: Json = {}
    if "content" in body:
        given["content"] = body["content"] or ""
    for name in ("embeds", "components"):
        if name in body:
            given[name] = tuple(body[name] or ())
    if "allowed_mentions" in body:
        given["allowed_mentions"] = body["allowed_mentions"]
    if body.get("flags"):
        given["flags"] = before.flags | body["flags"]
    return given
