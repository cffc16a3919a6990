"""Which article a source belongs to, and its title: files with the same text, moved files, renamed articles."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.terminal.watch import Watch
from embeddings.errors import GoneError, SourceError
from embeddings.keywords import terms
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.prepare import texts_of
from embeddings.sources import uploaded
from embeddings.store import Store
from embeddings.types import Addition, Answer, Article
from tests.fakes import BagEncoder
from tests.makers import packed
from tests.web import Reply, Web, serving, visitor

POOL = "The pool opens at seven."
OFFICE = "The office is closed on Mondays."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def library(store: Store) -> Library:
    return Library(store, "local", BagEncoder())


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    file = tmp_path / "pool.txt"
    file.write_text(POOL)
    return file


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as found:
        yield found


def taken(library: Library, source: Path | str, title: str | None = None) -> tuple[str, Article]:
    addition = library.read_in(str(source), visitor(), title=title)
    assert isinstance(addition, Addition)
    return addition.outcome, addition.article


def texts(library: Library) -> list[str]:
    return sorted(library.show(article.id).text for article in library.articles())


# The same text


def test_a_text_that_two_files_hold_outlives_a_change_of_either(library: Library, pool: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin.txt"
    twin.write_text(POOL)
    assert [taken(library, each)[0] for each in (pool, twin, pool, twin)] == [
        "added",
        "added",
        "unchanged",
        "unchanged",
    ]
    reply = library.ask("When does the pool open?")
    assert isinstance(reply, Answer)
    assert [len(each.also_in) for each in reply.excerpts] == [1], "they are quoted once"
    pool.write_text(OFFICE)
    assert taken(library, pool)[0] == "updated"
    assert texts(library) == [OFFICE, POOL]


def test_what_was_uploaded_twice_outlives_a_change_of_either(library: Library) -> None:
    for name, text in (("a.txt", POOL), ("b.txt", POOL), ("a.txt", OFFICE)):
        library.add(load(text.encode(), source=uploaded(name)))
    assert texts(library) == [OFFICE, POOL]


def test_pages_of_the_same_text_are_two_when_their_titles_differ(library: Library, web: Web) -> None:
    for name in ("one", "two"):
        page = (
            f"<html><head><title>Page {name}</title></head><body><p>This page is yet to be written.</p></body></html>"
        )
        web.pages[f"/{name}"] = Reply(page.encode())
    assert [taken(library, f"{web.address}/{name}")[0] for name in ("one", "two")] == ["added", "added"]


def test_a_page_that_was_renamed_is_still_one_with_what_redirects_to_it(library: Library, web: Web) -> None:
    web.pages["/pool"] = Reply(f"<html><head><title>Pool</title></head><body><p>{POOL}</p></body></html>".encode())
    web.pages["/short"] = Reply(status=301, headers={"Location": "/pool"})
    _, article = taken(library, f"{web.address}/pool")
    library.rename(article.id, "The lido")
    assert taken(library, f"{web.address}/short")[0] == "unchanged"


def test_a_file_that_is_there_again_is_told_as_that(library: Library, pool: Path) -> None:
    _, article = taken(library, pool)
    pool.rename(pool.with_suffix(".away"))
    with pytest.raises(GoneError):
        library.refresh(article.id, visitor())
    pool.with_suffix(".away").rename(pool)
    addition = library.refresh(article.id, visitor())
    assert (addition.outcome, addition.article.gone) == ("unchanged", None)
    assert addition.article == library.article(article.id)


# A move


@pytest.mark.parametrize("noticed", [False, True])
def test_a_file_that_was_moved_is_the_same_article(library: Library, pool: Path, tmp_path: Path, noticed: bool) -> None:
    _, before = taken(library, pool)
    moved = pool.rename(tmp_path / "lido.txt")
    if noticed:
        with pytest.raises(GoneError):
            library.refresh(before.id, visitor())
        assert library.article(before.id).gone
    assert taken(library, moved)[0] == "updated"
    (after,) = library.articles()
    assert (after.id, after.source, after.gone) == (before.id, str(moved), None)
    assert taken(library, moved)[0] == "unchanged"
    assert library.refresh(before.id, visitor()).outcome == "unchanged"
    # The old path can be used by another article.
    pool.write_text(OFFICE)
    assert taken(library, pool)[0] == "added"
    assert texts(library) == [OFFICE, POOL]


def test_a_file_in_an_archive_is_there_as_long_as_the_archive_is(library: Library, pool: Path, tmp_path: Path) -> None:
    archive = tmp_path / "all.zip"
    archive.write_bytes(packed({"pool.txt": POOL}))
    assert taken(library, archive / "pool.txt")[0] == "added"
    assert taken(library, pool)[0] == "added"
    archive.unlink()
    assert taken(library, pool.rename(tmp_path / "lido.txt"))[0] == "updated"
    assert taken(library, tmp_path / "lido.txt")[0] == "unchanged"


def test_a_watched_file_that_is_moved_is_not_left_as_gone(library: Library, pool: Path, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    inside = pool.rename(folder / "pool.txt")
    watch = Watch(library, visitor(), [folder])
    list(watch.look())
    inside.rename(folder / "lido.txt")
    for _ in range(3):
        list(watch.look())
    (article,) = library.articles()
    assert (Path(article.source).name, article.gone) == ("lido.txt", None)


# A title


@pytest.mark.parametrize("text", [POOL, OFFICE])
@pytest.mark.parametrize("again", ["added", "refreshed"])
def test_a_title_that_was_given_is_kept(store: Store, library: Library, pool: Path, text: str, again: str) -> None:
    _, article = taken(library, pool)
    library.rename(article.id, "Hours of 2024")
    pool.write_text(text)
    if again == "added":
        taken(library, pool)
    else:
        library.refresh(article.id, visitor())
    assert (library.article(article.id).title, texts(library)) == ("Hours of 2024", [text])
    assert store.origins.of("local", article.id).titled
    assert taken(library, pool, "Hours of 2025")[1].title == "Hours of 2025"


def test_a_moved_article_keeps_the_title_that_was_given(library: Library, pool: Path, tmp_path: Path) -> None:
    _, article = taken(library, pool, "Hours of 2024")
    assert taken(library, pool.rename(tmp_path / "lido.txt"))[1].title == "Hours of 2024"
    assert library.article(article.id).title == "Hours of 2024"


@pytest.mark.parametrize("changed", [False, True], ids=["at once", "in the next version"])
def test_what_is_searched_has_the_present_title(store: Store, library: Library, pool: Path, changed: bool) -> None:
    paragraphs = [f"{POOL} {number} " + "More words follow here. " * 20 for number in range(4)]
    pool.write_text("\n\n".join(paragraphs[:3]))
    _, article = taken(library, pool)
    library.rename(article.id, "Zebra crossings")
    if changed:
        pool.write_text("\n\n".join(paragraphs))
        taken(library, pool)
    segment = store.segment("local", article.id)
    assert set(terms("zebra", segment.language).tolist()) <= set(segment.chunk_terms[0].tolist())
    _, chunks = texts_of("Zebra crossings", segment.text, segment.sentences, segment.chunks)
    assert np.allclose(segment.chunk_vectors, BagEncoder().encode_passages(chunks), atol=1e-3)


class Speechless(BagEncoder):
    """Gives texts with one particular word a zero vector."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = super().encode_passages(texts)
        vectors[["shibboleth" in text for text in texts]] = 0
        return vectors


def test_an_article_of_which_the_encoder_makes_nothing_is_refused_and_the_others_are_found(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        library = Library(store, "local", Speechless())
        library.add(load(b"The pool opens at seven.", source="pool.txt"))
        with pytest.raises(SourceError, match=r"^word\.txt: the model bag-of-words makes nothing of some of its text"):
            library.add(load(b"It is cold. A shibboleth.", source="word.txt"))
        assert isinstance(library.ask("When does the pool open?"), Answer)
        assert len(library.articles()) == 1
