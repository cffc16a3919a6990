"""What is seen on a terminal: quotes with their numbers, wrapped, and nothing that an article could do to it."""

import io

import pytest
from rich.console import Console

from bot.terminal import list_view, reply_view, safe
from embeddings.types import Answer, Article, Citation, EmptyLibrary, Excerpt, NotFound, Span


def shown(view: object, width: int = 60, *, colours: bool = False) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, markup=False, force_terminal=colours)
    console.print(view)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def answer(quote: str, *marks: Span, title: str = "Pool") -> Answer:
    citation = Citation("a1", title, "/pool.md", None, "0" * 64, Span(0, len(quote)), ("Times",), 4, None)
    return Answer("When?", "When?", 0.9, (Excerpt(1, quote, marks, 0.9, citation),), ())


@pytest.mark.parametrize("width", [40, 60, 80, 140])
def test_a_quote_is_wrapped_to_the_width_and_keeps_its_number(width: int) -> None:
    quote = "The pool opens at seven in the morning on every day of the week. " * 3
    lines = shown(reply_view(answer(quote.strip())), width).splitlines()
    assert max(map(len, lines)) <= width
    quoted = [line for line in lines if line.startswith("│ ")]
    assert quoted[-1].rstrip().endswith("[1]")
    assert " ".join(line.removeprefix("│ ").strip() for line in quoted) == f"{quote.strip()}\N{NO-BREAK SPACE}[1]"
    assert "[1] Pool › Times, paragraph 4" in "\n".join(lines)


def test_the_answering_words_stand_out_in_colour_only() -> None:
    reply = answer("It opens at seven.", Span(12, 17))
    assert "\x1b[1mseven\x1b[0m" in shown(reply_view(reply), colours=True)
    assert "\x1b" not in shown(reply_view(reply))


@pytest.mark.parametrize(
    "hostile",
    ["\x1b[31mred", "\x07bell", "\u202eright to left", "[bold]markup[/bold]", ":smile:", "a\x1b]8;;http://evil\x07b"],
)
def test_words_of_an_article_do_nothing_to_the_terminal(hostile: str) -> None:
    seen = shown(reply_view(answer(hostile, title=hostile)), 200)
    assert not {"\x1b", "\x07", "\u202e"} & set(seen)
    assert "".join(char if char.isprintable() else "�" for char in hostile) in seen
    article = Article("a1", hostile, hostile, None, "0" * 64, "2026-01-01", "2026-01-01", 1, 1, 1)
    assert not {"\x1b", "\x07", "\u202e"} & set(shown(list_view([article]), 200))
    assert safe("fine\nand\ttabs").plain == "fine\nand\ttabs"


def test_no_answer_has_no_citation() -> None:
    refused = NotFound("Who? And when?", "And when?", 0.1, (), ())
    assert "do not seem to answer" in shown(reply_view(refused))
    assert "Understood as: And when?" in shown(reply_view(refused))
    assert "[1]" not in shown(reply_view(refused))
    assert "pullquote add" in shown(reply_view(EmptyLibrary("Who?", "Who?")))
