"""Groups the lines of a PDF into paragraphs and the like: by spacing, indent and type."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from embeddings.loaders.pdf.layout import Line, Page, columns_of, without_furniture
from embeddings.loaders.pdf.text import Placed, alike
from embeddings.types import Kind

#: The bullet before a list item, which is not part of it.
BULLET = re.compile(r"[•‣▪●○◦■□–—*·➢✓-]\s+(?=\S)")
_NUMBERED = re.compile(r"(?:\(?\d{1,3}|\(?[a-z]|[ivx]{1,4})[.)]\s+(?=\S)")
_CAPTION = re.compile(
    r"(?:Figure|Fig\.|Table|Abbildung|Tabelle|Tableau|Figura|Tabla)\s+\d+(?:\.\d+)*\s*[.:—–-]", re.IGNORECASE
)
_ENDS = re.compile(r"[.!?:;…。！？]['\"”’»)\]]*$")
_LEADERS = re.compile(r"(?<![.·…_])(?<![.·…_]\s)(?:[.·…_]\s?){4,}+\s*(?:\d+|[ivxlc]+)?\s*$")

# Type larger than the body's by this factor is a heading's.
_LARGER = 1.12
# A larger line distance than this, as a multiple of the usual one, separates paragraphs; so does an indent of this many type sizes.
_PARAGRAPH_GAP, _INDENT = 1.35, 0.9


@dataclass(frozen=True, slots=True)
class _Measures:
    """The prevailing typography of a document."""

    size: float
    leading: float
    typed: bool
    """Typewritten as a whole: then monospaced type is no sign of code."""


@dataclass(slots=True)
class Group:
    """Lines that belong together."""

    kind: Kind
    lines: list[Placed]
    left: float
    right: float

    @property
    def last(self) -> Line:
        """Its last line."""
        return self.lines[-1].line

    @property
    def text(self) -> str:
        """Its unaltered lines, joined by spaces."""
        return " ".join(each.line.text for each in self.lines)


def grouped(pages: Sequence[Page], outline: Mapping[int, Sequence[str]]) -> list[Group]:
    """Group the lines of a document in reading order into paragraphs and the like, without running heads and feet.

    ``outline`` has the headings of each page, numbered from 1.
    """
    columns = [
        (number, column)
        for number, fragments in enumerate(without_furniture(pages), 1)
        for column in columns_of(fragments)
    ]
    measures = _measured([column for _, column in columns])
    groups: list[Group] = []
    for number, column in columns:
        _group_column(groups, [Placed(line, number) for line in column], measures, outline.get(number, ()))
    return groups


def _measured(columns: Sequence[Sequence[Line]]) -> _Measures:
    sizes, typed = Counter[float](), Counter[bool]()
    for column in columns:
        for line in column:
            sizes[round(line.size * 2) / 2] += len(line.text)
            typed[line.typed] += len(line.text)
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    gaps = [
        line.box.middle - before.box.middle
        for column in columns
        for before, line in pairwise(column)
        if abs(line.size - size) < 1 and abs(before.size - size) < 1
    ]
    leading = median(gap for gap in gaps if gap > 0) if any(gap > 0 for gap in gaps) else 1.2 * size
    return _Measures(size, leading, typed[True] > typed[False])


def _group_column(groups: list[Group], column: Sequence[Placed], measures: _Measures, headings: Sequence[str]) -> None:
    """Group the lines of a column; its first may continue the last paragraph of the column before."""
    left = min(each.line.box.left for each in column)
    right = max(each.line.box.right for each in column)
    for position, placed in enumerate(column):
        line = placed.line
        if _LEADERS.search(line.text):
            # A line with dot leaders belongs to a table of contents.
            continue
        outlined = any(alike(line.text, heading) for heading in headings)
        kind = Kind.HEADING if outlined else _kind(column, position, measures)
        last = groups[-1] if groups else None
        fresh = position == 0
        if last and _continues(last, line, kind, measures, fresh=fresh):
            last.lines.append(placed)
            last.left, last.right = left, right
        else:
            groups.append(Group(kind, [placed], left, right))


def _kind(column: Sequence[Placed], position: int, measures: _Measures) -> Kind:
    line = column[position].line
    if _is_large(line, measures):
        return Kind.HEADING
    if line.typed and not line.bold and not measures.typed:
        return Kind.CODE
    around = [*column[max(0, position - 1) : position], *column[position + 1 : position + 2]]
    if len(line.cells) > 1 and any(len(each.line.cells) > 1 for each in around):
        return Kind.TABLE_ROW
    if _CAPTION.match(line.text):
        return Kind.CAPTION
    if BULLET.match(line.text) or _NUMBERED.match(line.text):
        return Kind.LIST_ITEM
    return Kind.PARAGRAPH


def _is_large(line: Line, measures: _Measures) -> bool:
    return line.size >= _LARGER * measures.size and sum(char.isalpha() for char in line.text) > 1


def _continues(group: Group, line: Line, kind: Kind, measures: _Measures, *, fresh: bool) -> bool:
    """Whether a line continues a group; ``fresh`` if it is the first of a column or page."""
    last, kinds = group.last, (kind, group.kind)
    if Kind.TABLE_ROW in kinds or kind is Kind.CAPTION:
        return False
    if Kind.CODE in kinds:
        return kind is group.kind
    if abs(line.size - last.size) > 0.08 * measures.size or line.bold != last.bold:
        # A few smaller or bold words on the last line of a paragraph still belong to it.
        plain = kind is group.kind is Kind.PARAGRAPH and not fresh
        return plain and line.text[:1].islower() and not _ENDS.search(last.text)
    if Kind.HEADING in kinds:
        return kind is group.kind and not fresh and _gap(last, line) < 1.6 * max(line.size, last.size)
    if fresh:
        return kind is Kind.PARAGRAPH and group.kind is not Kind.CAPTION and _runs_over(last.text, line.text)
    return _same_paragraph(group, line, kind, measures)


def _same_paragraph(group: Group, line: Line, kind: Kind, measures: _Measures) -> bool:
    last = group.last
    apart = _gap(last, line) > _PARAGRAPH_GAP * max(measures.leading, 1.15 * line.size)
    ended = bool(_ENDS.search(last.text))
    if kind is Kind.LIST_ITEM:
        # A number or a dash may also begin a line within a sentence.
        return not (group.kind is Kind.LIST_ITEM or ended or apart or BULLET.match(line.text))
    if apart or (ended and _ends_short(group)):
        return False
    if group.kind is Kind.LIST_ITEM:
        return line.box.left > group.lines[0].line.box.left - 1
    indent = line.box.left - min(each.line.box.left for each in group.lines[-2:])
    return indent < _INDENT * line.size or not ended


def _gap(last: Line, line: Line) -> float:
    return line.box.middle - last.box.middle


def _ends_short(group: Group) -> bool:
    """Whether the last line ends well before the column does."""
    return group.right - group.last.box.right > 0.12 * (group.right - group.left)


def _runs_over(before: str, line: str) -> bool:
    return not _ENDS.search(before) and (
        line[:1].islower() or before.endswith(("-", "\u00ad", ",")) or line[:1].isdigit()
    )
