"""The same report in two articles: one is quoted, the other is named, and confidence does not suffer."""

import json
from pathlib import Path

import pytest

from bot.posting.views import Frame, reply_view
from embeddings.answer import to_text
from embeddings.encoders import load_encoder
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.readers import load_reader
from embeddings.store import Store
from embeddings.types import Answer, Reply

REPORT = """The harbour pool will close for eleven weeks from Monday, the town council said.

Workers are to replace the filters beneath the diving tower, which date from 1987. The council expects the works to cost 340,000 euros.

Season tickets will be extended by the same time, and swimmers may use the lake meanwhile.
"""
REPRINT = REPORT.replace("the town council said", "the council of the town said").replace("swimmers", "guests")
OTHER = """The library moves into the old customs house in spring, where it will have room for 20,000 more books.

Its reading room looks over the harbour. The move takes three weeks.
"""
QUESTION = "How much are the works at the pool expected to cost?"


def asked(folder: Path, articles: dict[str, str], question: str = QUESTION) -> Reply:
    with Store.open(folder) as store:
        library = Library(store, "local", load_encoder(), load_reader())
        for title, text in articles.items():
            library.add(load(text.encode(), source=f"{title}.txt", title=title))
        return library.ask(question)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    reply = asked(tmp_path_factory.mktemp("both"), {"Gazette": REPORT, "Mirror": REPRINT, "Library": OTHER})
    assert isinstance(reply, Answer)
    return reply


def test_one_is_quoted_and_the_other_named(both: Answer) -> None:
    first = both.excerpts[0]
    assert "340,000 euros" in first.quote
    assert {first.citation.title, *(each.title for each in first.also_in)} == {"Gazette", "Mirror"}
    assert not any("340,000" in each.quote for each in both.excerpts[1:])


def test_readers_are_told(both: Answer) -> None:
    named = both.excerpts[0].also_in[0].title
    assert f"also in {named}" in to_text(both)
    view = reply_view(both, Frame(), library="1")
    assert f"also in {named}" in json.dumps(view.to_components())  # type: ignore[no-untyped-call]


def test_a_reprint_makes_the_answer_no_less_sure(both: Answer, tmp_path: Path) -> None:
    alone = asked(tmp_path, {"Gazette": REPORT, "Library": OTHER})
    assert both.confidence >= alone.confidence - 0.1


def test_another_article_that_says_something_else_is_not_named(tmp_path: Path) -> None:
    reply = asked(tmp_path, {"Gazette": REPORT, "Library": OTHER}, "How long does the move of the library take?")
    assert isinstance(reply, Answer)
    assert all(each.also_in == () for each in reply.excerpts)
