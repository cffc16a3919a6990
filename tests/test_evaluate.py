"""Measures against values computed by hand; files of labelled questions; the report page."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.terminal.look import evaluation_view
from bot.terminal.report import page, sorts_of
from embeddings.errors import InputError
from embeddings.evaluate import Case, Report, Result, evaluate
from embeddings.evaluate.cases import parse_cases
from embeddings.evaluate.curves import (
    area_under,
    calibration_error,
    reliability,
    risk_coverage,
    threshold_at_coverage,
    threshold_for_precision,
)
from embeddings.evaluate.squad import fill, squad
from embeddings.library import Library
from embeddings.loaders.plain import load_plain
from embeddings.store import Store
from embeddings.types import Answer, Citation, EmptyLibrary, Excerpt, NotFound, Reply, Span
from tests.command import Command, command, without_settings
from tests.fakes import BagEncoder

POOL = "Mira Okafor built the pool in 1987."
HOURS = "The pool opens at seven.  It closes at nine."


def article(*questions: tuple[str, str, str]) -> dict[str, Any]:
    """One article of two paragraphs in SQuAD format: each question with its paragraph and its answer, if it has one."""
    return {
        "title": "The_Pool",
        "paragraphs": [
            {
                "context": context,
                "qas": [
                    {
                        "id": question,
                        "question": question,
                        "answers": [{"text": answer, "answer_start": context.index(answer)}] if answer else [],
                    }
                    for question, place, answer in questions
                    if place == context
                ],
            }
            for context in (POOL, HOURS)
        ],
    }


QUESTIONS = (("Who built the pool?", POOL, "Mira Okafor"), ("When does it close?", HOURS, "nine"), ("Why?", HOURS, ""))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Store.open(tmp_path / "data") as store:
        yield Library(store, "local", BagEncoder())


@pytest.fixture
def pullquote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    without_settings(monkeypatch, tmp_path)
    return command(tmp_path / "data", capsys)


def saved(path: Path, *articles: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"version": "2.0", "data": articles}), encoding="utf-8")
    return path


# Six questions by falling confidence: right, right, wrong, right, wrong, wrong.
TRUTH = [True, True, False, True, False, False]
SURE = [0.95, 0.92, 0.6, 0.55, 0.15, 0.12]


def test_reliability_is_told_in_tenths_of_the_scale() -> None:
    bins = reliability(TRUTH, SURE)
    assert [each.count for each in bins] == [2, 1, 1, 2]
    assert [each.answerable for each in bins] == [0.0, 1.0, 0.0, 1.0]
    assert [round(each.confidence, 3) for each in bins] == [0.135, 0.55, 0.6, 0.935]


def test_certainty_has_a_bin() -> None:
    assert [each.count for each in reliability([True, False], [1.0, 0.0])] == [1, 1]


def test_calibration_error_is_the_mean_distance_weighted_by_questions() -> None:
    expected = (2 * 0.135 + 0.45 + 0.6 + 2 * (1 - 0.935)) / 6
    assert calibration_error(reliability(TRUTH, SURE)) == pytest.approx(expected)


def test_risk_is_the_share_of_what_is_answered_and_should_not_be() -> None:
    points = risk_coverage(TRUTH, SURE)
    assert [each.coverage for each in points] == pytest.approx([1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1])
    assert [each.risk for each in points] == pytest.approx([0, 0, 1 / 3, 1 / 4, 2 / 5, 3 / 6])
    assert area_under(points) == pytest.approx((0 + 0 + 1 / 3 + 1 / 4 + 2 / 5 + 3 / 6) / 6)


def test_equal_confidence_is_answered_together() -> None:
    points = risk_coverage([False, True, True], [0.5, 0.5, 0.9])
    assert [(each.threshold, each.coverage) for each in points] == [(0.9, pytest.approx(1 / 3)), (0.5, 1.0)]


def test_the_threshold_that_answers_a_share_is_the_highest_that_does() -> None:
    assert threshold_at_coverage(TRUTH, SURE, 2 / 3) == 0.92
    assert threshold_at_coverage(TRUTH, SURE, 0.8) == 0.55
    assert threshold_at_coverage([False], [0.5], 0.8) is None


def test_the_threshold_for_a_precision_is_the_lowest_that_reaches_it() -> None:
    assert threshold_for_precision(TRUTH, SURE, 0.75) == 0.55
    assert threshold_for_precision(TRUTH, SURE, 0.95) == 0.92
    assert threshold_for_precision([False, True], [0.9, 0.1], 0.95) is None


def test_squad_answers_are_placed_in_the_joined_text(tmp_path: Path, library: Library) -> None:
    (read,) = squad(saved(tmp_path / "pool.json", article(*QUESTIONS)))
    cases = fill(library, [read])
    (stored,) = library.articles()
    text = library.show(stored.id).text
    assert stored.title == "The Pool"
    assert [(case.question, case.answers) for case in cases] == [
        ("Who built the pool?", ("Mira Okafor",)),
        ("When does it close?", ("nine",)),
        ("Why?", ()),
    ]
    assert [[span.of(text) for _, span in case.places] for case in cases] == [["Mira Okafor"], ["nine"], []]


def test_only_the_very_place_counts(tmp_path: Path, library: Library) -> None:
    """The same words elsewhere in the article do not count as the answer."""
    text = "Mira Okafor built the pool.\n\nThe hall was painted by Mira Okafor."
    added = library.add(load_plain(text, source="pool.txt", title=None)).article
    at = text.rindex("Mira")
    place = Case("1", "Who built the pool?", ("Mira Okafor",), places=((added.id, Span(at, at + 11)),))
    words = Case("2", "Who built the pool?", ("Mira Okafor",))
    report = evaluate(library, [place, words])
    assert [each.first for each in report.results] == [False, True]
    assert "The hall was painted by Mira Okafor." in report.results[0].gold


def test_cases_of_one_id_are_measured_each(library: Library) -> None:
    library.add(load_plain(POOL, source="pool.txt", title=None))
    cases = [Case("same", "Who built the pool?", ("Mira Okafor",)), Case("same", "Who built the pool?", ("nobody",))]
    assert evaluate(library, cases).measures["passage hit@1"] == 0.5


def squad_of(context: str, start: str = "0") -> str:
    question = f'{{"id": 1, "question": "What?", "answers": [{{"text": "Swim", "answer_start": {start}}}]}}'
    return f'{{"data": [{{"paragraphs": [{{"context": {context}, "qas": [{question}]}}]}}]}}'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("{}", "not in SQuAD format", id="no data"),
        pytest.param('{"data": [{"paragraphs": [{}]}]}', "not in SQuAD format", id="no context"),
        pytest.param('{"data": 3}', "not in SQuAD format", id="data are a number"),
        pytest.param("{", "is not JSON", id="cut off"),
        pytest.param(squad_of("null"), "not in SQuAD format", id="context is nothing"),
        pytest.param(
            squad_of('"Swim."', start="0.5"), "not in SQuAD format", id="an answer's place is no whole number"
        ),
    ],
)
def test_what_is_not_squad_is_told(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        squad(path)


@pytest.mark.parametrize(
    "record",
    [
        pytest.param('{"question": "When?", "answers": "Tuesday"}', id="one answer that is in no list"),
        pytest.param('{"question": "When?", "answers": {"Tuesday": 1}}', id="answers by name"),
        pytest.param('{"question": "When?", "answers": [], "history": "Who?"}', id="a history that is in no list"),
        pytest.param('{"question": "When?", "answers": [2]}', id="an answer that is no text"),
    ],
)
def test_answers_that_are_no_list_of_texts_are_told(record: str) -> None:
    with pytest.raises(InputError, match="line 1: this is not a labelled question; write"):
        parse_cases(record, Path("cases.jsonl"))


def reply(confidence: float, *quotes: str) -> Reply:
    """An answer with these excerpts, or a refusal."""
    if not quotes:
        return NotFound("?", "?", confidence, (), ())
    citation = Citation("1", "The Pool", "pool.txt", None, "v", Span(0, 400), (), 1, None)
    excerpts = [Excerpt(at, quote, (Span(0, 4),), 1.0, citation) for at, quote in enumerate(quotes, 1)]
    return Answer("?", "?", confidence, tuple(excerpts), ())


def reported(*results: Result) -> Report:
    return Report(
        results,
        {
            "passage hit@1": 1.0,
            "first excerpt holds the answer": 0.5,
            "right, of all answers given": None,
            "unanswerable refused": None,
            "abstention AUROC": None,
        },
    )


RIGHT = Result(Case("a", "A?", ("x",)), reply(0.9, "x"), True, True)
MISSED = Result(Case("b", "B?", ("x",)), reply(0.2), False, False)
WRONG = Result(Case("c", "C?", ("x",)), reply(0.8, "y"), False, False)
SILENT = Result(Case("d", "D?", ()), reply(0.1), None, None)
INVENTED = Result(Case("e", "E?", ()), reply(0.7, "z"), None, None)
EMPTY = Result(Case("f", "F?", ("x",)), EmptyLibrary("F?", "F?"), False, False)


def test_every_question_has_one_outcome() -> None:
    sorts = sorts_of(reported(RIGHT, MISSED, WRONG, SILENT, INVENTED, EMPTY))
    assert {sort.name: [each.case.id for each in sort.results] for sort in sorts} == {
        "right": ["a"],
        "silent": ["d"],
        "missed": ["b", "f"],
        "wrong": ["c"],
        "invented": ["e"],
    }
    assert {each.case.id for sort in sorts if sort.failures for each in sort.results} == {
        each.case.id for each in (MISSED, WRONG, INVENTED, EMPTY) if each.failed
    }


def test_what_misleads_most_stands_first() -> None:
    surer = Result(Case("g", "G?", ()), reply(0.99, "z"), None, None)
    *_, invented = sorts_of(reported(INVENTED, surer))
    assert [each.case.id for each in invented.shown] == ["g", "e"]


class Page(HTMLParser):
    """Parses a page into its elements and words; all elements must be closed."""

    VOID = frozenset({"meta", "br", "line", "rect", "polyline"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.links: list[str] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.links += [f"{name}={value}" for name, value in attrs if name in {"src", "href"}]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_is_whole_and_needs_nothing_else() -> None:
    text = page(reported(RIGHT, MISSED, WRONG, SILENT, INVENTED, EMPTY), "pool.jsonl")
    found = Page(text)
    assert not found.open
    assert not found.links
    assert "script" not in found.seen
    assert "url(" not in text
    assert {"svg", "polyline", "table"} <= found.seen
    assert all(question in found.words for question in ("B?", "C?", "E?", "F?"))
    assert "A?" not in found.words


def test_nothing_that_is_shown_is_markup_or_reorders_the_page() -> None:
    hostile = "</style><script>alert(1)</script>\u202e&amp;<img src=x>"
    result = Result(Case(hostile, hostile, (hostile,), (hostile,)), reply(0.9, hostile), False, False, hostile)
    found = Page(page(reported(result), hostile))
    assert not {"script", "img"} & found.seen
    assert "\u202e" not in found.words
    assert found.words.count("<script>alert(1)</script>") >= 5


def test_a_page_of_no_curve_is_whole() -> None:
    assert not Page(page(reported(EMPTY), "empty")).open


@pytest.mark.parametrize("width", [45, 60, 80, 140])
def test_what_was_said_fits_the_width(width: int) -> None:
    long = "The pool opens at seven in the morning, said the keeper of it. " * 4
    failed = replace(WRONG, case=replace(WRONG.case, question=long, answers=(long,)))
    console = Console(file=io.StringIO(), width=width)
    with console.capture() as captured:
        console.print(evaluation_view(reported(failed)), crop=False)
    lines = captured.get().splitlines()
    assert max(map(len, lines)) <= width
    assert " ".join(captured.get().split()).count(long.strip()) == 2


def test_the_terminal_shows_so_many_failures_and_says_that_there_are_more() -> None:
    console = Console(file=io.StringIO(), width=80)
    with console.capture() as captured:
        console.print(evaluation_view(reported(*[WRONG] * 23)))
    assert captured.get().count("expected: x") == 20
    assert "… and 3 more; --report FILE or --json has them." in captured.get()


def test_curves_of_what_was_answered_end_where_the_answers_do() -> None:
    report = reported(RIGHT, WRONG, INVENTED, MISSED, SILENT)
    curve = [(round(each.coverage, 3), round(each.risk, 3)) for each in report.wrong_coverage]
    assert curve == [(0.2, 0.0), (0.4, 0.5), (0.6, 0.667)]
    assert [round(each.risk, 3) for each in report.risk_coverage] == [0.0, 0.0, 0.333, 0.25, 0.4]
    assert set(report.to_json()) == {"questions", "measures", "reliability", "risk_coverage", "failures"}


def test_eval_of_squad_uses_a_library_of_its_own(pullquote: Command, tmp_path: Path) -> None:
    saved(tmp_path / "pool.json", article(*QUESTIONS))
    found = pullquote("eval", str(tmp_path / "pool.json"), "--json").json
    assert found["questions"] == 3
    assert found["measures"]["exact quotes"] == 1.0
    assert found["measures"]["passage hit@5"] == 1.0
    assert pullquote("list", "--json").json == {"articles": []}


def test_eval_of_a_folder_takes_every_article_in_it(pullquote: Command, tmp_path: Path) -> None:
    folder = tmp_path / "sets"
    folder.mkdir()
    saved(folder / "one.json", article(*QUESTIONS))
    second = article(("Who swims?", POOL, ""))
    second["paragraphs"][1]["context"] = "Something else altogether."
    saved(folder / "two.json", second)
    assert pullquote("eval", str(folder), "--json").json["questions"] == 4
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "SQuAD format" in pullquote("eval", str(empty)).errors


def test_eval_writes_the_page(pullquote: Command, tmp_path: Path) -> None:
    saved(tmp_path / "pool.json", article(*QUESTIONS))
    done = pullquote("eval", str(tmp_path / "pool.json"), "--report", str(tmp_path / "report.html"))
    assert done.status == 0
    assert "first excerpt holds the answer" in done.output
    words = Page((tmp_path / "report.html").read_text(encoding="utf-8")).words
    assert re.search(r"3 labelled questions, of which the articles answer 2", words)
    missing = pullquote("eval", str(tmp_path / "pool.json"), "--report", str(tmp_path / "no" / "report.html"))
    assert (missing.status, "cannot be written" in missing.errors) == (2, True)
