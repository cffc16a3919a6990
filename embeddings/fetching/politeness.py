"""What a host asks of bots: to follow its robots.txt, and to pause between requests."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from protego import Protego

#: The user agent under which a robots.txt may address Pullquote.
ROBOT = "Pullquote"

# Seconds between two requests to one host, unless it asks for more; and the most that it may ask for.
_PAUSE, _LONGEST_PAUSE = 1.0, 10.0
# How long the rules of a site are kept, in seconds.
_KEPT_FOR = 3600.0


class Rules:
    """What the robots.txt of one site allows."""

    def __init__(self, robots: str) -> None:
        self._rules = Protego.parse(robots)

    def allow(self, address: str) -> bool:
        """Whether a bot may read the page."""
        return bool(self._rules.can_fetch(address, ROBOT))

    @property
    def pause(self) -> float:
        """Seconds between two requests."""
        return min(max(self._rules.crawl_delay(ROBOT) or 0.0, _PAUSE), _LONGEST_PAUSE)


@dataclass
class Manners:
    """Remembers what each site allows and when it may be contacted again, for as long as that matters. Thread-safe."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _rules: dict[str, tuple[float, Rules]] = field(default_factory=dict)
    """By site, with the time at which they expire."""
    _free_at: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __len__(self) -> int:
        return len(self._rules.keys() | self._free_at.keys())

    def rules(self, site: str, read: Callable[[], Rules]) -> Rules:
        """The rules of a site; ``read`` fetches them when they are unknown or expired."""
        held = self._rules.get(site)
        if held is None or self.clock() > held[0]:
            held = (self.clock() + _KEPT_FOR, read())
            with self._lock:
                self._forget(self.clock())
                self._rules[site] = held
        return held[1]

    def wait(self, site: str) -> float:
        """Sleep until the site may be contacted again, and return for how many seconds; callers are served in turn."""
        held = self._rules.get(site)
        with self._lock:
            now = self.clock()
            turn = max(now, self._free_at.get(site, now))
            self._free_at[site] = turn + (held[1].pause if held else _PAUSE)
        if turn > now:
            self.sleep(turn - now)
        return turn - now

    def _forget(self, now: float) -> None:
        """Drop expired rules, and sites that may be contacted at once."""
        self._rules = {site: held for site, held in self._rules.items() if held[0] >= now}
        self._free_at = {site: at for site, at in self._free_at.items() if at > now}
