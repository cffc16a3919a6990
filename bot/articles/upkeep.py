"""Reads web articles again periodically, so that answers quote what their pages say now."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bot.logs import log_failure
from bot.service import Service
from embeddings.errors import BusyError, GoneError, PullquoteError
from embeddings.fetching.fetch import Fetcher
from embeddings.library import Library

_log = logging.getLogger("pullquote")

# Seconds between two looks for due articles.
_LOOK = 15 * 60.0


class Upkeep:
    """Reads pages again in the background, one at a time to be polite."""

    def __init__(
        self,
        service: Service[Library],
        due: Callable[[str], Sequence[tuple[str, str]]],
        fetcher: Fetcher,
        every: timedelta,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        """``due`` returns the articles that were last read before a given time; see `Origins.due`."""
        self._service = service
        self._due = due
        self._fetcher = fetcher
        self._every = every
        self._clock = clock or (lambda: datetime.now(UTC))
        # A failed article is retried no sooner than a successful one is read again.
        self._tried: dict[tuple[str, str], datetime] = {}

    async def run(self) -> None:
        """Look periodically, for as long as the bot runs."""
        while True:
            try:
                await self.once()
            except Exception as error:
                log_failure("reading pages again", error)
            await asyncio.sleep(_LOOK)

    async def once(self) -> None:
        """Read all due articles again."""
        before = self._clock() - self._every
        self._tried = {each: at for each, at in self._tried.items() if at > before}
        due = await self._service.do(lambda: self._due(before.isoformat(timespec="seconds")))
        outcomes: Counter[str] = Counter()
        for library, article_id in due:
            if (library, article_id) not in self._tried:
                outcomes[await self._refresh(library, article_id)] += 1
        if outcomes:
            _log.info("read pages again: %s", ", ".join(f"{count} {what}" for what, count in sorted(outcomes.items())))

    async def _refresh(self, library: str, article_id: str) -> str:
        try:
            addition = await self._service.change(library, lambda articles: articles.refresh(article_id, self._fetcher))
        except GoneError:
            return "gone"
        except BusyError:
            # The other writer will have finished by the next look.
            return "put off"
        except Exception as error:
            self._tried[library, article_id] = self._clock()
            # The error's message names the page, which does not belong in the log of a host of many libraries.
            _log.info("article %s of %s could not be read again (%s)", article_id, library, type(error).__name__)
            if not isinstance(error, PullquoteError):
                # An unexpected error with one page must not stop the others.
                log_failure("reading a page again", error)
            return "failed"
        return addition.outcome
