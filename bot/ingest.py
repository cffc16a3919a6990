"""Many sources into a library: what fails is reported and does not stop the rest."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.terminal import progress
from embeddings.errors import SourceError
from embeddings.library import Library
from embeddings.sources import expand, read
from embeddings.types import Article


@dataclass
class Outcome:
    """What became of each source."""

    added: list[Article] = field(default_factory=list)
    updated: list[Article] = field(default_factory=list)
    unchanged: list[Article] = field(default_factory=list)
    failed: list[SourceError] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As the terminal contract has it."""
        return {
            **{name: [_record(each) for each in getattr(self, name)] for name in ("added", "updated", "unchanged")},
            "failed": [{"source": each.source, "error": each.reason} for each in self.failed],
        }

    def lines(self) -> list[tuple[str, str, str]]:
        """Outcome, title and detail of each, for people."""
        done = [
            (name, each.title, f"{each.id}, {each.sentences} sentences in {each.chunks} chunks")
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


def add_all(
    library: Library, sources: Sequence[str], failed: Iterable[SourceError] = (), *, title: str | None = None
) -> Outcome:
    """Add each source; with several, progress counts them, with one, its texts."""
    outcome = Outcome(failed=list(failed))
    with progress("Adding") as report:
        for number, source in enumerate(sources):
            try:
                document = read(source, title=title, stdin=sys.stdin.buffer if source == "-" else None)
                addition = library.add(document, progress=report if len(sources) == 1 else None)
            except SourceError as error:
                outcome.failed.append(error)
            else:
                getattr(outcome, addition.outcome).append(addition.article)
            if len(sources) > 1:
                report(number + 1, len(sources))
    return outcome


def refresh_all(library: Library, articles: Sequence[Article]) -> Outcome:
    """Read each article again; one whose source is gone is reported and stays as it is."""
    outcome = Outcome()
    with progress("Refreshing") as report:
        for number, article in enumerate(articles):
            try:
                if article.source.startswith("stdin:"):
                    # It cannot be read again, and that is no failure.
                    outcome.unchanged.append(article)
                    continue
                (source,) = expand(article.source) if Path(article.source).is_file() else [article.source]
                addition = library.add(read(source), progress=None)
            except SourceError as error:
                outcome.failed.append(error)
            else:
                getattr(outcome, addition.outcome).append(addition.article)
            report(number + 1, len(articles))
    return outcome


def _record(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "version": article.version,
        "chunks": article.chunks,
        "sentences": article.sentences,
    }
