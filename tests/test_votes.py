"""`pullquote eval votes`: questions with votes of members, asked again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.memory.citations import citations_json
from bot.memory.community import Community
from bot.memory.records import Asked, ServerSettings, Voted
from bot.terminal.votes import Outcome, VotesReport, asked_again
from embeddings.library import Library
from embeddings.loaders.plain import load_plain
from embeddings.store import Store
from embeddings.types import Answer
from tests.command import Command, command, without_settings
from tests.fakes import BagEncoder
from tests.test_evaluate import Page

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OPENING = "The pool opens at seven in the morning."
BREAD = "Rye bread is baked by Mira Okafor on Mondays."
QUESTION = "When does the pool open in the morning?"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Store.open(tmp_path / "data") as store:
        found = Library(store, "1", BagEncoder(dimension=256), minimum_confidence=0.0)
        add(found, OPENING)
        found.add(load_plain(BREAD, source="bread.txt", title="Bread"))
        yield found


def add(library: Library, text: str) -> str:
    return library.add(load_plain(text, source="pool.txt", title="Pool")).article.id


def asked(library: Library, question: str = QUESTION) -> Asked:
    """The record of a question with the answer that members voted on."""
    reply = library.ask(question)
    assert isinstance(reply, Answer)
    return Asked(7, 70, None, question, question, "answered", 0.9, citations_json(reply), NOON)


def outcomes(library: Library, *votes: Voted, settings: ServerSettings | None = None) -> list[Outcome]:
    return [each.outcome for each in asked_again(library, votes, settings or ServerSettings()).verdicts]


def test_what_has_stayed_the_same_is_said_again(library: Library) -> None:
    before = asked(library)
    assert outcomes(library, Voted(1, before, 2, 1), Voted(2, before, 0, 1)) == [Outcome.KEPT, Outcome.SAME]


def test_answers_with_as_many_votes_for_as_against_are_left_out(library: Library) -> None:
    report = asked_again(library, [Voted(1, asked(library), 1, 1)], ServerSettings())
    assert (report.verdicts, report.undecided) == ((), 1)


def test_the_same_words_in_a_new_version_are_the_same_place(library: Library) -> None:
    before = asked(library)
    add(library, f"Dogs must stay outside.\n\n{OPENING}")
    assert outcomes(library, Voted(1, before, 1, 0)) == [Outcome.KEPT]


def test_words_that_are_gone_can_be_said_by_nobody(library: Library) -> None:
    before = asked(library)
    add(library, "The pool opens at nine in the evening.")
    assert outcomes(library, Voted(1, before, 1, 0), Voted(2, before, 0, 1)) == [Outcome.GONE, Outcome.CHANGED]
    library.remove([each.id for each in library.articles() if each.title == "Pool"])
    assert outcomes(library, Voted(1, before, 1, 0)) == [Outcome.GONE]


def test_what_is_no_longer_sure_enough_for_the_server_is_refused(library: Library) -> None:
    before = asked(library)
    strict = ServerSettings(minimum_confidence=1.0)
    votes = Voted(1, before, 1, 0), Voted(2, before, 0, 1)
    assert outcomes(library, *votes, settings=strict) == [Outcome.REFUSED, Outcome.WITHDRAWN]


def test_other_words_are_told_from_the_same_among_the_excerpts(library: Library) -> None:
    before = asked(library)
    bread = asked(library, "Who bakes rye bread on Mondays?")
    # As if the question about bread had been answered with the words about the pool.
    assert outcomes(library, Voted(1, replace(bread, citations=before.citations), 1, 0))[0] in (
        Outcome.OTHER,
        Outcome.LATER,
    )
    only_first = ServerSettings(excerpts=1)
    voted = Voted(1, replace(bread, citations=before.citations), 1, 0)
    assert outcomes(library, voted, settings=only_first) == [Outcome.OTHER]


def test_a_chosen_article_that_is_gone_answers_nothing(library: Library) -> None:
    before = replace(asked(library), article_ids=("gone",))
    assert outcomes(library, Voted(1, before, 1, 0), Voted(2, before, 0, 1)) == [Outcome.REFUSED, Outcome.WITHDRAWN]


def test_shares_are_of_what_can_still_be_said(library: Library) -> None:
    before = asked(library)
    elsewhere = before.citations.replace('"version": "', '"version": "f')
    same, gone = Voted(1, before, 1, 0), Voted(3, replace(before, citations=elsewhere), 1, 0)
    report = asked_again(library, [same, Voted(2, before, 0, 2), gone], ServerSettings())
    measures = dict(report.rows())
    assert (measures["found helpful"], measures["found unhelpful"]) == (1, 1)
    assert measures["  by the same words first"] == 1.0
    assert measures["  by the same words first again"] == 1.0
    assert [each.voted.key for each in report.failures()] == [2]
    assert VotesReport((), 0).rows()[1] == ("  still answered", None)


@pytest.fixture
def pullquote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    without_settings(monkeypatch, tmp_path)
    return command(tmp_path / "data", capsys)


def test_the_command_reports_them_as_a_table_as_json_and_as_a_page(pullquote: Command, tmp_path: Path) -> None:
    (tmp_path / "pool.md").write_text(f"# Pool\n\n{OPENING}\n", encoding="utf-8")
    pullquote("add", "pool.md")
    hostile = "When does <script>alert(1)</script> the pool open?"
    with Store.open(tmp_path / "data") as store:
        before = asked(Library(store, "local", BagEncoder(), minimum_confidence=0.0), QUESTION)
    with Community(tmp_path / "data") as records:
        keys = [records.record_question("local", each) for each in (before, replace(before, interpreted=hostile))]
        for key in keys:
            records.vote("local", key, 7, False)
    found = pullquote("eval", "votes", "--json", "--report", "votes.html").json
    assert found["questions"] == 2
    assert found["measures"]["found unhelpful"] == 2
    assert sum(found["outcomes"].values()) == 2
    page = Page((tmp_path / "votes.html").read_text(encoding="utf-8"))
    assert not page.open
    assert not page.links
    assert "script" not in page.seen
    assert "Found unhelpful" in page.words
    shown = pullquote("eval", "votes")
    assert (shown.status, "found unhelpful" in shown.output) == (0, True)


def test_a_library_without_votes_is_told_how_to_name_one(pullquote: Command, tmp_path: Path) -> None:
    for _ in range(2):
        done = pullquote("eval", "votes")
        assert done.status == 2
        assert "--library ID eval votes" in done.errors
        (tmp_path / "data").mkdir(exist_ok=True)
        Community(tmp_path / "data").__exit__()
