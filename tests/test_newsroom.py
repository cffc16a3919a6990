"""The synthetic reports for training the reader: they answer the questions that they should, and not the others."""

import random

import pytest

from benchmarks.reader.newsroom import Pattern, newsroom, reports


@pytest.mark.parametrize("pattern", newsroom().patterns, ids=lambda pattern: pattern.texts[0][:40])
def test_each_question_is_answered_by_a_wording_of_its_pattern(pattern: Pattern) -> None:
    for question, words in pattern.asks:
        assert any(words.lower() in text.lower() for text in pattern.texts), question
    assert not {question for question, _ in pattern.asks} & set(pattern.never)


def test_answers_stand_where_they_are_marked() -> None:
    found = list(reports(2000, random.Random(3)))
    assert all("{" not in each.question + each.passage for each in found)
    answered = [each for each in found if each.answer]
    assert 0.5 < len(answered) / len(found) < 0.7
    for each in answered:
        assert each.answer
        assert each.answer.of(each.passage).strip()
    assert len({each.answer.of(each.passage) for each in answered if each.answer}) > 500


def test_a_seed_gives_the_same_reports() -> None:
    assert list(reports(50, random.Random(5))) == list(reports(50, random.Random(5)))


def test_what_another_sentence_answers_is_not_taken_for_unanswered() -> None:
    for each in reports(4000, random.Random(1)):
        if each.answer is None and each.question.startswith("How old is"):
            name = each.question.removeprefix("How old is ").rstrip("?")
            assert not any(f"{name}, {age}," in each.passage for age in range(17, 92))
