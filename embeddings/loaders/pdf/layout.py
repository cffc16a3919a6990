"""Reading order of the words of a page: columns, rows, and removal of what is repeated on every page.

Pure geometry, independent of PDF.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

# Minimum width of a gutter between columns, in points; type is seldom set closer.
_NARROWEST_GUTTER = 5.0
# Minimum lines per column, and minimum median line width as a fraction of the column's width. Table cells fail these.
_FEWEST_LINES, _LEAST_FILLED = 3, 0.55
# Maximum nesting of columns; no page for human readers has more.
_DEEPEST = 4
# A gap from this width on, in type sizes, separates table cells.
_CELL_GAP = 1.8
# Running heads and page numbers are within this fraction of the page height from an edge, and among this many rows.
_MARGIN, _MARGIN_ROWS = 0.14, 3
# Maximum vertical shift of a running head between pages, in points.
_SAME_HEIGHT = 4.0

_ROMAN = r"(?=[ivxlc])(?:c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
_PAGE_NUMBER = re.compile(
    rf"(?:page\s++|p\.\s*+)?[-–—|\[( ]*(?:\d+|{_ROMAN})(?:\s*(?:of|/)\s*\d+)?[-–—|\]) ]*", re.IGNORECASE
)
_NUMBER = re.compile(rf"\d+|\b{_ROMAN}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Box:
    """A position on the page as displayed: points from its left and top edges."""

    left: float
    top: float
    right: float
    bottom: float

    def around(self, other: "Box") -> "Box":
        """The smallest box that contains both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    @property
    def middle(self) -> float:
        """The vertical centre."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Fragment:
    """Adjacent words of a line, without a wide gap between them."""

    text: str
    box: Box
    size: float
    """Type size in points."""
    bold: bool
    typed: bool
    """Monospaced, as code is."""


@dataclass(frozen=True, slots=True)
class Page:
    """The visible text of a page."""

    width: float
    height: float
    fragments: tuple[Fragment, ...]
    unknown: int
    """Number of characters to which the file gives no meaningful code point."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a column."""

    cells: tuple[str, ...]
    """One cell, or several if wide gaps separate them as in a table."""
    box: Box
    size: float
    bold: bool
    typed: bool

    @property
    def text(self) -> str:
        """The text of all its cells."""
        return " ".join(self.cells)


def columns_of(fragments: Sequence[Fragment], depth: int = 0) -> list[list[Line]]:
    """The columns of a page in reading order, each with its lines from top to bottom.

    Lines that cross a gutter separate what is above them from what is below.
    """
    gutter = _gutter(fragments) if depth < _DEEPEST else None
    if gutter is None:
        lines = rows_of(fragments)
        return [lines] if lines else []
    across = sorted((each for each in fragments if _crosses(each, gutter)), key=lambda each: each.box.middle)
    edges = [each.box.middle for each in across]
    bands: dict[int, tuple[list[Fragment], list[Fragment]]] = defaultdict(lambda: ([], []))
    for each in fragments:
        if not _crosses(each, gutter):
            band = sum(edge < each.box.middle for edge in edges)
            bands[band][each.box.left >= gutter].append(each)
    found: list[list[Line]] = []
    spanning: list[Fragment] = []
    for band in range(len(edges) + 1):
        if band in bands:
            found += [rows_of(spanning)] if spanning else []
            spanning = []
            for side in bands[band]:
                found += columns_of(side, depth + 1)
        if band < len(across):
            spanning.append(across[band])
    return found + ([rows_of(spanning)] if spanning else [])


def rows_of(fragments: Iterable[Fragment]) -> list[Line]:
    """Join fragments at the same height into lines, from top to bottom."""
    rows: list[list[Fragment]] = []
    for each in sorted(fragments, key=lambda each: (each.box.middle, each.box.left)):
        if rows and abs(rows[-1][0].box.middle - each.box.middle) < 0.45 * min(rows[-1][0].size, each.size):
            rows[-1].append(each)
        else:
            rows.append([each])
    return [_line(sorted(row, key=lambda each: each.box.left)) for row in rows]


def without_furniture(pages: Sequence[Page]) -> list[list[Fragment]]:
    """The fragments of each page without running heads, running feet and page numbers."""
    margins = [_margin_rows(page) for page in pages]
    seen: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for number, rows in enumerate(margins):
        for row in rows:
            seen[_signature(row)].append((row.box.middle, number))
    # Heights at which several pages have a running head.
    heights: list[float] = []
    for places in seen.values():
        for height, number in places:
            if any(abs(height - other) <= _SAME_HEIGHT and number != page for other, page in places):
                heights.append(height)
    kept = []
    for page, rows in zip(pages, margins, strict=True):
        dropped = [row for row in rows if _is_furniture(row, seen[_signature(row)], heights, len(pages))]
        if len(dropped) == len(rows_of(page.fragments)):
            # A page of only a few words keeps them, even if they repeat on others.
            dropped = [row for row in dropped if _PAGE_NUMBER.fullmatch(row.text)]
        kept.append([each for each in page.fragments if not any(_within(each.box, row.box) for row in dropped)])
    return kept


def _gutter(fragments: Sequence[Fragment]) -> float | None:
    """The horizontal position of the gutter if a page, or part of it, has two columns; else None."""
    if len(fragments) < 2 * _FEWEST_LINES:
        return None
    left, right = min(each.box.left for each in fragments), max(each.box.right for each in fragments)
    width = int(right - left)
    if not 40 < width < 20_000:
        return None
    # Coverage of each point of the width, by a difference array.
    steps = [0] * (width + 2)
    for each in fragments:
        steps[max(0, int(each.box.left - left))] += 1
        steps[min(width, int(each.box.right - left)) + 1] -= 1
    covered, total = [], 0
    for step in steps[:width]:
        total += step
        covered.append(total)
    first, last = int(0.12 * width), int(0.88 * width)
    fewest = min(covered[first:last])
    best: tuple[int, int] | None = None
    start = None
    for x in range(first, last + 1):
        if x < last and covered[x] == fewest:
            start = x if start is None else start
        elif start is not None:
            if best is None or x - start > best[1] - best[0]:
                best = (start, x)
            start = None
    if best is None or best[1] - best[0] < _NARROWEST_GUTTER:
        return None
    middle = left + (best[0] + best[1]) / 2
    sides = (
        [each for each in fragments if each.box.right <= middle],
        [each for each in fragments if each.box.left >= middle],
    )
    return middle if _are_columns(*sides) else None


def _are_columns(left: Sequence[Fragment], right: Sequence[Fragment]) -> bool:
    spans = []
    for side in (left, right):
        if len(side) < _FEWEST_LINES:
            return False
        width = max(each.box.right for each in side) - min(each.box.left for each in side)
        if median(each.box.right - each.box.left for each in side) < _LEAST_FILLED * width:
            return False
        # Cells of one word or number are a table, however wide they are.
        if median(len(each.text.split()) for each in side) < 2:
            return False
        spans.append((min(each.box.top for each in side), max(each.box.bottom for each in side)))
    (top, bottom), (other_top, other_bottom) = spans
    common = min(bottom, other_bottom) - max(top, other_top)
    return common > 0.3 * min(bottom - top, other_bottom - other_top)


def _crosses(each: Fragment, gutter: float) -> bool:
    return each.box.left < gutter < each.box.right


def _line(row: Sequence[Fragment]) -> Line:
    cells = [row[0].text]
    box = row[0].box
    for before, each in pairwise(row):
        if each.box.left - before.box.right > _CELL_GAP * max(each.size, before.size):
            cells.append(each.text)
        else:
            cells[-1] += " " + each.text
        box = box.around(each.box)
    longest = max(row, key=lambda each: len(each.text))
    return Line(tuple(cells), box, longest.size, all(each.bold for each in row), all(each.typed for each in row))


def _margin_rows(page: Page) -> list[Line]:
    rows = rows_of(page.fragments)
    top = [row for row in rows[:_MARGIN_ROWS] if row.box.middle < _MARGIN * page.height]
    bottom = [row for row in rows[-_MARGIN_ROWS:] if row.box.middle > (1 - _MARGIN) * page.height]
    return [*top, *(row for row in bottom if row not in top)]


def _signature(row: Line) -> str:
    """The text of a running head without its numbers, which is the same on every page."""
    return _NUMBER.sub("#", row.text.casefold())


def _is_furniture(row: Line, places: Sequence[tuple[float, int]], heights: Sequence[float], pages: int) -> bool:
    alike = {page for height, page in places if abs(height - row.box.middle) <= _SAME_HEIGHT}
    if len(alike) >= 2:
        # Two pages may begin with the same words by chance; a running head is on a good part of the pages.
        return len(alike) >= min(3, pages) or _PAGE_NUMBER.fullmatch(row.text) is not None or len(row.text) < 80
    if _PAGE_NUMBER.fullmatch(row.text.strip()):
        return True
    at_height = sum(abs(height - row.box.middle) <= _SAME_HEIGHT for height in heights)
    return at_height >= 3 and any(_PAGE_NUMBER.fullmatch(cell) for cell in row.cells)


def _within(inner: Box, outer: Box) -> bool:
    return (
        outer.left <= inner.left
        and inner.right <= outer.right
        and outer.top <= inner.top
        and inner.bottom <= outer.bottom
    )
