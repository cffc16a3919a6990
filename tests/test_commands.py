"""What the log may hold."""

import logging

import pytest

from bot.commands import log_failure


def test_a_failure_is_logged_without_the_words_of_a_question(caplog: pytest.LogCaptureFixture) -> None:
    question = " ".join(("who", "is", "the", "admirer?"))
    try:
        raise ValueError(question)
    except ValueError as error:
        with caplog.at_level(logging.INFO):
            log_failure("a question in server 42", error)
    assert "a question in server 42: ValueError" in caplog.text
    assert "test_commands.py" in caplog.text
    assert question not in caplog.text
