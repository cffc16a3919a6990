"""Injected faults: responses to requests that do not follow from Discord's rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .world import Json


@dataclass(frozen=True, slots=True)
class Fault:
    """What a request gets instead of its normal response."""

    status: int
    """The HTTP status; 0 cuts the connection instead."""
    body: Json | bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_done: bool = False
    """Whether the request is carried out anyway and only its response is lost."""


def rate_limited(seconds: float, *, everywhere: bool = False) -> Fault:
    """Too many requests, on one route or globally."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
    # discord.py takes a 429 without `Via` for a ban by Cloudflare.
    headers = {
        "Via": "1.1 google",
        "Retry-After": str(seconds),
        "X-RateLimit-Scope": "global" if everywhere else "user",
    }
    return Fault(429, body, headers | ({"X-RateLimit-Global": "true"} if everywhere else {}))


def unavailable(status: int = 502) -> Fault:
    """Discord itself is unavailable."""
    return Fault(status, b"<html>bad gateway</html>", {"Content-Type": "text/html"})


#: The connection is cut before the request is carried out, or after it.
DROPPED = Fault(0)
LOST_ANSWER = Fault(0, is_done=True)


class Faults:
    """A queue of faults for coming requests; each is used once, in order."""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, str, Fault]] = []

    def next(self, method: str, template: str, *faults: Fault) -> None:
        """Queue faults for the next requests of this kind, one for each."""
        self._waiting += [(method, template, fault) for fault in faults]

    def met_by(self, method: str, template: str) -> Fault | None:
        """Take the fault for a request, if there is one."""
        for position, (its_method, its_template, fault) in enumerate(self._waiting):
            if (its_method, its_template) == (method, template):
                del self._waiting[position]
                return fault
        return None

    @property
    def left(self) -> int:
        """Number of faults that have not been used yet."""
        return len(self._waiting)
