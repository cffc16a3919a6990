"""An evaluation as one page: its measures, curves and failures. It needs no network and runs no scripts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.terminal.screen import printable
from bot.terminal.votes import VotesReport
from embeddings.errors import InputError
from embeddings.evaluate import Report, Result
from embeddings.evaluate.curves import Point

# How many failures of a kind are shown, the most misleading first.
_MOST = 100
# Coverage at which a curve begins: below it, a single question makes the curve jump.
_FEW = 0.05
# Curves are thinned out to fewer than twice this many points.
_POINTS = 200

_MEANING = {
    "passage hit@1": "The first passage that was found holds an answer.",
    "passage hit@5": "One of the first five does.",
    "MRR@10": "One over the rank of the first passage that does, on average.",
    "nDCG@10": "How high the passages that do stand among ten.",
    "first excerpt holds the answer": "Of the questions that the articles answer; a refusal counts as a miss.",
    "one of three does": "One of the excerpts, of which there are at most three.",
    "first excerpt, where one is given": "The same without the refusals.",
    "answerable answered": "Questions that the articles answer and that were answered, rightly or wrongly.",
    "unanswerable refused": "Questions that the articles do not answer and that were refused.",
    "right, of all answers given": "The first excerpt holds the answer; an answer where there is none counts as wrong.",
    "abstention AUROC": "How well confidence tells the two sorts of questions apart: .5 is chance, 1 is perfect.",
    "precision at 80 % coverage": "If four fifths of the answerable were answered: the share of answers to answerable questions.",
    "right at 80 % coverage": "The same, with a first excerpt that holds the answer.",
    "threshold for 95 % precision": "The least confidence from which at least 95 % of what is answered is answerable.",
    "coverage at 95 % precision": "The share of the answerable that would be answered with that threshold.",
    "calibration error (ECE)": "How far confidence and truth are apart, on average; lower is better.",
    "risk-coverage area (AURC)": "The mean risk over all coverages; lower is better.",
    "exact quotes": "Quotes that are the article's own words at the place cited. Anything but 1 is a defect.",
}
_FIRST = ("first excerpt holds the answer", "right, of all answers given", "unanswerable refused", "abstention AUROC")


@dataclass(frozen=True, slots=True)
class Sort:
    """Questions with the same outcome."""

    name: str
    """Its CSS class in the page."""
    title: str
    results: tuple[Result, ...]
    failures: bool

    @property
    def shown(self) -> tuple[Result, ...]:
        """The most misleading ones."""
        surest = sorted(self.results, key=lambda each: each.reply.confidence, reverse=self.name != "missed")
        return tuple(surest[:_MOST])


def sorts_of(report: Report) -> list[Sort]:
    """All questions, grouped by outcome."""
    kinds: list[tuple[str, str, Callable[[Result], bool]]] = [
        ("right", "Answered rightly", lambda each: bool(each.first)),
        ("silent", "Refused rightly", lambda each: not each.case.answers and not each.excerpts),
        ("missed", "Refused, though the articles answer", lambda each: bool(each.case.answers) and not each.excerpts),
        ("wrong", "Answered by the wrong words", lambda each: each.first is False and bool(each.excerpts)),
        (
            "invented",
            "Answered, though the articles do not",
            lambda each: not each.case.answers and bool(each.excerpts),
        ),
    ]
    return [
        Sort(name, title, tuple(filter(chosen, report.results)), name not in {"right", "silent"})
        for name, title, chosen in kinds
    ]


class Plot:
    """Coordinates of values in a plot; ``top`` is the maximum of its vertical axis."""

    width, height, left, base = 340, 236, 40, 196

    def __init__(self, top: float = 1.0) -> None:
        self.top = top

    def x(self, value: float) -> float:
        """Pixels from the left."""
        return round(self.left + value * (self.width - self.left - 12), 1)

    def y(self, value: float) -> float:
        """Pixels from the top."""
        return round(self.base - value / self.top * (self.base - 12), 1)

    def curve(self, points: Sequence[Point]) -> str:
        """The points of a polyline."""
        step = max(-(-len(points) // _POINTS), 1)
        kept = [*points[:-1:step], *points[-1:]]
        return " ".join(f"{self.x(each.coverage)},{self.y(each.risk)}" for each in kept)


def page(report: Report, name: str) -> str:
    """The page for a set of questions called ``name``."""
    curves = [_steady(points) for points in (report.risk_coverage, report.wrong_coverage)]
    greatest = max((point.risk for points in curves for point in points), default=1.0)
    return _rendered(
        "report.html",
        name=name,
        report=report,
        answerable=sum(bool(each.case.answers) for each in report.results),
        sorts=sorts_of(report),
        first=[(each, report.measures[each]) for each in _FIRST],
        meaning=_MEANING,
        plot=Plot(),
        risk_coverage=curves[0],
        wrong_coverage=curves[1],
        risk_plot=Plot(max(0.2, -(-greatest // 0.2) * 0.2)),
    )


def votes_page(report: VotesReport, name: str) -> str:
    """The page for the votes on the answers of a library called ``name``."""
    return _rendered("votes.html", name=f"Votes in {name}", report=report, most=_MOST)


def write_page(path: Path, html: str) -> None:
    """Write a page to a file.

    Raises:
        InputError: the file cannot be written.
    """
    try:
        path.write_text(html, encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError(f"The report cannot be written to {path}: {error.strerror}.") from error


def _rendered(template: str, **values: object) -> str:
    environment = Environment(
        loader=PackageLoader("bot.terminal"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"printable": printable, "figure": _figure}
    day = datetime.now(UTC).date().isoformat()
    return environment.get_template(template).render(**values, version=version("pullquote"), day=day)


def _steady(points: Sequence[Point]) -> Sequence[Point]:
    return [each for each in points if each.coverage >= _FEW] or points


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
