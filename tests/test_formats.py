"""Visible text of Word, OpenDocument, books, messages, tables and subtitles; and format detection."""

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from embeddings.errors import SourceError
from embeddings.loaders import load
from embeddings.types import About, Document, Kind
from tests.makers import epub, odt, packed, saved, slides, word, workbook
from tests.pdf_maker import lines, pdf

PAGE = (
    b"<!doctype html><html><body><article><h1>Title</h1><p>"
    + b"Some words of a page. " * 30
    + b"</p></article></body></html>"
)


def blocks(document: Document, *kinds: Kind) -> list[str]:
    return [block.span.of(document.text) for block in document.blocks if not kinds or block.kind in kinds]


def test_a_word_document() -> None:
    made = docx.Document()
    made.core_properties.title, made.core_properties.author = "Pool rules", "Ada Lind"
    made.add_heading("Times", 1)
    made.add_paragraph("The pool opens at seven.")
    made.add_heading("Holidays", 2)
    made.add_paragraph("Closed all day.")
    made.add_paragraph("Bring a towel.", style="List Bullet")
    made.add_paragraph("Shower first.", style="List Number")
    made.add_paragraph("No shouting.", style="List Number")
    made.add_paragraph("Swim safely.", style="Quote")
    table = made.add_table(2, 2)
    for cell, text in zip(table._cells, ["Day", "Price", "Monday", "3.50"], strict=True):
        cell.text = text
    document = load(saved(made), source="a.docx")
    assert document.title == "Pool rules"
    assert document.about.author == "Ada Lind"
    assert [(block.kind, block.heading, block.span.of(document.text)) for block in document.blocks] == [
        (Kind.HEADING, (), "Times"),
        (Kind.PARAGRAPH, ("Times",), "The pool opens at seven."),
        (Kind.HEADING, ("Times",), "Holidays"),
        (Kind.PARAGRAPH, ("Times", "Holidays"), "Closed all day."),
        (Kind.LIST_ITEM, ("Times", "Holidays"), "Bring a towel."),
        (Kind.LIST_ITEM, ("Times", "Holidays"), "1. Shower first."),
        (Kind.LIST_ITEM, ("Times", "Holidays"), "2. No shouting."),
        (Kind.QUOTE, ("Times", "Holidays"), "Swim safely."),
        (Kind.HEADING, ("Times", "Holidays"), "Day | Price"),
        (Kind.TABLE_ROW, ("Times", "Holidays", "Day | Price"), "Monday | 3.50"),
    ]


def test_a_word_document_reads_as_with_its_changes_accepted_and_without_what_is_hidden() -> None:
    made = docx.Document()
    paragraph = made.add_paragraph("Seen")
    hidden = paragraph.add_run(" SECRET one")
    hidden.font.hidden = True
    white = paragraph.add_run(" SECRET two")
    white.font.color.rgb = RGBColor(255, 255, 255)
    tiny = paragraph.add_run(" SECRET three")
    tiny.font.size = Pt(1)
    secret = made.styles.add_style("Secret", WD_STYLE_TYPE.CHARACTER)
    secret.font.hidden = True
    paragraph.add_run(" SECRET four", style="Secret")
    paragraph.add_run(" words.")
    data = saved(made)
    changed = "<w:ins><w:r><w:t xml:space='preserve'> Put in.</w:t></w:r></w:ins><w:del><w:r><w:delText>SECRET</w:delText></w:r></w:del></w:p>"
    assert load(_edited(data, "</w:p>", changed), source="a.docx").text == "Seen words. Put in."


def _edited(data: bytes, old: str, new: str) -> bytes:
    import zipfile
    from io import BytesIO

    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].decode().replace(old, new).encode()
    return packed(parts)


@pytest.mark.parametrize(
    ("shading", "seen"),
    [
        pytest.param("<w:shd w:val='clear' w:fill='1F4E79'/>", True, id="dark blue"),
        pytest.param("<w:shd w:val='solid' w:color='000000' w:fill='auto'/>", True, id="a solid pattern"),
        pytest.param("<w:highlight w:val='black'/>", True, id="highlighted"),
        pytest.param("<w:shd w:val='clear' w:color='auto' w:fill='auto'/>", False, id="no colour"),
        pytest.param("<w:shd w:val='clear' w:fill='FFFFFF'/>", False, id="white"),
        pytest.param("<w:highlight w:val='white'/>", False, id="highlighted in white"),
    ],
)
def test_white_words_in_a_word_document_are_seen_on_a_dark_ground_only(shading: str, seen: bool) -> None:
    made = docx.Document()
    paragraph = made.add_paragraph("Seen")
    paragraph.add_run(" too.").font.color.rgb = RGBColor(255, 255, 255)
    data = _edited(saved(made), '<w:color w:val="FFFFFF"/>', f'<w:color w:val="FFFFFF"/>{shading}')
    assert load(data, source="a.docx").text == ("Seen too." if seen else "Seen")


def test_a_cell_in_a_content_control_is_read() -> None:
    made = docx.Document()
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Treasurer", "Anna Kuhn"
    cell = table.cell(0, 1)._tc
    row = cell.getparent()
    control = row.makeelement(qn("w:sdt"), {})
    control.append(row.makeelement(qn("w:sdtContent"), {}))
    control[0].append(cell)
    row.append(control)
    assert blocks(load(saved(made), source="a.docx")) == ["Treasurer | Anna Kuhn"]


def test_a_table_in_a_table_of_a_word_document_is_told_once() -> None:
    made = docx.Document()
    around = made.add_table(2, 1)
    around.cell(0, 0).text = "The pool opens at seven."
    inner = around.cell(0, 0).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "Adults", "5"
    beside = around.cell(1, 0).add_table(1, 2)
    beside.cell(0, 0).text = "On the left."
    beside.cell(0, 1).add_table(1, 2).cell(0, 1).text = "Children"
    document = load(saved(made), source="a.docx")
    assert [(block.kind, block.span.of(document.text)) for block in document.blocks] == [
        (Kind.PARAGRAPH, "The pool opens at seven."),
        (Kind.TABLE_ROW, "Adults | 5"),
        (Kind.PARAGRAPH, "On the left."),
        (Kind.TABLE_ROW, "| Children"),
    ]


def test_a_table_in_a_table_of_an_opendocument_text_is_told_once() -> None:
    def row(*cells: str) -> str:
        return f"<table:table-row>{''.join(f'<table:table-cell>{cell}</table:table-cell>' for cell in cells)}</table:table-row>"

    inner = f"<table:table>{row('<text:p>Adults</text:p>', '<text:p>5</text:p>')}</table:table>"
    head = f"<table:table-header-rows>{row('<text:p>Who</text:p>', '<text:p>What</text:p>')}</table:table-header-rows>"
    body = f"<table:table>{head}{row('<text:p>The pool opens at seven.</text:p>' + inner)}</table:table>"
    document = load(odt(body), source="a.odt")
    assert [(block.kind, block.span.of(document.text)) for block in document.blocks] == [
        (Kind.TABLE_ROW, "Who | What"),
        (Kind.PARAGRAPH, "The pool opens at seven."),
        (Kind.TABLE_ROW, "Adults | 5"),
    ]


def test_an_opendocument_text() -> None:
    styles = '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>'
    body = """<text:h text:outline-level="1">Times</text:h>
    <text:p>The pool opens<text:s text:c="2"/>at <text:span text:style-name="H">SECRET</text:span>seven.<office:annotation><text:p>SECRET</text:p>
    </office:annotation></text:p><text:list><text:list-item><text:p>Bring a towel.</text:p></text:list-item></text:list>
    <text:tracked-changes><text:p>SECRET</text:p></text:tracked-changes>
    <table:table><table:table-row><table:table-cell><text:p>Monday</text:p></table:table-cell><table:table-cell><text:p>3.50</text:p>
    </table:table-cell></table:table-row></table:table>"""
    document = load(odt(body, styles=styles), source="a.odt")
    assert (document.title, document.about.author) == ("Pool rules", "Ada Lind")
    assert blocks(document) == ["Times", "The pool opens  at seven.", "Bring a towel.", "Monday | 3.50"]
    assert document.blocks[1].heading == ("Times",)


def test_a_book() -> None:
    document = load(
        epub(
            "<h1>One</h1><p>It began&nbsp;at <em>night</em>.<br/>It rained.</p><script>SECRET</script><p style='display:none'>SECRET</p>",
            "<h1>Two</h1><ol start='3'><li>First</li><li>Second</li></ol><blockquote><p>Well.</p></blockquote><pre>a\n  b</pre>"
            "<table><tr><th>Day</th><td>Price</td></tr></table><figure><img alt='SECRET'/><figcaption>A ship</figcaption></figure>",
        ),
        source="a.epub",
    )
    assert (document.title, document.about) == ("The harbour", About(author="Ada Lind", language="en"))
    assert [(block.kind, block.heading, block.span.of(document.text)) for block in document.blocks] == [
        (Kind.HEADING, (), "One"),
        (Kind.PARAGRAPH, ("One",), "It began at night.\nIt rained."),
        (Kind.HEADING, (), "Two"),
        (Kind.LIST_ITEM, ("Two",), "3. First"),
        (Kind.LIST_ITEM, ("Two",), "4. Second"),
        (Kind.QUOTE, ("Two",), "Well."),
        (Kind.CODE, ("Two",), "a\n  b"),
        (Kind.TABLE_ROW, ("Two",), "Day | Price"),
        (Kind.CAPTION, ("Two",), "A ship"),
    ]


MAIL = """From: Ada Lind <ada@example.org>
Date: Mon, 4 Mar 2024 10:00:00 +0100
Subject: =?utf-8?q?The_bridge_=E2=80=93_closed?=
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

The bridge is closed. It opens in May.

On Sunday, Jo wrote:
> When does it open?
> I must know.

--
Ada Lind, harbour office
""".replace("--\n", "-- \n")


def test_a_message_is_its_own_words() -> None:
    document = load(MAIL.encode(), source="a.eml")
    assert document.title == "The bridge – closed"
    assert document.about == About(author="Ada Lind", published="2024-03-04")
    assert document.text == "The bridge is closed. It opens in May."


def test_a_message_in_html_without_what_is_hidden_in_it() -> None:
    head = MAIL.split("\n\n", 1)[0].replace("text/plain", "text/html")
    body = "<p>The bridge is <b>closed</b>.</p><p style='display:none'>SECRET</p><img alt='SECRET'>"
    assert load(f"{head}\n\n{body}".encode(), source="a.eml").text == "The bridge is closed."


NEWSLETTER = """<table><tr><td><h1>Club news</h1><p>The pool opens on 5 May.</p>
<table><tr><th>Who</th><th>Price</th></tr><tr><td>Adults</td><td><p>5</p><p>or 40 a month</p></td></tr><tr><td></td><td>free</td></tr></table>
<ul><li>Bring a towel.</li></ul><p>See you there.</p></td></tr>
<tr><td><h2>Left</h2><p>Lane one is closed.</p></td><td><h2>Right</h2><p>Lane two is open.</p></td></tr></table>"""


def test_a_table_that_is_there_for_its_looks_is_read_as_what_it_holds() -> None:
    head = MAIL.split("\n\n", 1)[0].replace("text/plain", "text/html")
    document = load(f"{head}\n\n{NEWSLETTER}".encode(), source="a.eml")
    assert [(block.kind, block.heading, block.span.of(document.text)) for block in document.blocks] == [
        (Kind.HEADING, (), "Club news"),
        (Kind.PARAGRAPH, ("Club news",), "The pool opens on 5 May."),
        (Kind.HEADING, ("Club news",), "Who | Price"),
        (Kind.TABLE_ROW, ("Club news", "Who | Price"), "Adults | 5 or 40 a month"),
        (Kind.TABLE_ROW, ("Club news", "Who | Price"), "| free"),
        (Kind.LIST_ITEM, ("Club news",), "Bring a towel."),
        (Kind.PARAGRAPH, ("Club news",), "See you there."),
        (Kind.HEADING, ("Club news",), "Left"),
        (Kind.PARAGRAPH, ("Club news", "Left"), "Lane one is closed."),
        (Kind.HEADING, ("Club news",), "Right"),
        (Kind.PARAGRAPH, ("Club news", "Right"), "Lane two is open."),
    ]


@pytest.mark.parametrize(
    "text",
    ['Day,Price\n"Monday, early",3.50\n', 'Day;Price\n"Monday, early";3.50\n', 'Day\tPrice\n"Monday, early"\t3.50\n'],
    ids=["commas", "semicolons", "tabs"],
)
def test_a_table(text: str) -> None:
    document = load(text.encode(), source="/x/prices.csv")
    assert document.title == "prices"
    assert blocks(document, Kind.TABLE_ROW) == ["Monday, early | 3.50"]
    assert [each.heading for each in document.blocks] == [(), ("Day | Price",)]
    assert document.text == "Day | Price\nMonday, early | 3.50"


SRT = """1
00:00:01,000 --> 00:00:03,000
<i>The bridge was closed</i>

2
00:00:03,100 --> 00:00:05,000
on Monday.

3
00:01:00,000 --> 00:01:02,000
{\\an8}It opens in May.
"""


def test_what_subtitles_write_out_is_read_as_it_is_shown() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<b>Q&amp;A</b>&nbsp;for those &lt; 6.\n"
    assert load(text.encode(), source="a.vtt").text.replace("\u00a0", " ") == "Q&A for those < 6."


@pytest.mark.parametrize("source", ["a.srt", "stdin:x"])
def test_subtitles_are_what_is_said(source: str) -> None:
    assert blocks(load(SRT.encode(), source=source)) == ["The bridge was closed on Monday.", "It opens in May."]


def test_captions_that_roll_up_say_each_line_once() -> None:
    text = """WEBVTT - The bridge

NOTE SECRET

STYLE
::cue { color: white }

00:01.000 --> 00:02.000 align:start
The bridge

00:02.000 --> 00:03.000
The bridge
<v Ada>was closed.
"""
    document = load(text.encode(), source="a.vtt")
    assert (document.title, document.text) == ("The bridge", "The bridge was closed.")


@pytest.mark.parametrize(
    ("data", "source", "media_type", "said"),
    [
        pytest.param(pdf(lines("Text.")), "a.txt", None, "named .txt and holds a PDF", id="a PDF named .txt"),
        pytest.param(pdf(lines("Text.")), "a.docx", None, "named .docx and holds a PDF", id="a PDF named .docx"),
        pytest.param(b"Just text.", "a.pdf", None, "named .pdf and is not a PDF", id="text named .pdf"),
        pytest.param(PAGE, "a.txt", None, "named .txt and holds an HTML", id="a page named .txt"),
        pytest.param(
            PAGE,
            "https://a.example/b.pdf",
            "application/pdf",
            "served as application/pdf and holds an HTML",
            id="a page served as PDF",
        ),
        pytest.param(
            pdf(lines("Text.")),
            "https://a.example/b",
            "text/html; charset=utf-8",
            "served as text/html and holds a PDF",
            id="served wrongly",
        ),
        pytest.param(packed({"xl/workbook.xml": "x"}), "a.xlsx", None, "damaged", id="no workbook"),
        pytest.param(packed({"ppt/presentation.xml": "x"}), "a.pptx", None, "damaged", id="no presentation"),
        pytest.param(packed({"xl/workbook.bin": "x"}), "a.xlsx", None, "save it as .xlsx", id="binary workbook"),
        pytest.param(workbook(("a", "b")), "a.pptx", None, "holds an Excel file", id="a workbook named .pptx"),
        pytest.param(packed({"a.txt": "x"}), "stdin:x", None, "archive of files", id="an archive by standard input"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.docx", None, "old or locked Office", id="old Office"
        ),
        pytest.param(b"{\\rtf1 hello}", "a.rtf", None, "RTF", id="RTF"),
        pytest.param(b"\x1f\x8b\x08" + bytes(50), "a.txt", None, "compressed", id="gzip"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(50), "a.png", None, "picture", id="picture"),
    ],
)
def test_a_file_is_told_by_what_it_holds(data: bytes, source: str, media_type: str | None, said: str) -> None:
    with pytest.raises(SourceError, match=said) as refused:
        load(data, source=source, media_type=media_type)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("data", "source", "media_type"),
    [
        pytest.param(
            pdf(lines("Some words.")), "https://a.example/download?id=1.txt", "application/octet-stream", id="PDF"
        ),
        pytest.param(pdf(lines("Some words.")), "stdin:x", None, id="PDF by standard input"),
        pytest.param(word("Some words."), "https://a.example/x", None, id="Word"),
        pytest.param(workbook(("Some words.",)), "https://a.example/x", None, id="Excel"),
        pytest.param(slides(("Pool", "Some words.")), "https://a.example/x", None, id="PowerPoint"),
        pytest.param(
            b"Some words.", "https://a.example/x.html", "text/plain", id="text at an address that ends in .html"
        ),
        pytest.param(b"# Title\n\nSome words.", "https://a.example/x", "text/markdown", id="Markdown"),
    ],
)
def test_what_is_served_without_a_name_is_known_by_its_content(
    data: bytes, source: str, media_type: str | None
) -> None:
    assert "Some words." in load(data, source=source, media_type=media_type).text


def test_the_address_is_kept() -> None:
    document = load(pdf(lines("Text.")), source="https://a.example/b.pdf", url="https://a.example/b.pdf")
    assert document.url == "https://a.example/b.pdf"
