"""Informative headings: when they are quoted, and with what of their section."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from embeddings.answer.sections import head_above
from embeddings.loaders.markdown import load_markdown
from embeddings.prepare import prepare
from embeddings.questions.shapes import shape_of
from embeddings.search.index import build
from embeddings.types import Sentence
from tests.fakes import BagEncoder
from tests.indexes import segment_of
from tests.test_excerpts import index_of, quoted

LOG = """# Changes

## 2.1.0 (2022-02-03)

### New

- Boats may be named.
- Sails come in red.

### Mended

- Anchors hold again.

## 2.0.0 (2021-05-06)

- Oars are longer.
"""
WEEK = """# Club

## Monday 14 May

- Games in the hall
- Quiz in the bar

## Level 12: Fireball

It bursts. It is hot.

## Where it is

It is by the river.
"""


@pytest.mark.parametrize(
    ("sentence", "question", "quote"),
    [
        pytest.param("2.1.0 (2022-02-03)", "when was 2.1.0 released?", "2.1.0 (2022-02-03)", id="it tells all"),
        pytest.param(
            "2.1.0 (2022-02-03)",
            "what's new in 2.1.0?",
            "2.1.0 (2022-02-03)\n\nNew\n\n- Boats may be named.\n- Sails come in red.\n\nMended\n\n- Anchors hold again.",
            id="what is asked stands below, below other headings too, and not in the next section",
        ),
        pytest.param(
            "2.1.0 (2022-02-03)",
            "when did sails become red?",
            "2.1.0 (2022-02-03)\n\nNew\n\n- Boats may be named.\n- Sails come in red.",
            id="it tells when, and what is asked of comes along",
        ),
        pytest.param(
            "Sails come in red.",
            "when did sails become red?",
            "2.1.0 (2022-02-03)\n\nNew\n\n- Boats may be named.\n- Sails come in red.",
            id="when stands above",
        ),
        pytest.param(
            "Oars are longer.",
            "which version made oars longer?",
            "2.0.0 (2021-05-06)\n\n- Oars are longer.",
            id="which of several stands above",
        ),
        pytest.param("Oars are longer.", "are oars longer?", "Oars are longer.", id="nothing above is asked for"),
    ],
)
def test_a_heading_is_quoted_with_what_the_question_needs(sentence: str, question: str, quote: str) -> None:
    assert quoted(index_of(LOG), sentence, question=question) == quote


@pytest.mark.parametrize(
    ("sentence", "question", "quote"),
    [
        pytest.param(
            "Monday 14 May",
            "what day is the quiz?",
            "Monday 14 May\n\n- Games in the hall\n- Quiz in the bar",
            id="a day with what is on",
        ),
        pytest.param("It bursts.", "does the fireball burst?", "Level 12: Fireball\n\nIt bursts.", id="a word of it"),
        pytest.param("It is by the river.", "which river?", "It is by the river.", id="a heading that tells nothing"),
    ],
)
def test_what_stands_below_a_heading_is_quoted_with_it(sentence: str, question: str, quote: str) -> None:
    assert quoted(index_of(WEEK), sentence, question=question).startswith(quote)


def test_a_heading_that_is_too_far_above_is_not_quoted() -> None:
    items = "\n".join(f"- Item number {number} of a very long list of changes." for number in range(20))
    index = index_of(f"# Changes\n\n## 2.0.0 (2021-05-06)\n\n{items}\n")
    assert quoted(index, "Item number 19 of a very long list of changes.", question="when was it?").startswith("Item")
    below = quoted(index, "2.0.0 (2021-05-06)", question="what's new?")
    assert below.startswith("2.0.0 (2021-05-06)\n\n- Item number 0")
    assert below.endswith("of changes.")
    assert len(below) <= 350


def test_a_title_is_not_repeated_in_a_quotation_since_it_stands_beside_the_citation() -> None:
    index = index_of("# Harbour 1.20 rules\n\nEverybody may own two homes.\n")
    assert quoted(index, "Everybody may own two homes.", others=0.5) == "Everybody may own two homes."
    assert quoted(index, "Harbour 1.20 rules", question="which version is it?").startswith("Harbour 1.20 rules")


class _Own(tuple[Sentence, ...]):
    """Sentences of which only those from a given row on may be accessed."""

    first = 0

    def __getitem__(self, row):  # type: ignore[no-untyped-def]
        assert row >= self.first, "this is another article's"
        return super().__getitem__(row)

    def __iter__(self) -> Iterator[Sentence]:
        raise AssertionError("not one by one")


def test_a_heading_is_looked_for_in_its_own_article_alone() -> None:
    # The sentences of all articles are in one sequence, so those of the other articles precede the last one.
    documents = [load_markdown(words, source="a.md") for words in ("Tea is hot. " * 40, "Oars are long. They float.")]
    index = build([segment_of(str(at), at, prepare(document, BagEncoder())) for at, document in enumerate(documents)])
    assert index is not None
    own = _Own(index.sentences)
    own.first = len(index.segments[0].sentences)
    looked_in = replace(index, sentences=own)
    assert head_above(looked_in, own.first + 1, own.first + 1, shape_of("which oars float?"), 350) is None
