"""Sources or articles taken in one after another, with what feeds and archives among them name; what fails does not stop the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from embeddings.errors import SourceError
from embeddings.prepare import Progress
from embeddings.types import Addition

T = TypeVar("T")

Take = Callable[[T, Progress | None], Addition | Sequence[T]]
"""Takes a source in, or tells the sources that it names; raises ``SourceError``."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of them."""

    additions: tuple[Addition, ...]
    failures: tuple[SourceError, ...] = ()
    left_out: int = 0
    """Pages that feeds named, and files in archives, beyond what is taken in at once."""

    @property
    def changed(self) -> bool:
        """Whether anything can be answered now that could not be before."""
        return any(each.outcome != "unchanged" for each in self.additions)


class Taking(Generic[T]):
    """What is to be taken in, and what has become of it so far."""

    def __init__(self, given: Sequence[T], most: int) -> None:
        """There are never more than ``most`` of them, given and named together."""
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
        """Take in all of them. With several, ``progress`` counts them; with one, it is for ``take``."""
        # It grows meanwhile.
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
        """Those that are not among them yet, each once."""
        return [each for each in dict.fromkeys(named) if each not in self._known]

    def fit(self, new: Sequence[T]) -> bool:
        """Whether there is room for all of these."""
        return len(self) + len(new) <= self._most

    def _append(self, new: Sequence[T]) -> None:
        room = max(self._most - len(self), 0)
        self._waiting += new[:room]
        self._known.update(new[:room])
        self._left_out += len(new[room:])
