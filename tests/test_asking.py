"""From a question to the posted reply."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from bot.asking.answering import Asking, Inquiry, cut, held_to, once_more
from bot.memory.citations import citations_json, cited
from bot.memory.records import Asked, ServerSettings
from bot.posting.buttons import View
from bot.posting.responding import or_apology
from bot.service import Service
from embeddings.errors import (
    BusyError,
    DamagedError,
    DiskFullError,
    ModelMissingError,
    PullquoteError,
    StorageError,
    UnknownArticleError,
)
from embeddings.library import Library
from embeddings.questions.followups import interpret
from embeddings.questions.understanding import LONGEST_QUESTION
from embeddings.types import Answer, Article, Citation, Excerpt, NotFound, Question, Reply, Span
from tests.fakes import MemoryRecords

NOW = datetime(2026, 11, 23, tzinfo=UTC)
INQUIRY = Inquiry("42", "Who runs the pool?", user_id=7, channel_id=8)


def excerpt(number: int) -> Excerpt:
    citation = Citation("a1", "Pool", "/a.md", None, "0" * 64, Span(10, 15), ("Part",), 3, None)
    return Excerpt(number, "words", (), 0.9, citation)


ARTICLE = Article("a1", "Pool", "/a.md", None, "0" * 64, "2026", "2026-11-03T10:00:00+00:00", 1, 1, 1)
ANSWER = Answer("Who?", "Who?", 0.6, tuple(map(excerpt, (1, 2, 3))), ())


class Answers:
    """A library that gives the same reply to every question."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply

    def ask_many(self, questions: Sequence[Question]) -> list[Reply]:
        return [self.reply for _ in questions]

    def article(self, article_id: str) -> Any:
        return replace(ARTICLE, id=article_id)


class Locked(MemoryRecords):
    """Records that are locked by another process."""

    def record_question(self, library: str, asked: Asked) -> int:
        raise BusyError(Path("/data/pullquote.db"), "another process")


def ask(reply: Reply, records: MemoryRecords, inquiry: Inquiry = INQUIRY) -> str | None:
    """The posted reply as text; None if nothing is posted."""

    async def scenario() -> str | None:
        library = cast(Library, Answers(reply))
        async with Service(lambda _: library) as service:
            view = await Asking(service, records, lambda: NOW).answer(inquiry)
        return None if view is None else str(view.to_components())  # type: ignore[no-untyped-call]

    return asyncio.run(scenario())


@pytest.mark.parametrize(
    ("text", "history"),
    [
        ("and who built it?", ("When does the pool open?",)),
        ("what about\nparking?", ("When does the pool open?",)),
        ("And when?", ("Where did Ann and Bob meet?",)),
        ("Who runs the pool?", ()),
    ],
)
def test_a_question_is_asked_again_as_it_was_understood(text: str, history: tuple[str, ...]) -> None:
    understood = interpret(text, history)
    asked = Asked(1, 2, None, text, understood.text, "not_found", 0.1, "[]", NOW, article_ids=("pool",))
    again = once_more(asked, top_k=8)
    assert interpret(again.text, again.history) == understood
    assert (again.article_ids, again.top_k) == (("pool",), 8)


def test_what_was_put_into_another_follow_up_is_asked_again_behind_what_that_leant_on() -> None:
    understood = interpret(
        "and on mac?",
        ["How can I speed up builds?", "how do I install it on linux?"],
        lambda _, others: [0.0] * len(others),
    )
    asked = Asked(1, 2, None, "and on mac?", understood.text, "not_found", 0.1, "[]", NOW)
    again = once_more(asked)
    assert interpret(again.text, again.history) == replace(understood, adds="")


def test_a_question_is_kept_without_any_words_of_the_articles() -> None:
    records = MemoryRecords()
    posted = ask(ANSWER, records)
    asked = records.question("42", 1)
    assert asked
    assert (asked.text, asked.user_id, asked.channel_id, asked.at) == ("Who runs the pool?", 7, 8, NOW)
    assert (asked.status, asked.confidence) == ("answered", 0.6)
    assert "words" not in asked.citations
    assert "Pool" not in asked.citations
    assert posted
    assert "pullquote:context:1:1" in posted
    assert records.question("43", 1) is None


def test_an_answer_is_given_even_where_it_cannot_be_kept() -> None:
    posted = ask(ANSWER, Locked())
    assert posted
    assert "words" in posted
    assert "pullquote:" not in posted


def test_who_has_to_wait_is_not_told_about_the_disk_of_the_host() -> None:
    async def locked() -> View:
        raise BusyError(Path("/data/pullquote.db"), "another process")

    told = asyncio.run(or_apology(locked, "a question"))
    assert told
    words = str(told.to_components())  # type: ignore[no-untyped-call]
    assert "try again in a moment" in words
    assert "/data" not in words


def test_who_chose_an_article_that_is_gone_is_not_told_what_to_type_on_a_terminal() -> None:
    async def gone() -> View:
        raise UnknownArticleError("0123abcd")

    told = asyncio.run(or_apology(gone, "an article"))
    assert told
    words = str(told.to_components())  # type: ignore[no-untyped-call]
    assert "That article is no longer here" in words
    assert "pullquote list" not in words


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(DiskFullError(Path("/home/host")), id="a full disk"),
        pytest.param(DamagedError(Path("/home/host/pullquote.db"), "?"), id="a damaged database"),
        pytest.param(StorageError("/home/host/community.db cannot be read or written"), id="the notebook"),
        pytest.param(ModelMissingError("/home/host/model", "there is none"), id="a model"),
    ],
)
def test_what_only_the_host_can_mend_is_told_to_the_host_and_not_to_members(
    error: PullquoteError, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> View:
        raise error

    told = asyncio.run(or_apology(broken, "a question"))
    assert told
    words = str(told.to_components())  # type: ignore[no-untyped-call]
    assert "/home/host" not in words
    assert "in the log" in words
    assert str(error) in caplog.text


def test_where_nobody_asked_the_bot_it_speaks_only_when_it_is_sure() -> None:
    unasked = replace(INQUIRY, is_unasked=True)
    records = MemoryRecords()
    assert ask(ANSWER, records, unasked) is None
    assert ask(NotFound("Who?", "Who?", 0.95, (), ()), records, unasked) is None
    # Silence is not recorded, since nobody asked.
    assert records.question("42", 1) is None
    assert ask(replace(ANSWER, confidence=0.95), records, unasked)


def test_a_server_decides_how_sure_and_how_much() -> None:
    fewer = held_to(ServerSettings(excerpts=1), ANSWER)
    assert isinstance(fewer, Answer)
    assert [each.number for each in fewer.excerpts] == [1]
    surer = held_to(ServerSettings(minimum_confidence=0.7), ANSWER)
    assert isinstance(surer, NotFound)
    assert [each.heading for each in surer.nearest] == [("Part",)]
    assert held_to(ServerSettings(minimum_confidence=0.6), ANSWER) == ANSWER


def test_places_are_read_back_as_they_were_kept() -> None:
    asked = Asked(1, 2, None, "Who?", "Who?", "answered", 0.9, citations_json(ANSWER), NOW)
    found = cited(asked)
    assert [*found] == [1, 2, 3]
    assert (found[2].article_id, found[2].version, found[2].span) == ("a1", "0" * 64, Span(10, 15))
    assert json.loads(citations_json(NotFound("Who?", "Who?", 0.1, (), ()))) == []


@pytest.mark.parametrize("text", ["word " * 1000, "a" * 3000, "short"])
def test_a_long_post_is_cut_to_the_longest_question(text: str) -> None:
    assert len(cut(text)) <= LONGEST_QUESTION
    assert text.startswith(cut(text))
