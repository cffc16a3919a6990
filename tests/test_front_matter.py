"""Front matter: the author and the day become lines of the article, the rest is not shown."""

from pathlib import Path

import pytest

from embeddings.library import Library
from embeddings.loaders import load
from embeddings.store import Store
from embeddings.types import About, Answer, Kind
from tests.fakes import BagEncoder

POOL = "---\ntitle: Pool rules\nauthor: Mira Adler\ndate: 2019-09-03\nlayout: page\ntags: [pool, rules]\n---\n# Pool rules\n\nShower first. Paul Ott wrote a book about it.\n"


def signed(matter: str, body: str = "Shower first.") -> list[tuple[Kind, str]]:
    document = load(f"---\n{matter}\n---\n{body}".encode(), source="pool.md")
    return [
        (block.kind, block.span.of(document.text))
        for block in document.blocks
        if block.kind in (Kind.BYLINE, Kind.DATELINE)
    ]


@pytest.mark.parametrize(
    ("question", "line"),
    [("who wrote this?", "author: Mira Adler"), ("When was this published?", "date: 2019-09-03")],
)
@pytest.mark.parametrize("source", ["pool.md", "pool.rst"])
def test_who_wrote_an_article_and_when_its_front_matter_tells(
    tmp_path: Path, question: str, line: str, source: str
) -> None:
    text = POOL
    if source == "pool.rst":
        text = "Pool rules\n==========\n\n:author: Mira Adler\n:date: 2019-09-03\n\nShower first. Paul Ott wrote a book about it.\n"
        line = line.capitalize()
    with Store.open(tmp_path) as store:
        library = Library(store, "signed", BagEncoder())
        library.add(load(text.encode(), source=source))
        reply = library.ask(question)
    assert isinstance(reply, Answer)
    assert [excerpt.quote.casefold() for excerpt in reply.excerpts] == [line.casefold()]


def test_its_lines_stand_below_the_title_and_are_no_answer_of_their_own() -> None:
    document = load(POOL.encode(), source="pool.md")
    assert document.text == (
        "Pool rules\n\nauthor: Mira Adler\n\ndate: 2019-09-03\n\nShower first. Paul Ott wrote a book about it."
    )
    assert [block.kind for block in document.blocks] == [Kind.HEADING, Kind.BYLINE, Kind.DATELINE, Kind.PARAGRAPH]
    assert document.about == About(author="Mira Adler", published="2019-09-03")


@pytest.mark.parametrize(
    ("matter", "lines"),
    [
        pytest.param(
            "Authors:\n  - name: Ada Lind\n    url: x\n  - Bo Berg", ["Authors: Ada Lind, Bo Berg"], id="several"
        ),
        pytest.param("author:\n  name: 'Ada Lind'", ["author: Ada Lind"], id="a name among other things"),
        pytest.param('by: "Ada Lind"\nwriter: Bo', ["by: Ada Lind"], id="the better name"),
        pytest.param("Last-Updated: 3 May 2024", ["Last-Updated: 3 May 2024"], id="a day as it is written"),
        pytest.param("lastmod: 2024-05-03\ndate: 2020-01-02", ["date: 2020-01-02"], id="when it was published"),
        pytest.param("date: soon\nupdated: 2024-05-03", ["updated: 2024-05-03"], id="no day"),
        pytest.param("author: {{ name }}\ndate: 2024-05-03", ["date: 2024-05-03"], id="what a template fills in"),
        pytest.param("author:\ndate: ~", [], id="nothing"),
        pytest.param("author: [[], {}]\ndate: {a: 1}", [], id="nothing that is said"),
        pytest.param(f"author: {'x' * 161}", [], id="more than who"),
        pytest.param("authority: Ada Lind\ndated: 1999", [], id="other names"),
    ],
)
def test_who_and_when_under_their_names(matter: str, lines: list[str]) -> None:
    assert [words for _, words in signed(matter)] == lines


def test_front_matter_in_toml_is_read_alike() -> None:
    document = load(b"+++\nauthor = 'Ada Lind'\ndate = 2024-05-03T09:30:00Z\n+++\nShower first.", source="pool.md")
    assert document.text == "author: Ada Lind\n\ndate: 2024-05-03 09:30:00+00:00\n\nShower first."
    assert document.about == About(author="Ada Lind", published="2024-05-03")


@pytest.mark.parametrize(
    ("body", "title"),
    [("Shower first.", "Shower first."), ("Wash.\n\n# Pool", "Pool"), ("# Pool\n\nWash.", "Pool")],
)
def test_who_wrote_it_is_no_title(body: str, title: str) -> None:
    document = load(f"---\nauthor: Ada Lind\n---\n{body}".encode(), source="pool.md")
    assert document.title == title
    assert "author: Ada Lind" in document.text


def test_several_authors_of_restructuredtext_stand_in_one_line() -> None:
    text = "Pool\n====\n\n:Authors: - Ada Lind\n          - Bo Berg\n\nShower first.\n\n:Author: of a book\n"
    document = load(text.encode(), source="pool.rst")
    assert [(block.kind, block.span.of(document.text)) for block in document.blocks[1:]] == [
        (Kind.BYLINE, "Authors: Ada Lind, Bo Berg"),
        (Kind.PARAGRAPH, "Shower first."),
        (Kind.LIST_ITEM, "Author: of a book"),
    ]


def test_a_term_of_an_article_is_no_field() -> None:
    text = '<dl><dt class="date">Easter</dt><dd>31 March 2024</dd></dl>'
    assert [block.kind for block in load(text.encode(), source="pool.md").blocks] == [Kind.LIST_ITEM]
