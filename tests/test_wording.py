"""Questions as Discord sends them, in words."""

import pytest

from bot.asking.wording import in_words

NAMES = {5: "lost-and-found"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("<@123456789012345678> when does it open?", "when does it open?"),
        ("when\n<@!12> does  it <@&34> open?", "when does it open?"),
        ("how much is a towel? <:pepe:12> <a:thinking_2:34>", "how much is a towel?"),
        ("what is <#5>, and <#6>?", "what is lost-and-found, and ?"),
        ("is it open at <t:1700000000:R> or <t:-5>?", "is it open at or ?"),
        ("what does </article add:99> do?", "what does /article add do?"),
        ("see <id:customize> first", "see first"),
        ("<@12> <:pepe:12>", ""),
        ("is 3 < 4 and <b> or <@Ada> or a <:smile:>?", "is 3 < 4 and <b> or <@Ada> or a <:smile:>?"),
        ("why <https://example.org/a?b=1>?", "why <https://example.org/a?b=1>?"),
    ],
)
def test_marks_are_named_or_left_out_and_all_else_stays(typed: str, meant: str) -> None:
    assert in_words(typed, lambda channel_id: NAMES.get(channel_id, "")) == meant
