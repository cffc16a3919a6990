"""Nested list items: indented alike in every format, and numbered as their reader sees them."""

import docx
import pptx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from embeddings.answer.links import link_to_quote
from embeddings.loaders import load
from embeddings.loaders.builder import Builder
from embeddings.loaders.counting import counted
from embeddings.types import Kind, Sentence, Span
from tests.makers import epub, odt, saved

OPENING = "The server of the club runs on many machines, and it is installed on each of them in its own way."
SET_IN = "- Linux\n  - Run install.sh\n    - as the owner\n  - Restart it\n- Windows\n  - Run setup.exe"

MARKDOWN = """- Linux
  - Run install.sh
    - as the owner
  - Restart it
- Windows
  - Run setup.exe
"""
HTML = """<ul><li>Linux<ul><li>Run install.sh<ul><li>as the owner</li></ul></li><li>Restart it</li></ul></li>
<li><p>Windows</p><ul><li>Run setup.exe</li></ul></li></ul>"""
RST = """- Linux

  - Run install.sh

    - as the owner

  - Restart it

- Windows

  - Run setup.exe
"""
ODT = """<text:list><text:list-item><text:p>Linux</text:p><text:list><text:list-item><text:p>Run install.sh</text:p>
<text:list><text:list-item><text:p>as the owner</text:p></text:list-item></text:list></text:list-item>
<text:list-item><text:p>Restart it</text:p></text:list-item></text:list></text:list-item></text:list>
<text:list><text:list-item><text:p>Windows</text:p></text:list-item><text:list-item>
<text:list><text:list-item><text:p>Run setup.exe</text:p></text:list-item></text:list></text:list-item></text:list>"""
ITEMS = (
    (0, "Linux"),
    (1, "Run install.sh"),
    (2, "as the owner"),
    (1, "Restart it"),
    (0, "Windows"),
    (1, "Run setup.exe"),
)


def in_list(paragraph: Paragraph, depth: int, number: str | None = None) -> None:
    """Give a paragraph a list depth, in the list of its style or in that of ``number``."""
    place = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    place.get_or_add_ilvl().val = depth
    if number is not None:
        place.get_or_add_numId().val = int(number)


def levelled() -> bytes:
    """A Word document whose items are at different levels of one list."""
    document = docx.Document()
    document.add_paragraph(OPENING)
    for depth, words in ITEMS:
        in_list(document.add_paragraph(words, style="List Bullet"), depth)
    return saved(document)


def styled() -> bytes:
    """A Word document whose items have different list styles, each with a list of its own; only the styles determine the indent."""
    document = docx.Document()
    document.add_paragraph(OPENING)
    for depth, words in ITEMS:
        document.add_paragraph(words, style=("List Bullet", "List Bullet 2", "List Bullet 3")[depth])
    return saved(document)


def deck() -> bytes:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = OPENING
    frame = slide.placeholders[1].text_frame
    for place, (depth, words) in enumerate(ITEMS):
        paragraph = frame.add_paragraph() if place else frame.paragraphs[0]
        paragraph.text, paragraph.level = words, depth
    return saved(presentation)


@pytest.mark.parametrize(
    ("data", "source"),
    [
        pytest.param(f"{OPENING}\n\n{MARKDOWN}".encode(), "a.md", id="Markdown"),
        pytest.param(f"{OPENING}\n\n{HTML}".encode(), "b.md", id="HTML in Markdown"),
        pytest.param(
            f"<html><body><article><p>{OPENING}</p>{HTML}</article></body></html>".encode(), "a.html", id="HTML"
        ),
        pytest.param(f"{OPENING}\n\n{RST}".encode(), "a.rst", id="reStructuredText"),
        pytest.param(f"{OPENING}\n\n{MARKDOWN}".encode(), "a.txt", id="plain text"),
        pytest.param(f"{OPENING}\n\n{MARKDOWN.replace('  ', chr(9))}".encode(), "b.txt", id="plain text with tabs"),
        pytest.param(f"\n{MARKDOWN}\n".replace("\n", "\n   ").encode(), "c.txt", id="a text that is a list"),
        pytest.param(odt(f"<text:p>{OPENING}</text:p>{ODT}"), "a.odt", id="OpenDocument"),
        pytest.param(levelled(), "a.docx", id="Word, by levels"),
        pytest.param(styled(), "b.docx", id="Word, by styles"),
        pytest.param(epub(f"<p>{OPENING}</p>{HTML}"), "a.epub", id="EPUB"),
        pytest.param(deck(), "a.pptx", id="PowerPoint"),
    ],
)
def test_an_item_below_another_is_set_in(data: bytes, source: str) -> None:
    document = load(data, source=source)
    assert document.text.removeprefix(OPENING).lstrip("\n") == SET_IN
    items = [block.span.of(document.text) for block in document.blocks if block.kind is Kind.LIST_ITEM]
    assert items == [words for _, words in ITEMS]


def test_only_what_stands_above_counts() -> None:
    builder = Builder()
    for level in (7, 3, 9, 5, 3, 2):
        builder.add(Kind.LIST_ITEM, str(level), lead="- ", level=level)
    builder.add(Kind.CODE, "code")
    builder.add(Kind.LIST_ITEM, "below what stands before the code", lead="- ", level=3)
    builder.add(Kind.PARAGRAPH, "Text.")
    builder.add(Kind.LIST_ITEM, "below nothing", lead="- ", level=3)
    builder.heading(1, "Heading")
    builder.add(Kind.LIST_ITEM, "nor here", lead="- ", level=4)
    assert builder.document(title=None, source="a").text == (
        "- 7\n- 3\n  - 9\n  - 5\n- 3\n- 2\n\ncode\n\n  - below what stands before the code\n\nText.\n\n- below nothing\n\nHeading\n\n- nor here"
    )


def test_an_item_is_not_set_in_without_end() -> None:
    document = load(("<ul><li>x" * 200).encode(), source="a.md")
    assert document.text.startswith("- x\n  - x\n    - x\n")
    assert len(document.text) < 200 * 30


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(" 8. eight\n 9. nine\n10. ten\n11. eleven", id="numbers that end below one another"),
        pytest.param("9. nine\n 10. ten", id="one column"),
        pytest.param("- eight\n\nText that stands between.\n\n    - nine", id="below a paragraph"),
    ],
)
def test_what_is_hardly_set_in_or_below_no_item_stands_by_itself(text: str) -> None:
    assert "\n " not in load(f"{OPENING}\n\n{text}".encode(), source="a.txt").text


def test_a_text_that_is_a_list_has_no_headline() -> None:
    document = load(b"- Bring a towel\n- Bring a lock", source="a.txt")
    assert [block.kind for block in document.blocks] == [Kind.LIST_ITEM, Kind.LIST_ITEM]


@pytest.mark.parametrize("source", ["a.html", "a.md"])
def test_items_that_are_all_that_is_said_of_a_term_stand_below_it(source: str) -> None:
    terms = "<dl><dt>Linux</dt><dd><ul><li>Run it.</li><li>Wait.</li></ul></dd><dt>Windows</dt><dd>Restart.</dd></dl>"
    page = f"<article><p>{OPENING}</p>{terms}</article>"
    data = f"<html><body>{page}</body></html>" if source == "a.html" else page
    assert load(data.encode(), source=source).text.removeprefix(OPENING).strip() == (
        "- Linux\n  - Run it.\n  - Wait.\n- Windows: Restart."
    )


def test_a_paragraph_of_word_that_says_only_its_depth_is_in_the_list_of_its_style() -> None:
    document = docx.Document()
    document.add_paragraph("Members vote.", style="List Number")
    paragraph = document.add_paragraph("Guests look on.", style="List Number")
    in_list(paragraph, 0)
    assert load(saved(document), source="a.docx").text == "1. Members vote.\n2. Guests look on."


def test_an_item_of_word_that_is_set_in_by_hand_stands_below() -> None:
    document: WordDocument = docx.Document()
    document.add_paragraph("Linux", style="List Bullet")
    paragraph = document.add_paragraph("Run install.sh", style="List Bullet")
    indent = OxmlElement("w:ind")
    indent.set(qn("w:left"), "1440")
    paragraph._p.get_or_add_pPr().append(indent)
    assert load(saved(document), source="a.docx").text == "- Linux\n  - Run install.sh"


@pytest.mark.parametrize("source", ["a.html", "a.md"])
def test_a_list_that_counts_in_letters_keeps_them(source: str) -> None:
    lists = (
        '<ol><li>One<ol type="a"><li>of it</li><li>and</li></ol></li></ol><p>Then:</p><ol type="I" start="4"><li>Four</li></ol>'
        '<p>And:</p><ol style="color: red; list-style-type: lower-roman"><li>first</li><li>second</li></ol>'
    )
    page = f"<article><p>{OPENING}</p>{lists}</article>"
    data = f"<html><body>{page}</body></html>" if source == "a.html" else page
    assert load(data.encode(), source=source).text.removeprefix(OPENING).strip() == (
        "1. One\n  a. of it\n  b. and\n\nThen:\n\nIV. Four\n\nAnd:\n\ni. first\nii. second"
    )


def test_roman_numbers_of_restructuredtext_are_kept() -> None:
    assert load(b"i. first\n#. second\n", source="a.rst").text == "- i. first\n- ii. second"


@pytest.mark.parametrize(
    ("number", "form", "written"),
    [
        (1, "a", "a"),
        (27, "A", "AA"),
        (1, "I", "I"),
        (44, "i", "xliv"),
        (0, "a", "0"),
        (5000, "i", "5000"),
        (3, "", "3"),
    ],
)
def test_numbers_as_they_are_written(number: int, form: str, written: str) -> None:
    assert counted(number, form) == written


def test_a_link_does_not_name_how_far_an_item_is_set_in_nor_its_letter() -> None:
    text = "The pool.\n\n1. Wash\n  a. Here\n  b. Swim in it\n- Rest\n  - Wait\n  - Swim in it\n"
    start = text.rindex("Swim in it")
    sentence = Sentence(Span(start, start + len("Swim in it")), Kind.LIST_ITEM, (), 1)
    link = link_to_quote("https://example.com/", text, sentence.span, [sentence])
    assert link == "https://example.com/#:~:text=Wait-,Swim%20in%20it"
    start = text.index("b. Swim in it")
    sentence = Sentence(Span(start, start + len("b. Swim in it")), Kind.LIST_ITEM, (), 1)
    link = link_to_quote("https://example.com/", text, sentence.span, [sentence])
    assert link == "https://example.com/#:~:text=Swim%20in%20it"
