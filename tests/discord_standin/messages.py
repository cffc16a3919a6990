"""Messages: their text, whom they ping, and their payloads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from .world import Attachment, Channel, Guild, Json, User, snowflake

COMPONENTS_V2 = 1 << 15
EPHEMERAL = 1 << 6

_DEFAULT, _REPLY, _COMMAND = 0, 19, 20
_TEXT_DISPLAY = 10
_MENTION = re.compile(r"<@!?(\d+)>")
_ROLE_MENTION = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")


@dataclass(frozen=True, slots=True)
class Message:
    """A message in a channel."""

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
    attachments: tuple[Attachment, ...] = ()
    interaction: Json | None = None
    """Metadata of the command that the message answers, if any."""
    edits: int = 0
    id: int = field(default_factory=snowflake)

    def with_body(self, body: Json) -> "Message":
        """The message with the body of the request that creates it."""
        return replace(self, **_parts(body, self))

    def edited(self, body: Json) -> "Message":
        """The message after an edit; fields that the edit lacks are unchanged."""
        return replace(self, **_parts(body, self), edits=self.edits + 1)

    @property
    def text(self) -> str:
        """All visible text, in order."""
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
        found += [each[0] for each in _ROLE_MENTION.finditer(shown) if "roles" in parse or each[1] in listed]
        if "everyone" in parse:
            found += _EVERYONE.findall(shown)
        if self.replies_to and allowed.get("replied_user"):
            found.append(f"<@{self.replies_to.author.id}>")
        return tuple(found)

    def payload(self, *, readable: bool = True) -> Json:
        """The payload of MESSAGE_CREATE; without the content if the bot may not read it (``readable``)."""
        now = datetime.now(UTC).isoformat()
        found: Json = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.payload(),
            "content": self.content if readable else "",
            "embeds": list(self.embeds) if readable else [],
            "components": list(self.components) if readable else [],
            "attachments": [each.payload() for each in self.attachments] if readable else [],
            "flags": self.flags,
            "mentions": [user.payload() for user in self.mentions],
            "mention_roles": [each[1] for each in _ROLE_MENTION.finditer(self.content)],
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
            # The referenced message keeps its own reference, but not the message to which that refers.
            referenced = replied.payload(readable=readable or replied.author.bot)
            referenced.pop("referenced_message", None)
            found["referenced_message"] = referenced
        return found


def components_within(components: list[Json] | tuple[Json, ...]) -> Iterator[Json]:
    """Every component, including nested ones."""
    for component in components:
        yield component
        inner = [component[key] for key in ("component", "accessory") if isinstance(component.get(key), dict)]
        yield from components_within([*(component.get("components") or []), *inner])


def texts(components: list[Json] | tuple[Json, ...]) -> list[str]:
    """The text of every text display."""
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
