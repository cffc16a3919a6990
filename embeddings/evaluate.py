"""How well a library answers labelled questions: what is found, what is quoted, and when it keeps silent.

Ranking measures are computed by ir-measures, the area under the ROC curve by scikit-learn.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import RR, Success, nDCG
from sklearn.metrics import roc_auc_score

from embeddings.errors import InputError, PullquoteError
from embeddings.library import Library
from embeddings.types import Answer, Chunk, EmptyLibrary, Question, Reply, Span

_RANKS = 10
_MEASURES = {
    "passage hit@1": Success @ 1,
    "passage hit@5": Success @ 5,
    "MRR@10": RR @ _RANKS,
    "nDCG@10": nDCG @ _RANKS,
}
# Questions that are encoded together.
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled question."""

    id: str
    question: str
    answers: tuple[str, ...]
    """Words of the articles, any of which answers; none where the articles do not."""
    history: tuple[str, ...] = ()
    places: tuple[tuple[str, Span], ...] = ()
    """Where the answers stand: article id and span. Where given, only those places count; else the words anywhere."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a case."""

    case: Case
    reply: Reply
    first: bool | None
    """Whether the first excerpt holds an answer; None for a case that has none."""
    among_three: bool | None

    @property
    def got(self) -> str:
        """What the reply said first."""
        return self.reply.excerpts[0].quote if isinstance(self.reply, Answer) else "no answer"


@dataclass(frozen=True, slots=True)
class Report:
    """The measures over all cases."""

    results: tuple[Result, ...]
    measures: dict[str, float | None]
    """None where there were no cases to measure."""

    def rows(self) -> list[tuple[str, float | None]]:
        """Name and value of each measure, in order of the pipeline."""
        return list(self.measures.items())

    def failures(self) -> list[Result]:
        """What is worth reading: answers that miss, questions refused that have an answer, and answers where there is none."""
        return [each for each in self.results if (each.first is False) or _answered_wrongly(each)]

    def to_json(self) -> dict[str, Any]:
        """The measures, and each failure with what was quoted and what was expected."""
        return {
            "questions": len(self.results),
            "measures": self.measures,
            "failures": [
                {
                    "id": each.case.id,
                    "question": each.case.question,
                    "expected": list(each.case.answers),
                    "status": each.reply.status,
                    "confidence": each.reply.confidence,
                    "excerpts": [excerpt.quote for excerpt in each.reply.excerpts]
                    if isinstance(each.reply, Answer)
                    else [],
                }
                for each in self.failures()
            ],
        }


def load_cases(path: Path) -> list[Case]:
    """Cases from a file with one JSON object a line.

    It has ``question`` and ``answers`` (empty: not answerable), and optionally ``id`` and ``history``.

    Raises:
        InputError: the file cannot be read, or a line is not such an object.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as UTF-8 text.") from error
    cases = [_case(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not cases:
        raise InputError(f"{path} holds no questions; give one JSON object a line.")
    return cases


def _case(path: Path, number: int, line: str) -> Case:
    try:
        record = json.loads(line)
        question, answers, history = record["question"], record["answers"], record.get("history", [])
        if not isinstance(question, str) or not all(isinstance(each, str) for each in [*answers, *history]):
            raise TypeError
        return Case(str(record.get("id", number)), question, tuple(answers), tuple(history))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f'{path}, line {number}: this is not a labelled question; write {{"question": "…", "answers": ["…"]}}.'
        ) from error


def evaluate(library: Library, cases: Sequence[Case], *, progress: Callable[[int, int], None] | None = None) -> Report:
    """Ask every case and measure the replies; ``progress`` counts questions.

    Raises:
        PullquoteError: the library cannot be asked.
    """
    replies: list[Reply] = []
    for start in range(0, len(cases), _BATCH):
        batch = [Question(case.question, case.history, top_k=_RANKS) for case in cases[start : start + _BATCH]]
        for question, reply in zip(batch, library.ask_many(batch), strict=True):
            # A question that cannot be asked is one that is not answered.
            replies.append(EmptyLibrary(question.text, question.text) if isinstance(reply, PullquoteError) else reply)
        if progress:
            progress(len(replies), len(cases))
    results = tuple(_result(case, reply) for case, reply in zip(cases, replies, strict=True))
    return Report(
        results,
        {**_retrieval(library, results), **_excerpts(results), **_abstention(results), **_quotes(library, results)},
    )


def _result(case: Case, reply: Reply) -> Result:
    if not case.answers:
        return Result(case, reply, None, None)
    held = [
        _holds(case, excerpt.citation.article_id, excerpt.citation.span, excerpt.quote)
        for excerpt in (reply.excerpts if isinstance(reply, Answer) else ())
    ]
    return Result(case, reply, held[:1] == [True], any(held))


def _holds(case: Case, article_id: str, span: Span, text: str) -> bool:
    if case.places:
        return any(
            article_id == where and span.start <= each.start and each.end <= span.end for where, each in case.places
        )
    return any(_plain(answer) in _plain(text) for answer in case.answers)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _answered_wrongly(result: Result) -> bool:
    return not result.case.answers and isinstance(result.reply, Answer)


def _retrieval(library: Library, results: Sequence[Result]) -> dict[str, float | None]:
    answerable = [each for each in results if each.case.answers]
    if not answerable:
        return dict.fromkeys(_MEASURES)
    chunks = [
        (stored.article.id, chunk, chunk.span.of(stored.text))
        for stored in map(library.show, (each.id for each in library.articles()))
        for chunk in stored.chunks
    ]
    qrels = {
        each.case.id: {_name(article_id, chunk.span): 1 for article_id, chunk, text in _relevant(each.case, chunks)}
        for each in answerable
    }
    run = {
        each.case.id: {
            _name(hit.article_id, hit.span): hit.score
            for hit in ([] if isinstance(each.reply, EmptyLibrary) else each.reply.passages)
        }
        for each in answerable
    }
    found = ir_measures.calc_aggregate(list(_MEASURES.values()), qrels, run)
    return {name: float(found[measure]) for name, measure in _MEASURES.items()}


def _relevant(case: Case, chunks: Iterable[tuple[str, Chunk, str]]) -> list[tuple[str, Chunk, str]]:
    return [each for each in chunks if _holds(case, each[0], each[1].span, each[2])]


def _name(article_id: str, span: Span) -> str:
    return f"{article_id}:{span.start}"


def _excerpts(results: Sequence[Result]) -> dict[str, float | None]:
    asked = [each for each in results if each.case.answers]
    given = [each for each in asked if isinstance(each.reply, Answer)]
    return {
        "first excerpt holds the answer": _mean(bool(each.first) for each in asked),
        "one of three does": _mean(bool(each.among_three) for each in asked),
        "first excerpt, where one is given": _mean(bool(each.first) for each in given),
    }


def _abstention(results: Sequence[Result]) -> dict[str, float | None]:
    truth = [bool(each.case.answers) for each in results]
    confidence = [each.reply.confidence for each in results]
    return {
        "answerable answered": _mean(isinstance(each.reply, Answer) for each in results if each.case.answers),
        "unanswerable refused": _mean(not isinstance(each.reply, Answer) for each in results if not each.case.answers),
        "abstention AUROC": float(roc_auc_score(truth, confidence)) if len(set(truth)) == 2 else None,
    }


def _quotes(library: Library, results: Sequence[Result]) -> dict[str, float | None]:
    texts: dict[str, str] = {}
    exact = []
    for each in results:
        for excerpt in each.reply.excerpts if isinstance(each.reply, Answer) else ():
            article_id = excerpt.citation.article_id
            text = texts.setdefault(article_id, texts.get(article_id) or library.show(article_id).text)
            exact.append(excerpt.citation.span.of(text) == excerpt.quote)
    return {"exact quotes": _mean(exact)}


def _mean(values: Iterable[bool]) -> float | None:
    held = list(values)
    return sum(held) / len(held) if held else None
