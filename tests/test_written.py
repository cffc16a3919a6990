"""The written pages and questions: what should answer is found in its page, and no page serves two ends."""

from pathlib import Path

import pytest

from benchmarks import written as package
from benchmarks.datasets import Use
from benchmarks.written.questions import WrittenPage, corpus_of_page, written
from tests.fakes import BagEncoder

_FOLDER = Path(package.__file__).parent


@pytest.fixture(scope="module")
def pages() -> dict[Use, list[WrittenPage]]:
    return {use: list(written(use)) for use in Use}


def test_every_page_has_questions_and_the_words_that_answer_them(pages: dict[Use, list[WrittenPage]]) -> None:
    # `written` raises ValueError where the words are not in the page.
    found = [page for of_use in pages.values() for page in of_use]
    assert len(found) == len(list(_FOLDER.glob("*/*.md"))) == len(list(_FOLDER.glob("*/*.tsv")))
    for page in found:
        assert len(page.questions) >= 8, page.name
        assert len({question.text.lower() for question in page.questions}) == len(page.questions), page.name
        assert {bool(question.places) for question in page.questions} == {True, False}, page.name


def test_no_page_is_for_two_ends(pages: dict[Use, list[WrittenPage]]) -> None:
    texts = {use: {page.document.text for page in found} for use, found in pages.items()}
    assert not texts[Use.READER] & texts[Use.MEASURE]
    assert not texts[Use.READER] & texts[Use.EVIDENCE]
    assert not texts[Use.EVIDENCE] & texts[Use.MEASURE]
    assert len(pages[Use.READER]) > 3 * len(pages[Use.EVIDENCE]) > 0
    assert {page.kind for page in pages[Use.MEASURE]} >= {page.kind for page in pages[Use.READER]}


def test_the_rules_are_only_measured(pages: dict[Use, list[WrittenPage]]) -> None:
    assert not any(page.kind == "rules" for use in (Use.READER, Use.EVIDENCE) for page in pages[use])


def test_words_that_are_said_twice_answer_where_more_words_of_the_question_are(
    pages: dict[Use, list[WrittenPage]],
) -> None:
    # "… from ten to six …" stands before "… with the six clocks above the dam".
    (page,) = (page for page in pages[Use.MEASURE] if page.name == "interview-lighthouse-clockmaker")
    question = next(each for each in page.questions if "Jonas take over" in each.text)
    likeliest, *others = question.places
    assert page.document.text[likeliest.start :].startswith("six clocks above the dam")
    assert min(place.start for place in others) < likeliest.start


def test_a_page_is_an_index_of_its_own(pages: dict[Use, list[WrittenPage]]) -> None:
    page = pages[Use.MEASURE][0]
    corpus = corpus_of_page(page, BagEncoder())
    assert len(corpus.index.segments) == 1
    for labelled, asked in zip(corpus.questions, page.questions, strict=True):
        assert labelled.question.text == asked.text
        assert [span.of(corpus.index.segments[0].text) for span in labelled.gold] == [
            span.of(page.document.text) for span in asked.places
        ]
