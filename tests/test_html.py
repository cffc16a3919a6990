"""Web pages: the visible article with its structure, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from embeddings.errors import SourceError
from embeddings.loaders.html import load_html
from embeddings.types import QUOTABLE, About, Document, Kind

FILLER = (
    "The council met on Tuesday evening, and it spoke for three hours about the pools of the town and what they cost. "
)


def page(article: str, head: str = "", around: str = "") -> bytes:
    return f"<html lang='en-GB'><head>{head}</head><body>{around}<article>{article}<p>{FILLER * 3}</p></article></body></html>".encode()


def load(article: str, head: str = "", around: str = "", url: str | None = None) -> Document:
    return load_html(page(article, head, around), source="page.html", url=url)


def blocks(document: Document) -> list[tuple[Kind, str]]:
    return [(block.kind, block.span.of(document.text)) for block in document.blocks]


def test_the_structure_of_an_article_is_kept() -> None:
    document = load(
        """<h1>The pools</h1><p>The pool opens at <b>seven</b> in the morning,
        and the <a href="/doors">doors</a> close at nine.</p>
        <h2>Rules</h2><ul><li>No running in the hall.<ul><li>Nor at the edge.</li></ul></li><li>No glass.</li></ul>
        <ol><li>First you wash.</li><li>Then you swim.</li></ol>
        <blockquote><p>Nobody swims alone, said the guard.</p></blockquote>
        <h3>Prices</h3><table><tr><th>Who</th><th>Price</th></tr><tr><td>Adults</td><td>4.50</td></tr></table>
        <pre><code>def swim():
    return 1</code></pre><dl><dt>Depth</dt><dd>Three metres.</dd></dl>"""
    )
    found = blocks(document)
    for expected in [
        (Kind.HEADING, "The pools"),
        (Kind.PARAGRAPH, "The pool opens at seven in the morning, and the doors close at nine."),
        (Kind.HEADING, "Rules"),
        (Kind.LIST_ITEM, "No running in the hall."),
        (Kind.LIST_ITEM, "Nor at the edge."),
        (Kind.LIST_ITEM, "1. First you wash."),
        (Kind.LIST_ITEM, "2. Then you swim."),
        (Kind.QUOTE, "Nobody swims alone, said the guard."),
        (Kind.HEADING, "Who | Price"),
        (Kind.TABLE_ROW, "Adults | 4.50"),
        (Kind.CODE, "def swim():\n    return 1"),
        (Kind.LIST_ITEM, "Depth: Three metres."),
    ]:
        assert expected in found
    prices = next(block for block in document.blocks if block.kind is Kind.TABLE_ROW)
    assert prices.heading == ("Rules", "Prices", "Who | Price")


def test_a_page_of_a_manual_keeps_its_headings_and_lists() -> None:
    # As documentation generators write it: no element is an article, headings are in divs of their own, after anchors and before links to
    # themselves, and the source has line breaks anywhere.
    heading = '<div class="titlepage"><div><h2><a id="{0}"></a>{0} of the pool<a class="headerlink" href="#{0}">¶</a></h2></div></div>'
    sections = "".join(
        f"""<div class="section">{heading.format(name)}<p><span id="p"></span>{name}: {FILLER * 2}</p><p>It has\n<code>{name}</code>\nby\nnow.</p>
        <ul><li>No running in the {name}.</li></ul></div>"""
        for name in ("Depth", "Length")
    )
    contents = (
        '<div class="toc"><dl><dt><a href="#Depth">1. Depth</a></dt><dt><a href="#Length">2. Length</a></dt></dl></div>'
    )
    page = f'<html><body><div class="book"><h1>The pool</h1>{contents}{sections}</div></body></html>'
    found = blocks(load_html(page.encode(), source="page.html"))
    expected = [(Kind.HEADING, "The pool")]
    for name in ("Depth", "Length"):
        expected += [
            (Kind.HEADING, f"{name} of the pool"),
            (Kind.PARAGRAPH, f"{name}: {FILLER * 2}".strip()),
            (Kind.PARAGRAPH, f"It has {name} by now."),
            (Kind.LIST_ITEM, f"No running in the {name}."),
        ]
    assert found == expected


def test_what_stands_around_an_article_is_left_out() -> None:
    around = """<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
    <div class="cookie-banner"><p>We use cookies on this site.</p></div><footer>All rights reserved 2026.</footer>
    <section class="comments"><p>First comment: what a waste of money!</p></section>"""
    document = load("<p>The pool opens at seven in the morning on every day of the week.</p>", around=around)
    for words in ("Home", "Sport", "cookies", "rights reserved", "First comment"):
        assert words not in document.text


WIKI = """<html lang="en"><head><title>Town pool - Townwiki</title><meta property="og:title" content="Town pool"></head><body>
<nav><ul><li>Main page</li><li>Random page</li></ul></nav><main><h1 id="firstHeading">Town pool</h1><p>From Townwiki, the wiki of the town</p>
<div class="mw-content-ltr mw-parser-output"><div role="note" class="hatnote">For the pool in the next town, see River pool.</div>
<table class="infobox"><tr><th>Opened</th><td>1987</td></tr></table>
<aside class="portable-infobox"><h2 class="pi-title">Town pool</h2><section><h2 class="pi-header">Building</h2>
<div class="pi-data"><h3 class="pi-data-label">Architect</h3><div class="pi-data-value">Mira Okafor</div></div></section></aside>
<p>The pool was built in 1987.<sup class="reference"><a href="#n1">[1]</a></sup> It has a slide.<sup class="noprint Inline-Template">[<i>citation needed</i>]</sup></p>
<div id="toc" class="toc"><h2>Contents</h2><ul><li>1 History</li></ul></div>
<div class="mw-heading mw-heading2"><h2 id="History">History</h2><span class="mw-editsection">[<a>edit</a>]</span></div><p>The river had been closed to swimmers.</p>
<h2><span class="mw-headline">Prices</span><span class="mw-editsection">[<a>edit</a>]</span></h2><ul><li>Adults pay 4.50.</li></ul>
<ol class="references"><li>Town archive, 1990.</li></ol><div class="navbox"><ul><li>Lake pool</li></ul></div>
</div><div id="catlinks"><ul><li>Buildings of 1987</li></ul></div></main><footer>Last edited on 3 May 2024.</footer></body></html>"""


def test_a_page_of_a_wiki_is_its_article_without_the_marks_of_its_editors() -> None:
    document = load_html(WIKI.encode(), source="https://wiki.example.com/wiki/Town_pool")
    assert document.title == "Town pool"
    assert [(block.kind, block.heading, block.span.of(document.text)) for block in document.blocks] == [
        (Kind.TABLE_ROW, (), "Opened | 1987"),
        (Kind.PARAGRAPH, (), "Building"),
        (Kind.TABLE_ROW, (), "Architect | Mira Okafor"),
        (Kind.PARAGRAPH, (), "The pool was built in 1987. It has a slide."),
        (Kind.HEADING, (), "History"),
        (Kind.PARAGRAPH, ("History",), "The river had been closed to swimmers."),
        (Kind.HEADING, (), "Prices"),
        (Kind.LIST_ITEM, ("Prices",), "Adults pay 4.50."),
    ]


def test_a_wiki_hides_nothing_from_us_either() -> None:
    hidden = WIKI.replace("It has a slide.", '<span style="display:none">Nobody sees this.</span>')
    assert "Nobody sees" not in load_html(hidden.encode(), source="page.html").text


def test_what_a_page_says_of_itself_is_kept() -> None:
    head = """<title>The pools of the town | Town News</title><meta property="og:title" content="The pools of the town">
    <meta property="og:site_name" content="Town News"><meta name="author" content="Mira Okafor">
    <meta property="article:published_time" content="2026-03-01T10:00:00Z"><link rel="canonical" href="/news/pools">"""
    document = load(
        "<p>The pool opens at seven.</p>", head, url="https://www.example.com/news/pools?utm_source=mail&page=1"
    )
    assert document.title == "The pools of the town"
    assert document.url == "https://www.example.com/news/pools"
    assert document.about == About("Mira Okafor", "2026-03-01", "Town News", "en-gb")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The pools of the town | Town News", "The pools of the town"),
        ("The pools of the town – town news", "The pools of the town"),
        ("Pools - slides - lakes · TownNews.example", "Pools - slides - lakes"),
        ("The pools of the town :: Townnews", "The pools of the town"),
        ("The pools of the town - a history", "The pools of the town - a history"),
        ("Town News | The pools of the town", "Town News | The pools of the town"),
        ("Town News", "Town News"),
        ("The pools of the Town News", "The pools of the Town News"),
    ],
)
def test_a_title_does_not_keep_the_name_of_the_site(title: str, expected: str) -> None:
    head = f'<title>{title}</title><meta property="og:title" content="{title}"><meta property="og:site_name" content="Town News">'
    assert load("<p>The pool opens.</p>", head, url="https://www.townnews.example/page").title == expected


@pytest.mark.parametrize(
    ("around", "why"),
    [
        ("<div style='display:none'><h1>Keys to press</h1></div>", "the box is hidden"),
        ("<div class='box'><h2 class='box-title'>Keys to press</h2></div>", "a style sheet elsewhere hides it"),
    ],
)
def test_the_heading_of_a_box_beside_the_article_is_no_title(around: str, why: str) -> None:
    document = load("<h2>Tickets</h2>", "<title>Prices of the town</title>", around)
    assert document.title == "Prices of the town", why


@pytest.mark.parametrize(
    ("title", "path"),
    [
        pytest.param("The pools - Town handbook", ("Rules",), id="said by the title"),
        pytest.param("The pools | Sport :: Town", ("Rules",), id="with two marks"),
        pytest.param("The pools of the town", ("The pools", "Rules"), id="only begun by it"),
        pytest.param("Town handbook", ("The pools", "Rules"), id="not said"),
    ],
)
def test_a_first_heading_that_the_title_says_is_not_repeated(title: str, path: tuple[str, ...]) -> None:
    document = load_html(
        page("<h1>The pools</h1><p>They open at seven.</p><h2>Rules</h2><p>No running.</p>"),
        source="page.html",
        title=title,
    )
    assert [block.heading for block in document.blocks if block.span.of(document.text) == "No running."] == [path]


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("https://example.com/a", "https://example.com/a"),
        ("https://m.example.com/a", "https://m.example.com/a"),
        ("https://elsewhere.example/a", "https://www.example.com/page"),
        ("javascript:alert(1)", "https://www.example.com/page"),
        ("https://me:secret@example.com/", "https://www.example.com/page"),
    ],
)
def test_a_page_speaks_for_its_own_site_only(canonical: str, expected: str) -> None:
    head = f'<link rel="canonical" href="{canonical}">'
    assert load("<p>The pool opens.</p>", head, url="https://www.example.com/page").url == expected


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("READ MORE: Pool to be sold within a year", Kind.TEASER),
        ("Related story: Swimmers in the harbour", Kind.TEASER),
        ("Don’t miss", Kind.TEASER),
        ("Story continues below gallery", Kind.TEASER),
        ("Related costs are paid by the club.", Kind.PARAGRAPH),
        ("Read more books than last year: twelve.", Kind.PARAGRAPH),
    ],
)
def test_what_only_points_to_another_article_is_told_apart(line: str, kind: Kind) -> None:
    kinds = {
        words: found
        for found, words in blocks(load(f"<p>The pool is open.</p><p>{line}</p><p>It has three lanes.</p>"))
    }
    assert kinds[line] is kind


@pytest.mark.parametrize(
    "label", ["More:", "MORE:", "Related:", "Related stories:", "See also:", "Read more:", "You may also like:"]
)
def test_a_label_of_the_site_is_no_heading_of_what_follows(label: str) -> None:
    found = load(
        f"<h2>Lanes</h2><p>The pool is open.</p><h3>{label}</h3><p>It has three lanes.</p><h2>More lanes</h2><p>Or four.</p>",
        "<title>The pool</title>",
    ).blocks
    assert [(block.kind, block.heading) for block in found[1:5]] == [
        (Kind.PARAGRAPH, ("Lanes",)),
        (Kind.TEASER, ("Lanes",)),
        (Kind.PARAGRAPH, ("Lanes",)),
        (Kind.HEADING, ()),
    ]


STORIES = (
    '<li><a href="/harbour">Swimmers in the harbour</a></li>'
    '<li>Why the mayor <a href="https://www.example.com/mayor">sold the old pool</a>?</li>'
    '<li>Cold? <a href="/towels">The ten best towels</a>, and <a href="/caps">caps</a>.</li>'
)
FORMS = (
    '<li>To join us there is <a href="/forms/join.pdf">a form for new members</a></li>'
    '<li>To leave us there is <a href="/forms/leave.pdf">a form for old members</a></li>'
)


def last_list(before: str, listed: str, after: str = "", article: str = f"<p>{FILLER * 5}</p>") -> set[Kind]:
    """The kinds of the items of a list at the end of an article."""
    page = f"<html><body><article>{article}{before}<ul>{listed}</ul>{after}</article></body></html>"
    document = load_html(page.encode(), source="page.html", title="The pool")
    items = {words for item in html.fromstring(f"<ul>{listed}</ul>") for words in [item.text_content()]}
    return {kind for kind, words in blocks(document) if words in items}


@pytest.mark.parametrize(
    "before", ["", "<div>More great Gazette stories</div>", "<h3>Related</h3>", "<p><b>Read more:</b></p>"]
)
@pytest.mark.parametrize("after", ["", "<p>Originally published on Harbour Science.</p><p>Ada Lind swims.</p>"])
def test_a_list_of_other_stories_at_the_end_is_told_apart(before: str, after: str) -> None:
    assert last_list(before, STORIES, after) == {Kind.TEASER}


@pytest.mark.parametrize(
    ("before", "listed", "after"),
    [
        pytest.param("<p>These pages say how to join us:</p>", STORIES, "", id="it is announced"),
        pytest.param("<h3>Where to get help</h3>", STORIES, "", id="a heading of the article stands above it"),
        pytest.param("", STORIES, f"<p>{FILLER}</p><p>It leaks.</p><p>It is cold.</p>", id="it stands in the middle"),
        pytest.param("", FORMS, "", id="it links to files"),
        pytest.param("", STORIES.replace('href="', 'href="#'), "", id="it links to the page itself"),
        pytest.param(
            "",
            '<li><a href="/a">Ada</a>: first lane</li><li>Ben: <a href="/b">second lane</a></li>',
            "",
            id="short links",
        ),
        pytest.param("", "<li>The pool opens at seven.</li><li>It closes at nine.</li>", "", id="no links"),
        pytest.param(
            "", '<li>Ask at <a href="/o">the old harbour office</a>.</li>' * 2, "", id="sentences that end so"
        ),
        pytest.param("", STORIES[STORIES.index("<li>Why") : STORIES.index("<li>Cold")], "", id="a single one"),
    ],
)
def test_a_list_that_says_something_is_quotable(before: str, listed: str, after: str) -> None:
    assert last_list(before, listed, after) == {Kind.LIST_ITEM}


def test_a_picture_that_links_to_a_story_leaves_the_list_readable() -> None:
    items = "".join(
        f"<li><a href='/{number}'>Harbour opens its gates number {number}</a><a href='/{number}'><img src='a.png'></a></li>"
        for number in range(3)
    )
    page = f"<html><body><article><p>{FILLER * 5}</p><ul>{items}</ul></article></body></html>"
    assert (Kind.PARAGRAPH, (FILLER * 5).strip()) in blocks(
        load_html(page.encode(), source="page.html", title="The pool")
    )


def test_a_page_of_links_is_about_them() -> None:
    assert last_list("<p>Here is all that we know of the pools of this town.</p>", STORIES * 3, article="") == {
        Kind.LIST_ITEM
    }


def test_where_to_buy_a_thing_is_not_said_of_it() -> None:
    found = blocks(load("<h2>Goggles</h2><ul><li>See it now: Town Shop</li></ul><p>They keep the water out.</p>"))
    assert (Kind.TEASER, "See it now: Town Shop") in found


@pytest.mark.parametrize("tag", ["p", "blockquote"])
def test_a_label_in_bold_is_no_part_of_the_sentence_behind_it(tag: str) -> None:
    kind = Kind.PARAGRAPH if tag == "p" else Kind.QUOTE
    found = blocks(
        load(f"<p>{FILLER}</p><{tag}><strong>Summary</strong> <a href='/pool'>The pool</a> is open.</{tag}>")
    )
    assert found[1:3] == [(Kind.CAPTION, "Summary"), (kind, "The pool is open.")]


@pytest.mark.parametrize(
    "words",
    [
        "<b>Ott</b> said no.",
        "<b>Mira</b> Okafor said no.",
        "<strong>Note:</strong> Doors close.",
        "<b>Summary</b> of the year.",
        "A <b>Summary</b> Day.",
    ],
)
def test_words_in_bold_stay_in_their_sentence(words: str) -> None:
    plain = html.fromstring(f"<p>{words}</p>").text_content()
    assert (Kind.PARAGRAPH, plain) in blocks(load(f"<p>{words}</p>"))


def test_references_in_a_list_are_told_from_what_refers_to_them() -> None:
    notes = "<ul><li>[1] Lind, Pools of the Town, 2019</li><li>[2] Marsh, Leaks, 2020</li></ul>"
    found = blocks(load(f"<p>The pool leaks<sup>[1]</sup>, and it is cold<sup>[2]</sup>.</p><p>{FILLER}</p>{notes}"))
    assert {kind for kind, words in found if words.startswith("[")} == {Kind.TEASER}


def test_what_a_program_prints_is_no_reference() -> None:
    found = blocks(load(f"<p>The depth is in lane[1].</p><p>{FILLER}</p><pre><code>[1] 1.8\n[2] 2.0</code></pre>"))
    assert (Kind.CODE, "[1] 1.8\n[2] 2.0") in found


def test_a_list_of_other_stories_in_a_table_keeps_its_numbers() -> None:
    cells = f"<td>{FILLER}</td><td><ol>{STORIES}</ol></td>"
    document = load(f"<p>{FILLER * 4}</p><table><tr>{cells}</tr><tr>{cells}</tr></table>")
    assert "1. Swimmers in the harbour" in document.text


HEAD = """<title>The pools</title><meta name="author" content="Mira Adler"><meta property="article:published_time" content="2019-09-03">"""


@pytest.mark.parametrize(
    ("around", "kind", "line"),
    [
        pytest.param("<p class='byline'>By <a>Mira Adler</a>, Oban</p>", Kind.BYLINE, "By Mira Adler, Oban", id="who"),
        pytest.param(
            "<div class='author-box'>Share <b>it</b><span class='author'>Mira Adler</span></div>",
            Kind.BYLINE,
            "Mira Adler",
            id="no more than who",
        ),
        pytest.param("<time>3 September 2019, 7:00</time>", Kind.DATELINE, "3 September 2019, 7:00", id="when"),
        pytest.param(
            "<span class='date'>Posted Sept. 3, 2019</span>", Kind.DATELINE, "Posted Sept. 3, 2019", id="short"
        ),
        pytest.param(
            "<time datetime='2019-09-03T07:00'>3.9., 7:00</time>", Kind.DATELINE, "3.9., 7:00", id="by its mark"
        ),
    ],
)
def test_who_wrote_a_page_and_when_is_kept_as_the_page_shows_it(around: str, kind: Kind, line: str) -> None:
    document = load(f"<h1>The pools</h1><p>{FILLER}</p>", HEAD, f"<header>{around}</header>")
    assert blocks(document)[:3] == [(Kind.HEADING, "The pools"), (kind, line), (Kind.PARAGRAPH, FILLER.strip())]


@pytest.mark.parametrize(
    "around",
    [
        pytest.param("<p class='byline'>By Paul Ott</p>", id="of another story"),
        pytest.param("<time>4 September 2019</time>", id="another day"),
        pytest.param(f"<p class='author'>Mira Adler {'swims and ' * 20}</p>", id="about the author"),
        pytest.param("<p>Mira Adler</p>", id="nothing says that it is one"),
    ],
)
def test_other_names_and_days_are_no_signature(around: str) -> None:
    document = load(f"<h1>The pools</h1><p>{FILLER}</p>", HEAD, f"<header>{around}</header>")
    assert all(kind not in (Kind.BYLINE, Kind.DATELINE) for kind, _ in blocks(document))


def test_a_date_in_the_text_is_not_taken_for_that_of_the_page() -> None:
    assert load("<h1>The pools</h1><p>It was built in 1999, on 1 May 1999.</p>").about.published is None


def test_a_row_of_marks_is_no_paragraph() -> None:
    assert "___" not in load(f"<h1>The pools</h1><p>{FILLER}</p><p>___</p>").text


def test_captions_and_bylines_are_kept_and_not_quotable() -> None:
    document = load(
        "<p>By Mira Okafor</p><p>The pool is open.</p><p>Photo: Getty Images</p><p>MOSCOW, Sept 14 (Reuters) — The pool opens at seven.</p>"
    )
    kinds = {words: kind for kind, words in blocks(document)}
    assert kinds["By Mira Okafor"] is Kind.BYLINE
    assert kinds["Photo: Getty Images"] is Kind.CAPTION
    assert kinds["The pool opens at seven."] is Kind.PARAGRAPH


HIDDEN = [
    "<p hidden>{}</p>",
    "<p style='display:none'>{}</p>",
    "<p style='DISPLAY : None !important'>{}</p>",
    "<p style='visibility:hidden'>{}</p>",
    "<p style='opacity:0'>{}</p>",
    "<p style='font-size:0'>{}</p>",
    "<p style='font-size:1px'>{}</p>",
    "<p style='color:white'>{}</p>",
    "<p style='color:#FFFFFE'>{}</p>",
    "<p style='color:rgba(0,0,0,0)'>{}</p>",
    "<div style='background:#222'><p style='color:#222222'>{}</p></div>",
    "<div style='height:0;overflow:hidden'><p>{}</p></div>",
    "<p style='position:absolute;left:-9999px'>{}</p>",
    "<p style='text-indent:-9999px'>{}</p>",
    "<p style='clip:rect(0 0 0 0);position:absolute'>{}</p>",
    "<p style='clip-path: inset(50%)'>{}</p>",
    "<p class='x quiet'>{}</p>",
    "<p id=quiet>{}</p>",
    "<p><font color=white>{}</font></p>",
    "<p class='note sr-only'>{}</p>",
    "<template><p>{}</p></template>",
    "<noscript><p>{}</p></noscript>",
    "<!-- <p>{}</p> -->",
    "<script>document.write('{}')</script>",
    '<script type=\'application/ld+json\'>{{"@type":"NewsArticle","articleBody":"{}"}}</script>',
    "<style>/* {} */</style>",
    "<img src='a.jpg' alt='{}'>",
    "<p title='{}'>Seen.</p>",
    "<svg><text>{}</text></svg>",
    "<select><option>{}</option></select>",
    "<textarea>{}</textarea>",
    "<dialog><p>{}</p></dialog>",
]


@pytest.mark.parametrize("markup", HIDDEN)
def test_what_a_reader_does_not_see_is_not_in_the_article(markup: str) -> None:
    secret = "The secret ingredient of the soup is salt from the eastern mines."
    head = "<style>.quiet, #quiet {display: none}</style>"
    document = load(f"<p>The soup is served at noon.</p>{markup.format(secret)}", head)
    assert "secret" not in document.text
    assert "The soup is served at noon." in document.text
    # Nor is it extracted when the page has no other text; a style sheet that hides everything is ignored.
    if "quiet" in markup:
        return
    with pytest.raises(SourceError):
        load_html(
            f"<html><head>{head}</head><body>{markup.format(secret).replace('Seen.', '')}</body></html>".encode(),
            source="page.html",
        )


@pytest.mark.parametrize(
    "markup",
    [
        "<p style='color:#222;background:white'>{}</p>",
        "<div style='background:navy'><p style='color:white'>{}</p></div>",
        "<div style='background:url(a.png)'><p style='color:white'>{}</p></div>",
        "<p style='opacity:.9;font-size:12px;text-indent:2em'>{}</p>",
        "<div style='height:0'><p>{}</p></div>",
        "<div class='printed'><p>{}</p></div>",
        "<p style='display:;;:none'>{}</p>",
    ],
)
def test_what_a_reader_sees_stays(markup: str) -> None:
    head = "<style>@media print {.printed {display: none}}</style>"
    assert "The soup is served at noon." in load(markup.format("The soup is served at noon."), head).text


def test_a_style_sheet_that_hides_the_whole_page_is_for_a_script_to_undo() -> None:
    assert "council" in load("", "<style>article {visibility: hidden}</style>").text


def test_a_page_that_is_no_article_is_taken_as_it_is_seen() -> None:
    document = load_html(b"<p>The pool opens at seven.</p>", source="page.html")
    assert document.text == "The pool opens at seven."


@pytest.mark.parametrize(
    "data", [b"", b" \n", b"<html></html>", b"<html><body><img src=a alt=b></body></html>", b"<!-- -->"]
)
def test_a_page_without_words_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError):
        load_html(data, source="page.html")


@pytest.mark.parametrize(
    "data",
    [
        "<meta charset=utf-8><p>Müller’s café</p>".encode(),
        "\ufeff<meta charset=latin1><p>Müller’s café</p>".encode(),
        "<p>Müller’s café</p>".encode(),
        "<meta charset='iso-8859-1'><p>Müller’s café</p>".encode("cp1252"),
        "<meta http-equiv=Content-Type content='text/html; charset=windows-1252'><p>Müller’s café</p>".encode("cp1252"),
        "\ufeff<p>Müller’s café</p>".encode("utf-16"),
    ],
)
def test_the_encoding_of_a_page_is_found(data: bytes) -> None:
    assert load_html(data, source="page.html").text == "Müller’s café"


def test_markup_that_is_nested_without_end_is_told() -> None:
    with pytest.raises(SourceError, match="nested too deeply"):
        load_html(b"<div>" * 50_000 + b"<p>" + FILLER.encode(), source="page.html")


def test_nesting_that_pages_have_loses_nothing() -> None:
    deep = "<div>" * 400 + f"<p>{FILLER}</p>" + "</div>" * 400
    assert "council" in load_html(f"<html><body>{deep}</body></html>".encode(), source="page.html").text


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<ul><li>",
                "</ul>",
                "<table>",
                "<td>",
                "<tr>",
                "<h2>",
                "<pre>",
                "<blockquote>",
                "words here. ",
                "<!--",
                "-->",
                "&amp;",
                "<br>",
                "<p style='",
                "'>",
                "<style>",
                "a{b:c}",
                "</style>",
            ]
        ),
        max_size=40,
    )
)
def test_any_tags_make_a_document_or_a_refusal(parts: list[str]) -> None:
    try:
        document = load_html("".join(parts).encode(), source="page.html")
    except SourceError:
        return
    for block in document.blocks:
        words = block.span.of(document.text)
        assert words == words.strip()
        assert "<" not in words or block.kind not in QUOTABLE
