"""What is seen on a terminal: quotes with their numbers, wrapped, and nothing that an article could do to it."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from bot.terminal.doctor import Check
from bot.terminal.look import article_view, checks_view, context_view, list_view, reply_view
from bot.terminal.screen import printable
from embeddings.types import (
    Answer,
    Article,
    Chunk,
    Citation,
    Context,
    EmptyLibrary,
    Excerpt,
    Heading,
    NotFound,
    Span,
    StoredArticle,
)

WIDTHS = pytest.mark.parametrize("width", [30, 60, 80, 140])


def shown(view: RenderableType, width: int = 60, *, colours: bool = False) -> str:
    console = Console(
        file=io.StringIO(),
        width=width,
        highlight=False,
        markup=False,
        emoji=False,
        force_terminal=colours,
        color_system="standard" if colours else None,
    )
    console.print(view)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def answer(*quotes: str, marks: tuple[Span, ...] = (), title: str = "Pool") -> Answer:
    excerpts = tuple(
        Excerpt(number, quote, marks, 0.9, citation(quote, title)) for number, quote in enumerate(quotes, 1)
    )
    return Answer("When?", "When?", 0.9, excerpts, ())


def citation(quote: str, title: str = "Pool") -> Citation:
    return Citation("a1", title, "/pool.md", None, "0" * 64, Span(0, len(quote)), ("Times",), 4, None)


def article(title: str = "Pool", source: str = "/pool.md") -> Article:
    return Article("a1b2c3d4", title, source, None, "0" * 64, "2026-01-01T00:00:00", "2026-01-02T00:00:00", 12345, 9, 8)


@WIDTHS
def test_a_quote_is_wrapped_to_the_width_and_keeps_its_number(width: int) -> None:
    quote = ("The pool opens at seven in the morning on every day of the week. " * 3).strip()
    lines = shown(reply_view(answer(quote, "It closes at nine.")), width).splitlines()
    assert max(map(cell_len, lines)) <= width
    assert lines == [line.rstrip() for line in lines]
    quoted = " ".join(line.removeprefix("│ ") for line in lines if line.startswith("│"))
    assert quoted == f"{quote} [1] It closes at nine. [2]"
    sources = " ".join(line.strip() for line in lines if not line.startswith("│") and line)
    assert sources == "[1] Pool › Times, paragraph 4 /pool.md [2] Pool › Times, paragraph 4 /pool.md"


def test_the_answering_words_stand_out_where_there_are_styles_and_only_there() -> None:
    reply = answer("It opens at seven.", marks=(Span(12, 17),))
    assert "\x1b[1mseven\x1b[0m" in shown(reply_view(reply), colours=True)
    assert shown(reply_view(reply)).startswith("│ It opens at seven. [1]\n")


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ("\x1b[31mred", "�[31mred"),
        ("\x07bell\x9b", "�bell�"),
        ("over\u202etaken", "over�taken"),
        ("half\ud800", "half�"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("10\u00a0%", "10\u00a0%"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_what_a_terminal_would_act_upon_is_replaced_and_nothing_else(words: str, seen: str) -> None:
    assert printable(words) == seen


def test_one_line_stays_one_line() -> None:
    assert printable("a\r\nb\nc", lines=False) == "a� b c"


@pytest.mark.parametrize("hostile", ["\x1b[31mred", "\u202eright to left", "[bold]markup[/bold]", ":smile:"])
def test_words_of_an_article_do_nothing_to_the_terminal(hostile: str) -> None:
    stored = StoredArticle(article(hostile, hostile), hostile, (Chunk(Span(0, 1), 0, 0, (hostile,)),))
    refused = NotFound(hostile, f"{hostile} too", 0.1, (Heading("a1", hostile, (hostile,)),), ())
    excerpt = answer(hostile).excerpts[0]
    for view in (
        reply_view(answer(hostile, title=hostile)),
        reply_view(refused),
        context_view(excerpt, Context(hostile, Span(0, 3), (hostile,), changed=True)),
        list_view([article(hostile, hostile)]),
        article_view(stored),
    ):
        seen = shown(view, 200)
        assert not {"\x1b", "\u202e"} & set(seen)
        assert printable(hostile) in seen.replace("⟦", "").replace("⟧", "")


def test_no_answer_has_no_citation_but_places_to_look() -> None:
    refused = NotFound("And when?", "Who? And when?", 0.1, (Heading("a1", "Pool", ("Times", "Winter")),), ())
    assert shown(reply_view(refused)) == (
        "Understood as: Who? And when?\n\nThe articles do not seem to answer that.\n\n"
        "Nearest places to look:\n  · Pool › Times › Winter\n"
    )


def test_an_empty_library_says_how_to_fill_it() -> None:
    assert "pullquote add" in shown(reply_view(EmptyLibrary("Who?", "Who?")))


def test_an_excerpt_is_marked_in_its_context_with_styles_and_without() -> None:
    excerpt = answer("It opens at seven.").excerpts[0]
    context = Context("The pool.\n\nIt opens at seven. Bring a towel.", Span(11, 29), ("Times",), changed=False)
    plain = shown(context_view(excerpt, context))
    assert plain.startswith("[1] Pool › Times, paragraph 4\n    /pool.md\n")
    assert "  ⟦It opens at seven.⟧ Bring a towel." in plain
    assert "\x1b[1m⟦It opens at seven.⟧\x1b[0m" in shown(context_view(excerpt, context), colours=True)
    later = Context(context.text, context.excerpt, (), changed=True)
    assert "has changed since" in shown(context_view(excerpt, later), 80)


@WIDTHS
def test_a_list_fits_the_width_and_holds_all_of_each_article(width: int) -> None:
    long = article(
        "A title that has rather many words in it", "/a/path/that/is/longer/than/a/narrow/terminal/is/wide.md"
    )
    lines = shown(list_view([long]), width).splitlines()
    assert max(map(cell_len, lines)) <= width
    seen = "".join(lines).replace(" ", "")
    if width >= 60:
        for part in (long.id, "12,345", "2026-01-02"):
            assert part in seen


def test_the_headings_of_an_article_stand_out() -> None:
    stored = StoredArticle(article(), "Times\n\nIt opens.", (Chunk(Span(7, 16), 0, 0, ("Times",)),))
    assert "\x1b[1mTimes\x1b[0m" in shown(article_view(stored), colours=True)
    assert shown(article_view(stored)).endswith("/pool.md\n\nTimes\n\nIt opens.\n")


def test_a_check_that_fails_says_what_to_do() -> None:
    checks = [Check("database", False, "damaged", "repair it"), Check("model", True, "present")]
    assert shown(checks_view(checks)) == "FAIL  database: damaged; repair it\nok    model: present\n"
