"""Which unanswered questions mean the same."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bot.gaps.groups import Gap, gaps_in
from bot.memory.records import Asked, Unanswered
from embeddings.encoders import load_encoder
from embeddings.protocols import Encoder
from tests.fakes import BagEncoder

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def unanswered(*texts: str, users: Sequence[int] = (), wishers: Sequence[tuple[int, ...]] = ()) -> list[Unanswered]:
    """Questions, each asked a minute after the one before."""
    return [
        Unanswered(
            number + 1,
            Asked(
                users[number] if users else 7, 70, None, text, text, "not_found", 0.1, "[]", NOON + timedelta(0, number)
            ),
            wishers[number] if wishers else (),
            is_dismissed=False,
        )
        for number, text in enumerate(texts)
    ]


def gaps(questions: list[Unanswered]) -> list[Gap]:
    return gaps_in(questions, BagEncoder(dimension=256).encode_queries([each.asked.interpreted for each in questions]))


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("When does the pool open?", "What time does the pool open?"),
        ("When does the pool open?", "pool opening hours?"),
        ("Is there a sauna?", "Do you have a sauna?"),
        ("How do I bake rye bread?", "how to bake bread from rye"),
        ("How much is a ticket?", "What does a ticket cost?"),
        ("How much is a ticket?", "ticket price"),
        ("Wann öffnet das Schwimmbad?", "wann öffnet das schwimmbad"),
    ],
)
def test_wordings_that_mean_the_same_are_one_gap(encoder: Encoder, one: str, other: str) -> None:
    assert len(gaps_in(unanswered(one, other), encoder.encode_queries([one, other]))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("When does the pool open?", "When was the pool built?"),
        ("When does the pool open?", "When does the pool close?"),
        ("When does the pool open on Mondays?", "When does the pool open on Sundays?"),
        ("What happened in 2019?", "What happened in 2021?"),
        ("Who won the 100 m?", "Who won the 200 m?"),
        ("How much is a ticket for adults?", "How much is a ticket for children?"),
        ("Who is Anna?", "Who is Peter?"),
        ("Is there a sauna?", "Is there a restaurant?"),
    ],
)
def test_wordings_that_mean_something_else_are_two(encoder: Encoder, one: str, other: str) -> None:
    assert len(gaps_in(unanswered(one, other), encoder.encode_queries([one, other]))) == 2


def test_a_gap_tells_its_newest_wording_and_how_many_asked_and_wait() -> None:
    questions = unanswered(
        "Is there a sauna?", "Who bakes bread?", "is there a sauna", users=(1, 2, 3), wishers=((1, 9), (), (9,))
    )
    sauna, bread = gaps(questions)
    assert sauna == Gap("is there a sauna", (3, 1), 2, 2, NOON + timedelta(0, 2), False)
    assert bread == Gap("Who bakes bread?", (2,), 1, 0, NOON + timedelta(0, 1), False)


def test_the_newest_stand_first_whatever_order_they_come_in() -> None:
    questions = unanswered("Is there a sauna?", "Who bakes bread?", "Where is the toilet?")
    there, back = gaps(questions), gaps(questions[::-1])
    assert there == back
    assert [each.keys for each in there] == [(3,), (2,), (1,)]


def test_words_without_meaning_alone_do_not_make_two_questions_one() -> None:
    assert len(gaps(unanswered("why?", "who is that?"))) == 2


def test_nothing_asked_leaves_no_gap() -> None:
    assert gaps_in([], np.empty((0, 4), dtype=np.float32)) == []


def test_thousands_of_questions_are_each_in_one_gap() -> None:
    questions = unanswered(*(f"Who is member {number % 500}?" for number in range(2000)))
    found = gaps(questions)
    assert sorted(key for each in found for key in each.keys) == list(range(1, 2001))
    assert found == gaps(questions)
