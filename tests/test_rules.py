"""The synthetic rules for training the reader: they answer the questions that they should, and not the others."""

import random

import pytest

from benchmarks.reader.examples import Example
from benchmarks.reader.rules import Matter, rulebook, rules

_BOOK = rulebook()


@pytest.fixture(scope="module")
def found() -> list[Example]:
    return list(rules(4000, random.Random(3)))


@pytest.mark.parametrize("matter", _BOOK.matters, ids=lambda matter: matter.words["do"][0])
def test_what_is_like_an_activity_is_not_what_it_is_called_anywhere_in_that_place(matter: Matter) -> None:
    asked = {words for each in _BOOK.matters if each.where == matter.where for words in each.words["ask"]}
    assert not asked & set(matter.words["unlike"])


def test_no_rule_leaves_open_what_it_tells() -> None:
    for rule in _BOOK.rules:
        assert not set(rule.left_open) & set(rule.tells), rule.texts
        assert {*rule.left_open, *rule.tells} <= set(_BOOK.aspects)


def test_answers_are_whole_rules_or_words_within_one(found: list[Example]) -> None:
    assert all("{" not in each.question + each.passage for each in found)
    answered = [each.answer.of(each.passage) for each in found if each.answer]
    assert 0.4 < len(answered) / len(found) < 0.6
    assert all(words.strip() == words and ". " not in words for words in answered)
    assert len(set(answered)) > 800


def test_whether_one_may_or_must_is_answered_just_where_there_is_a_rule_about_it(found: list[Example]) -> None:
    about = {
        template.format(ask=words).lower().rstrip("?"): matter
        for matter in _BOOK.matters
        for template in _BOOK.whether[matter.is_duty]
        if "{ask}" in template
        for words in matter.words["ask"]
    }
    checked = {True: 0, False: 0}
    for each in found:
        if matter := about.get(each.question.lower().rstrip("?")):
            text = (each.answer.of(each.passage) if each.answer else each.passage).lower()
            names = (matter.words[slot][0] for slot in ("do", "does", "doing", "things") if slot in matter.words)
            is_named = any(name.lower() in text for name in names)
            assert is_named == (each.answer is not None), each
            checked[is_named] += 1
    assert min(checked.values()) > 100


def test_a_seed_gives_the_same_rules() -> None:
    assert list(rules(50, random.Random(5))) == list(rules(50, random.Random(5)))
