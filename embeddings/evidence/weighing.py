"""Which sentences answer, and how sure we are that any does: two small logistic models over what search knows and a reader says.

They were fitted on labelled questions by ``benchmarks/fit_evidence.py``, which says on which, for each of
`embeddings.evidence.grounds`; their numbers are in ``data/evidence.json``.
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
from embeddings.questions.mismatches import counts_nothing, does_else, names_else, times_nothing
from embeddings.questions.shapes import Shape
from embeddings.questions.sought import counts_else
from embeddings.search.index import Index
from embeddings.types import QUOTABLE, Kind, Span

# By so much the logit of a sentence rises that is the statement asked for, or says who somebody is, and falls of one that only repeats the
# question. That is set by hand, not fitted: the sets have hardly any questions about what somebody says, or about who it is that they name,
# and no labels.
_TOLD = 4.0
# An article is introduced by so many of its first paragraphs.
_OPENING = 2


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was weighed."""

    sentences: NDArray[np.int64]
    """Sentence rows, best first, ties by row; only what may be quoted."""
    scores: NDArray[np.float64]
    """Probability-like scores in [0, 1], in the same order."""
    confidence: float
    """Probability that the articles answer the question."""
    threshold: float
    """The confidence below which there is no answer."""
    words: dict[int, Span]
    """The words of a sentence that answer, by its row, where a reader found some; in code points of the article."""
    headed: Mapping[int, float]
    """How nearly the heading above a sentence is the question, by its row."""
    introduces: bool = False
    """Whether it is of an article as such, its opening or who wrote it, of which no words answer more than others."""


def weigh(findings: Findings, reader: Reader | None, grounds: Grounds, encode: Encode) -> Evidence:
    """Weigh the sentences of the best chunks for the question; what the ``reader`` says of them counts where ``grounds`` are `READING`.

    Headings that are questions themselves are compared with it by ``encode``.
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
    """What is read in the best of the sentences, the first, when it is read closely; nothing where rules that are not fitted say that it
    cannot be what is asked for.
    """
    index, shape, best = findings.index, findings.shape, int(rows[0])
    if _tells_else(index, shape, best) or is_unsaid(findings, rows):
        return SILENCE
    closely = read_closely(index, findings.query, best, reader)
    return SILENCE if shape.is_name and closely.words and not _has_capital(index, best, closely.words) else closely


def _has_capital(index: Index, row: int, words: Span) -> bool:
    """Whether words of a sentence are a name, by their writing."""
    return any(each.isupper() for each in words.of(index.segment_of(row).text))


def introduction(index: Index, article: int) -> Evidence:
    """The opening of an article, by its number in the index, which answers what it is about: the sentences of its first paragraphs that may
    be quoted, in order.
    """
    rows = index.sentences_in(np.flatnonzero(index.chunk_segment == article)).tolist()
    told = [row for row in rows if index.sentences[row].kind in QUOTABLE]
    first = list(dict.fromkeys(index.sentences[row].paragraph for row in told))[:_OPENING]
    return _certain([row for row in told if index.sentences[row].paragraph in first])


def signature(index: Index, article: int, kind: Kind) -> Evidence | None:
    """The lines of a kind in which an article, by its number in the index, says who wrote it, or when; None where it does not."""
    rows = index.sentences_in(np.flatnonzero(index.chunk_segment == article)).tolist()
    lines = [row for row in rows if index.sentences[row].kind is kind]
    if kind is Kind.DATELINE:
        # "OBAN —" tells only where.
        lines = [row for row in lines if any(map(str.isdigit, index.sentence_text(row)))]
    return _certain(lines[:1]) if lines else None


def _certain(rows: Sequence[int]) -> Evidence:
    """What answers without being weighed, if there is anything."""
    found = float(len(rows) > 0)
    scores = np.linspace(1.0, 0.5, len(rows))
    return Evidence(np.array(rows, dtype=np.int64), scores, found, found, {}, {}, introduces=True)


def _tells_else(index: Index, shape: Shape, row: int) -> bool:
    """Whether a sentence tells of something else than is asked for, by `counts_else`, `counts_nothing`, `times_nothing`, `names_else` and
    `does_else`, rules that are not fitted.

    What a sentence counts may be named in the one before, and what is done in all that is read with it.
    """
    before = (index.sentence_text(each) for each in index.before(row, 1))
    told = "\n".join((*before, index.sentence_text(row)))
    chunk = int(index.sentence_chunk[row])
    around = context_before(index, chunk) + words_of(index, chunk)
    rules = (counts_else, counts_nothing, times_nothing, names_else)
    return any(rule(shape, told) for rule in rules) or does_else(shape, around)


@dataclass(frozen=True, slots=True)
class Models:
    """The two models, and the confidence from which an answer is given."""

    sentence: Linear
    answer: Linear
    threshold: float


@cache
def load_models(grounds: Grounds) -> Models:
    """Those fitted for what there is to judge by."""
    stored = json.loads(files("embeddings").joinpath("data/evidence.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = stored[grounds]
    reading = grounds is Grounds.READING
    sentence = SENTENCE_FEATURES + (SENTENCE_READINGS if reading else ())
    answer = ANSWER_FEATURES + (ANSWER_READINGS if reading else ())
    return Models(Linear.of(found["sentence"], sentence), Linear.of(found["answer"], answer), float(found["threshold"]))


def _sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-logits))
    return probabilities
