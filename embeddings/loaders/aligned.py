"""Tables typed with spaces: where the gaps of lines align, the text between them is in cells."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

_RULE = re.compile(r"[-=_+|\s]{3,}")
# Some type two spaces after a sentence.
_GAP = re.compile(r"(?<=[^\s.!?:;]) {2,}(?=\S)")
_WIDE = re.compile(r"(?<=\S) {2,}(?=\S)")
_TAB = 8
# Fewer lines may align by chance; a wider line is not part of a typed table.
_FEWEST, _WIDEST = 3, 300


def table_of(lines: Sequence[str]) -> list[tuple[list[str], bool]] | None:
    """The rows of a table, each with whether a rule below it marks it as the header; None if it is not a table."""
    rows: list[str] = []
    ruled = False
    for line in (each.expandtabs(_TAB).rstrip() for each in lines):
        if _RULE.fullmatch(line):
            ruled = ruled or len(rows) == 1
        elif line:
            rows.append(line)
    if len(rows) < _FEWEST or max(map(len, rows)) > _WIDEST:
        return None
    # Column names may be wider than the cells below them.
    below = rows[1:] if ruled else rows
    strips = _between_cells(below, [strip for strip in _strips(below) if _parts(below, *strip)])
    gaps = [gap.span() for row in below for gap in _GAP.finditer(row)]
    # In justified prose a few gaps align, in a table nearly all; with few lines, all must.
    met = sum(any(start < right and left < end for left, right in strips) for start, end in gaps)
    if not strips or 3 * met < 2 * len(gaps) or (len(below) <= _FEWEST and met < len(gaps)):
        return None
    names = [ruled and number == 0 for number in range(len(rows))]
    return [(_cells(row, strips, names_columns=each), each) for row, each in zip(rows, names, strict=True)]


def _strips(rows: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Ranges of columns that are blank in all rows but one in five."""
    filled = Counter(column for row in rows for column, sign in enumerate(row) if sign != " ")
    for is_empty, columns in groupby(range(max(map(len, rows))), lambda at: filled[at] <= len(rows) // 5):
        strip = list(columns)
        if is_empty and strip[0] > 0:
            yield strip[0], strip[-1] + 1


def _parts(rows: Sequence[str], left: int, right: int) -> bool:
    """Whether most rows have a gap wider than a single space at a strip."""
    parted = sum(any(gap.start() < right and left < gap.end() for gap in _WIDE.finditer(row)) for row in rows)
    return 3 * parted >= 2 * len(rows)


def _between_cells(rows: Sequence[str], strips: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The strips without those that only separate words ("Monday to Friday"): there all gaps of other rows extend to the next strip."""
    gaps = [gap.span() for row in rows for gap in _WIDE.finditer(row)]
    found = []
    for (left, right), (after, _) in pairwise([*strips, (_WIDEST + 1, 0)]):
        if any(start < right and left < end <= after for start, end in gaps):
            found.append((left, right))
    return found


def _cells(row: str, strips: Sequence[tuple[int, int]], *, names_columns: bool) -> list[str]:
    """A row cut at the widest blank in each strip, or whole if its text crosses one. In a header a single space may part cells."""
    row = row.ljust(strips[-1][1])
    places = []
    for left, right in strips:
        blank = max(re.findall(r" +", row[left:right]), key=len, default="")
        if not blank or (len(blank) == 1 < right - left and not names_columns):
            return [" ".join(row.split())]
        places.append(row.index(blank, left))
    return [" ".join(row[start:end].split()) for start, end in pairwise([0, *places, len(row)])]
