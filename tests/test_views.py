"""Replies as displayed in Discord."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.posting.buttons import Action, AnswerButton, Press, View
from bot.posting.markdown import escaped, is_quotable, label, plain
from bot.posting.views import Frame, Passage, context_view, gone_view, notice_view, passages_view, reply_view
from embeddings.clean import normalise
from embeddings.types import Answer, Citation, Context, EmptyLibrary, Excerpt, Heading, NotFound, Reply, Span
from tests.discord_standin import limits
from tests.discord_standin.markdown import Line, read
from tests.discord_standin.messages import COMPONENTS_V2, components_within, texts

HOSTILE = [
    "@everyone and @here",
    "<@123> <@!123> <@&123> <#123> <:blob:123> <a:blob:123> <t:1700000000:R> </ask:123> <id:customize>",
    "[click me](https://evil.example)",
    "https://evil.example/path and discord.gg/invite and discord.com/invite/abc",
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
    ">>> all of it\nto the end",
    "<https://evil.example/> www.evil.example",
]
words = st.text(
    st.one_of(st.sampled_from("*_~`|<>@[]()#+-.:/\\0 1a\n!&"), st.characters(exclude_categories=["Cs"])), min_size=1
)
hostile = st.lists(st.one_of(words, st.sampled_from(HOSTILE)), min_size=1, max_size=4).map("\n".join)
quotes = hostile.map(normalise).filter(lambda text: bool(text) and is_quotable(text))


BARE = Frame()


def excerpt(
    number: int, quote: str, *marks: tuple[int, int], title: str = "A title", url: str | None = None
) -> Excerpt:
    start = 100
    citation = Citation("a1", title, "/a.md", url, "0" * 64, Span(start, start + len(quote)), ("Part",), 3, None)
    return Excerpt(number, quote, tuple(Span(start + a, start + b) for a, b in marks), 0.9, citation)


def answer(*excerpts: Excerpt, question: str = "Who?", interpreted: str | None = None) -> Answer:
    return Answer(question, interpreted or question, 0.9, excerpts, ())


def components(reply: Reply, frame: Frame = BARE) -> list[dict[str, Any]]:
    return made(reply_view(reply, frame, library="42"))


def made(view: View) -> list[dict[str, Any]]:
    """The components of a view, as sent."""
    parts: list[dict[str, Any]] = view.to_components()  # type: ignore[no-untyped-call]
    return parts


def shown(reply: Reply, frame: Frame = BARE) -> str:
    """All text of a reply."""
    return "\n".join(texts(components(reply, frame)))


def is_taken(parts: list[dict[str, Any]]) -> bool:
    return list(limits.message({"flags": COMPONENTS_V2, "components": parts}, new=True)) == []


def labels(parts: list[dict[str, Any]]) -> list[str]:
    return [each["label"] for each in components_within(parts) if each["type"] == 2]


def quotes_in(parts: list[dict[str, Any]]) -> dict[int, tuple[str, str]]:
    """By number: the quote as displayed, and its bold parts; asserts that nothing else in it is markup."""
    found = {}
    for text in texts(parts):
        lines = read(text)
        if not any(line.kind == "quote" for line in lines):
            continue
        assert {line.kind for line in lines} == {"quote"}
        pieces = [piece for line in lines for piece in (*line.pieces, None)][:-1]
        number = pieces.pop()
        assert number, f"a quote without its number: {text!r}"
        assert number.style.code
        seen = "".join("\n" if each is None else each.text for each in pieces)
        assert seen.endswith(" ")
        for piece in pieces:
            assert piece is None or inert(piece.style)
        bold = "".join(each.text for each in pieces if each and each.style.bold)
        match = re.fullmatch(r"\[(\d+)\]", number.text)
        assert match
        found[int(match[1])] = (seen[:-1], bold)
    return found


def inert(style: Any) -> bool:
    return not (
        style.italic or style.underline or style.struck or style.spoiler or style.code or style.link or style.live
    )


def sources_in(parts: list[dict[str, Any]]) -> dict[int, Line]:
    """By number: the line with the source of a quote."""
    lines = [line for text in texts(parts) for line in read(text) if line.kind == "subtext"]
    return {int(line.text[1]): line for line in lines if re.match(r"\[\d\]", line.text) and line.pieces[0].style.code}


# Untrusted text


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_words_mean_nothing_to_discord(text: str) -> None:
    lines = read(escaped(text))
    assert {line.kind for line in lines} <= {"plain"}
    assert all(inert(piece.style) and not piece.style.bold for line in lines for piece in line.pieces)
    assert "\n".join(line.text for line in lines) == text


@given(hostile)
def test_escaping_hides_nothing_and_leaves_no_markup(text: str) -> None:
    lines = read(escaped(text))
    assert {line.kind for line in lines} <= {"plain"}
    assert all(inert(piece.style) and not piece.style.bold for line in lines for piece in line.pieces)
    assert "\n".join(line.text for line in lines) == text


@given(hostile)
def test_a_label_is_one_short_line_without_markup(text: str) -> None:
    (line,) = read(label(text, 40)) or [Line("plain", ())]
    assert line.kind == "plain"
    assert len(line.text.strip("\u2068\u2069")) <= 40
    assert all(inert(piece.style) and not piece.style.bold for piece in line.pieces)


def test_what_turns_or_hides_text_is_dropped_from_labels() -> None:
    assert label("a\u202eb\u200bc\u2066d\ufeff\U000e0041e", 40) == "abcde"
    assert plain("e" + "\u0301" * 40, 40) == "e" + "\u0301" * 4
    # Right-to-left text is isolated, so that it does not reorder its surroundings.
    assert label("שלום", 40) == "\u2068שלום\u2069"


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        pytest.param("ordinary words, é, 👩‍👩‍👧‍👦, 🏴󠁧󠁢󠁥󠁮󠁧󠁿, שלום, हिन्दी", True, id="scripts and emoji"),
        pytest.param("Z" + "\u0334" * 12 + "algo", False, id="piles of marks"),
        pytest.param("hidden\U000e0041\U000e0042", False, id="tags that cannot be seen"),
        pytest.param("in\u2063visible", False, id="an invisible separator"),
    ],
)
def test_words_that_run_over_or_hide_are_not_quoted(text: str, fit: bool) -> None:
    assert is_quotable(text) is fit
    assert ("cannot be quoted here" in shown(answer(excerpt(1, text)))) is not fit


# An answer


def test_an_answer_is_each_quote_in_bold_where_it_answers_with_its_source_below() -> None:
    reply = answer(
        excerpt(1, "Mira Okafor runs it.", (0, 11), url="https://pool.example/a(b)?c=d"),
        excerpt(2, "It opens at seven."),
    )
    frame = Frame(key=12, dates={"a1": "2026-11-03T10:00:00+00:00"})
    parts = components(reply, frame)
    assert texts(parts) == [
        "> **Mira Okafor** runs it. `[1]`",
        "-# `[1]` A title › Part, paragraph 3 · <t:1793700000:D> · [pool.example](<https://pool.example/a%28b%29?c=d>)",
        "> It opens at seven. `[2]`",
        "-# `[2]` A title › Part, paragraph 3 · <t:1793700000:D>",
    ]
    assert labels(parts) == ["In context", "In context", "Helpful", "Not helpful", "More passages", "Remove"]
    assert is_taken(parts)


def test_what_was_not_recorded_has_no_buttons() -> None:
    assert labels(components(answer(excerpt(1, "Yes.")))) == []


def test_what_one_member_alone_sees_needs_no_button_to_remove_it() -> None:
    assert "Remove" not in labels(components(answer(excerpt(1, "Yes.")), Frame(key=1, can_be_removed=False)))


@given(st.lists(quotes, min_size=1, max_size=3), st.data())
def test_the_quotes_read_back_are_the_stored_ones(written: list[str], data: st.DataObject) -> None:
    excerpts = []
    for number, text in enumerate(written, 1):
        ends = sorted(data.draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=4))) if len(text) > 1 else []
        excerpts.append(excerpt(number, text, *zip(ends[::2], ends[1::2], strict=False)))
    found = quotes_in(components(answer(*excerpts), Frame(key=1)))
    assert [found[each.number][0] for each in excerpts] == written
    for each in excerpts:
        bold = "".join(piece for piece, answers in each.marked() if answers)
        assert "".join(found[each.number][1].split()) == "".join(bold.split())


@given(st.lists(quotes, min_size=1, max_size=3), hostile)
def test_no_article_can_forge_a_citation(written: list[str], title: str) -> None:
    reply = answer(*(excerpt(number, text, title=title) for number, text in enumerate(written, 1)))
    parts = components(reply, Frame(key=1))
    numbers = list(range(1, len(written) + 1))
    assert list(quotes_in(parts)) == list(sources_in(parts)) == numbers
    codes = [piece.text for text in texts(parts) for line in read(text) for piece in line.pieces if piece.style.code]
    assert codes == [f"[{number}]" for number in numbers for _ in range(2)]


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
    parts = components(reply, Frame(key=10**15 - 1, show_question=True, note=long, dates={"a1": "2026-11-03T10:00:00"}))
    assert is_taken(parts)
    found = quotes_in(parts)
    assert found.keys() == sources_in(parts).keys()
    assert all(quote == (long, long) for quote in found.values())


def test_an_excerpt_without_room_is_left_out_whole() -> None:
    parts = components(answer(excerpt(1, "a" * 3000), excerpt(2, "b" * 3000)))
    assert list(quotes_in(parts)) == list(sources_in(parts)) == [1]


def test_a_quote_too_long_for_discord_is_not_cut_but_pointed_to() -> None:
    reply = answer(excerpt(1, "a" * 5000))
    assert quotes_in(components(reply)) == {}
    assert "A title › Part, paragraph 3" in shown(reply)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        pytest.param("javascript:alert(1)", "", id="another scheme"),
        pytest.param("https://[::1", "", id="malformed"),
        pytest.param("https://good.example@evil.example/", "evil.example", id="a user that looks like a host"),
        pytest.param("https://a.example/)> [x](y", "a.example", id="one that would end the link"),
        pytest.param("https://a.example/%20b", "a.example", id="encoded already"),
        pytest.param("https://xn--80ak6aa92e.com/", "xn--80ak6aa92e.com", id="letters that look like others"),
    ],
)
def test_a_link_shows_where_it_leads(url: str, link: str) -> None:
    source = sources_in(components(answer(excerpt(1, "Yes.", url=url))))[1]
    (shown_as,) = [piece.text for piece in source.pieces if piece.style.link] or [""]
    assert shown_as == link
    assert all(re.fullmatch(r"https://[^\s<>()\[\]]+", piece.style.link) for piece in source.pieces if piece.style.link)


def test_an_address_that_is_too_long_leaves_its_page_or_its_host() -> None:
    url = f"https://a.example/page#:~:text={'b' * 500}"
    source = sources_in(components(answer(excerpt(1, "Yes.", url=url))))[1]
    assert [piece.style.link for piece in source.pieces if piece.style.link] == ["https://a.example/page"]
    source = sources_in(components(answer(excerpt(1, "Yes.", url=f"https://a.example/{'b' * 500}"))))[1]
    assert source.text == "[1] A title › Part, paragraph 3 · a.example"


def test_a_changed_question_is_shown_as_it_was_understood() -> None:
    assert shown(answer(excerpt(1, "Yes."), interpreted="Who _else_?")).startswith(
        "-# Understood as: Who \\_else\\_?\n> Yes."
    )


def test_a_question_that_was_understood_without_its_greeting_is_not_shown_again() -> None:
    assert "Understood as" not in shown(
        answer(excerpt(1, "Yes."), question="Hi all, who's that?", interpreted="who's that?")
    )


def test_the_question_is_shown_where_nobody_else_sees_it() -> None:
    reply = answer(excerpt(1, "Yes."), question="Is it *true*?")
    assert shown(reply, Frame(show_question=True)).startswith("### Is it \\*true\\*?\n")
    assert "true" not in shown(reply)


# Refusals


def test_not_found_names_places_and_no_numbers_and_offers_to_tell() -> None:
    nearest = (Heading("a1", "Pool [1]", ("Hours",)), Heading("a2", "Sauna", ()))
    reply = NotFound("Who?", "Who?", 0.1, nearest, ())
    assert shown(reply) == (
        "The articles do not seem to answer that.\n\nNearest places to look:\n• Pool \\[1\\] › Hours\n• Sauna"
    )
    assert shown(NotFound("Who?", "Who?", 0.1, (), ())) == "The articles do not seem to answer that."
    assert labels(components(reply, Frame(key=3))) == ["Tell me when this can be answered", "More passages", "Remove"]


def test_an_empty_library_says_how_to_begin() -> None:
    assert "pullquote --library 42 add FILE" in shown(EmptyLibrary("Who?", "Who?"))


def test_a_notice_is_escaped_and_bounded() -> None:
    assert texts(made(notice_view("Not *that*."))) == ["Not \\*that\\*."]
    assert is_taken(made(notice_view("*" * 9000)))


# Responses to buttons


def context(before: str, words: str, after: str) -> Context:
    return Context(before + words + after, Span(len(before), len(before) + len(words)), (), changed=False)


def test_in_context_the_excerpt_is_bold_among_what_surrounds_it() -> None:
    view = context_view("Pool", context("Before.\n\n", "It opens.", "\n\nAfter."))
    assert texts(made(view)) == ["### Pool", "> Before.\n> \n> **It opens.**\n> \n> After."]


@given(hostile, quotes, hostile)
def test_context_reads_back_as_the_article_has_it(before: str, words: str, after: str) -> None:
    text = normalise(f"{before}\n\n{words}\n\n{after}")
    start = text.find(words)
    view = context_view("Pool", Context(text, Span(start, start + len(words)), (), changed=False))
    lines = [line for each in texts(made(view)) for line in read(each) if line.kind == "quote"]
    if lines:
        assert "\n".join(line.text for line in lines) == text
        assert all(inert(piece.style) for line in lines for piece in line.pieces)
    else:
        assert not is_quotable(text)


@pytest.mark.parametrize("size", [10, 1000, 3000, 9000])
@pytest.mark.parametrize("words", ["a ", "*`", "𝕏 "])
def test_context_stays_inside_the_limits_with_the_excerpt_whole(size: int, words: str) -> None:
    long = words * (size // 2)
    parts = made(context_view(long, context(long, "It opens.", long)))
    assert is_taken(parts)
    assert "**It opens.**" in "".join(texts(parts))
    assert is_taken(made(context_view(long, context(long, long, long))))


def test_what_is_gone_says_so() -> None:
    assert "removed" in texts(made(gone_view(is_removed=True)))[0]
    assert "no longer contains" in texts(made(gone_view(is_removed=False)))[0]


@pytest.mark.parametrize("size", [10, 900, 3000, 9000])
def test_passages_are_shown_whole_or_not_at_all(size: int) -> None:
    passages = [Passage("*" * size, "Pool", ("Hours",)) for _ in range(5)]
    parts = made(passages_view(passages))
    assert is_taken(parts)
    quotes_shown = [line.text for text in texts(parts) for line in read(text) if line.kind == "quote"]
    assert set(quotes_shown) <= {"*" * size}
    assert not re.search(r"`\[\d", "".join(texts(parts)))


# The buttons


@given(st.sampled_from(Action), st.integers(0, 10**15 - 1), st.integers(0, 99))
def test_a_button_says_what_it_stands_for(action: Action, key: int, number: int) -> None:
    custom_id = AnswerButton(Press(action, key, number), "x").custom_id
    assert len(custom_id) <= limits.CUSTOM_ID
    match = AnswerButton.__discord_ui_compiled_template__.fullmatch(custom_id)
    assert match
    assert (match["action"], int(match["key"]), int(match["number"])) == (action, key, number)


@pytest.mark.parametrize(
    "forged", ["pullquote:context:1", "pullquote:drop:1:0", "pullquote:context:-1:0", "pullquote:context:1:0:1", "x"]
)
def test_another_custom_id_is_none_of_ours(forged: str) -> None:
    assert not AnswerButton.__discord_ui_compiled_template__.fullmatch(forged)
