"""Links to quotes (text fragments): their syntax, and that a real browser scrolls to the exact words."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings.answer.links import link_to_quote
from embeddings.chunking import chunks_of
from embeddings.clean import normalise
from embeddings.library import Library
from embeddings.loaders.builder import Builder
from embeddings.loaders.html import load_html
from embeddings.store import Store
from embeddings.types import Answer, Document, Kind, Sentence, Span
from tests.browser import CHROMIUM, STYLE, Browser, browsing
from tests.fakes import BagEncoder
from tests.web import Reply, Web, serving

URL = "https://example.com/pool"


def paragraph(
    text: str, start: int = 0, end: int | None = None, kind: Kind = Kind.PARAGRAPH, page: int | None = None
) -> Sentence:
    return Sentence(Span(start, len(text) if end is None else end), kind, (), 1, page)


def link(text: str, quoted: str, kind: Kind = Kind.PARAGRAPH) -> str:
    """The fragment of the link to the last occurrence of the words."""
    start = text.rindex(quoted)
    sentence = paragraph(text, start, start + len(quoted), kind)
    found = link_to_quote(URL, text, sentence.span, [sentence])
    assert found is not None
    assert found.startswith(f"{URL}#:~:text=")
    return found.removeprefix(f"{URL}#:~:text=")


@pytest.mark.parametrize(
    ("text", "quoted", "fragment"),
    [
        ("The pool opens at seven.", "The pool opens at seven.", "The%20pool%20opens%20at%20seven."),
        ("A well-kept pool, with A&B.", "A well-kept pool, with A&B.", "A%20well%2Dkept%20pool%2C%20with%20A%26B."),
        ("Вода тёплая.", "Вода тёплая.", "%D0%92%D0%BE%D0%B4%D0%B0%20%D1%82%D1%91%D0%BF%D0%BB%D0%B0%D1%8F."),
        (
            "One two three four five six seven eight nine.",
            "One two three four five six seven eight nine.",
            "One%20two%20three,seven%20eight%20nine.",
        ),
        ("It is so.\n\nThe hall is new. It is so.", "It is so.", "The%20hall%20is%20new.-,It%20is%20so."),
        ("It is so.\n\nThe hall.\n\n- It is so.\n- Not so.", "It is so.", "The%20hall.-,It%20is%20so.,-Not%20so."),
    ],
)
def test_a_link_names_the_words(text: str, quoted: str, fragment: str) -> None:
    assert link(text, quoted) == fragment


def test_what_a_browser_draws_itself_is_not_named() -> None:
    assert link("1. Wash.\n2. Swim in the pool.", "2. Swim in the pool.", Kind.LIST_ITEM) == "Swim%20in%20the%20pool."
    assert link("Who | Price\nAdults | 4.50", "Adults | 4.50", Kind.TABLE_ROW) == "Adults,4.50"
    assert link("Depth: Three metres.", "Depth: Three metres.", Kind.LIST_ITEM) == "Three%20metres."


def test_a_quote_over_two_pages_is_cited_and_linked_by_that_where_it_begins(tmp_path: Path) -> None:
    builder = Builder()
    builder.add(Kind.PARAGRAPH, "The members of the swimming club get a card in spring.", page=1)
    builder.add(Kind.PARAGRAPH, "They must show it to the keeper at the door.", same_paragraph=True, page=2)
    with Store.open(tmp_path) as store:
        library = Library(store, "local", BagEncoder())
        library.add(builder.document(title="Rules", source="rules.pdf", url=f"{URL}.pdf"))
        reply = library.ask("Who must show the card to the keeper at the door?")
    assert isinstance(reply, Answer)
    (excerpt,) = reply.excerpts
    assert excerpt.quote.startswith("The members"), "else the test would see nothing in any case"
    assert (excerpt.citation.page, excerpt.citation.url) == (1, f"{URL}.pdf#page=1")


def test_a_link_into_a_pdf_names_the_page() -> None:
    text = "The pool opens."
    assert link_to_quote(f"{URL}.pdf#x", text, Span(0, 15), [paragraph(text, page=7)]) == f"{URL}.pdf#page=7"


def test_without_an_address_there_is_no_link() -> None:
    text = "The pool opens."
    assert link_to_quote(None, text, Span(0, 15), [paragraph(text)]) is None


def test_a_link_that_would_be_too_long_is_the_address_alone() -> None:
    text = "ü" * 1000
    assert link_to_quote(URL, text, Span(0, 1000), [paragraph(text)]) == URL


def test_a_fragment_of_the_address_stays() -> None:
    text = "The pool opens."
    assert link_to_quote(f"{URL}#top", text, Span(0, 15), [paragraph(text)]) == f"{URL}#top:~:text=The%20pool%20opens."


# In a browser

SPACE = "<div style='height:3000px'></div>"
#: Pages with the quote in one or more ``<mark>`` elements.
PAGES = {
    "a short sentence": "<p>It is summer. <mark>The pool opens at seven.</mark> The hall is closed.</p>",
    "a long sentence": "<p>It is summer. <mark>The pool, which the town built in 1987, opens at seven in the morning on every day of the week.</mark> Then all swim.</p>",
    "signs that have a meaning in addresses": "<p>Hm. <mark>A well-kept pool, 100% clean &amp; safe: #1 of A/B?</mark> Yes.</p>",
    "words in bold and in links": "<p>So. <mark>The <b>pool</b> opens at <a href='/x'>seven</a> in the <i>mor</i>ning of each and every day.</mark> So.</p>",
    "the second of two equal sentences": "<p>First comes this. The pool is closed today.</p><p>Then comes that. <mark>The pool is closed today.</mark></p>",
    "a sentence that begins as another": "<p>The pool in the town opens at nine in the winter, said the mayor of it.</p><p><mark>The pool in the town opens at six in the summer, said the mayor of it.</mark></p>",
    "an item of a numbered list": "<ol><li>Wash before you swim in the pool.</li><li><mark>Swim in the lane that is yours.</mark></li></ol>",
    "an item of a list": "<ul><li>Wash before you swim in the pool.</li><li><mark>Swim in the lane that is yours.</mark></li></ul>",
    "a row of a table": "<table><tr><th>Who</th><th>Price</th></tr><tr><td><mark>Adults of the town</mark></td><td><mark>4.50 euros</mark></td></tr></table>",
    "code": "<pre><code><mark>def swim(lane):\n    return lane + 1</mark></code></pre>",
    "another script": "<p>Лето. <mark>Бассейн открывается в семь часов утра каждый день недели.</mark> Все плавают.</p>",
    "a script without spaces": "<p>夏です。<mark>プールは毎朝七時に開きます。</mark>みんな泳ぎます。</p>",
    "two paragraphs": "<p>So. <mark>The pool opens at seven in the morning.</mark></p><p><mark>The hall of the pool opens at nine.</mark> So.</p>",
    "typographic quotes and dashes": "<p>Well. <mark>“No dogs – not even ‘small’ ones – may swim,” said the guard, who’d seen it all before.</mark> So.</p>",
    "quotes at both ends": "<p>Well. <mark>“The pool’s closed!”</mark> So.</p>",
    "percent signs and slashes": "<p>Hm. <mark>Some 50% of the 1,200 visitors/day (i.e. 600) pay 4,50 € -- or 3 % less; see #:~:text=x&amp;y=z for it.</mark> Yes.</p>",
    "words broken by markup": "<p>So. <mark>A swim<b>ming</b>-<i>pool</i> is wa<wbr>ter, and H<sub>2</sub>O it is.</mark> So.</p>",
    "soft hyphens": "<p>So. <mark>The swim&shy;ming pool of the town opens at se&shy;ven every day, and closes at ni&shy;ne.</mark> So.</p>",
    "spaces that do not break": "<p>So. <mark>The pool opens at 7&nbsp;a.m. and closes at 9&nbsp;p.m. on every day of the week.</mark> So.</p>",
    "lines broken by hand": "<p>So it was.<br><mark>The pool opens at seven<br>and closes at nine in the evening of each day.</mark></p>",
    "letters made of two": "<p>So. <mark>Le cafe&#769; de la piscine est ouvert a&#768; sept heures chaque jour de la semaine.</mark> Oui.</p>",
    "from right to left": "<p dir='rtl'>صيف. <mark>يفتح المسبح في الساعة السابعة صباحا كل يوم من أيام الأسبوع.</mark> نعم.</p>",
    "pictures among words": "<p>So. <mark>The pool 🏊 opens at seven 🕖 in the morning, 👨‍👩‍👧 welcome on every day.</mark> So.</p>",
    "the third of three equal rows": "<table><tr><td>Monday</td><td>seven</td></tr><tr><td>Tuesday</td><td>seven</td></tr><tr><td><mark>Wednesday</mark></td><td><mark>seven</mark></td></tr></table>",
    "an item within an item": "<ul><li>Wash before you swim.<ul><li><mark>Use the shower on the left, not the right one.</mark></li></ul></li><li>Swim.</li></ul>",
    "a term and what is said of it": "<dl><dt>Depth</dt><dd>Three metres.</dd><dt>Length</dt><dd><mark>Twenty-five metres from end to end.</mark></dd></dl>",
    "capitals made by a style": "<p>So. <mark>The <span style='text-transform:uppercase'>pool</span> opens at seven in the morning.</mark> So.</p>",
    "a word many times": "<p>Pool, pool, pool.</p><p>The pool pool. <mark>Pool pool pool.</mark> Pool!</p>",
    "a note in a sentence": "<p>So. <mark>The pool<sup><a href='#n'>3</a></sup> opens at seven in the morning of each day.</mark> So.</p>",
    "hidden words in a sentence": "<p>So. <mark>The pool <span style='display:none'>never ever</span> opens at seven in the morning.</mark> So.</p>",
    "a picture in a paragraph": "<p>So. <mark>The pool opens <img alt='a clock' width=9 height=9> at seven in the morning of every day.</mark> So.</p>",
    "a quotation": "<blockquote><p><mark>Nobody swims alone in this pool of ours.</mark></p></blockquote>",
}
FILLER = "<p>The council met on Tuesday evening and spoke for three hours about what things cost.</p>" * 2


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium; install it to see links work in a browser")
    with browsing(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with serving() as found:
        yield found


def sentences_of(document: Document) -> list[Sentence]:
    encoder = BagEncoder()
    return list(chunks_of(document, encoder.count_tokens, encoder.max_tokens)[0])


def seen(markup: str) -> str:
    """A pattern that matches the visible words of some markup."""
    words = re.sub(r"<[^>]+>", "", re.sub(r"<span style='display:none'>.*?</span>", "", markup.replace("<br>", " ")))
    return r"\s+".join(map(re.escape, normalise(html.unescape(words)).split()))


@pytest.mark.parametrize("name", PAGES)
def test_a_browser_goes_to_the_very_words(browser: Browser, web: Web, name: str) -> None:
    article = PAGES[name]
    page = f"<html><head><title>Pool</title>{STYLE}</head><body><article>{FILLER}{SPACE}{article}{FILLER}{SPACE}</article></body></html>"
    data = page.replace("mark>", "span>").encode()
    document = load_html(data, source="pool.html", url=f"{web.address}/pool")
    marked = [piece.split("</mark>")[0] for piece in article.split("<mark>")[1:]]
    start = [found.start() for found in re.finditer(seen(marked[0]), document.text)][-1]
    end = re.compile(seen(marked[-1])).search(document.text, start)
    assert end is not None
    span = Span(start, end.end())
    sentences = [each for each in sentences_of(document) if each.span.overlaps(span)]
    whole = Span(sentences[0].span.start, sentences[-1].span.end)

    web.pages["/pool"] = Reply(page.replace("<mark>", "<span class=quote>").replace("</mark>", "</span>").encode())
    address = link_to_quote(document.url, document.text, whole, sentences)
    assert address is not None
    browser.open(address)
    assert browser.scrolled() > 1000
    rectangles = browser.ask(
        "[...document.querySelectorAll('.quote')].flatMap(each => [...each.getClientRects()].map(r => [r.left, r.top, r.right, r.bottom]))"
    )
    lit = browser.highlighted()
    for left, top, right, bottom in rectangles:
        inside = sum(left - 1 <= x <= right + 1 and top - 8 <= y <= bottom + 8 for x, y in lit)
        assert inside >= (right - left) * (bottom - top) / 3, "the whole quote is highlighted"
    outside = [
        (x, y)
        for x, y in lit
        if not any(
            left - 2 <= x <= right + 2 and top - 10 <= y <= bottom + 10 for left, top, right, bottom in rectangles
        )
    ]
    assert not outside, "nothing else is highlighted"
