"""Questions from documentation: headings that are questions are taken out of a page, and become training examples."""

import random
from collections.abc import Sequence

import pytest

from benchmarks.documentation.archives import Page
from benchmarks.documentation.questions import Questioned, questioned, without
from benchmarks.reader.documented import documented, documented_of
from benchmarks.reader.examples import closely
from embeddings.chunking import chunks_of
from tests.fakes import BagEncoder

PAGE = """# Kiln

- How hot does it get?
- Fuel

## Questions

### 1. How hot does it get?

The kiln reaches 1,260 degrees, which is enough for stoneware. It takes nine hours. It is cold again after a day.

### Need help?

Ask in the pottery channel, where somebody is awake at most hours.

### Can I fire glass?

No.

## Fuel

It burns propane, and a bottle lasts for three firings of the kiln that get hot.
"""


def of(*texts: str) -> list[Questioned]:
    return list(questioned([Page("kiln", f"docs/{number}.md", text) for number, text in enumerate(texts)]))


def test_headings_that_are_questions_become_numbers_and_their_sections_the_answers() -> None:
    (page,) = of(PAGE)
    (question,) = page.questions
    assert question.text == "How hot does it get?"
    assert question.path == ("Questions", "Question 1")
    assert question.span.of(page.document.text).startswith("The kiln reaches")
    assert question.span.of(page.document.text).endswith("after a day.")


def test_nothing_that_can_be_found_repeats_the_question() -> None:
    (page,) = of(PAGE)
    _, chunks = chunks_of(page.document, BagEncoder().count_tokens, 200)
    said = [" ".join((*chunk.heading, chunk.span.of(page.document.text))) for chunk in chunks]
    assert any("1,260" in each for each in said)
    assert not any("how hot does" in each.lower() for each in said)


@pytest.mark.parametrize("left_out", ["Need help?", "Can I fire glass?"])
def test_questions_that_ask_nothing_or_have_hardly_an_answer_are_left_out(left_out: str) -> None:
    (page,) = of(PAGE)
    assert left_out not in [each.text for each in page.questions]


def test_the_same_answer_counts_once_and_the_same_question_of_a_few_pages() -> None:
    assert len(of(PAGE, PAGE)) == 1
    assert len(of(*(PAGE.replace("1,260", f"1,26{number}") for number in range(6)))) == 3


def test_without_its_section_a_question_has_no_answer_on_the_page() -> None:
    (page,) = of(PAGE)
    left = without(page.document, page.questions)
    _, chunks = chunks_of(left, BagEncoder().count_tokens, 200)
    said = " ".join(chunk.span.of(left.text) for chunk in chunks)
    assert "1,260" not in said
    assert "propane" in said


def shown(seeds: Sequence[int] = range(30)) -> set[tuple[str, str, bool]]:
    (page,) = of(PAGE)
    (asked,) = documented_of(page, BagEncoder())
    return {
        (each.question, f"{each.context}{each.passage}", each.is_loose)
        for seed in seeds
        for each in documented(asked, random.Random(seed))
    }


def test_an_example_has_no_heading_that_tells_right_from_wrong_passages() -> None:
    questions = {"How hot does it get?", "how hot does it get"}
    assert {question for question, _, _ in shown()} == questions
    right = {passage for _, passage, is_loose in shown() if is_loose}
    wrong = {passage for _, passage, is_loose in shown() if not is_loose}
    assert all(each.startswith("Kiln › Questions. The kiln reaches") for each in right)
    assert any(each.startswith("Kiln. It burns propane") for each in wrong)
    assert not any("1,260" in each for each in wrong)


def test_read_closely_an_answer_without_marks_is_the_first_sentences_of_its_section() -> None:
    (page,) = of(PAGE)
    (asked,) = documented_of(page, BagEncoder())
    close = closely(asked.example)
    assert close.passage == "The kiln reaches 1,260 degrees, which is enough for stoneware. It takes nine hours."
    assert close.answer is not None
    assert close.answer.of(close.passage) == close.passage
