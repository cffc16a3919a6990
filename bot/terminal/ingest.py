"""Many sources into a library: what fails is reported and does not stop the rest."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.taking import Taking
from bot.terminal.screen import log, printable, progress
from bot.words import counted, size
from embeddings.errors import BusyError, SourceError, UnknownArticleError
from embeddings.fetching.fetch import Fetcher
from embeddings.library import Library
from embeddings.listings import MOST_IN_ALL
from embeddings.prepare import Progress
from embeddings.sources import STDIN, expand, passed_over
from embeddings.types import Addition, Article

# So many endings of files that are not read are named.
_KINDS = 6
TOO_MANY = (
    f"with what it names there would be more than {MOST_IN_ALL:,} pages; give smaller parts of it one after the other"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of each source."""

    added: tuple[Article, ...]
    updated: tuple[Article, ...]
    unchanged: tuple[Article, ...]
    failed: tuple[SourceError, ...]

    @classmethod
    def of(cls, additions: Sequence[Addition], failed: Sequence[SourceError]) -> "Outcome":
        """What was added and what failed."""

        def those(outcome: str) -> tuple[Article, ...]:
            return tuple(each.article for each in additions if each.outcome == outcome)

        return cls(those("added"), those("updated"), those("unchanged"), tuple(failed))

    def to_json(self) -> dict[str, Any]:
        """As the terminal contract has it."""
        return {
            **{name: [_record(each) for each in getattr(self, name)] for name in ("added", "updated", "unchanged")},
            "failed": [{"source": each.source, "error": each.reason} for each in self.failed],
        }

    def lines(self) -> list[tuple[str, str, str]]:
        """Outcome, title and detail of each, for people."""
        done = [
            (name, each.title, f"{each.id}, {size(each)}")
            for name in ("added", "updated", "unchanged")
            for each in getattr(self, name)
        ]
        return [*done, *(("failed", each.source, each.reason) for each in self.failed)]


def expanded(sources: Sequence[str]) -> tuple[list[str], list[SourceError]]:
    """The files that the sources name, each once, and what cannot be read at all."""
    found: dict[str, None] = {}
    failed = []
    for source in sources:
        try:
            found.update(dict.fromkeys(expand(source)))
        except SourceError as error:
            failed.append(error)
    return list(found), failed


def tell_passed_over(sources: Sequence[str]) -> None:
    """Say which files of folders are not read, so that nobody takes them for added: by their endings, for they may be thousands."""
    endings = Counter(path.suffix.lower() for source in sources for path in passed_over(source))
    if endings:
        kinds = ", ".join(f"{count:,} {ending or 'without an ending'}" for ending, count in endings.most_common(_KINDS))
        more = ", …" if len(endings) > _KINDS else ""
        passed = f"Passed over {counted(endings.total(), 'file')} of other kinds"
        log().print(printable(f"{passed} ({kinds}{more}); add one by its name to be told why.", lines=False))


def add_all(
    library: Library,
    fetcher: Fetcher,
    sources: Sequence[str],
    failed: Iterable[SourceError] = (),
    *,
    title: str | None = None,
) -> Outcome:
    """Add each source, and what a feed names in its turn; with several, progress counts them, with one, its texts."""
    taking = Taking(sources, MOST_IN_ALL)
    taking.failures.extend(failed)

    def take(source: str, report: Progress | None) -> Addition | Sequence[str]:
        stdin = sys.stdin.buffer if source == STDIN else None
        added = library.read_in(source, fetcher, title=title, stdin=stdin, progress=report)
        if isinstance(added, Addition):
            return added
        if not taking.fit(taking.new(added.addresses)):
            raise SourceError(source, TOO_MANY)
        return added.addresses

    try:
        with progress("Adding") as report:
            taking.run(take, report)
    except KeyboardInterrupt:
        if taking.done:
            stays = sum(each.outcome != "unchanged" for each in taking.additions)
            log().print(
                f"Stopped at {taking.done:,} of {len(taking):,}: {stays:,} were stored. The same command goes on from there."
            )
        raise
    return Outcome.of(taking.additions, taking.failures)


def refresh_all(library: Library, fetcher: Fetcher, articles: Sequence[Article]) -> Outcome:
    """Read each article again; one that cannot be read now is reported and stays as it is."""
    additions: list[Addition] = []
    failures: list[SourceError] = []
    with progress("Refreshing") as report:
        for number, article in enumerate(articles):
            try:
                additions.append(library.refresh(article.id, fetcher))
            except SourceError as error:
                failures.append(error)
            except (BusyError, UnknownArticleError) as error:
                # Whoever else is writing will have finished by the next one, or has removed this one.
                failures.append(SourceError(article.source, str(error)))
            report(number + 1, len(articles))
    return Outcome.of(additions, failures)


def _record(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "version": article.version,
        "chunks": article.chunks,
        "sentences": article.sentences,
    }
