"""Which earlier questions a question may depend on."""

import json
from dataclasses import replace

from bot.asking.conversations import NOTHING, in_thread, replied_to
from bot.memory.records import Asked
from tests.test_community import ASKED

CITING = json.dumps(
    [
        {"number": at, "article_id": cited, "version": "", "start": 0, "end": 9, "paragraph": 1, "page": None}
        for at, cited in enumerate(("pool", "sauna", "pool"), start=1)
    ]
)


def asked(text: str, citations: str = "[]", article_ids: tuple[str, ...] = ()) -> Asked:
    return replace(ASKED, text=text, citations=citations, article_ids=article_ids)


def test_a_thread_is_about_its_questions_and_what_its_last_answer_cited() -> None:
    earlier = in_thread([asked("Who runs the pool?"), asked("and when?", CITING)], "towels")
    assert earlier.questions == ("Who runs the pool?", "and when?")
    assert earlier.article_ids == ("pool", "sauna")
    assert in_thread([], "towels") == NOTHING


def test_a_post_of_a_forum_is_spoken_of_by_its_title() -> None:
    earlier = in_thread(
        [asked("Who runs the pool?\nI should like to thank them."), asked("and when?")], "Who runs the pool?"
    )
    assert earlier.questions == ("Who runs the pool?", "and when?")


def test_a_reply_leans_on_the_question_as_it_was_understood_and_on_the_article_that_was_chosen() -> None:
    earlier = replied_to(asked("and when?", CITING, ("bath",)))
    assert earlier.questions == ("When does the pool open?",)
    assert earlier.article_ids == ("bath",)
