"""What the bot says of itself, within Discord's limits, with all words of articles escaped."""

from pathlib import Path
from typing import Any

import pytest

from bot.about.information import (
    CommandLine,
    Retention,
    examples_from,
    forgetting_text,
    forgotten_text,
    help_view,
    privacy_view,
)
from bot.posting.buttons import View
from bot.posting.views import text_view
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.store import Store
from embeddings.types import Article
from tests.discord_standin import limits
from tests.discord_standin.markdown import read
from tests.discord_standin.messages import COMPONENTS_V2, texts
from tests.fakes import BagEncoder

COMMANDS = [CommandLine("/ask", "Ask this server's articles.")]


def text_of(view: View) -> str:
    components: list[dict[str, Any]] = view.to_components()  # type: ignore[no-untyped-call]
    assert not list(limits.message({"flags": COMPONENTS_V2, "components": components}, new=True))
    return "\n".join(texts(components))


@pytest.fixture
def library(tmp_path: Any) -> Any:
    with Store.open(tmp_path) as store:
        yield Library(store, "1", BagEncoder())


def article(title: str, *headings: str) -> bytes:
    return "\n\n".join([f"# {title}", "Something.", *(f"## {each}\n\nSome words on it." for each in headings)]).encode()


def test_examples_are_headings_of_the_first_articles_by_title(library: Library) -> None:
    for title, headings in {"Sauna": (), "Pool": ("Opening hours", "Prices"), "Club": ("Members",)}.items():
        library.add(load(article(title, *headings), source=f"{title}.md"))
    assert examples_from(library) == ["Members", "Opening hours", "Sauna"]
    assert examples_from(library) == examples_from(library)


def test_one_article_gives_all_the_examples_that_it_has(library: Library) -> None:
    library.add(load(article("Pool", "Opening hours", "Prices", "Lockers", "Showers"), source="pool.md"))
    assert examples_from(library) == ["Opening hours", "Prices", "Lockers"]


class Removing(Library):
    """A library in which an article is removed right after they were listed."""

    def articles(self) -> tuple[Article, ...]:
        found = super().articles()
        self.remove([found[0].id])
        return found


def test_what_is_removed_meanwhile_is_no_example(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        library = Removing(store, "1", BagEncoder())
        for title in ("Pool", "Sauna"):
            library.add(load(article(title), source=f"{title}.md"))
        assert examples_from(library) == ["Sauna"]


def test_an_empty_library_has_none_and_says_how_to_begin(library: Library) -> None:
    assert examples_from(library) == []
    assert "no articles here yet" in text_of(help_view([], COMMANDS, "en-US"))
    assert "`/article add`" in text_of(help_view([], COMMANDS, "en-US"))


def test_an_example_is_shown_as_its_article_has_it_and_does_nothing() -> None:
    hostile = "@everyone [click](https://evil.example) <#1> **bold** `code`"
    shown = text_of(help_view([hostile], COMMANDS, "en-US"))
    (line,) = [line for line in read(shown) if hostile[:9] in "".join(piece.text for piece in line.pieces)]
    assert "".join(piece.text for piece in line.pieces).endswith(hostile)
    assert not any(piece.style.live or piece.style.link for piece in line.pieces)


def test_commands_are_named_as_the_readers_discord_names_them() -> None:
    shown = text_of(help_view(["Opening hours"], COMMANDS, "de"))
    assert "`/fragen frage:` Opening hours" in shown
    assert "`/vergiss-mich`" in text_of(privacy_view(Retention(30), 90, "de"))
    assert "`/ask question:` Opening hours" in text_of(help_view(["Opening hours"], COMMANDS, "pt-BR"))


@pytest.mark.parametrize(
    ("retention", "keep_days", "said"),
    [
        (Retention(30), 1, ("kept for one day here", "after 30 days, unless")),
        (Retention(0), 90, ("kept for 90 days here", "are deleted at once.")),
        (Retention(1), None, ("as long as each server decides", "after one day, unless")),
        (Retention(7, "See <https://pool.example>."), 7, ("hosts me:** See <https://pool.example>.",)),
    ],
)
def test_privacy_says_for_how_long_and_what_the_host_adds(
    retention: Retention, keep_days: int | None, said: tuple[str, ...]
) -> None:
    shown = text_of(privacy_view(retention, keep_days, "en-US"))
    assert all(each in shown for each in said)


def test_everything_at_its_longest_is_within_the_limits() -> None:
    many = [CommandLine(f"/{'n' * 32} {each:02}", "d" * 100) for each in range(20)]
    assert text_of(help_view(["@" * 500] * 3, many, "en-US"))
    assert text_of(privacy_view(Retention(3650, "*" * 5000), 365, "fr"))


@pytest.mark.parametrize(("count", "said"), [(0, "no question"), (1, "one question"), (1234, "1,234 questions")])
def test_forgetting_is_asked_for_first_and_then_told(count: int, said: str) -> None:
    assert "for good" in text_of(text_view(forgetting_text()))
    assert said in forgotten_text(count)
