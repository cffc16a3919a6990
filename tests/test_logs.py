"""What may be logged."""

import logging
import sys

import pytest

from bot.logs import Discreet, log_failure
from tests.discord_standin import TOKEN


def test_a_failure_is_logged_without_the_words_of_a_question(caplog: pytest.LogCaptureFixture) -> None:
    question = " ".join(("who", "is", "the", "admirer?"))
    try:
        raise ValueError(question)
    except ValueError as error:
        with caplog.at_level(logging.INFO):
            log_failure("a question in server 42", error)
    assert "a question in server 42: ValueError" in caplog.text
    assert "test_logs.py" in caplog.text
    assert question not in caplog.text


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(f"Authorization: Bot {TOKEN}", id="the token itself"),
        pytest.param("POST https://discord.com/api/v10/webhooks/123/aW50ZXJ/messages/@original", id="of a response"),
        pytest.param("POST https://discord.com/api/v10/interactions/123/aW50ZXJ/callback", id="of an interaction"),
    ],
)
def test_no_token_is_logged_wherever_it_comes_from(message: str) -> None:
    try:
        raise RuntimeError(message)
    except RuntimeError:
        record = logging.LogRecord("discord.http", logging.WARNING, __file__, 1, "said %s", (message,), sys.exc_info())
    written = Discreet(TOKEN).format(record)
    assert written.endswith("RuntimeError")
    assert "test_logs.py" in written
    assert TOKEN not in written
    assert "aW50ZXJ" not in written
    assert "…" in written
