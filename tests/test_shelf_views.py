"""The librarians' views of a library: within Discord's limits, whatever it contains."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.articles.views import Beginning, article_view, list_view, outcome_view, removal_view
from bot.memory.records import Deed, Work
from bot.posting.buttons import View
from bot.taking import Outcome
from embeddings.errors import SourceError
from embeddings.types import About, Addition, Article, StoredArticle
from tests.discord_standin import limits
from tests.discord_standin.messages import COMPONENTS_V2, texts

DAY = "2026-11-03T10:00:00+00:00"
# Strings that grow when escaped, or whose characters are two UTF-16 units.
HOSTILE = ["*", "𝕏", "\u202eא*"]


def article(number: int, title: str, source: str = "upload:a.md") -> Article:
    about = About(author=title, site=title, published=title)
    return Article(f"{number:08x}", title, source, None, "5e1f" * 16, DAY, DAY, 10**7, 10**5, 10**4, about, gone=DAY)


def sent(view: View) -> dict[str, Any]:
    """The payload of a view, which must be within Discord's limits."""
    body = {"flags": COMPONENTS_V2, "components": view.to_components()}  # type: ignore[no-untyped-call]
    assert list(limits.message(body, new=True)) == []
    return body


def words(view: View) -> str:
    return "\n".join(texts(sent(view)["components"]))


@pytest.mark.parametrize("character", HOSTILE)
def test_however_much_was_added_and_failed_it_can_be_told(character: str) -> None:
    title = character * 200
    added = [
        Beginning(Addition(outcome, article(number, title)), 10**6, (title * 3)[:280])
        for outcome in ("added", "updated", "unchanged")
        for number in range(50)
    ]
    failures = [SourceError(title, title * 3)] * 50
    shown = words(outcome_view(Outcome(tuple(each.addition for each in added), tuple(failures), 10**6), added))
    for head in ("Added", "Updated", "Unchanged", "Not added"):
        part = shown[shown.index(f"### {head}\n") :].removeprefix(f"### {head}\n").split("\n### ")[0]
        named, left = part.count("**") // 2, int(part.split("-# and ")[1].split(" more")[0])
        assert named >= 1
        assert named + left == 50


def test_of_usual_titles_eight_are_named() -> None:
    added = [
        Beginning(Addition("added", article(number, f"Minutes of meeting {number}")), 900, "x") for number in range(9)
    ]
    shown = words(outcome_view(Outcome(tuple(each.addition for each in added)), added))
    assert "Minutes of meeting 7" in shown
    assert "Minutes of meeting 8" not in shown
    assert "and 1 more" in shown


@pytest.mark.parametrize("character", HOSTILE)
def test_the_longest_titles_and_addresses_can_be_listed_and_shown(character: str) -> None:
    source = f"https://{'a' * 63}.{'b' * 63}.{'c' * 63}.example/x"
    articles = [article(number, character * 200, source) for number in range(30)]
    for page in range(3):
        sent(list_view(articles, page))
    deeds = [Deed(articles[0].id, Work.RENAMED, 10**18, datetime(2026, 11, 3, tzinfo=UTC))] * 50
    sent(article_view(StoredArticle(articles[0], character * 5000, ()), deeds))
    sent(removal_view(articles[0]))


def test_when_it_was_added_is_said_once() -> None:
    added = Deed("a", Work.ADDED, 1, datetime(2026, 11, 3, tzinfo=UTC))
    stored = StoredArticle(article(1, "Pool"), "It opens at seven.", ())
    assert words(article_view(stored, [added])).count("Added") == 1
    assert "-# Added <t:" in words(article_view(stored, []))
