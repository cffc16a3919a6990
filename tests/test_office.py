"""Workbooks and presentations: the visible text, with locations to cite, and nothing hidden."""

from datetime import datetime, time
from typing import Any

import openpyxl
import pptx
import pytest
from openpyxl.styles import Color, Font, PatternFill
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from embeddings.loaders import load
from embeddings.loaders.sheets import written
from embeddings.types import Document, Kind
from tests.makers import saved, slides, workbook


def sheet(document: Document) -> list[tuple[tuple[str, ...], int, str]]:
    return [
        (block.heading, block.paragraph, block.span.of(document.text))
        for block in document.blocks
        if block.kind is Kind.TABLE_ROW
    ]


def test_a_row_is_known_by_its_sheet_and_its_number() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Prices"
    book.active.append(["Who", "Price", "Note"])
    book.active.append([])
    book.active.append(["Adults", 4.5, None])
    book.active.append(["Children", None, "free"])
    rules = book.create_sheet("Rules")
    rules.append(["No running."])
    rules["A3"] = "No glass."
    assert sheet(load(saved(book), source="pool.xlsx")) == [
        (("Prices", "Who | Price | Note"), 3, "Adults | 4.5"),
        (("Prices", "Who | Price | Note"), 4, "Children |  | free"),
        (("Rules",), 1, "No running."),
        (("Rules",), 3, "No glass."),
    ]


def test_a_single_sheet_without_a_name_is_no_heading() -> None:
    document = load(workbook(("Adults", 4.5)), source="prices.xlsx")
    assert (document.title, document.text) == ("prices", "Adults | 4.5")


def test_what_a_workbook_hides_is_not_read() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Seen", "Hidden column", "In sight", "x"])
    book.active.column_dimensions["B"].hidden = True
    book.active["D1"].number_format = ";;;"
    book.active.append(["Hidden row"])
    book.active.row_dimensions[2].hidden = True
    for row, ground in ((3, None), (4, PatternFill("solid", fgColor="FF0000"))):
        cell = book.active.cell(row, 1, f"White {row}")
        cell.font = Font(color="FFFFFF")
        if ground:
            cell.fill = ground
    book.active["C3"] = "White by its theme"
    book.active["C3"].font = Font(color=Color(theme=0))
    book.create_sheet("Hidden").append(["Hidden sheet"])
    book["Hidden"].sheet_state = "veryHidden"
    book.active["A5"].comment = openpyxl.comments.Comment("A remark", "Ada")
    assert load(saved(book), source="a.xlsx").text == "Seen | In sight\nWhite 4"


def test_a_cell_far_out_makes_no_million_of_others() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Near."
    book.active["XFD40000"] = "Far."
    assert sheet(load(saved(book), source="a.xlsx")) == [((), 1, "Near."), ((), 40000, "Far.")]


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (4.5, "General", "4.5"),
        (0.1 + 0.2, "General", "0.3"),
        (4.0, "General", "4"),
        (4.5, '#,##0.00 "€"', "4.50 €"),
        (1234.5, "[$$-409]#,##0.00", "$1,234.50"),
        (-3, "0.00;[Red]-0.00", "-3.00"),
        (0.125, "0.0%", "12.5%"),
        (0.125, "0%", "13%"),
        (2.5, "0", "3"),
        (-2.5, "0", "-3"),
        (1.005, "0.00", "1.01"),
        (1.125, "#,##0.00 [$€-407]", "1.13 €"),
        (1234567.5, "#,##0", "1,234,568"),
        (1e300, "0.00", f"1{'0' * 300}.00"),
        (-0.2, "0", "0"),
        (float("inf"), "0", "inf"),
        (1987, "0", "1987"),
        (1987, "yyyy", "1987"),
        (True, "General", "TRUE"),
        (datetime(2026, 5, 1), "dd/mm/yyyy", "2026-05-01"),
        (datetime(2026, 5, 1, 19, 30), "dd/mm/yyyy hh:mm", "2026-05-01 19:30"),
        (time(7, 5), "hh:mm", "07:05"),
        ("007", "@", "007"),
    ],
)
def test_a_value_is_written_as_its_cell_shows_it(value: object, form: str, shown: str) -> None:
    assert written(value, form) == shown


def test_slides_are_pages_and_their_titles_headings() -> None:
    deck = slides(("Opening", "The pool opens at seven.\nIt closes at nine."), ("Prices", "Adults pay 4.50."))
    document = load(deck, source="deck.pptx")
    assert [(block.kind, block.heading, block.page, block.span.of(document.text)) for block in document.blocks] == [
        (Kind.HEADING, (), 1, "Opening"),
        (Kind.LIST_ITEM, (), 1, "The pool opens at seven."),
        (Kind.LIST_ITEM, (), 1, "It closes at nine."),
        (Kind.HEADING, (), 2, "Prices"),
        (Kind.PARAGRAPH, ("Prices",), 2, "Adults pay 4.50."),
    ]
    assert document.title == "Opening"


def box(slide: Any, words: str, left: float, top: float) -> Any:
    shape = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(1))
    shape.text_frame.text = words
    return shape


def test_a_slide_is_read_from_the_top_and_stands_under_no_title_of_another() -> None:
    deck = pptx.Presentation()
    titled = deck.slides.add_slide(deck.slide_layouts[5])
    titled.shapes.title.text = "Opening"
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    box(slide, "Last of all.", 1, 5)
    box(slide, "On the right.", 5, 1)
    box(slide, "On the left.", 1, 1)
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(3), Inches(4), Inches(1)).table
    for row, words in enumerate((("Who", "Price"), ("Adults", "4.50"))):
        for column, word in enumerate(words):
            table.cell(row, column).text = word
    document = load(saved(deck), source="deck.pptx", title="Pool")
    lines = [(block.heading, block.span.of(document.text)) for block in document.blocks if block.page == 2]
    assert lines == [
        ((), "On the left."),
        ((), "On the right."),
        ((), "Who | Price"),
        (("Who | Price",), "Adults | 4.50"),
        ((), "Last of all."),
    ]


def test_a_group_is_read_where_it_stands_whatever_its_measure() -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    box(slide, "Last of all.", 1, 5)
    box(slide, "First of all.", 1, 1)
    for top, left in ((2.0, 1.0), (3.0, 40.0)):
        group = slide.shapes.add_group_shape()
        box(group, f"Lower at {left}.", 90, 95)
        box(group, f"Upper at {left}.", 90, 90)
        box(group, "Hidden shape.", 90, 91)._element.nvSpPr.cNvPr.set("hidden", "1")
        place = group._element.grpSpPr.xfrm.find(qn("a:off"))
        place.set("x", str(Inches(left)))
        place.set("y", str(Inches(top)))
    text = load(saved(deck), source="deck.pptx").text
    assert text.split("\n\n") == ["First of all.", "Upper at 1.0.", "Lower at 1.0.", "Last of all."]


def test_what_a_presentation_hides_is_not_read() -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    box(slide, "Seen.", 1, 1)
    box(slide, "Off the slide.", 40, 1)
    box(slide, "Tiny.", 1, 2).text_frame.paragraphs[0].runs[0].font.size = Pt(1)
    hidden = box(slide, "Hidden shape.", 1, 3)
    hidden._element.nvSpPr.cNvPr.set("hidden", "1")
    slide.notes_slide.notes_text_frame.text = "Notes."
    other = deck.slides.add_slide(deck.slide_layouts[6])
    box(other, "Hidden slide.", 1, 1)
    other._element.set("show", "0")
    assert load(saved(deck), source="deck.pptx").text == "Seen."
