"""Terminal output: numbered, wrapped quotes, and no control sequences from articles."""

import io
import sys
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from bot.terminal.doctor import Check
from bot.terminal.look import (
    article_view,
    changes_view,
    checks_view,
    context_view,
    history_view,
    list_view,
    reply_view,
)
from bot.terminal.screen import printable, put
from embeddings.types import (
    Answer,
    Article,
    Changes,
    Chunk,
    Citation,
    Context,
    EmptyLibrary,
    Excerpt,
    Heading,
    NotFound,
    Span,
    StoredArticle,
    Version,
)

ADDRESS = f"https://news.example/{'a-very-long-story-' * 9}end#:~:text=Seven"
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
    console.print(view, crop=False)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def answer(*quotes: str, marks: tuple[Span, ...] = (), title: str = "Pool", url: str | None = None) -> Answer:
    excerpts = tuple(
        Excerpt(number, quote, marks, 0.9, citation(quote, title, url)) for number, quote in enumerate(quotes, 1)
    )
    return Answer("When?", "When?", 0.9, excerpts, ())


def citation(quote: str, title: str = "Pool", url: str | None = None) -> Citation:
    return Citation("a1", title, "/pool.md", url, "0" * 64, Span(0, len(quote)), ("Times",), 4, None)


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
    long = article("A title that has rather many words in it, more than go on a line", "/a/path to it.md")
    *facts, source = shown(list_view([replace(long, gone="2026-02-03T00:00:00")]), width).splitlines()
    assert max(map(cell_len, facts)) <= width
    assert " ".join(map(str.strip, facts)) == (
        f"a1b2c3d4  {long.title} (12,345 characters, 2026-01-02, gone since 2026-02-03)"
    )
    assert source == "          /a/path to it.md"


@WIDTHS
def test_a_history_fits_the_width_and_says_all_of_each_version(width: int) -> None:
    first = Version("a" * 64, "2026-01-01T10:20:30", 1234, False, 17, 0)
    second = Version("b" * 64, "2026-01-02T10:20:30", 1239, True, 1, 2)
    lines = shown(history_view([first, second]), width).splitlines()
    assert max(map(cell_len, lines)) <= width
    assert lines == [line.rstrip() for line in lines]
    assert " ".join(map(str.strip, lines)) == (
        f"{'a' * 12}  2026-01-01 10:20, 1,234 characters, 17 paragraphs "
        f"{'b' * 12}  2026-01-02 10:20, 1,239 characters, 1 paragraph new, 2 gone (current)"
    )


@WIDTHS
@pytest.mark.parametrize(
    "view",
    [
        pytest.param(list_view([article(source=ADDRESS)]), id="in a list"),
        pytest.param(reply_view(answer(f"See {ADDRESS}", "It opens.", url=ADDRESS)), id="of and in an answer"),
        pytest.param(reply_view(answer("It opens.", url="/a path/of many words/" * 9)), id="a path with spaces"),
        pytest.param(
            context_view(answer("It opens.", url=ADDRESS).excerpts[0], Context(f"At {ADDRESS}", Span(0, 2), (), False)),
            id="in the context",
        ),
        pytest.param(article_view(StoredArticle(article(source=ADDRESS), f"See {ADDRESS}.", ())), id="in an article"),
        pytest.param(changes_view(Changes((f"See {ADDRESS}",), ())), id="in a change"),
        pytest.param(checks_view([Check("data", True, f"it is {ADDRESS}")]), id="in a check"),
    ],
)
def test_an_address_stays_whole_at_any_width(view: RenderableType, width: int) -> None:
    seen = shown(view, width)
    assert seen.count(ADDRESS) == seen.count("news.example")
    assert ("/a path/of many words/" * 9 in seen) is (ADDRESS not in seen)


def test_words_without_spaces_are_broken_so_that_they_keep_their_bar() -> None:
    lines = shown(reply_view(answer("游泳池早上七点开门。" * 9)), 30).splitlines()
    assert [line for line in lines if line][:-2] == [line for line in lines if line.startswith("│ ")]


def test_where_there_is_no_terminal_nothing_is_wrapped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    quote = "The pool opens at seven in the morning on every day of the week."
    for view in (
        reply_view(answer(quote)),
        changes_view(Changes((quote,), (quote,))),
        article_view(StoredArticle(article(), quote, ())),
        list_view([article(quote)]),
    ):
        put(view)
        seen = capsys.readouterr().out
        assert quote in seen
        assert seen.splitlines() == [line.rstrip() for line in seen.splitlines()]
        with monkeypatch.context() as terminal:
            terminal.setattr(sys.stdout, "isatty", lambda: True)
            put(view)
        assert quote not in capsys.readouterr().out


def test_the_headings_of_an_article_stand_out() -> None:
    stored = StoredArticle(article(), "Times\n\nIt opens.", (Chunk(Span(7, 16), 0, 0, ("Times",)),))
    assert "\x1b[1mTimes\x1b[0m" in shown(article_view(stored), colours=True)
    assert shown(article_view(stored)).endswith("/pool.md\n\nTimes\n\nIt opens.\n")


def test_a_check_that_fails_says_what_to_do() -> None:
    checks = [Check("database", False, "damaged", "repair it"), Check("model", True, "present")]
    assert shown(checks_view(checks)) == "FAIL  database: damaged; repair it\nok    model: present\n"
