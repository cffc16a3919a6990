"""Sources taken in one after another, with what feeds and archives among them name in their turn; what fails does not stop the rest."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from embeddings.errors import SourceError
from embeddings.prepare import Progress
from embeddings.types import Addition

T = TypeVar("T")

Take = Callable[[T, Progress | None], Addition | Sequence[T]]
"""Takes a source in, or tells the sources that it names; raises ``SourceError``."""


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
        self.left_out = 0
        """How many that were named did not fit."""

    def __len__(self) -> int:
        return len(self._waiting)

    def run(self, take: Take[T], progress: Progress) -> None:
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
        self.left_out += len(new[room:])
