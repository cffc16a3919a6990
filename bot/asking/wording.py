"""The words of a Discord message, without its markup for members, roles, emoji, timestamps and the like. Pure."""

import re
from collections.abc import Callable

# https://discord.com/developers/docs/reference#message-formatting
_MARK = re.compile(
    r"<(?:@[!&]?\d{1,20}|a?:\w{1,32}:\d{1,20}|t:-?\d{1,13}(?::\w)?|id:\w{1,20}|#(?P<channel>\d{1,20})|/(?P<command>[^:<>\n]{1,100}):\d{1,20})>"
)


def in_words(typed: str, channel_name: Callable[[int], str]) -> str:
    """The text on one line. Channels and commands are named, since a question may be about them. Members are not: they are only
    notified of it, and a name that no article contains would make any question look off-topic.
    """

    def named(mark: re.Match[str]) -> str:
        name = channel_name(int(mark["channel"])) if mark["channel"] else mark["command"] and f"/{mark['command']}"
        return name or " "

    return " ".join(_MARK.sub(named, typed).split())
