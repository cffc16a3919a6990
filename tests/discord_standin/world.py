"""Who and what there is: users, servers, channels, messages, as records and as the JSON that Discord sends of them."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

Json = dict[str, Any]

# Snowflakes hold a time; any later than 2015 will do.
_ids = count(1_300_000_000_000_000_001)


def snowflake() -> str:
    """A new id."""
    return str(next(_ids))


@dataclass(frozen=True, slots=True)
class User:
    """A person, or the bot."""

    name: str
    bot: bool = False
    id: str = field(default_factory=snowflake)

    def json(self) -> Json:
        return {
            "id": self.id,
            "username": self.name,
            "global_name": self.name,
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "flags": 0,
        }

    def member(self) -> Json:
        return {"roles": [], "joined_at": "2024-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0}


@dataclass(frozen=True, slots=True)
class Channel:
    """A text channel of a server, or, without one, direct messages."""

    name: str
    id: str = field(default_factory=snowflake)

    def json(self) -> Json:
        return {
            "id": self.id,
            "type": 0,
            "name": self.name,
            "position": 0,
            "permission_overwrites": [],
            "nsfw": False,
            "parent_id": None,
            "topic": None,
            "rate_limit_per_user": 0,
            "last_message_id": None,
        }


@dataclass(frozen=True, slots=True)
class Guild:
    """A server with its channels."""

    name: str
    channels: tuple[Channel, ...]
    id: str = field(default_factory=snowflake)

    def json(self, bot: User) -> Json:
        everyone = {
            "id": self.id,
            "name": "@everyone",
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "position": 0,
            "permissions": str(0x7FFFFFFFFFFFF),
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }
        return {
            "id": self.id,
            "name": self.name,
            "icon": None,
            "splash": None,
            "discovery_splash": None,
            "owner_id": bot.id,
            "afk_channel_id": None,
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "roles": [everyone],
            "emojis": [],
            "features": [],
            "mfa_level": 0,
            "application_id": None,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "vanity_url_code": None,
            "description": None,
            "banner": None,
            "premium_tier": 0,
            "preferred_locale": "en-US",
            "public_updates_channel_id": None,
            "nsfw_level": 0,
            "premium_progress_bar_enabled": False,
            "joined_at": "2024-01-01T00:00:00+00:00",
            "large": False,
            "unavailable": False,
            "member_count": 2,
            "members": [{"user": bot.json(), **bot.member()}],
            "channels": [channel.json() for channel in self.channels],
            "threads": [],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "stickers": [],
        }


def message_json(author: User, channel: Channel, guild: Guild | None, body: Json) -> Json:
    """A message as Discord gives it out: what was posted, with what Discord adds."""
    reference = body.get("message_reference")
    return {
        "id": body.get("id") or snowflake(),
        "type": 19 if reference else 0,
        "channel_id": channel.id,
        **({"guild_id": guild.id, "member": author.member()} if guild else {}),
        "author": author.json(),
        "content": body.get("content") or "",
        "timestamp": "2026-01-01T00:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": body.get("mentions", []),
        "mention_roles": [],
        "attachments": [],
        "embeds": [{"type": "rich", **embed} for embed in body.get("embeds") or ()],
        "components": body.get("components") or [],
        "pinned": False,
        "flags": body.get("flags") or 0,
        **({"message_reference": reference} if reference else {}),
    }
