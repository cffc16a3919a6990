"""How well a library answers labelled questions: retrieval, excerpts and abstention.

Ranking measures are computed by ir-measures, the area under the ROC curve and the precision at each threshold by scikit-learn.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import ir_measures
from ir_measures import RR, Success, nDCG
from sklearn.metrics import roc_auc_score

from embeddings.errors import PullquoteError
from embeddings.evaluate.cases import Case
from embeddings.evaluate.curves import (
    Bin,
    Point,
    area_under,
    calibration_error,
    reliability,
    risk_coverage,
    threshold_at_coverage,
    threshold_for_precision,
)
from embeddings.library import Library
from embeddings.types import Answer, EmptyLibrary, Excerpt, Question, Reply, Span

_RANKS = 10
_MEASURES = {
    "passage hit@1": Success @ 1,
    "passage hit@5": Success @ 5,
    "MRR@10": RR @ _RANKS,
    "nDCG@10": nDCG @ _RANKS,
}
# Questions per batch of encoding.
_BATCH = 64
# Characters of an article shown on either side of a gold answer.
_AROUND = 120
# The coverage of answerable questions at which precision is reported, and the precision whose threshold is reported.
_COVERAGE, _PRECISION = 0.8, 0.95


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a case."""

    case: Case
    reply: Reply
    first: bool | None
    """Whether the first excerpt contains an answer; None for an unanswerable case."""
    among_three: bool | None
    gold: str = ""
    """An answer with its context, if its place is known."""

    @property
    def excerpts(self) -> tuple[Excerpt, ...]:
        """What was quoted; empty for a refusal."""
        return self.reply.excerpts if isinstance(self.reply, Answer) else ()

    @property
    def got(self) -> str:
        """The first quote, or "no answer"."""
        return self.excerpts[0].quote if self.excerpts else "no answer"

    @property
    def failed(self) -> bool:
        """Whether it is worth reviewing: a wrong answer, a refused answerable question, or an answered unanswerable one."""
        return self.first is False if self.case.answers else bool(self.excerpts)


@dataclass(frozen=True, slots=True)
class Report:
    """The measures over all cases."""

    results: tuple[Result, ...]
    measures: dict[str, float | None]
    """None where no cases apply."""

    @property
    def reliability(self) -> tuple[Bin, ...]:
        """How well confidence is calibrated."""
        return reliability(*_truth(self.results))

    @property
    def risk_coverage(self) -> tuple[Point, ...]:
        """What answering less would gain: the risk of answering an unanswerable question."""
        return risk_coverage(*_truth(self.results))

    @property
    def wrong_coverage(self) -> tuple[Point, ...]:
        """The same for the risk of a first excerpt without the answer, up to the coverage of the answers given."""
        given = [each for each in self.results if each.excerpts]
        points = risk_coverage([bool(each.first) for each in given], [each.reply.confidence for each in given])
        return tuple(replace(each, coverage=each.coverage * len(given) / len(self.results)) for each in points)

    def rows(self) -> list[tuple[str, float | None]]:
        """Name and value of each measure, in order of the pipeline."""
        return list(self.measures.items())

    def failures(self) -> list[Result]:
        """The results worth reviewing."""
        return [each for each in self.results if each.failed]

    def to_json(self) -> dict[str, Any]:
        """The measures, the curves, and each failure with what was quoted and what was expected."""
        return {
            "questions": len(self.results),
            "measures": self.measures,
            "reliability": [asdict(each) for each in self.reliability],
            "risk_coverage": [asdict(each) for each in self.risk_coverage],
            "failures": [
                {
                    "id": each.case.id,
                    "question": each.case.question,
                    "expected": list(each.case.answers),
                    "status": each.reply.status,
                    "confidence": each.reply.confidence,
                    "excerpts": [excerpt.quote for excerpt in each.excerpts],
                }
                for each in self.failures()
            ],
        }


def evaluate(library: Library, cases: Sequence[Case], *, progress: Callable[[int, int], None] | None = None) -> Report:
    """Ask every case and measure the replies; ``progress`` is called with the questions done and their total.

    Raises:
        PullquoteError: the library cannot be asked.
    """
    replies: list[Reply] = []
    for start in range(0, len(cases), _BATCH):
        batch = [
            Question(case.question, case.history, case.article_ids, top_k=_RANKS)
            for case in cases[start : start + _BATCH]
        ]
        for question, reply in zip(batch, library.ask_many(batch), strict=True):
            # A rejected question counts as unanswered.
            replies.append(EmptyLibrary(question.text, question.text) if isinstance(reply, PullquoteError) else reply)
        if progress:
            progress(len(replies), len(cases))
    texts = {article.id: library.show(article.id).text for article in library.articles()}
    results = tuple(_result(case, reply, texts) for case, reply in zip(cases, replies, strict=True))
    return Report(
        results,
        {
            **_retrieval(library, results),
            **_excerpts(results),
            **_abstention(results),
            **_confidence(results),
            **_quotes(texts, results),
        },
    )


def _result(case: Case, reply: Reply, texts: Mapping[str, str]) -> Result:
    if not case.answers:
        return Result(case, reply, None, None)
    held = [
        _holds(case, excerpt.citation.article_id, excerpt.citation.span, _plain(excerpt.quote))
        for excerpt in (reply.excerpts if isinstance(reply, Answer) else ())
    ]
    gold = next((_around(span, texts[article_id]) for article_id, span in case.places if article_id in texts), "")
    return Result(case, reply, held[:1] == [True], any(held), gold)


def _around(span: Span, text: str) -> str:
    """The text of a span with part of its paragraph."""
    start = max(text.rfind("\n", 0, span.start) + 1, text.rfind(" ", 0, max(span.start - _AROUND, 0)) + 1)
    ends = [at for at in (text.find("\n", span.end), text.find(" ", span.end + _AROUND)) if at >= 0]
    return text[start : min(ends, default=len(text))]


def _holds(case: Case, article_id: str, span: Span, plain: str) -> bool:
    """Whether a span of an article, whose `_plain` text is given, contains an answer."""
    if case.places:
        return any(article_id == where and span.covers(each) for where, each in case.places)
    return any(_plain(answer) in plain for answer in case.answers)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _truth(results: Sequence[Result]) -> tuple[list[bool], list[float]]:
    return [bool(each.case.answers) for each in results], [each.reply.confidence for each in results]


def _retrieval(library: Library, results: Sequence[Result]) -> dict[str, float | None]:
    # Two cases may have the same id, so they are numbered.
    answerable = {str(number): each for number, each in enumerate(results) if each.case.answers}
    if not answerable:
        return dict.fromkeys(_MEASURES)
    # Each is compared with every question, so its text is normalised once.
    chunks = [
        (stored.article.id, chunk.span, _plain(chunk.span.of(stored.text)))
        for stored in map(library.show, (each.id for each in library.articles()))
        for chunk in stored.chunks
    ]
    qrels = {
        number: {
            _name(article_id, span): 1
            for article_id, span, plain in chunks
            if _holds(each.case, article_id, span, plain)
        }
        for number, each in answerable.items()
    }
    run = {
        number: {
            _name(hit.article_id, hit.span): hit.score
            for hit in ([] if isinstance(each.reply, EmptyLibrary) else each.reply.passages)
        }
        for number, each in answerable.items()
    }
    found = ir_measures.calc_aggregate(list(_MEASURES.values()), qrels, run)
    return {name: float(found[measure]) for name, measure in _MEASURES.items()}


def _name(article_id: str, span: Span) -> str:
    return f"{article_id}:{span.start}"


def _excerpts(results: Sequence[Result]) -> dict[str, float | None]:
    asked = [each for each in results if each.case.answers]
    given = [each for each in asked if each.excerpts]
    return {
        "first excerpt holds the answer": _mean(bool(each.first) for each in asked),
        "one of three does": _mean(bool(each.among_three) for each in asked),
        "first excerpt, where one is given": _mean(bool(each.first) for each in given),
    }


def _abstention(results: Sequence[Result]) -> dict[str, float | None]:
    truth, confidence = _truth(results)
    return {
        "answerable answered": _mean(bool(each.excerpts) for each in results if each.case.answers),
        "unanswerable refused": _mean(not each.excerpts for each in results if not each.case.answers),
        "right, of all answers given": _mean(bool(each.first) for each in results if each.excerpts),
        "abstention AUROC": float(roc_auc_score(truth, confidence)) if len(set(truth)) == 2 else None,
    }


def _confidence(results: Sequence[Result]) -> dict[str, float | None]:
    truth, confidence = _truth(results)
    # Without unanswerable questions, all thresholds are equally precise.
    mixed = len(set(truth)) == 2
    at = threshold_at_coverage(truth, confidence, _COVERAGE) if mixed else None
    above = [each for each in results if at is not None and each.reply.confidence >= at]
    enough = threshold_for_precision(truth, confidence, _PRECISION) if mixed else None
    return {
        "precision at 80 % coverage": _mean(bool(each.case.answers) for each in above),
        # How a refused question would have been answered is unknown.
        "right at 80 % coverage": _mean(bool(each.first) for each in above) if all(e.excerpts for e in above) else None,
        "threshold for 95 % precision": enough,
        "coverage at 95 % precision": None
        if enough is None
        else _mean(each.reply.confidence >= enough for each in results if each.case.answers),
        "calibration error (ECE)": calibration_error(reliability(truth, confidence)) if mixed else None,
        "risk-coverage area (AURC)": area_under(risk_coverage(truth, confidence)) if mixed else None,
    }


def _quotes(texts: Mapping[str, str], results: Sequence[Result]) -> dict[str, float | None]:
    exact = (
        excerpt.citation.span.of(texts[excerpt.citation.article_id]) == excerpt.quote
        for each in results
        for excerpt in each.excerpts
    )
    return {"exact quotes": _mean(exact)}


def _mean(values: Iterable[bool]) -> float | None:
    held = list(values)
    return sum(held) / len(held) if held else None
