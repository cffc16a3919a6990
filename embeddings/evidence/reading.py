"""Runs the reader over the best chunks, and tells what it found in each of their sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.chunking import context_of
from embeddings.protocols import Reader, Reading
from embeddings.search import Query, Ranking
from embeddings.search.index import Index
from embeddings.types import Span

# Maximum number of chunks that are read, and of characters in them, on which the time depends: four long paragraphs, or most of
# a news report.
READ = 8
CHARACTERS = 3200
# A chunk is read if its fused score is at least this share of the best one's. Reading all eight takes a quarter longer, and neither finds
# more answers nor tells better whether there is one (docs/evaluation.md, "How much is read").
WORTH_READING = 0.65
# Maximum length of an answer, in tokens.
_LONGEST_ANSWER = 40
# A reader's log-odds are clipped here, where it is as good as certain; otherwise a few would outweigh everything else.
_SURE = 12.0


@dataclass(frozen=True, slots=True)
class Said:
    """What the reader found in one sentence."""

    span: float
    """Log-odds of the best answer span in it against no answer: the mean of those of its start and its end."""
    answers: float
    """Log-odds that its chunk answers at all."""
    words: Span | None
    """That best answer span, in code points of the article."""


SILENCE = Said(-_SURE, -_SURE, None)


def read(index: Index, query: Query, ranking: Ranking, reader: Reader) -> dict[int, Reading]:
    """The readings of the best chunks, by chunk row."""
    best = ranking.rows[:READ]
    fused = ranking.fused_score[:READ]
    best = best[fused >= min(WORTH_READING * fused[0], fused[0])]
    lengths = np.cumsum([index.chunks[row].span.length for row in best.tolist()])
    # The best chunk is read in any case: a reader truncates what is too long for it.
    rows = best[(lengths <= CHARACTERS) | (lengths == lengths[0])].tolist()
    contexts = [context_before(index, row) for row in rows]
    passages = [context + words_of(index, row) for row, context in zip(rows, contexts, strict=True)]
    read = reader.read(query.asks, passages)
    return {row: each.without(len(context)) for row, context, each in zip(rows, contexts, read, strict=True)}


def said_in(index: Index, readings: dict[int, Reading], sentences: Sequence[int]) -> list[Said]:
    """What the reader found in each of these sentence rows; the best of it for a sentence in several chunks."""
    found = []
    for row in sentences:
        span = index.sentences[row].span
        each = [
            _said(reading, span, index.chunks[chunk].span.start)
            for chunk, reading in readings.items()
            if index.first_sentence[chunk] <= row <= index.last_sentence[chunk]
        ]
        found.append(max(each, key=lambda said: said.span, default=SILENCE))
    return found


def read_closely(index: Index, query: Query, row: int, reader: Reader) -> Said:
    """What the reader finds in a sentence, by its row, when given only that one and its neighbours.

    A second look at what is to be quoted: if both looks agree, it answers more often than either alone tells.
    """
    chunk, span = int(index.sentence_chunk[row]), index.sentences[row].span
    near = [index.sentences[each].span for each in (row, *index.neighbours(row))]
    around = Span(min(each.start for each in near), max(each.end for each in near))
    context = context_before(index, chunk)
    (reading,) = reader.read(query.asks, [context + around.of(index.segment_of(row).text)])
    return _said(reading.without(len(context)), span, around.start)


def context_before(index: Index, row: int) -> str:
    """What is read before a chunk: the title and headings often tell who "he" is or what "the law" is."""
    return f"{context_of(index.segment(row).article.title, index.chunks[row].heading)}. "


def words_of(index: Index, row: int) -> str:
    """A chunk's own text."""
    return index.chunks[row].span.of(index.segment(row).text)


def _said(reading: Reading, sentence: Span, origin: int) -> Said:
    inside = (reading.offsets[:, 0] >= sentence.start - origin) & (reading.offsets[:, 1] <= sentence.end - origin)
    answers = float(np.clip(reading.answers, -_SURE, _SURE))
    if not len(reading.offsets):
        return Said(answers, answers, None)
    if not inside.any():
        return Said(-_SURE, answers, None)
    starts, ends, offsets = reading.starts[inside], reading.ends[inside], reading.offsets[inside]
    first, last, score = likeliest(starts, ends)
    words = Span(origin + int(offsets[first, 0]), origin + int(offsets[last, 1]))
    return Said(float(np.clip(score / 2, -_SURE, _SURE)), answers, words)


def likeliest(starts: NDArray[np.float32], ends: NDArray[np.float32]) -> tuple[int, int, float]:
    """The first and last token of the likeliest span, and its score; ``starts`` and ``ends`` are float32, shape ``(tokens,)``."""
    scores = starts[:, None] + ends[None, :]
    scores[~np.triu(np.tri(len(starts), k=_LONGEST_ANSWER - 1, dtype=bool))] = -np.inf
    first, last = divmod(int(np.argmax(scores)), len(starts))
    return first, last, float(scores[first, last])
