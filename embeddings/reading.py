"""The likeliest sentences as a reader sees them, with what stands around them, and what that says of each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.index import Index
from embeddings.types import Reader, Reading, Span

# So many characters are read at most, which is what the time depends on, in so many windows.
CHARACTERS = 1200
READ = 8
# An answer has at most so many tokens.
_LONGEST_ANSWER = 40
# Log-odds beyond which a reader is as good as certain; without a limit a few would outweigh everything else.
_SURE = 12.0


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbouring sentences of one article that are read together: those around a likely one say who "he" is."""

    segment: int
    """The number of the article in the index."""
    first: int
    """A sentence row, as is ``last``, which belongs to it."""
    last: int

    def touches(self, other: "Window") -> bool:
        """Whether nothing stands between them."""
        return self.segment == other.segment and self.first <= other.last + 1 and other.first <= self.last + 1

    def span(self, index: Index) -> Span:
        """In code points of the article."""
        return Span(index.sentences[self.first].span.start, index.sentences[self.last].span.end)


@dataclass(frozen=True, slots=True)
class Said:
    """What was read in one sentence."""

    span: float
    """Log-odds of the best answer that lies in it, against there being none, over 2."""
    mass: float
    """Log-odds that an answer starts in it."""
    answers: float
    """Log-odds that its chunk answers at all."""
    words: Span | None
    """That best answer, in code points of the article."""


_SILENCE = Said(-_SURE, -_SURE, -_SURE, None)


def read(index: Index, question: str, sentences: Sequence[int], reader: Reader) -> dict[Window, Reading]:
    """The readings of the first of these sentence rows, which are in order of likelihood, with their surroundings."""
    chosen = windows(index, sentences)
    passages = [each.span(index).of(index.segments[each.segment].text) for each in chosen]
    return dict(zip(chosen, reader.read(question, passages), strict=True))


def windows(index: Index, sentences: Sequence[int]) -> list[Window]:
    """What is read of these sentence rows: the first ones with their neighbours, as far as there is time."""
    found: list[Window] = []
    for row in sentences:
        if any(each.first <= row <= each.last for each in found):
            continue
        new = _around(index, row)
        touching = [each for each in found if each.touches(new)]
        joined = Window(
            new.segment, min(each.first for each in (new, *touching)), max(each.last for each in (new, *touching))
        )
        more = [each for each in found if each not in touching] + [joined]
        if found and (len(more) > READ or sum(each.span(index).length for each in more) > CHARACTERS):
            break
        found = more
    return found


def said_in(index: Index, readings: dict[Window, Reading], sentences: Sequence[int]) -> list[Said]:
    """What was read in each of these sentence rows."""
    found = []
    for row in sentences:
        # Windows do not overlap.
        at = next((each for each in readings if each.first <= row <= each.last), None)
        found.append(
            _said(readings[at], index.sentences[row].span, at.span(index).start) if at is not None else _SILENCE
        )
    return found


def _around(index: Index, row: int) -> Window:
    near = (row, *index.neighbours(row))
    return Window(int(index.chunk_segment[index.sentence_chunk[row]]), min(near), max(near))


def _said(reading: Reading, sentence: Span, origin: int) -> Said:
    inside = (reading.offsets[:, 0] >= sentence.start - origin) & (reading.offsets[:, 1] <= sentence.end - origin)
    answers = float(np.clip(reading.answers, -_SURE, _SURE))
    if not len(reading.offsets):
        return Said(answers, answers, answers, None)
    if not inside.any():
        return Said(-_SURE, -_SURE, answers, None)
    starts, ends, offsets = reading.starts[inside], reading.ends[inside], reading.offsets[inside]
    first, last, score = _best(starts, ends)
    words = Span(origin + int(offsets[first, 0]), origin + int(offsets[last, 1]))
    mass = float(np.logaddexp.reduce(starts.astype(np.float64)))
    return Said(float(np.clip(score / 2, -_SURE, _SURE)), float(np.clip(mass, -_SURE, _SURE)), answers, words)


def _best(starts: NDArray[np.float32], ends: NDArray[np.float32]) -> tuple[int, int, float]:
    """The first and last token of the likeliest span, and its score."""
    scores = starts[:, None] + ends[None, :]
    scores[~np.triu(np.tri(len(starts), k=_LONGEST_ANSWER - 1, dtype=bool))] = -np.inf
    first, last = divmod(int(np.argmax(scores)), len(starts))
    return first, last, float(scores[first, last])
