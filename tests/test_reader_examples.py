"""What the reader learns from, as the second look shows it."""

from dataclasses import replace

import pytest

from benchmarks.reader.examples import Example, closely
from embeddings.types import Span

QUESTION = "When does the pool open?"
PASSAGE = (
    "The hall is old. It is large. The pool opens at seven. Slides are fun. Then the pool is cleaned. All go home."
)


def example(words: str | None) -> Example:
    answer = words and Span(at := PASSAGE.index(words), at + len(words))
    return Example(QUESTION, PASSAGE, answer or None, "a club", "answerable", "A club. ")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("at seven", "It is large. The pool opens at seven. Slides are fun."),
        ("old", "The hall is old. It is large."),
        ("home", "Then the pool is cleaned. All go home."),
        ("seven. Slides", "It is large. The pool opens at seven. Slides are fun. Then the pool is cleaned."),
    ],
)
def test_of_a_passage_the_sentence_that_answers_is_shown_between_its_neighbours(words: str, shown: str) -> None:
    found = closely(example(words))
    assert found.passage == shown
    assert found.answer is not None
    assert found.answer.of(found.passage) == words
    assert found.context == "A club. "


def test_where_nothing_answers_the_sentence_with_most_of_the_questions_words_is_shown() -> None:
    assert closely(example(None)).passage == "It is large. The pool opens at seven. Slides are fun."
    other = closely(replace(example(None), question="Is the pool cleaned?"))
    assert other.passage == "Slides are fun. Then the pool is cleaned. All go home."
    assert other.answer is None
