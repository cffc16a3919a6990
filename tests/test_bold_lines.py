"""Bold lines that serve as headings where no styles are used, and those that do not."""

from collections.abc import Sequence

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE

from embeddings.loaders import load
from embeddings.types import Document, Kind
from tests.makers import saved


def above_text(document: Document) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (block.span.of(document.text), block.heading) for block in document.blocks if block.kind is not Kind.HEADING
    ]


def headings(document: Document) -> list[str]:
    return [block.span.of(document.text) for block in document.blocks if block.kind is Kind.HEADING]


def word(*paragraphs: tuple[str, str]) -> Document:
    """A Word document of (style, words) paragraphs; besides Word's styles there are ``bold``, ``item``, ``strong``, ``light`` and
    ``begins``.
    """
    document = docx.Document()
    document.styles.add_style("Loud", WD_STYLE_TYPE.PARAGRAPH).font.bold = True
    for style, words in paragraphs:
        if style == "bold":
            document.add_paragraph().add_run(words).bold = True
        elif style == "item":
            document.add_paragraph(style="List Bullet").add_run(words).bold = True
        elif style == "strong":
            document.add_paragraph().add_run(words, style="Strong")
        elif style == "light":
            document.add_paragraph(style="Loud").add_run(words).bold = False
        elif style == "begins":
            paragraph = document.add_paragraph()
            paragraph.add_run(words).bold = True
            paragraph.add_run(" and more")
        else:
            document.add_paragraph(words, style=style or None)
    return load(saved(document), source="club.docx", title="The club")


HOURS = ("bold", "Opening hours"), ("", "We open at nine.")


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        pytest.param("**Opening hours**\n\nWe open at nine.", "Opening hours", id="alone"),
        pytest.param("__Opening *hours*:__\nWe open at nine.", "Opening hours:", id="right above"),
        pytest.param("**How do I join?**  \nWe open at nine.", "How do I join?", id="a question above a break"),
        pytest.param("**Fees**\n- We open at nine.", "Fees", id="above a list"),
        pytest.param("**Code**\n```\nWe open at nine.\n```", "Code", id="above code"),
        pytest.param("**Opening hours** at nine\n\nWe open at nine.", None, id="bold words of a line"),
        pytest.param("**Opening hours**\nof this pool.\n\nWe open at nine.", None, id="a line that goes on"),
        pytest.param("**Members only.**\n\nWe open at nine.", None, id="a sentence"),
        pytest.param("**No dogs**\n\nWe open at nine.", None, id="what forbids"),
        pytest.param("**By Ada Lind**\n\nWe open at nine.", None, id="who wrote it"),
        pytest.param(f"**{'Day ' * 9}One**\n\nWe open at nine.", None, id="many words"),
        pytest.param(f"**{'H' * 81}**\n\nWe open at nine.", None, id="long"),
        pytest.param("**12**\n\nWe open at nine.", None, id="no words"),
        pytest.param("**– Fees –**\n\nWe open at nine.", None, id="what begins with a dash"),
        pytest.param("> **Opening hours**\n>\n> It said.\n\nWe open at nine.", None, id="a quotation"),
        pytest.param("- **Opening hours**\n\nWe open at nine.", None, id="an item"),
        pytest.param("We open at nine.\n\n**Opening hours**", None, id="at the end"),
        pytest.param("**Opening hours**\n\n# Pool\n\nWe open at nine.", "Pool", id="above a heading"),
        pytest.param("**Ada**\n\n**Bo**\n\nWe open at nine.", "Bo", id="above another"),
    ],
)
def test_a_line_in_bold_of_markdown(text: str, heading: str | None) -> None:
    document = load(f"# Club\n\n{text}".encode(), source="club.md", title="The club")
    (found,) = [path for words, path in above_text(document) if words == "We open at nine."]
    assert found[found[:1] == ("Club",) :] == ((heading,) if heading else ())
    assert headings(document) == (["Club", heading] if heading else ["Club"])


@pytest.mark.parametrize(
    ("paragraphs", "heading"),
    [
        pytest.param(HOURS, "Opening hours", id="bold"),
        pytest.param((("strong", "Opening hours"), HOURS[1]), "Opening hours", id="bold by its style"),
        pytest.param((("Loud", "Opening hours"), HOURS[1]), "Opening hours", id="bold by the style of its paragraph"),
        pytest.param((("Caption", "Opening hours"), HOURS[1]), None, id="a caption"),
        pytest.param((("begins", "Opening hours"), HOURS[1]), None, id="bold words of a line"),
        pytest.param((("", "Opening hours"), HOURS[1]), None, id="not bold"),
        pytest.param((("light", "Opening hours"), HOURS[1]), None, id="bold by its style and not itself"),
        pytest.param((("bold", "Opening\nhours"), HOURS[1]), None, id="two lines"),
        pytest.param((HOURS[0], ("item", "Daily"), HOURS[1]), "Opening hours", id="above an item in bold"),
        pytest.param((("bold", "Members only."), HOURS[1]), None, id="a sentence"),
        pytest.param((HOURS[1], HOURS[0]), None, id="at the end"),
        pytest.param((HOURS[0], ("bold", "Fees"), HOURS[1]), "Fees", id="above another"),
        pytest.param((HOURS[0], ("", ""), HOURS[1]), "Opening hours", id="above an empty line"),
        pytest.param((HOURS[0], ("Title", "Pool"), HOURS[1]), "Pool", id="above a heading"),
    ],
)
def test_a_line_in_bold_of_word(paragraphs: Sequence[tuple[str, str]], heading: str | None) -> None:
    document = word(("", "The club was founded in 1974."), *paragraphs)
    (found,) = [path for words, path in above_text(document) if words == "We open at nine."]
    assert found == ((heading,) if heading else ())
    assert headings(document) == ([heading] if heading else [])


def test_an_item_in_bold_stays_one() -> None:
    document = docx.Document()
    document.add_paragraph(style="List Bullet").add_run("Opening hours").bold = True
    document.add_paragraph("We open at nine.")
    assert [block.kind for block in load(saved(document), source="club.docx").blocks] == [
        Kind.LIST_ITEM,
        Kind.PARAGRAPH,
    ]


def test_a_line_in_bold_above_a_table_of_word_is_its_heading() -> None:
    document = docx.Document()
    document.add_paragraph("The club was founded in 1974.")
    document.add_paragraph().add_run("Fees").bold = True
    for cell, words in zip(document.add_table(rows=1, cols=2).rows[0].cells, ("Adults", "ten pounds"), strict=True):
        cell.text = words
    assert above_text(load(saved(document), source="club.docx"))[-1] == ("Adults | ten pounds", ("Fees",))
