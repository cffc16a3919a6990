"""What somebody typed in Discord, in words: without the marks by which it shows people, roles, emoji, moments and the like. Pure."""

import re
from collections.abc import Callable

# https://discord.com/developers/docs/reference#message-formatting
_MARK = re.compile(
    r"<(?:@[!&]?\d{1,20}|a?:\w{1,32}:\d{1,20}|t:-?\d{1,13}(?::\w)?|id:\w{1,20}|#(?P<channel>\d{1,20})|/(?P<command>[^:<>\n]{1,100}):\d{1,20})>"
)


def in_words(typed: str, channel_name: Callable[[int], str]) -> str:
    """In one line. Channels and commands are named, as a question may be about them; members, whom one only calls to it, are not: what
    no article knows of would make any question look like one about something else.
    """

    def named(mark: re.Match[str]) -> str:
        name = channel_name(int(mark["channel"])) if mark["channel"] else mark["command"] and f"/{mark['command']}"
        return name or " "

    return " ".join(_MARK.sub(named, typed).split())
