"""Which article a member means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.asking.catalogue import LONGEST_CHOICE, MOST_CHOICES, Catalogue, Entry, folded, matching
from embeddings.types import Article
from tests.discord_standin import limits

TITLES = [
    "Harbour pool",
    "Lost property",
    "Café opening hours",
    "Pool rules",
    "Über die Sauna",
    "Whirlpool",
]


def entries(titles: list[str]) -> list[Entry]:
    return [Entry(f"id{number}", title, folded(title)) for number, title in enumerate(titles)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("", TITLES, id="nothing: all, as they are listed"),
        pytest.param("harb", ["Harbour pool"], id="the beginning"),
        pytest.param("pool", ["Pool rules", "Harbour pool", "Whirlpool"], id="beginning before word before likeness"),
        pytest.param("cafe", ["Café opening hours"], id="without accents"),
        pytest.param("uber", ["Über die Sauna"], id="without dots"),
        pytest.param("lots proprety", ["Lost property"], id="slips"),
        pytest.param("rules pool", ["Pool rules"], id="another order"),
        pytest.param("  ", TITLES, id="blank"),
        pytest.param("xyzzy", [], id="nothing like it"),
    ],
)
def test_titles_are_found_by_what_was_typed(typed: str, expected: list[str]) -> None:
    found = [each.title for each in matching(entries(TITLES), typed)]
    assert found[: len(expected)] == expected
    assert not expected or len(found) <= len(expected) + 2
    assert expected or not found


@given(st.lists(st.text(max_size=300), max_size=40), st.text(max_size=200))
def test_whatever_titles_there_are_discord_takes_the_choices(titles: list[str], typed: str) -> None:
    articles = [article(f"id{number}", title) for number, title in enumerate(titles)]
    choices = Catalogue(lambda _: 1, lambda _: articles).choices("a", typed)
    assert len(choices) <= MOST_CHOICES
    sent = {"type": 8, "data": {"choices": [{"name": name, "value": value} for name, value in choices]}}
    assert list(limits.callback(sent)) == []
    assert all(len(name) <= LONGEST_CHOICE for name, _ in choices)
    assert not any("\u202e" in name or "\u200b" in name for name, _ in choices)


def article(article_id: str, title: str) -> Article:
    return Article(article_id, title, "/a.md", None, "0" * 64, "2026", "2026", 1, 1, 1)


def test_titles_are_read_again_only_after_a_change_and_each_library_has_its_own() -> None:
    held = {"a": [article("1", "Pool")], "b": [article("2", "Track")]}
    generation, read = {"a": 1, "b": 1}, list[str]()

    def articles(library: str) -> list[Article]:
        read.append(library)
        return held[library]

    catalogue = Catalogue(generation.__getitem__, articles)
    for _ in range(3):
        assert catalogue.choices("a", "") == [("Pool", "1")]
        assert catalogue.choices("b", "") == [("Track", "2")]
    assert read == ["a", "b"]
    held["a"], generation["a"] = [], 2
    assert catalogue.choices("a", "pool") == []
    assert catalogue.named("a", "1") is None
    assert read == ["a", "b", "a"]


def test_articles_of_one_name_are_told_apart() -> None:
    catalogue = Catalogue(lambda _: 1, lambda _: [article("1", "Pool"), article("2", "Pool"), article("3", "Track")])
    assert catalogue.choices("a", "") == [("Pool (1)", "1"), ("Pool (2)", "2"), ("Track", "3")]


def test_what_was_typed_without_choosing_is_understood() -> None:
    catalogue = Catalogue(lambda _: 1, lambda _: [article("1a", "Harbour pool"), article("2b", "Track")])
    assert [catalogue.named("a", typed) for typed in ("2b", "harbour POOL", "harb", "  ", "xyzzy")] == [
        "2b",
        "1a",
        "1a",
        None,
        None,
    ]


@pytest.mark.parametrize("typed", ["???", "\N{PARTY POPPER}", "- . -", "\u0301"])
def test_what_holds_neither_letter_nor_digit_names_no_article(typed: str) -> None:
    catalogue = Catalogue(lambda _: 1, lambda _: [article("1a", "Harbour pool"), article("2b", "Track")])
    assert catalogue.named("a", typed) is None


@pytest.mark.parametrize(
    ("typed", "expected"), [("Café", "3"), ("Cafe", "2"), ("CAFE", "2"), ("Cafe o", "1"), (" Café ", "3")]
)
def test_the_very_title_comes_before_one_like_it_and_that_before_one_that_begins_so(typed: str, expected: str) -> None:
    titles = ["Cafe opening hours", "Cafe", "Café"]
    articles = [article(str(number), title) for number, title in enumerate(titles, 1)]
    assert Catalogue(lambda _: 1, lambda _: articles).named("a", typed) == expected
