"""`pullquote watch`: keeps articles in step with folders, whose files may be added, changed or deleted.

The folders are polled instead of watched by the operating system: that works on network drives and in containers too, and a look
at a thousand files takes milliseconds.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from bot.terminal.options import advised
from bot.words import size
from embeddings.archives import split
from embeddings.errors import BusyError, GoneError, InputError, SourceError, UnknownArticleError
from embeddings.fetching.fetch import Fetcher
from embeddings.library import Library
from embeddings.sources import expand
from embeddings.types import Addition

#: Outcome, title or source, and detail.
Line = tuple[str, str, str]
Stamp = tuple[int, int]
"""A file's modification time, in nanoseconds, and its size: while both are unchanged, it is not read."""
# Matches no file.
_NEVER = (-1, -1)


class Watch:
    """Folders, and what was seen in them so far."""

    def __init__(self, library: Library, fetcher: Fetcher, folders: Sequence[Path]) -> None:
        """Begin to watch.

        Raises:
            InputError: one of them is not a folder.
        """
        for folder in folders:
            if not folder.is_dir():
                raise InputError(f"{folder} is not a folder; give one whose files should become articles.")
        self._library = library
        self._fetcher = fetcher
        self._folders = [Path(os.path.abspath(each)) for each in folders]
        self._taken: dict[str, Stamp] = {}
        self._unsettled: dict[str, Stamp] = {}
        self._is_first = True

    def look(self) -> Iterator[Line]:
        """Take in what has changed since the last look, and report each change; the first look takes in everything.

        A changed file is taken in once it is the same at two looks in a row, so that none is read half written.
        """
        present = self._present()
        for source, stamp in present.items():
            if self._taken.get(source) == stamp:
                continue
            if not self._is_first and self._unsettled.get(source) != stamp:
                self._unsettled[source] = stamp
                continue
            self._unsettled.pop(source, None)
            yield from self._take(source, stamp)
        yield from self._missing(present)
        self._is_first = False

    def _present(self) -> dict[str, Stamp]:
        found: dict[str, Stamp] = {}
        for folder in self._folders:
            # An empty folder is no error here: files may be added later.
            with suppress(SourceError):
                for source in expand(str(folder)):
                    archive = split(source)
                    with suppress(OSError):
                        about = Path(archive[0] if archive else source).stat()
                        found[source] = (about.st_mtime_ns, about.st_size)
        return found

    def _take(self, source: str, stamp: Stamp) -> Iterator[Line]:
        try:
            addition = self._library.read_in(source, self._fetcher)
        except BusyError:
            # The other writer will have finished by the next look.
            return
        except SourceError as error:
            self._taken[source] = stamp
            yield "failed", source, error.reason
            return
        self._taken[source] = stamp
        if isinstance(addition, Addition) and addition.outcome != "unchanged":
            article = addition.article
            yield addition.outcome, article.title, f"{article.id}, {size(article)}"

    def _missing(self, present: dict[str, Stamp]) -> Iterator[Line]:
        """Mark and report articles from these folders whose files are gone; they go on answering until they are removed."""
        if not self._is_first and self._taken.keys() <= present.keys():
            return
        unmarked: dict[str, Stamp] = {}
        for article in self._library.articles():
            is_ours = any(Path(article.source).is_relative_to(folder) for folder in self._folders)
            if is_ours and article.source not in present and not article.gone:
                try:
                    self._library.refresh(article.id, self._fetcher)
                except GoneError:
                    yield (
                        "gone",
                        article.title,
                        f"{article.id}; {advised(self._library.name, f'remove {article.id}')} removes it",
                    )
                except UnknownArticleError:
                    # Somebody else removed it.
                    continue
                except (SourceError, BusyError):
                    # It is retried at the next look.
                    unmarked[article.source] = _NEVER
        self._taken = unmarked | {source: stamp for source, stamp in self._taken.items() if source in present}
