"""Logging without tokens, whosever they are, and without the words of questions."""

import logging
import re
import sys
import traceback
from types import TracebackType

import discord
from discord import app_commands

_log = logging.getLogger("pullquote")

# URLs of responses contain the interaction's token, with which anyone could respond in the bot's name.
_OF_INTERACTIONS = re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/\s?'\")]+")


class Discreet(logging.Formatter):
    """A formatter that omits all tokens, and the messages of exceptions, which may hold the words of a question."""

    def __init__(self, token: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        """The record as one or more lines, without tokens."""
        return _OF_INTERACTIONS.sub(r"\1…", super().format(record).replace(self._token, "…"))

    def formatException(  # noqa: N802 (the name is logging's)
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The traceback and the exception's type."""
        kind, _, frames = ei
        return "".join(traceback.format_tb(frames)) + (kind.__name__ if kind else "")


def log_to_stderr(token: str) -> None:
    """Log the bot's records from INFO up, but only warnings of libraries: below that discord.py logs messages."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet(token))
    logging.basicConfig(handlers=[handler])
    _log.setLevel(logging.INFO)


def log_failure(what: str, error: BaseException) -> None:
    """Log where an error happened, but not its message, which may hold the words of a question."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, discord.HTTPException):
        # Discord refused: the channel, message or permission is gone. Its numbers say which.
        _log.warning("%s: Discord answered %d (code %d)", what, error.status, error.code)
        return
    frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    _log.error("%s: %s\n%s", what, type(error).__name__, frames)
