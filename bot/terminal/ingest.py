"""Takes many sources into a library: a failure is reported and does not stop the rest."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from bot.taking import Outcome, Taking
from bot.terminal.screen import log, printable, progress
from bot.words import counted, size
from embeddings.errors import BusyError, SourceError, UnknownArticleError
from embeddings.fetching.fetch import Fetcher
from embeddings.library import Library
from embeddings.listings import MOST_IN_ALL
from embeddings.prepare import Progress
from embeddings.sources import STDIN, expand, passed_over
from embeddings.types import Addition, Article

# Outcomes of a source that was taken in, in the order in which they are reported.
_KINDS = ("added", "updated", "unchanged")
# How many suffixes of skipped files are named.
_ENDINGS = 6
TOO_MANY = (
    f"with what it names there would be more than {MOST_IN_ALL:,} pages; give smaller parts of it one after the other"
)


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """The outcome of each source, in the format of ``--json``."""
    return {
        **{kind: [_record(each) for each in _those(outcome, kind)] for kind in _KINDS},
        "failed": [{"source": each.source, "error": each.reason} for each in outcome.failures],
    }


def outcome_lines(outcome: Outcome) -> list[tuple[str, str, str]]:
    """The outcome of each source, its title and a detail, for people."""
    done = [(kind, each.title, f"{each.id}, {size(each)}") for kind in _KINDS for each in _those(outcome, kind)]
    return [*done, *(("failed", each.source, each.reason) for each in outcome.failures)]


def expanded(sources: Sequence[str]) -> tuple[list[str], list[SourceError]]:
    """The sources, folders and archives expanded, each once; and those that cannot be read at all."""
    found: dict[str, None] = {}
    failed = []
    for source in sources:
        try:
            found.update(dict.fromkeys(expand(source)))
        except SourceError as error:
            failed.append(error)
    return list(found), failed


def tell_passed_over(sources: Sequence[str]) -> None:
    """Report which files of folders are skipped, so that nobody takes them for added; by suffix, for they may be thousands."""
    endings = Counter(path.suffix.lower() for source in sources for path in passed_over(source))
    if endings:
        kinds = ", ".join(
            f"{count:,} {ending or 'without an ending'}" for ending, count in endings.most_common(_ENDINGS)
        )
        more = ", …" if len(endings) > _ENDINGS else ""
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
    """Add each source, and the pages that feeds name; with several, progress counts them, with one, its texts."""
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
            return taking.run(take, report)
    except KeyboardInterrupt:
        if taking.done:
            stays = sum(each.outcome != "unchanged" for each in taking.additions)
            log().print(
                f"Stopped at {taking.done:,} of {len(taking):,}: {stays:,} were stored. The same command goes on from there."
            )
        raise


def refresh_all(library: Library, fetcher: Fetcher, articles: Sequence[Article]) -> Outcome:
    """Read each article again; one that cannot be read now is reported and stays as it is."""

    def take(article: Article, report: Progress | None) -> Addition:
        try:
            return library.refresh(article.id, fetcher, progress=report)
        except (BusyError, UnknownArticleError) as error:
            # Another process is writing, and may have finished by the next article, or has removed this one.
            raise SourceError(article.source, str(error)) from error

    with progress("Refreshing") as report:
        return Taking(articles, len(articles)).run(take, report)


def _those(outcome: Outcome, kind: str) -> list[Article]:
    return [each.article for each in outcome.additions if each.outcome == kind]


def _record(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "version": article.version,
        "chunks": article.chunks,
        "sentences": article.sentences,
    }
