"""Pages with the article in several elements, in an unmarked one, or in a script."""

import pytest

from embeddings.errors import SourceError
from embeddings.loaders.html import load_html
from embeddings.types import Document, Kind

OPENING = "The pool opens at seven in the morning, and it closes at nine in the evening on every working day. "
CARD = "Whoever wants to swim has to bring a card, which the town hall gives out for nothing to all who live here. "
WINTER = "In winter the water is heated to twenty-six degrees, and in summer the sun has to do that on its own. "
RELATED = "".join(
    f'<div class="card"><div class="article__body"><p>Teaser {number} of another story, with what it says at some length.</p></div></div>'
    for number in range(3)
)


def load(body: str, head: str = "") -> Document:
    page = f"<!doctype html><html lang='en'><head><title>The pool</title>{head}</head><body>{body}</body></html>"
    return load_html(page.encode(), source="page.html")


def lines(document: Document) -> list[str]:
    return [block.span.of(document.text) for block in document.blocks]


def test_an_article_cut_into_parts_by_advertisements_is_whole() -> None:
    parts = "".join(
        f'<div class="chunk"><div class="article__body"><p>{words * 2}</p></div></div><div class="ad">Buy!</div>'
        for words in (OPENING, CARD, WINTER)
    )
    document = load(f"<article><h1>The pool</h1>{parts}</article><aside>{RELATED}</aside>")
    for words in (OPENING, CARD, WINTER):
        assert (words * 2).strip() in lines(document)
    assert "Buy!" not in document.text
    assert "Teaser" not in document.text


def test_a_thread_is_all_its_posts() -> None:
    posts = "".join(
        f'<article class="message {kind}"><h4>user</h4><article class="message-body">{words * 2}</article></article>'
        for kind, words in (("is-first", OPENING), ("is-read", CARD), ("is-read", WINTER))
    )
    document = load(f"<nav><a href='/'>Home</a></nav><h1>Water</h1><div class='posts'>{posts}</div>")
    assert all(words.strip() in document.text for words in (OPENING, CARD, WINTER))


def test_a_page_whose_place_for_the_article_has_no_name_keeps_its_structure() -> None:
    document = load(
        f"""<div id="top"><ul><li><a href="/">Start page</a></li></ul></div><div class="x1"><h1>Rules</h1><p>{OPENING * 3}</p>
        <h2>Lanes</h2><ul><li>Lane one is for those who are fast.</li></ul><p>{CARD * 3}</p></div><div class="x2">Last changed by Ada.</div>"""
    )
    assert lines(document) == [
        "Rules",
        (OPENING * 3).strip(),
        "Lanes",
        "Lane one is for those who are fast.",
        (CARD * 3).strip(),
    ]
    assert document.blocks[-1].heading == ("Lanes",)


def test_numbers_of_items_are_those_that_a_browser_draws() -> None:
    document = load(
        f"""<article><p>{OPENING * 3}</p><ol><li>Wash.</li></ol><p>{CARD}</p><ol start="2"><li>Do not run.</li><li> </li>
        <li>Do not shout.</li></ol><ol><li value="7">Leave at nine.</li></ol></article>"""
    )
    items = [block.span.of(document.text) for block in document.blocks if block.kind is Kind.LIST_ITEM]
    assert items == ["1. Wash.", "2. Do not run.", "4. Do not shout.", "7. Leave at nine."]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("9-5<br>18-20", "9-5 18-20"),
        ("<p>10-12</p><p>14-16</p>", "10-12 14-16"),
        ("<div>10-12</div><div>14-16</div>", "10-12 14-16"),
        ("<ul><li>Yoga</li><li><a href='/j'>Judo</a></li></ul>", "Yoga Judo"),
        ("Courses:<ol start='3'><li>Yoga</li><li>Judo</li></ol>", "Courses: 3. Yoga 4. Judo"),
        ("<ul><li><p>Yoga</p><ul><li>for <b>children</b></li></ul></li></ul>", "Yoga for children"),
    ],
)
def test_lines_and_lists_in_a_cell_are_kept_apart(cell: str, words: str) -> None:
    table = f"<table><tr><th>Day</th><th>What<br>and when</th></tr><tr><td>Monday</td><td>{cell}</td></tr></table>"
    document = load(f"<article><h2>Opening<br>hours</h2><p>{OPENING * 3}</p>{table}</article>")
    assert lines(document) == ["Opening hours", (OPENING * 3).strip(), "Day | What and when", f"Monday | {words}"]


def test_a_list_in_a_table_that_is_there_for_its_looks_is_kept() -> None:
    rules = "<ol><li>Wash before you swim.</li><li>Do not run.</li></ol><ul><li>No glass.</li></ul>"
    document = load(f"<article><table><tr><td><p>{OPENING * 3}</p>{rules}</td></tr></table></article>")
    assert lines(document)[1:] == ["1. Wash before you swim.", "2. Do not run.", "No glass."]


def test_signs_beside_headings_are_not_read_and_the_words_of_buttons_in_them_are() -> None:
    document = load(
        f"""<article><h1>Opening<a class="headerlink" href="#opening">¶</a></h1><p>{OPENING * 3}</p>
        <h2><button type="button">When is it warm?</button></h2><p>{WINTER * 3}</p>
        <dl><dt>depth<a href="#depth">#</a></dt><dd>How deep it is, in metres.</dd></dl></article>"""
    )
    assert "¶" not in document.title + document.text
    assert "#" not in document.text
    assert document.blocks[-1].heading == ("When is it warm?",)


def test_a_heading_that_is_a_link_to_itself_is_kept() -> None:
    document = load(
        f"""<div><main><h1 id="faq"><a class="header" href="#faq">Questions</a></h1><p>{OPENING * 3}</p>
        <h2 id="card"><a class="header" href="#card">Who needs <em>a card</em>?</a></h2><p>{CARD * 3}</p></main></div>"""
    )
    assert lines(document) == ["Questions", (OPENING * 3).strip(), "Who needs a card?", (CARD * 3).strip()]
    assert document.blocks[-1].heading == ("Who needs a card?",)


def test_a_forum_that_a_script_draws_is_read_as_those_see_it_who_run_none() -> None:
    posts = "".join(f'<div class="post"><p>{words * 2}</p></div>' for words in (OPENING, CARD))
    script = f"<script>window.data = {{text: '{'never seen ' * 400}'}}</script>"
    document = load(f"<noscript><h1>Water</h1><div>{posts}</div></noscript><div id='app'></div>{script}")
    assert all((words * 2).strip() in document.text for words in (OPENING, CARD))
    assert "never seen" not in document.text


def test_words_for_those_without_a_script_are_not_read_where_there_are_others() -> None:
    document = load(f"<article><p>{OPENING * 3}</p></article><noscript><p>{CARD * 4}</p></noscript>")
    assert CARD.strip() not in document.text
    with pytest.raises(SourceError, match="no text"):
        load("<div id='app'></div><noscript>You need JavaScript to run this app.</noscript>")


def test_names_that_software_gives_the_sections_of_a_text_lose_none_of_it() -> None:
    document = load(
        f"""<main><section id="pool"><h1>Pool</h1><p>{OPENING * 3}</p><section id="for-authors-and-sharers"><span id="s6"></span>
        <h2><span>2. </span>For authors and sharers</h2><p>{CARD * 2}</p></section><section id="author"><h2>About</h2><p>Ada wrote it.</p></section>
        <div class="section"><div class="titlepage"><div><h2><a id="cold"></a>When it is cold</h2></div></div><p>{WINTER * 2}</p></div></section></main>"""
    )
    headings = [block.span.of(document.text) for block in document.blocks if block.kind is Kind.HEADING]
    assert headings == ["Pool", "2. For authors and sharers", "When it is cold"]
    assert (CARD * 2).strip() in lines(document)
    assert "Ada wrote it" not in document.text
