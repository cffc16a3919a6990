"""Pages in a library: added, refreshed, changed, gone, rolled back, removed. A real local server answers."""

import gzip
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pytest

from bot.terminal.ingest import TOO_MANY
from embeddings.errors import GoneError, UnknownArticleError, UnknownVersionError
from embeddings.fetching.fetch import Fetcher
from embeddings.fetching.forges import raw_address
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.sources import Loaded, visit
from embeddings.store import Store
from embeddings.types import Addition
from tests.command import BagSession, Command, Done, command, without_settings
from tests.fakes import BagEncoder
from tests.web import Handler, Reply, Web, serving, visitor

FILLER = "The council met on Tuesday evening and spoke for three hours about what the pools of the town cost. " * 3


def page(*paragraphs: str, title: str = "The pool", head: str = "") -> bytes:
    body = "".join(f"<p>{each}</p>" for each in (*paragraphs, FILLER))
    return f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>".encode()


POOL = "The pool opens at seven in the morning of every day."
MIRA = "Mira Okafor built the pool in the year 1987."


class WebSession(BagSession):
    """A session that may fetch from this machine, without politeness delays."""

    @cached_property
    def fetcher(self) -> Fetcher:
        return visitor()


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as found:
        found.pages["/pool"] = Reply(page(POOL, MIRA))
        yield found


@pytest.fixture
def encoder() -> BagEncoder:
    return BagEncoder()


@pytest.fixture
def call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, encoder: BagEncoder
) -> Command:
    without_settings(monkeypatch, tmp_path)

    class Session(WebSession):
        @cached_property
        def encoder(self) -> BagEncoder:
            return encoder

    return command(tmp_path / "data", capsys, Session)


def outcomes(done: Done) -> dict[str, int]:
    return {name: len(found) for name, found in done.json.items() if found}


# Adding


@pytest.mark.parametrize(
    ("page", "file"),
    [
        ("https://github.com/town/pool/blob/main/docs/rules.md", "https://raw.githubusercontent.com/town/pool/main/docs/rules.md"),
        ("https://github.com/town/pool/blob/v1/a%20b.md?plain=1", "https://raw.githubusercontent.com/town/pool/v1/a%20b.md"),
        ("https://gist.github.com/mira/0123456789abcdef0123", "https://gist.githubusercontent.com/mira/0123456789abcdef0123/raw"),
        ("https://git.example.org/town/pool/-/blob/main/rules.md?ref_type=heads", "https://git.example.org/town/pool/-/raw/main/rules.md"),
        ("https://github.com/town/pool", "https://github.com/town/pool"),
        ("https://github.com/town/pool/issues/7", "https://github.com/town/pool/issues/7"),
        ("https://example.org/town/pool/blob/main/rules.md", "https://example.org/town/pool/blob/main/rules.md"),
    ],
)  # fmt: skip
def test_the_page_of_a_file_is_read_where_the_file_is(page: str, file: str) -> None:
    assert raw_address(page) == file


def test_a_citation_of_a_file_leads_to_its_page(web: Web, call: Command) -> None:
    web.pages["/town/pool/-/raw/main/rules.md"] = Reply(
        f"# Rules\n\n{POOL}\n\n{MIRA}".encode(), headers={"Content-Type": "text/plain; charset=utf-8"}
    )
    address = f"{web.address}/town/pool/-/blob/main/rules.md"
    (article,) = call("add", address, "--json").json["added"]
    assert (article["title"], article["source"]) == ("Rules", address)
    (excerpt, *_) = call("ask", "Who built the pool?", "--json").json["excerpts"]
    assert excerpt["quote"] == MIRA
    assert excerpt["url"].startswith(f"{address}#:~:text=")


def test_a_page_is_added_and_answers_with_a_link(web: Web, call: Command) -> None:
    added = call("add", f"{web.address}/pool?utm_source=mail#top", "--json")
    assert added.status == 0
    (article,) = added.json["added"]
    assert article["source"] == f"{web.address}/pool"
    assert article["title"] == "The pool"
    (excerpt, *_) = call("ask", "Who built the pool?", "--json").json["excerpts"]
    assert excerpt["quote"] == MIRA
    assert excerpt["url"].startswith(f"{web.address}/pool")


def test_what_a_page_says_of_itself_is_shown(web: Web, call: Command) -> None:
    web.pages["/pool"] = Reply(
        page(POOL, head='<meta name="author" content="Mira Okafor"><meta property="og:site_name" content="News">')
    )
    (article,) = call("add", f"{web.address}/pool", "--json").json["added"]
    about = call("show", article["id"], "--json").json["about"]
    assert about["author"] == "Mira Okafor"
    assert about["site"] == "News"


def test_by_default_this_machine_is_not_asked(
    web: Web, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_settings(monkeypatch, tmp_path)
    done = command(tmp_path / "data", capsys)("add", f"{web.address}/pool", "--json")
    assert done.status == 1
    (failure,) = done.json["failed"]
    assert failure["source"] == f"{web.address}/pool"
    assert web.asked == []


def test_the_setting_allows_it(
    web: Web, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_settings(monkeypatch, tmp_path)
    monkeypatch.setenv("PULLQUOTE_ALLOW_PRIVATE_ADDRESSES", "1")
    assert BagSession("local").fetcher.policy("127.0.0.1", 8000) is None
    monkeypatch.setenv("PULLQUOTE_ALLOW_PRIVATE_ADDRESSES", "maybe")
    done = command(tmp_path / "data", capsys)("add", f"{web.address}/pool")
    assert done.status == 2
    assert "PULLQUOTE_ALLOW_PRIVATE_ADDRESSES" in done.errors


def test_what_fails_is_told_in_a_sentence_and_the_rest_is_added(web: Web, call: Command) -> None:
    web.pages["/empty"] = Reply(b"<html></html>")
    web.pages["/picture"] = Reply(b"\x89PNG\r\n\x1a\n", headers={"Content-Type": "image/png"})
    addresses = [f"{web.address}/{name}" for name in ("missing", "empty", "picture", "pool")]
    done = call("add", *addresses, "ftp://example.com/", "--json")
    assert done.status == 1
    assert len(done.json["added"]) == 1
    assert {failure["source"] for failure in done.json["failed"]} == {*addresses[:3], "ftp://example.com/"}
    assert all(failure["error"] and "\n" not in failure["error"] for failure in done.json["failed"])


@pytest.mark.parametrize(
    ("body", "media_type", "words"),
    [
        (b"# Pool\n\nThe pool opens at seven.\n", "text/markdown", "The pool opens at seven."),
        (b"The pool opens at seven.\n", "text/plain; charset=utf-8", "The pool opens at seven."),
        (
            "<p>Das Bad öffnet um sieben.</p>".encode("cp1252"),
            "text/html; charset=windows-1252",
            "Das Bad öffnet um sieben.",
        ),
        (
            "<meta charset=utf-8><p>Das Bad öffnet.</p>".encode("cp1252"),
            "text/html; charset=iso-8859-1",
            "Das Bad öffnet.",
        ),
    ],
)
def test_the_media_type_tells_how_a_page_is_read(
    web: Web, call: Command, body: bytes, media_type: str, words: str
) -> None:
    web.pages["/page"] = Reply(body, headers={"Content-Type": media_type})
    (article,) = call("add", f"{web.address}/page", "--json").json["added"]
    assert words in call("show", article["id"], "--json").json["text"]


FEEDS = {
    "RSS": """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>{0}/</link>
        <item><title>One</title><link>{0}/one?utm_source=rss</link></item><item><link> {0}/two </link></item>
        <item><link>ftp://example.com/</link></item><item><link>{0}/one</link></item></channel></rss>""",
    "RSS whose items are known by their addresses": """<rss version="2.0"><channel><item><guid>{0}/one</guid></item><item><link/></item>
        <item><guid isPermaLink="false">4711</guid></item><item><guid isPermaLink="true">{0}/two</guid></item></channel></rss>""",
    "Atom": """<feed xmlns="http://www.w3.org/2005/Atom"><link href="{0}/"/><entry><link rel="alternate" href="/one"/>
        <link rel="enclosure" href="/sound.mp3"/></entry><entry><link href="{0}/two"/></entry></feed>""",
    "sitemap": """<?xml version="1.0"?><!-- made --><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <url><loc>{0}/one</loc></url><url><loc>{0}/two</loc></url></urlset>""",
    "index": """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{0}/feed</loc></sitemap>
        <sitemap><loc>{0}/inner</loc></sitemap></sitemapindex>""",
}


@pytest.mark.parametrize("kind", FEEDS)
def test_the_pages_that_a_feed_names_are_added(web: Web, call: Command, kind: str) -> None:
    for name in ("one", "two"):
        web.pages[f"/{name}"] = Reply(page(f"This is page {name} of the news.", title=f"Page {name}"))
    for path, body in (("/feed", FEEDS[kind]), ("/inner", FEEDS["sitemap"])):
        web.pages[path] = Reply(body.format(web.address).encode(), headers={"Content-Type": "application/xml"})
    done = call("add", f"{web.address}/feed", "--json")
    assert done.status == 0
    assert [each["title"] for each in done.json["added"]] == ["Page one", "Page two"]
    assert outcomes(call("add", f"{web.address}/feed", "--json")) == {"unchanged": 2}


@pytest.mark.parametrize("media_type", ["application/gzip", "application/x-gzip", "application/xml"])
def test_a_packed_sitemap_is_unpacked(web: Web, call: Command, media_type: str) -> None:
    web.pages["/one"] = web.pages["/two"] = Reply(page("The news of the day."))
    sitemap = gzip.compress(FEEDS["sitemap"].format(web.address).encode())
    web.pages["/sitemap.xml.gz"] = Reply(sitemap, headers={"Content-Type": media_type})
    assert call("add", f"{web.address}/sitemap.xml.gz", "--json").status == 0
    assert web.paths == ["/sitemap.xml.gz", "/one", "/two"]


def test_sitemaps_that_name_one_another_without_end_come_to_one(
    web: Web, call: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.terminal.ingest.MOST_IN_ALL", 12)

    def more(handler: Handler) -> Reply:
        named = "".join(f"<sitemap><loc>{web.address}{handler.path}/{each}</loc></sitemap>" for each in range(5))
        return Reply(f"<sitemapindex>{named}</sitemapindex>".encode(), headers={"Content-Type": "application/xml"})

    paths = ["/map"]
    while len(paths) < 40:
        paths += [f"{path}/{each}" for path in paths for each in range(5)]
    web.pages.update(dict.fromkeys(paths, more))
    done = call("add", f"{web.address}/map", "--json")
    assert len(web.paths) == 11
    assert {each["error"] for each in done.json["failed"]} == {TOO_MANY}


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel></channel></rss>",
        b"<rss><channel><item><link/></item></channel></rss>",
        gzip.compress(b"<urlset>" + b" " * 60_000_000),
        gzip.compress(b"<urlset></urlset>")[:-9],
        b"<rss><channel><item><link>https://exa",
        b'<!DOCTYPE rss [<!ENTITY a "aaaa">]><rss><channel><item><link>&a;</link></item></channel></rss>',
        b"<urlset>"
        + b"".join(b"<url><loc>https://example.com/%d</loc></url>" % each for each in range(1001))
        + b"</urlset>",
    ],
)
def test_a_feed_that_cannot_be_read_is_told(web: Web, call: Command, body: bytes) -> None:
    web.pages["/feed"] = Reply(body, headers={"Content-Type": "application/rss+xml"})
    done = call("add", f"{web.address}/feed", "--json")
    assert done.status == 1
    assert len(done.json["failed"]) == 1
    assert web.paths == ["/feed"]


# One article


def test_one_page_at_several_addresses_is_one_article(web: Web, call: Command) -> None:
    canonical = f'<link rel="canonical" href="{web.address}/pool">'
    web.pages["/pool"] = web.pages["/pool?page=1"] = Reply(page(POOL, MIRA, head=canonical))
    web.pages["/print"] = Reply(page(POOL, "Printed.", head=canonical))
    web.pages["/short"] = Reply(status=301, headers={"Location": "/pool"})
    assert outcomes(call("add", f"{web.address}/pool", "--json")) == {"added": 1}
    for path in ("/pool?utm_source=a", "/pool?page=1", "/short", "/pool#part"):
        assert outcomes(call("add", web.address + path, "--json")) == {"unchanged": 1}
    assert outcomes(call("add", f"{web.address}/print", "--json")) == {"updated": 1}
    (article,) = call("list", "--json").json["articles"]
    assert article["source"] == f"{web.address}/pool"


def test_pages_to_which_their_site_gives_one_address_are_several_articles(web: Web, call: Command) -> None:
    for name in ("one", "two"):
        head = f'<link rel="canonical" href="{web.address}/all">'
        web.pages[f"/{name}"] = Reply(page(f"This is page {name} of the news.", title=f"Page {name}", head=head))
    done = call("add", f"{web.address}/one", f"{web.address}/two", "--json")
    assert outcomes(done) == {"added": 2}


# Refreshing


def test_a_page_that_has_not_changed_is_neither_sent_nor_encoded_again(
    web: Web, call: Command, encoder: BagEncoder
) -> None:
    def conditional(handler: Handler) -> Reply:
        if handler.headers["If-None-Match"] == '"1"':
            return Reply(status=304)
        return Reply(page(POOL, MIRA), headers={"ETag": '"1"'})

    web.pages["/pool"] = conditional
    call("add", f"{web.address}/pool")
    before = encoder.encoded
    assert outcomes(call("refresh", "--json")) == {"unchanged": 1}
    assert web.asked[-1][1]["if-none-match"] == '"1"'
    assert encoder.encoded == before


def test_only_what_has_changed_in_a_page_is_encoded_again(web: Web, call: Command, encoder: BagEncoder) -> None:
    (article,) = call("add", f"{web.address}/pool", "--json").json["added"]
    whole = encoder.encoded
    web.pages["/pool"] = Reply(page(POOL, "Ada Lind built the pool in the year 1991."))
    assert outcomes(call("refresh", "--json")) == {"updated": 1}
    # The changed sentence and its chunk.
    assert 0 < encoder.encoded - whole <= 2
    assert whole >= 5
    shown = call("show", article["id"], "--json").json
    assert "Ada Lind" in shown["text"]
    assert call("ask", "Who built the pool?", "--json").json["excerpts"][0]["quote"].startswith("Ada Lind")
    assert [(each["new"], each["gone"], each["present"]) for each in shown["versions"]][1:] == [(1, 1, True)]


def test_vectors_that_are_used_again_are_those_that_would_be_made(web: Web, call: Command, tmp_path: Path) -> None:
    changed = Reply(page(POOL, "Ada Lind built the pool in the year 1991."))
    call("add", f"{web.address}/pool")
    web.pages["/pool"] = changed
    call("refresh")
    web.pages["/again"] = changed
    call("--library", "other", "add", f"{web.address}/again")
    question = ("ask", "When does the pool open?", "--json")
    first, second = call(*question).json, call("--library", "other", *question).json
    assert [each["score"] for each in first["passages"]] == [each["score"] for each in second["passages"]]


def test_a_page_that_is_gone_is_marked_and_kept(web: Web, call: Command) -> None:
    (article,) = call("add", f"{web.address}/pool", "--json").json["added"]
    pool = web.pages.pop("/pool")
    done = call("refresh", "--json")
    assert done.status == 1
    assert "no such page" in done.json["failed"][0]["error"]
    since = call("show", article["id"], "--json").json["gone"]
    assert since
    assert "gone since" in call("list").output
    assert call("ask", "Who built the pool?", "--json").json["status"] == "answered"
    web.pages["/pool"] = pool
    assert outcomes(call("refresh", "--json")) == {"unchanged": 1}
    assert call("show", article["id"], "--json").json["gone"] is None


def test_a_page_that_cannot_be_read_now_is_not_gone(web: Web, call: Command) -> None:
    (article,) = call("add", f"{web.address}/pool", "--json").json["added"]
    web.pages["/pool"] = Reply(status=503)
    assert call("refresh", "--json").status == 1
    assert call("show", article["id"], "--json").json["gone"] is None


def test_a_file_that_is_gone_is_marked_too(call: Command, tmp_path: Path) -> None:
    file = tmp_path / "pool.md"
    file.write_text("# Pool\n\nThe pool opens.\n")
    (article,) = call("add", str(file), "--json").json["added"]
    file.unlink()
    assert call("refresh").status == 1
    assert call("show", article["id"], "--json").json["gone"]


def test_refresh_goes_on_after_a_failure(web: Web, call: Command) -> None:
    web.pages["/other"] = Reply(page("Another page.", title="A page that comes first"))
    call("add", f"{web.address}/pool", f"{web.address}/other")
    web.pages["/other"] = Reply(status=500)
    web.pages["/pool"] = Reply(page(POOL, "New words stand here."))
    assert outcomes(call("refresh", "--json")) == {"updated": 1, "failed": 1}


def test_an_article_that_is_removed_while_it_is_read_stays_removed(web: Web, tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        library = Library(store, "local", BagEncoder())
        loaded = visit(f"{web.address}/pool", visitor())
        assert isinstance(loaded, Loaded)
        article = library.add(loaded.document).article

        def remove_first(handler: Handler) -> Reply:
            library.remove([article.id])
            return Reply(page(POOL, "New words stand here."))

        web.pages["/pool"] = remove_first
        with pytest.raises(UnknownArticleError):
            library.refresh(article.id, visitor())
        assert library.articles() == ()


def test_a_title_that_is_given_while_nothing_is_found_stays(web: Web, tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        library = Library(store, "local", BagEncoder())
        addition = library.read_in(f"{web.address}/pool", visitor())
        assert isinstance(addition, Addition)
        article_id, there = addition.article.id, web.pages["/pool"]

        def rename_first(_: Handler) -> Reply:
            library.rename(article_id, "Our pool")
            return Reply(status=404)

        web.pages["/pool"] = rename_first
        with pytest.raises(GoneError):
            library.refresh(article_id, visitor())
        assert library.article(article_id).gone
        web.pages["/pool"] = there
        library.refresh(article_id, visitor())
        assert library.article(article_id).title == "Our pool"


def test_a_title_that_was_given_stays(web: Web, call: Command) -> None:
    call("add", f"{web.address}/pool", "--title", "Our pool")
    assert outcomes(call("refresh", "--json")) == {"unchanged": 1}
    web.pages["/pool"] = Reply(page(POOL, "New words stand here."))
    (article,) = call("refresh", "--json").json["updated"]
    assert article["title"] == "Our pool"


# Versions


def test_an_article_is_rolled_back_until_its_source_changes_again(web: Web, call: Command) -> None:
    (article,) = call("add", f"{web.address}/pool", "--json").json["added"]
    web.pages["/pool"] = Reply(page(POOL, "Nobody knows who built the pool."))
    call("refresh")
    first, second = call("history", article["id"], "--json").json["versions"]
    assert (first["present"], second["present"]) == (False, True)
    assert first["sha256"][:12] in call("history", article["id"]).output

    (restored,) = call("rollback", article["id"], first["sha256"][:8], "--json").json["restored"]
    assert restored["version"] == first["sha256"]
    assert call("ask", "Who built the pool?", "--json").json["excerpts"][0]["quote"] == MIRA
    assert outcomes(call("refresh", "--json")) == {"unchanged": 1}
    assert call("show", article["id"], "--json").json["version"] == first["sha256"]

    web.pages["/pool"] = Reply(page(POOL, "Ada Lind built the pool in the year 1991."))
    assert outcomes(call("refresh", "--json")) == {"updated": 1}


def test_what_a_version_changed_is_shown(web: Web, call: Command) -> None:
    (article,) = call("add", f"{web.address}/pool", "--json").json["added"]
    web.pages["/pool"] = Reply(page(POOL, "Ada Lind built it.", POOL))
    call("refresh")
    first, second = (each["sha256"][:12] for each in call("history", article["id"], "--json").json["versions"])
    changed = call("history", article["id"], second, "--json").json
    assert (changed["gone"], changed["new"]) == ([MIRA], ["Ada Lind built it.", POOL])
    assert call("history", article["id"], second).output == f"- {MIRA}\n+ Ada Lind built it.\n+ {POOL}\n"
    assert MIRA in call("history", article["id"], first, "--json").json["new"]


@pytest.mark.parametrize("command", ["rollback", "history"])
@pytest.mark.parametrize("version", ["ffffffff", "", "zz"])
def test_a_version_that_is_not_there_is_told(web: Web, call: Command, version: str, command: str) -> None:
    (article,) = call("add", f"{web.address}/pool", "--json").json["added"]
    done = call(command, article["id"], version)
    assert done.status == 2
    assert f"has no version {version!r}; `pullquote history" in done.errors


def test_a_beginning_that_several_versions_share_is_told(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        library = Library(store, "local", BagEncoder())
        for number in range(17):
            article = library.add(load(f"The pool opens at {number}.".encode(), source="pool.txt")).article
        hashes = [each.sha256 for each in library.history(article.id)]
        shared = next(each[0] for each in hashes if sum(other[0] == each[0] for other in hashes) > 1)
        with pytest.raises(UnknownVersionError, match=r"versions that begin with .* type more of it"):
            library.roll_back(article.id, shared)


# Removal


def test_nothing_of_a_removed_article_stays_on_disk(web: Web, call: Command, tmp_path: Path) -> None:
    words = ["xylophone quartet", "zeppelin harbour"]
    web.pages["/pool"] = Reply(page(POOL, f"The {words[0]} plays."))
    (article,) = call("add", f"{web.address}/pool", "--json").json["added"]
    web.pages["/pool"] = Reply(page(POOL, f"The {words[1]} is open."))
    call("refresh")
    web.pages["/other"] = Reply(page("Another page stays.", title="Stays"))
    call("add", f"{web.address}/other")

    def found() -> set[str]:
        files = [path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file()]
        return {each for each in words if any(each.encode() in data for data in files)}

    assert found() == set(words), "else the test would see nothing in any case"
    (tmp_path / "data" / "pullquote.db.schema-1.bak").write_bytes(words[0].encode())
    call("remove", article["id"], "--yes")
    assert found() == set()
    assert len(call("list", "--json").json["articles"]) == 1
