"""Which sentences answer, and how sure we are that any does: two small logistic models over features from search and a reader.

They were fitted on labelled questions by ``benchmarks/fit_evidence.py``, which lists them, for each of the
`embeddings.evidence.grounds`; the weights are in ``data/evidence.json``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.evidence.features import (
    ANSWER_FEATURES,
    ANSWER_READINGS,
    SENTENCE_FEATURES,
    SENTENCE_READINGS,
    answer_features,
    candidates_of,
    described,
    is_unsaid,
    repeated,
    stated,
)
from embeddings.evidence.findings import Findings
from embeddings.evidence.grounds import Grounds
from embeddings.evidence.headings import Encode
from embeddings.evidence.linear import Linear
from embeddings.evidence.reading import SILENCE, Said, context_before, read_closely, words_of
from embeddings.protocols import Reader
from embeddings.questions.mismatches import counts_nothing, counts_others, does_else, is_over, names_else, times_nothing
from embeddings.questions.shapes import Shape
from embeddings.questions.sought import counts_else
from embeddings.search import Query
from embeddings.search.index import Index
from embeddings.types import QUOTABLE, Kind, Span

# Added to the logit of a sentence that is the statement asked for or says who somebody is, and subtracted if it only repeats the question.
# Set by hand, not fitted: the data sets have hardly any questions about what somebody says or who a named person is, and no sentences that
# are mere labels.
_TOLD = 4.0
# How many of its first paragraphs introduce an article.
_OPENING = 2


@dataclass(frozen=True, slots=True)
class Evidence:
    """The weighed sentences, and how sure it is that they answer."""

    sentences: NDArray[np.int64]
    """Sentence rows, best first, ties by row; only what may be quoted."""
    scores: NDArray[np.float64]
    """Probability-like scores in [0, 1], in the same order."""
    confidence: float
    """Probability that the articles answer the question."""
    threshold: float
    """The confidence below which there is no answer."""
    words: dict[int, Span]
    """The answering words that a reader found, by sentence row; in code points of the article."""
    headed: Mapping[int, float]
    """How closely the heading above a sentence matches the question, by sentence row."""
    introduces: bool = False
    """Whether it is about an article as such, its opening, author or date, in which no words answer more than others."""


def weigh(findings: Findings, reader: Reader | None, grounds: Grounds, encode: Encode) -> Evidence:
    """Weigh the sentences of the best chunks for the question; the ``reader`` is used only if ``grounds`` are `READING`.

    ``encode`` is for comparing headings that are questions themselves with the one asked.
    """
    models = load_models(grounds)
    reader = reader if grounds is Grounds.READING else None
    candidates = candidates_of(findings, reader, encode)
    if not len(candidates.rows):
        return Evidence(candidates.rows, np.empty(0), 0.0, models.threshold, {}, {})
    logits = models.sentence.logits(candidates.features)
    logits += _TOLD * (stated(findings, candidates.rows) | described(findings, candidates.rows))
    logits -= _TOLD * repeated(findings, candidates.rows)
    best_first, logits = candidates.best_first(logits)
    closely = _second_look(findings, best_first.rows, reader) if reader else None
    answer = answer_features(findings, best_first, logits, closely)
    confidence = float(_sigmoid(models.answer.logits(answer[np.newaxis]))[0])
    rows = best_first.rows.tolist()
    words = {row: each.words for row, each in zip(rows, best_first.said, strict=False) if each.words}
    return Evidence(best_first.rows, _sigmoid(logits), confidence, models.threshold, words, candidates.headed)


def _second_look(findings: Findings, rows: NDArray[np.int64], reader: Reader) -> Said:
    """What the reader finds in the first and best sentence at a second look; `SILENCE` if rules that are not fitted exclude it as the
    answer.
    """
    index, shape, best = findings.index, findings.shape, int(rows[0])
    if _tells_else(index, findings.query, shape, best) or is_unsaid(findings, rows):
        return SILENCE
    closely = read_closely(index, findings.query, best, reader)
    return SILENCE if shape.is_name and closely.words and not _has_capital(index, best, closely.words) else closely


def _has_capital(index: Index, row: int, words: Span) -> bool:
    """Whether words of a sentence have a capital, as a name does."""
    return any(each.isupper() for each in words.of(index.segment_of(row).text))


def introduction(index: Index, article: int) -> Evidence:
    """The opening of an article, by its number in the index, which answers what it is about: the quotable sentences of its first
    paragraphs, in order.
    """
    rows = index.sentences_in(np.flatnonzero(index.chunk_segment == article)).tolist()
    told = [row for row in rows if index.sentences[row].kind in QUOTABLE]
    first = list(dict.fromkeys(index.sentences[row].paragraph for row in told))[:_OPENING]
    return _certain([row for row in told if index.sentences[row].paragraph in first])


def signature(index: Index, article: int, kind: Kind) -> Evidence | None:
    """The byline or dateline (``kind``) of an article, by its number in the index, which says who wrote it or when; None if it has none."""
    rows = index.sentences_in(np.flatnonzero(index.chunk_segment == article)).tolist()
    lines = [row for row in rows if index.sentences[row].kind is kind]
    if kind is Kind.DATELINE:
        # "OBAN —" tells only where.
        lines = [row for row in lines if any(map(str.isdigit, index.sentence_text(row)))]
    return _certain(lines[:1]) if lines else None


def nothing() -> Evidence:
    """No evidence of any answer."""
    return Evidence(np.empty(0, dtype=np.int64), np.empty(0), 0.0, 1.0, {}, {})


def _certain(rows: Sequence[int]) -> Evidence:
    """Evidence that answers without being weighed, if there are any rows."""
    if not rows:
        return nothing()
    scores = np.linspace(1.0, 0.5, len(rows))
    return Evidence(np.array(rows, dtype=np.int64), scores, 1.0, 1.0, {}, {}, introduces=True)


def _tells_else(index: Index, query: Query, shape: Shape, row: int) -> bool:
    """Whether a sentence is about something other than what is asked for, by the rules `counts_else`, `counts_nothing`,
    `counts_others`, `times_nothing`, `names_else`, `is_over` and `does_else`, which are not fitted.

    What a sentence counts may be named in the one before, and what is done in its chunk or the headings above.
    """
    before = (index.sentence_text(each) for each in index.before(row, 1))
    told = "\n".join((*before, index.sentence_text(row)))
    chunk = int(index.sentence_chunk[row])
    around = context_before(index, chunk) + words_of(index, chunk)
    rules = (counts_else, counts_nothing, times_nothing, names_else)
    is_else = any(rule(shape, told) for rule in rules)
    text = index.sentence_text(row)
    return is_else or is_over(shape, text) or counts_others(shape, query.asks, text) or does_else(shape, around)


@dataclass(frozen=True, slots=True)
class Models:
    """The two models, and the minimum confidence of an answer."""

    sentence: Linear
    answer: Linear
    threshold: float


@cache
def load_models(grounds: Grounds) -> Models:
    """The models fitted for these grounds."""
    stored = json.loads(files("embeddings").joinpath("data/evidence.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = stored[grounds]
    reading = grounds is Grounds.READING
    sentence = SENTENCE_FEATURES + (SENTENCE_READINGS if reading else ())
    answer = ANSWER_FEATURES + (ANSWER_READINGS if reading else ())
    return Models(Linear.of(found["sentence"], sentence), Linear.of(found["answer"], answer), float(found["threshold"]))


def _sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-logits))
    return probabilities
