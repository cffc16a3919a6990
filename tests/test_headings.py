"""Whether the heading above a sentence asks the same as the question."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.encoders import load_encoder
from embeddings.evidence.headings import headed, remembering
from embeddings.loaders.markdown import load_markdown
from embeddings.search import Query
from tests.fakes import BagEncoder
from tests.indexes import index_of_one

FREQUENT = """# The meeting

## What should I bring?

A laptop.

## Q: Do you reimburse travel?

No.

## Luggage to bring along

Two bags.
"""


def headed_in(markdown: str, question: str) -> dict[str, float]:
    """By sentence, the similarity of its heading to the question."""
    encoder = load_encoder()
    index = index_of_one(load_markdown(markdown, source="faq.md"), encoder)
    query = Query.of(question, encoder.encode_queries([question])[0])
    found = headed(index, query, np.arange(len(index.sentences)), encoder.encode_queries)
    return {index.sentence_text(row): each for row, each in found.items()}


@pytest.mark.parametrize(
    ("question", "below"),
    [
        ("what do i need to take with me", "A laptop."),
        ("do you pay for the journey", "No."),
    ],
)
def test_a_heading_that_asks_the_same_in_other_words_is_the_question(question: str, below: str) -> None:
    found = headed_in(FREQUENT, question)
    assert max(found, key=found.__getitem__) == below
    assert found[below] >= 0.5


def test_a_heading_that_asks_something_else_is_not() -> None:
    assert set(headed_in(FREQUENT, "who won last year?").values()) == {0.0}


def test_a_heading_that_asks_nothing_is_compared_by_its_words_alone() -> None:
    assert headed_in(FREQUENT, "what do i need to take with me")["Two bags."] == 0.0


class Counting:
    """Encodes questions and records them."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.given.extend(texts)
        return BagEncoder().encode_queries(texts)


def test_a_heading_is_encoded_once() -> None:
    counting = Counting()
    encode = remembering(counting)
    first, again = encode(["What?", "Who is it?"]), encode(["Who is it?"])
    assert counting.given == ["What?", "Who is it?"]
    np.testing.assert_array_equal(first[1:], again)
