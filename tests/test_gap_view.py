"""The list of gaps: whatever members asked is shown literally, within Discord's limits."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gaps.groups import Gap
from bot.gaps.telling import lead_to
from bot.gaps.view import ON_PAGE, gaps_view
from bot.posting.views import Frame
from tests.discord_standin.markdown import read
from tests.discord_standin.messages import components_within, texts
from tests.test_views import HOSTILE, answer, components, excerpt, hostile, is_taken, made, shown

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def gap(wording: str, key: int = 1) -> Gap:
    return Gap(wording, (key, key + 1000), 2, 1, NOON, is_answered=True)


@given(st.lists(hostile, min_size=1, max_size=12), st.integers(0, 5))
def test_any_wordings_are_taken_by_discord_and_mean_nothing_to_it(wordings: list[str], page: int) -> None:
    parts = made(gaps_view([gap(each, key) for key, each in enumerate(wordings, 1)], page))
    assert is_taken(parts)
    for line in (line for text in texts(parts) for line in read(text)):
        for piece in line.pieces:
            assert piece.style.live in ("", None, "date")
            assert not piece.style.link


@pytest.mark.parametrize("wording", [*HOSTILE, "*" * 2000, "\U0001f600" * 2000, "<@1>" * 500, "a\u0301" * 1000])
def test_the_longest_wordings_fit(wording: str) -> None:
    assert is_taken(made(gaps_view([gap(wording, key) for key in range(1, ON_PAGE + 1)], 0)))


def test_a_page_beyond_the_last_is_the_last() -> None:
    gaps = [gap(f"Question {number}?", number) for number in range(1, ON_PAGE + 2)]
    last = made(gaps_view(gaps, 9))
    assert f"Question {ON_PAGE + 1}?" in str(last)
    assert "Question 1?" not in str(last)
    disabled = [each["label"] for each in components_within(last) if each.get("disabled")]
    assert disabled == ["2 of 2", "Older"]


def test_nothing_lacking_is_said_in_a_sentence() -> None:
    parts = made(gaps_view([], 3))
    assert is_taken(parts)
    assert "Nothing is missing" in texts(parts)[0]


def test_who_waited_is_mentioned_above_the_longest_answer_that_still_fits() -> None:
    frame = Frame(key=1, show_question=True, lead=lead_to([10**18 + each for each in range(20)]))
    reply = answer(excerpt(1, "word " * 600), excerpt(2, "word " * 100), question="why " * 400)
    assert is_taken(components(reply, frame))
    assert shown(reply, frame).startswith("🔔 <@1000000000000000000> <@1000000000000000001>")
    assert "`[1]`" in shown(reply, frame)
