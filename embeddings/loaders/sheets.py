"""Excel workbooks (XLSX): each row of a sheet is a table row, its cells as the sheet displays them."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal
from io import BytesIO
from itertools import groupby
from math import isfinite
from pathlib import PurePath
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from embeddings.errors import SourceError
from embeddings.loaders.builder import Builder
from embeddings.loaders.packed import DAMAGED, Parts
from embeddings.loaders.separated import MOST_ROWS, too_many_rows
from embeddings.types import About, Document

# Default names of sheets.
_UNNAMED = re.compile(r"(?:sheet|tabelle|feuil|hoja|blad)\s?\d*", re.IGNORECASE)
_WHITE = "FFFFFF"
# A gap of more columns than this separates the table from something beside it; it is filled with this many empty cells at most.
_WIDEST_GAP = 20
# Parts of a number format: literal text, the currency sign, and the digits after the decimal point.
_LITERAL, _CURRENCY, _DECIMALS = (
    re.compile(r'"([^"]{0,60})"|\\(.)'),
    re.compile(r"\[\$([^\]-]{0,20})[^\]]{0,40}\]"),
    re.compile(r"0\.(0+)"),
)
# Precision for exact arithmetic: the largest number a cell can hold has 309 digits before its decimal point.
_EXACT = Context(prec=400)
_BRACKETS = re.compile(r"\[[^\]]{0,60}\]")
_SIGNS = re.compile(r"[€$£¥₹]|CHF|EUR|USD|GBP")


def load_xlsx(data: bytes, *, source: str, title: str | None = None) -> Document:
    """Parse a workbook into an article; formulas have the values that were saved with them.

    Raises:
        SourceError: it is damaged, locked, unpacks to too much, or holds no text.
    """
    Parts(data, source).check_sizes()
    try:
        book = openpyxl.load_workbook(BytesIO(data), data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if sum(sheet.max_row for sheet in sheets) > MOST_ROWS:
            raise too_many_rows(source)
        builder = Builder()
        for sheet in sheets:
            if len(sheets) > 1 or not _UNNAMED.fullmatch(sheet.title):
                builder.heading(1, sheet.title)
            builder.end_table()
            for number, cells in _rows(sheet):
                builder.row(cells, number=number)
        said = book.properties
    except (SourceError, MemoryError):
        raise
    except Exception as error:  # openpyxl, zipfile and the XML parsers each raise errors of their own
        raise SourceError(source, DAMAGED) from error
    stated = " ".join((said.title or "").split())
    name = "" if source.startswith("stdin:") else PurePath(source).stem
    document = builder.document(title=title or stated or name or sheets[0].title, source=source)
    about = About(author=said.creator if said.creator != "openpyxl" else None, language=said.language or None)
    return Document(document.title, document.text, document.blocks, source, None, about)


def _rows(sheet: Worksheet) -> Iterator[tuple[int, list[str]]]:
    """The number of each visible row, and the displayed text of its cells."""
    hidden = set(_hidden_columns(sheet))
    # Only existing cells: with one far out, `iter_rows` would create a million more.
    cells = (cell for _, cell in sorted(sheet._cells.items()))
    for number, row in groupby(cells, lambda cell: int(cell.row)):
        dimension = sheet.row_dimensions.get(number)
        if dimension is not None and (dimension.hidden or dimension.height == 0):
            continue
        shown: list[str] = []
        before = 0
        for cell in row:
            if words := _shown(cell) if isinstance(cell, Cell) and cell.column not in hidden else "":
                # Empty cells in between keep the columns aligned.
                gap = range(before + 1, cell.column) if shown else ()
                shown += [""] * min(sum(column not in hidden for column in gap), _WIDEST_GAP)
                shown.append(words)
                before = cell.column
        if shown:
            yield number, shown


def _hidden_columns(sheet: Worksheet) -> Iterator[int]:
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden or dimension.width == 0:
            yield from range(dimension.min, dimension.max + 1)


def _shown(cell: Cell) -> str:
    """The displayed text of a cell."""
    form = cell.number_format or "General"
    if cell.value is None or form.strip() == ";;;" or (cell.has_style and _is_white_on_white(cell)):
        return ""
    return " ".join(written(cell.value, form).split())


def _is_white_on_white(cell: Cell) -> bool:
    colour = cell.font.color
    if colour is None or cell.fill.fill_type is not None:
        return False
    # The first colour of a theme is its background.
    return bool(colour.theme == 0 if colour.type == "theme" else str(colour.rgb).endswith(_WHITE))


def written(value: Any, form: str) -> str:
    """A value as a cell with this number format displays it; an unknown format leaves the number as it is."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime():
            day = value.date().isoformat()
            return day if value.time() == time() else f"{day} {value:%H:%M}"
        case date() | time():
            return value.isoformat() if isinstance(value, date) else f"{value:%H:%M}"
        case int() | float():
            return _number(value, form)
    return str(value)


def _rounded(value: Decimal, decimals: int) -> Decimal:
    """Round as a spreadsheet does: halves away from zero, on the decimal representation."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _EXACT)


def _number(value: float, form: str) -> str:
    # The first section is for positive numbers; negative ones are formatted alike, with a minus.
    form = _CURRENCY.sub(r'"\1"', form.split(";", maxsplit=1)[0])
    words = "".join(first or second for first, second in _LITERAL.findall(form)).strip()
    bare = _BRACKETS.sub("", _LITERAL.sub("", form))
    sign = next(iter(_SIGNS.findall(words) or _SIGNS.findall(bare)), "")
    if not re.search("[0#]", bare) or "E" in bare or "?/" in bare or not isfinite(value):
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    found = _DECIMALS.search(bare)
    decimals, comma = len(found[1]) if found else 0, "," if ",0" in bare or ",#" in bare else ""
    if "%" in bare:
        return f"{_rounded(100 * Decimal(repr(value)), decimals):z{comma}f}%"
    number = f"{_rounded(Decimal(repr(value)), decimals):z{comma}f}"
    if not sign:
        return number
    before = form.index(sign) < re.search("[0#]", form).start()  # type: ignore[union-attr]
    return f"{sign}{number}" if before else f"{number} {sign}"
