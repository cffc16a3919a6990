"""What goes wrong on the way: a request that is refused by something other than Discord's rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .world import Json


@dataclass(frozen=True, slots=True)
class Fault:
    """What a request meets in place of an answer."""

    status: int
    """The HTTP status; 0 cuts the connection instead."""
    body: Json | bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_done: bool = False
    """Whether the request is carried out all the same, and only its answer is lost."""


def rate_limited(seconds: float, *, everywhere: bool = False) -> Fault:
    """Too many requests, on one route or in all."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
    # Without `Via` a client takes it for a ban by Discord's own doorkeeper.
    headers = {
        "Via": "1.1 google",
        "Retry-After": str(seconds),
        "X-RateLimit-Scope": "global" if everywhere else "user",
    }
    return Fault(429, body, headers | ({"X-RateLimit-Global": "true"} if everywhere else {}))


def unavailable(status: int = 502) -> Fault:
    """Discord itself is in trouble."""
    return Fault(status, b"<html>bad gateway</html>", {"Content-Type": "text/html"})


#: The connection is cut before the request was carried out, or after it.
DROPPED = Fault(0)
LOST_ANSWER = Fault(0, is_done=True)


class Faults:
    """Faults that wait for the requests that will meet them, each once, in their order."""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, str, Fault]] = []

    def next(self, method: str, template: str, *faults: Fault) -> None:
        """The next requests of this kind meet these."""
        self._waiting += [(method, template, fault) for fault in faults]

    def met_by(self, method: str, template: str) -> Fault | None:
        """What a request meets, if anything."""
        for position, (its_method, its_template, fault) in enumerate(self._waiting):
            if (its_method, its_template) == (method, template):
                del self._waiting[position]
                return fault
        return None

    @property
    def left(self) -> int:
        """How many no request has met yet."""
        return len(self._waiting)
