"""Files from librarians are added as far as possible, and failures are reported."""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot.articles.attachments import contents
from bot.articles.intake import MOST_AT_ONCE, Upload, read_again, take_in
from bot.articles.views import beginnings_of, outcome_view
from bot.taking import Outcome
from embeddings.library import Library
from embeddings.store import Store
from tests.fakes import BagEncoder
from tests.makers import packed
from tests.web import Reply, Web, serving, visitor


def library(store: Store) -> Library:
    return Library(store, "1", BagEncoder())


def sitemap(web: Web, *paths: str) -> Reply:
    places = "".join(f"<url><loc>{web.address}{path}</loc></url>" for path in paths)
    return Reply(f"<urlset>{places}</urlset>".encode(), headers={"Content-Type": "application/xml"})


def shown(outcome: Outcome) -> str:
    return str(outcome_view(outcome, []).to_components())  # type: ignore[no-untyped-call]


def test_of_a_long_feed_the_rest_is_counted(tmp_path: Path) -> None:
    paths = [f"/gone-{number}" for number in range(MOST_AT_ONCE + 7)]
    with serving() as web, Store.open(tmp_path) as store:
        web.pages["/sitemap.xml"] = sitemap(web, *paths)
        outcome = take_in(library(store), visitor(), [f"{web.address}/sitemap.xml"], lambda _, __: None)
        assert web.paths == ["/sitemap.xml", *paths[:MOST_AT_ONCE]]
    assert len(outcome.failures) == MOST_AT_ONCE
    assert outcome.left_out == 7
    assert "7 more articles" in shown(outcome)


def test_sitemaps_that_name_one_another_for_ever_come_to_an_end(tmp_path: Path) -> None:
    with serving() as web, Store.open(tmp_path) as store:
        for number in range(3 * MOST_AT_ONCE):
            web.pages[f"/{number}.xml"] = sitemap(web, f"/{number + 1}.xml")
        outcome = take_in(library(store), visitor(), [f"{web.address}/0.xml"], lambda _, __: None)
        assert len(web.paths) == MOST_AT_ONCE + 1
    assert outcome.left_out == 1


def test_an_archive_is_each_file_in_it(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "rules.md": "# Rules\n\nNo running.",
        "b/prices.csv": "Adults,4\n",
        "x.pdf": "%PDF-1.4 broken",
        "y.zip": packed({"a.txt": "x"}),
    }
    with Store.open(tmp_path) as store:
        shelf = library(store)
        outcome = take_in(shelf, visitor(), [Upload("club.zip", packed(files), url="https://a.example")], _unseen)
        assert [each.article.source for each in outcome.additions] == [
            "upload:club.zip/b/prices.csv",
            "upload:club.zip/rules.md",
        ]
        assert {each.source for each in outcome.failures} == {"upload:club.zip/x.pdf", "upload:club.zip/y.zip"}
        again = take_in(shelf, visitor(), [Upload("club.zip", packed({**files, "rules.md": "Run!"}))], _unseen)
        assert [each.outcome for each in again.additions] == ["updated", "updated"]


def test_of_a_large_archive_the_rest_is_counted_and_a_broken_one_is_told(tmp_path: Path) -> None:
    many = packed({f"{number}.txt": f"Rule {number} of the house." for number in range(MOST_AT_ONCE + 3)})
    with Store.open(tmp_path) as store:
        outcome = take_in(library(store), visitor(), [Upload("many.zip", many), Upload("cut.zip", many[:90])], _unseen)
    assert (len(outcome.additions), outcome.left_out) == (MOST_AT_ONCE, 3)
    assert [(each.source, "cut short" in each.reason) for each in outcome.failures] == [("upload:cut.zip", True)]


def _unseen(_: int, __: int) -> None: ...


def test_what_was_added_is_told_though_the_rest_has_to_wait(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, Store.open(tmp_path) as other, ExitStack() as writing:
        outcome = take_in(
            library(store),
            visitor(),
            [Upload("sauna.txt", b"The sauna is hot."), Upload("pool.txt", b"The pool is cold.")],
            # Another process takes the write lock once the first file is stored.
            lambda *_: writing.enter_context(other.writing()),
        )
    assert [each.article.source for each in outcome.additions] == ["upload:sauna.txt"]
    (failure,) = outcome.failures
    assert failure.source == "upload:pool.txt"
    assert "try again" in failure.reason
    assert str(tmp_path) not in failure.reason


def test_what_is_removed_while_others_are_read_again_stops_nothing(tmp_path: Path) -> None:
    page = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1><p>The {0} is open all day.</p></article></body></html>"
    with serving() as web, Store.open(tmp_path) as store:
        shelf = library(store)
        for name in ("kiosk", "pool"):
            web.pages[f"/{name}"] = Reply(page.format(name).encode())
            shelf.read_in(f"{web.address}/{name}", visitor())
        articles = shelf.articles()
        shelf.remove([articles[0].id])
        outcome = read_again(shelf, visitor(), articles, lambda _, __: None)
    assert [each.article.title for each in outcome.additions] == ["pool"]
    assert [each.source for each in outcome.failures] == ["kiosk"]


def test_what_another_librarian_removes_before_it_is_told_of_keeps_nothing_from_being_told(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        shelf = library(store)
        files = [Upload(f"{name}.txt", f"The {name} is open all day.".encode()) for name in ("kiosk", "pool")]
        outcome = take_in(shelf, visitor(), files, _unseen)
        shelf.remove([outcome.additions[0].article.id])
        told = outcome_view(outcome, beginnings_of(shelf, outcome.additions))
    words = str(told.to_components())  # type: ignore[no-untyped-call]
    assert "pool is open" in words
    assert "kiosk" not in words


class Stuck(discord.Attachment):
    """An attachment that Discord fails to send."""

    async def read(self, *, use_cached: bool = False) -> bytes:
        raise TimeoutError


class Sent(Stuck):
    """An attachment that arrives."""

    async def read(self, *, use_cached: bool = False) -> bytes:
        return b"The pool is open all day."


def attachment(kind: type[Stuck], name: str) -> Stuck:
    data: Any = {"id": 1, "filename": name, "size": 25, "url": "", "proxy_url": ""}
    return kind(data=data, state=cast(Any, SimpleNamespace(http=None)))


def test_one_file_that_does_not_arrive_keeps_no_other_from_being_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.posting.delivery._PAUSES", (0.0,))
    files = [attachment(Stuck, "kiosk.txt"), attachment(Sent, "pool.txt")]
    found, failures = asyncio.run(contents(files, None))
    assert found == [Upload("pool.txt", b"The pool is open all day.")]
    assert [each.source for each in failures] == ["kiosk.txt"]
    assert "try again" in failures[0].reason


@pytest.mark.parametrize("name", ["notes.txt", "991/notes.txt"])
def test_a_file_that_cannot_be_read_is_named_as_its_owner_knows_it(tmp_path: Path, name: str) -> None:
    with Store.open(tmp_path) as store:
        outcome = take_in(library(store), visitor(), [Upload(name, b"  \n")], lambda _, __: None)
    assert "**notes.txt**" in shown(outcome)
