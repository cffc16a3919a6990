"""Training examples of the reader: in the form of the second reading, and with words of the question replaced."""

import random
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from benchmarks.reader.examples import Example, closely
from benchmarks.reader.swapped import Usage, swapped
from benchmarks.reader.train import LONGEST_FOUND, Encoded, encoded, loss_of, place_of
from embeddings.encoders.models import default_model_folder, default_tokenizer
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


USAGE = Usage.of(
    "The first commercial steam engine was late. A commercial diesel engine is loud. The commercial pool engine of Oban runs. "
    "A commercially made engine is one of the engines."
)


def test_a_word_is_replaced_by_one_that_the_article_uses_in_its_place() -> None:
    passage = "The first commercial steam engine was late."
    found = {
        swapped("Who built the commercial steam engine?", passage, passage, USAGE, random.Random(seed))
        for seed in range(20)
    }
    assert found == {"Who built the commercial diesel engine?", "Who built the commercial pool engine?"}


@pytest.mark.parametrize(
    ("question", "passage", "answer"),
    [
        pytest.param("Who built the old boat?", "The old boat is late.", "late", id="the article has no other"),
        pytest.param("Who built the Steam engine?", "The Steam engine is late.", "late", id="names have another way"),
        pytest.param("Who built the commercial steam engine?", "It is late.", "late", id="the passage has it not"),
        pytest.param(
            "Who built the commercial steam engine?",
            "A commercial steam engine is no diesel engine and no pool engine.",
            "A commercial steam engine is no diesel engine and no pool engine.",
            id="what the answer says too may mean the same",
        ),
    ],
)
def test_where_no_word_can_be_replaced_there_is_no_example(question: str, passage: str, answer: str) -> None:
    assert all(swapped(question, passage, answer, USAGE, random.Random(seed)) is None for seed in range(10))


class Sure(nn.Module):
    """Puts all starts and ends of answers at one token."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place

    def forward(self, input_ids: torch.Tensor, **_: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        spans = torch.zeros(*input_ids.shape, 2)
        spans[:, self.place] = 20.0
        return spans, torch.full((len(input_ids),), 20.0)


@pytest.mark.parametrize(
    ("place", "exact", "loose"), [(4, False, True), (5, False, True), (6, False, True), (7, False, False)]
)
def test_a_loose_answer_may_start_and_end_anywhere_within_it(place: int, exact: bool, loose: bool) -> None:
    ids, types = np.full(12, 1000), np.array([0, 0, *[1] * 10])
    for is_loose, is_right in ((False, exact), (True, loose)):
        loss = loss_of(Sure(place), [Encoded(ids, types, 4, 6, is_loose)], half=False)
        assert (loss.item() < 0.1) is is_right


@pytest.mark.parametrize(
    ("starts", "ends", "first", "last"),
    [
        pytest.param({5: 2.0}, {7: 2.0}, 5, 7, id="the likeliest"),
        pytest.param({2: 9.0, 5: 2.0}, {7: 2.0, 10: 9.0}, 5, 7, id="none outside of it"),
        pytest.param({5: 2.0, 8: 3.0}, {6: 2.0, 7: 1.0}, 5, 6, id="none that ends before it starts"),
    ],
)
def test_of_a_loose_answer_the_likeliest_span_counts_as_right(
    starts: dict[int, float], ends: dict[int, float], first: int, last: int
) -> None:
    spans = torch.zeros(12, 2)
    for column, logits in enumerate((starts, ends)):
        for place, logit in logits.items():
            spans[place, column] = logit
    ids, types = np.full(12, 1000), np.array([0, 0, *[1] * 10])
    assert place_of(Encoded(ids, types, 4, 8, is_loose=True), spans) == (first, last)
    assert place_of(Encoded(ids, types, 4, 8), spans) == (4, 8)


def test_of_a_long_loose_answer_only_a_part_counts_as_right() -> None:
    spans = torch.zeros(200, 2)
    spans[3, 0] = spans[190, 1] = 2.0
    long = Encoded(np.full(200, 1000), np.full(200, 1), 1, 199, is_loose=True)
    first, last = place_of(long, spans)
    assert last - first < LONGEST_FOUND


def test_a_loose_answer_longer_than_the_reader_reads_ends_where_it_stops() -> None:
    passage = " ".join(["Slides are fun."] * 200)
    long = Example(QUESTION, passage, Span(0, len(passage)), "a club", "documented", "A club. ", is_loose=True)
    tokenizer = default_tokenizer(default_model_folder())
    tokenizer.no_truncation()
    found = encoded(tokenizer, long)
    assert found is not None
    assert found.end == len(found.ids) - 1
    assert encoded(tokenizer, replace(long, is_loose=False)) is None
