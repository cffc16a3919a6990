"""Takes in sources or articles one by one, including those that feeds and archives name; a failure does not stop the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from embeddings.errors import SourceError
from embeddings.prepare import Progress
from embeddings.types import Addition

T = TypeVar("T")

Take = Callable[[T, Progress | None], Addition | Sequence[T]]
"""Takes a source in, or returns the sources that it names; raises ``SourceError``."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The results of taking sources in."""

    additions: tuple[Addition, ...]
    failures: tuple[SourceError, ...] = ()
    left_out: int = 0
    """How many pages of feeds and files of archives exceeded the limit."""

    @property
    def changed(self) -> bool:
        """Whether articles were added or updated, so that more questions may be answerable."""
        return any(each.outcome != "unchanged" for each in self.additions)


class Taking(Generic[T]):
    """A queue of sources to take in, and the results so far."""

    def __init__(self, given: Sequence[T], most: int) -> None:
        """Named sources are added up to a total of ``most``, given ones included."""
        self._waiting = list(given)
        self._known = set(given)
        self._most = most
        self.done = 0
        self.additions: list[Addition] = []
        self.failures: list[SourceError] = []
        self._left_out = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def run(self, take: Take[T], progress: Progress) -> Outcome:
        """Take in all sources. With several, ``progress`` counts them; with one, it is passed to ``take``."""
        # The list grows during the loop.
        for source in self._waiting:
            try:
                taken = take(source, progress if len(self) == 1 else None)
                if isinstance(taken, Addition):
                    self.additions.append(taken)
                else:
                    self._append(self.new(taken))
            except SourceError as error:
                self.failures.append(error)
            self.done += 1
            if len(self) > 1:
                progress(self.done, len(self))
        return Outcome(tuple(self.additions), tuple(self.failures), self._left_out)

    def new(self, named: Sequence[T]) -> list[T]:
        """Those that are not queued yet, without duplicates."""
        return [each for each in dict.fromkeys(named) if each not in self._known]

    def fit(self, new: Sequence[T]) -> bool:
        """Whether these stay within the limit."""
        return len(self) + len(new) <= self._most

    def _append(self, new: Sequence[T]) -> None:
        room = max(self._most - len(self), 0)
        self._waiting += new[:room]
        self._known.update(new[:room])
        self._left_out += len(new[room:])
