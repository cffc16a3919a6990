"""How a reply looks in Discord."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations import Conversations
from bot.views import escaped, notice_embed, reply_embed, unescaped
from embeddings.clean import normalise
from embeddings.types import Answer, Citation, EmptyLibrary, Excerpt, Heading, NotFound, Span
from tests.discord_standin import limits

HOSTILE = [
    "@everyone and @here",
    "<@123> <@!123> <@&123> <#123> <:blob:123> <a:blob:123> <t:1700000000:R> </ask:123> <id:customize>",
    "[click me](https://evil.example)",
    "https://evil.example/path and discord.gg/invite",
    "`code` ```fence``` ``two``",
    "> quote\n>>> long quote",
    "||spoiler|| ~~gone~~ __under__ _it_ *it* **bold** ***both***",
    "# one\n## two\n-# small",
    "- a\n* b\n+ c\n  - d\n1. e\n22. f",
    "said the other [2] and `[3]`",
    ":smile: 10:30:45 a::b",
    "back\\slash \\* \\\\",
    "¯\\_(ツ)_/¯",
    "👩‍👩‍👧‍👦 é e\u0301 שלום",
]
# What would mean something to Discord if it stood without a backslash.
ACTIVE = re.compile(r"[*_~`|<@\[\]]|://|:\w+:|^[^\S\n]*(?:[>#+-]|\d+\.)", re.MULTILINE)
ESCAPE = re.compile(r"\\[^0-9A-Za-z\s]")
TOKEN = re.compile(r"\\(?P<escaped>[^0-9A-Za-z\s])|(?P<bold>\*\*)|(?P<plain>[\s\S])")

words = st.text(
    st.one_of(st.sampled_from("*_~`|<>@[]()#+-.:/\\0 1a\n!&"), st.characters(exclude_categories=["Cs"])), min_size=1
)
hostile = st.lists(st.one_of(words, st.sampled_from(HOSTILE)), min_size=1, max_size=4).map("\n".join)
quotes = hostile.map(normalise).filter(bool)


def excerpt(
    number: int, quote: str, *marks: tuple[int, int], title: str = "A title", url: str | None = None
) -> Excerpt:
    start = 100
    citation = Citation("a1", title, "/a.md", url, "0" * 64, Span(start, start + len(quote)), ("Part",), 3, None)
    return Excerpt(number, quote, tuple(Span(start + a, start + b) for a, b in marks), 0.9, citation)


def answer(*excerpts: Excerpt, question: str = "Who?", interpreted: str | None = None) -> Answer:
    return Answer(question, interpreted or question, 0.9, excerpts, ())


def description(reply: Answer | NotFound | EmptyLibrary) -> str:
    return reply_embed(reply, library="42").description or ""


def quoted(shown: str) -> dict[int, tuple[str, str]]:
    """By number: the quote as a reader sees it, and the parts of it that are bold."""
    found = {}
    for block in re.findall(r"(?:^> .*\n?)+", shown, re.MULTILINE):
        body = re.sub(r"^> ", "", block.rstrip("\n"), flags=re.MULTILINE)
        match = re.fullmatch(r"([\s\S]*) `\[(\d+)\]`", body)
        assert match, f"a quote without its number: {body!r}"
        plain, bold, inside = "", "", False
        for token in TOKEN.finditer(match[1]):
            inside ^= token["bold"] is not None
            seen = token["escaped"] or token["plain"] or ""
            plain += seen
            bold += seen if inside else ""
        found[int(match[2])] = (plain, bold)
    return found


def sources(shown: str) -> dict[int, str]:
    return {int(number): line for number, line in re.findall(r"^`\[(\d+)\]` (.*)$", shown, re.MULTILINE)}


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_words_mean_nothing_to_discord(text: str) -> None:
    assert not ACTIVE.search(ESCAPE.sub("x", escaped(text)))
    assert unescaped(escaped(text)) == text


@given(quotes)
def test_escaping_hides_nothing_and_leaves_no_markup(text: str) -> None:
    assert not ACTIVE.search(ESCAPE.sub("x", escaped(text)))
    assert unescaped(escaped(text)) == text


def test_what_turns_or_hides_text_is_dropped() -> None:
    assert escaped("a\u202eb\u200bc\u2066d\ufeff") == "abcd"


def test_an_answer_is_quotes_with_numbers_and_bold_then_sources() -> None:
    reply = answer(
        excerpt(1, "Mira Okafor runs it.", (0, 11), url="https://pool.example/a(b)?c=d"),
        excerpt(2, "It opens at seven."),
    )
    assert description(reply) == (
        "> **Mira Okafor** runs it. `[1]`\n"
        "\n"
        "> It opens at seven. `[2]`\n"
        "\n"
        "`[1]` A title › Part, paragraph 3 · [pool.example](<https://pool.example/a%28b%29?c=d>)\n"
        "`[2]` A title › Part, paragraph 3"
    )


@given(st.lists(quotes, min_size=1, max_size=3), st.data())
def test_the_quotes_read_back_are_the_stored_ones(texts: list[str], data: st.DataObject) -> None:
    excerpts = []
    for number, text in enumerate(texts, 1):
        ends = sorted(data.draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=4))) if len(text) > 1 else []
        marks = list(zip(ends[::2], ends[1::2], strict=False))
        excerpts.append(excerpt(number, text, *marks))
    found = quoted(description(answer(*excerpts)))
    assert [found[each.number][0] for each in excerpts] == texts
    for each in excerpts:
        marked = "".join(piece for piece, answers in each.marked() if answers)
        assert "".join(found[each.number][1].split()) == "".join(marked.split())


@given(st.lists(quotes, min_size=1, max_size=3), hostile)
def test_no_article_can_forge_a_citation(texts: list[str], title: str) -> None:
    shown = description(answer(*(excerpt(number, text, title=title) for number, text in enumerate(texts, 1))))
    numbers = list(range(1, len(texts) + 1))
    assert [int(each) for each in re.findall(r"(?<!\\)`\[(\d+)\]`", shown)] == numbers * 2
    assert list(quoted(shown)) == list(sources(shown)) == numbers


@pytest.mark.parametrize("size", [10, 600, 1200, 2000, 4000, 9000])
@pytest.mark.parametrize("character", ["a", "*", "𝕏", "`"])
def test_the_longest_parts_stay_inside_the_limits_and_no_quote_loses_its_number(size: int, character: str) -> None:
    long = character * size
    url = f"https://example.org/{'x' * size}"
    reply = answer(
        *(excerpt(number, long, (0, size), title=long, url=url) for number in (1, 2, 3)),
        question=long,
        interpreted=f"{long} {long}",
    )
    embed = reply_embed(reply, library="42", show_question=True)
    assert list(limits.message({"embeds": [embed.to_dict()]}, new=True)) == []
    shown = embed.description or ""
    assert quoted(shown).keys() == sources(shown).keys()
    assert all(quote == (long, long) for quote in quoted(shown).values())


def test_an_excerpt_without_room_is_left_out_whole() -> None:
    shown = description(answer(excerpt(1, "a" * 3000), excerpt(2, "b" * 3000)))
    assert list(quoted(shown)) == list(sources(shown)) == [1]


def test_a_quote_too_long_for_discord_is_not_cut_but_pointed_to() -> None:
    shown = description(answer(excerpt(1, "a" * 5000)))
    assert quoted(shown) == {}
    assert "A title › Part, paragraph 3" in shown


@pytest.mark.parametrize(
    ("url", "link"),
    [
        pytest.param("javascript:alert(1)", "", id="another scheme"),
        pytest.param("https://[::1", "", id="malformed"),
        pytest.param("https://good.example@evil.example/", "evil.example", id="a user that looks like a host"),
        pytest.param("https://a.example/)> [x](y", "a.example", id="one that would end the link"),
        pytest.param("https://a.example/%20b", "a.example", id="encoded already"),
    ],
)
def test_a_link_shows_where_it_leads(url: str, link: str) -> None:
    source = sources(description(answer(excerpt(1, "Yes.", url=url))))[1]
    shown = re.fullmatch(r"A title › Part, paragraph 3(?: · \[(.*)\]\(<(.*)>\))?", source)
    assert shown
    assert (shown[1] or "") == link
    assert not re.search(r"[\s<>()\[\]]", shown[2] or "")


def test_an_address_that_is_too_long_leaves_its_host() -> None:
    source = sources(description(answer(excerpt(1, "Yes.", url=f"https://a.example/{'b' * 500}"))))[1]
    assert source == "A title › Part, paragraph 3 · a.example"


def test_a_changed_question_is_shown_as_it_was_understood() -> None:
    assert description(answer(excerpt(1, "Yes."), interpreted="Who _else_?")).startswith(
        "-# Understood as: Who \\_else\\_?\n> Yes."
    )


def test_the_question_is_shown_where_nobody_else_sees_it() -> None:
    reply = answer(excerpt(1, "Yes."), question="Is it *true*?")
    assert reply_embed(reply, library="42", show_question=True).title == "Is it \\*true\\*?"
    assert reply_embed(reply, library="42").title is None


def test_not_found_names_places_and_no_numbers() -> None:
    nearest = (Heading("a1", "Pool [1]", ("Hours",)), Heading("a2", "Sauna", ()))
    shown = description(NotFound("Who?", "Who?", 0.1, nearest, ()))
    assert shown == (
        "The articles do not seem to answer that.\n\nNearest places to look:\n• Pool \\[1\\] › Hours\n• Sauna"
    )
    assert description(NotFound("Who?", "Who?", 0.1, (), ())) == "The articles do not seem to answer that."


def test_an_empty_library_says_how_to_begin() -> None:
    assert "pullquote --library 42 add FILE" in description(EmptyLibrary("Who?", "Who?"))


def test_a_notice_is_escaped_and_bounded() -> None:
    assert notice_embed("Not *that*.").description == "Not \\*that\\*."
    embed = notice_embed("*" * 9000)
    assert list(limits.message({"embeds": [embed.to_dict()]}, new=True)) == []
    assert unescaped(embed.description or "").rstrip("…").strip("*") == ""


def test_conversations_are_bounded_and_the_oldest_forgotten_first() -> None:
    conversations = Conversations(answers=2)
    for message_id in (1, 2, 3):
        conversations.remember(message_id, tuple(f"{message_id}.{number}" for number in range(7)))
    assert conversations.up_to(1) == conversations.up_to(None) == ()
    assert conversations.up_to(3) == ("3.2", "3.3", "3.4", "3.5", "3.6")
