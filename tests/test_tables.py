"""Table rows: their cells, and when the first row is a header."""

from pathlib import Path

import pytest

from embeddings.encoders import load_encoder
from embeddings.errors import SourceError
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.loaders.builder import Builder
from embeddings.readers import load_reader
from embeddings.store import Store
from embeddings.tables import cells_of, columns_of, name_columns
from embeddings.types import Answer, Kind, Sentence, Span
from tests.makers import workbook

TOOLS = [["Tool", "Deposit"], ["Saw", "40"], ["Ladder", "none"], ["Drill", "20"]]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("Saw | 40 | Jo Marsh", ["Saw", "40", "Jo Marsh"]),
        ("Saw |  | 40", ["Saw", "", "40"]),
        ("Saw | | 40 |", ["Saw", "", "40", ""]),
        ("Saw", ["Saw"]),
        ("", [""]),
    ],
)
def test_cells_stand_between_bars(row: str, cells: list[str]) -> None:
    assert [span.of(row) for span in cells_of(row)] == cells


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        pytest.param(TOOLS, True, id="names above numbers"),
        pytest.param([["Anna", "treasurer"], ["Ben", "chair"]], False, id="words above words could be anything"),
        pytest.param([["Saw", "40"], ["Drill", "20"]], False, id="the first row has a number itself"),
        pytest.param([["Tool", "Tool"], ["Saw", "40"]], False, id="two columns of one name"),
        pytest.param([["Tool", ""], ["Saw", "40"]], False, id="a column without a name"),
        pytest.param([["Tool", "Deposit"]], False, id="nothing below"),
        pytest.param([["Prices"], ["40"]], False, id="a single column"),
    ],
)
def test_a_first_row_names_columns_where_it_has_words_above_numbers(rows: list[list[str]], named: bool) -> None:
    assert name_columns(rows[0], rows[1:]) is named


def test_columns_stand_above_the_rows_of_their_table_only() -> None:
    builder = Builder()
    builder.heading(1, "Lending")
    for number, cells in enumerate(TOOLS, 1):
        builder.row(cells, number=number)
    builder.add(Kind.PARAGRAPH, "Ask Jo.")
    builder.row(["Tent", "5"])
    builder.end_table()
    builder.row(["Name", "Task"], names_columns=True)
    builder.row(["Anna", "treasurer"])
    document = builder.document(title="Club", source="x")
    assert document.text.startswith("Lending\n\nTool | Deposit\nSaw | 40\nLadder | none\n")
    rows = {each.span.of(document.text): each for each in document.blocks}
    assert rows["Tool | Deposit"].kind is Kind.HEADING
    assert rows["Saw | 40"].heading == rows["Drill | 20"].heading == ("Lending", "Tool | Deposit")
    assert rows["Saw | 40"].paragraph == 2
    assert rows["Ask Jo."].heading == rows["Tent | 5"].heading == ("Lending",)
    assert rows["Anna | treasurer"].heading == ("Lending", "Name | Task")


def test_names_of_columns_that_are_said_again_are_no_row() -> None:
    names, *below = TOOLS
    builder = Builder()
    for cells in (names, names, *below, [f"{name} " for name in names]):
        builder.row(cells)
    document = builder.document(title="Club", source="x")
    rows = [each.span.of(document.text) for each in document.blocks if each.kind is Kind.TABLE_ROW]
    assert rows == ["Saw | 40", "Ladder | none", "Drill | 20"]


@pytest.mark.parametrize(
    "table",
    [
        pytest.param("\u200b\nSaw\n".encode(), id="a cell"),
        pytest.param("\u200b,\u200e\nSaw\n".encode(), id="a row of cells"),
        pytest.param(workbook(("\u200b",), ("Saw",)), id="a cell of a workbook"),
    ],
)
def test_a_row_in_which_nothing_can_be_seen_is_none(table: bytes) -> None:
    document = load(table, source="a.csv" if table.endswith(b"\n") else "a.xlsx")
    assert (document.text, [block.span for block in document.blocks]) == ("Saw", [Span(0, 3)])


def test_a_table_in_which_nothing_can_be_seen_is_no_article() -> None:
    with pytest.raises(SourceError, match="holds no text"):
        load("\u200b\n".encode(), source="a.csv")


def test_the_foot_of_a_table_that_repeats_its_head_is_no_row() -> None:
    names = "<tr><th>Lane</th><th>Swimmer</th></tr>"
    table = f"<table><thead>{names}</thead><tfoot>{names}</tfoot><tr><td>Third</td><td>Ada</td></tr></table>"
    words = "<p>The swimmers of the town met on Sunday, and each of them had a lane for the whole of the day.</p>" * 3
    page = f"<html><body><article><h1>Lanes</h1>{words}{table}</article></body></html>"
    document = load(page.encode(), source="page.html")
    rows = [each.span.of(document.text) for each in document.blocks if each.kind is Kind.TABLE_ROW]
    assert rows == ["Third | Ada"]


def test_a_row_without_named_columns_has_none() -> None:
    row = Sentence(Span(0, 8), Kind.TABLE_ROW, ("Lending",), 1)
    assert columns_of(row) == ()
    assert columns_of(Sentence(Span(0, 8), Kind.TABLE_ROW, ("Lending", "Tool | Deposit"), 1)) == ("Tool", "Deposit")
    assert columns_of(Sentence(Span(0, 8), Kind.PARAGRAPH, ("Lending", "Tool | Deposit"), 1)) == ()


def test_the_name_of_a_column_is_looked_up_like_any_topic(tmp_path: Path) -> None:
    rows = "Tool,Deposit,Steward\nCircular saw,40,Jonas\nLadder,25,Anna\nOscilloscope,100,Priya\n"
    with Store.open(tmp_path) as store:
        library = Library(store, "local", load_encoder(), load_reader())
        library.add(load(rows.encode(), source="/x/tools.csv"))
        reply, saw = library.ask("deposit"), library.ask("what is the deposit for the circular saw?")
    assert isinstance(reply, Answer)
    assert isinstance(saw, Answer)
    assert saw.excerpts[0].quote == "Circular saw | 40 | Jonas"
    assert saw.excerpts[0].citation.heading == ("Tool | Deposit | Steward",)
    (mark,) = saw.excerpts[0].highlights
    assert (mark.start, mark.end) == (
        saw.excerpts[0].citation.span.start + 15,
        saw.excerpts[0].citation.span.start + 17,
    )
