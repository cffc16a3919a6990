"""Table rows in their format within articles: cells separated by bars, and the names of the columns as the last heading above."""

from collections.abc import Sequence

from embeddings.types import Kind, Sentence, Span

# Rows examined to decide whether the first one names the columns.
_LOOKED_AT = 50


def row_of(cells: Sequence[str]) -> str:
    """The cells, of one line each, as one row."""
    return " | ".join(cells)


def cells_of(row: str) -> list[Span]:
    """The spans of the cells in a row, without the blanks around them."""
    found = []
    start = 0
    for part in row.split("|"):
        words = part.strip()
        at = start + part.index(words)
        found.append(Span(at, at + len(words)))
        start += len(part) + 1
    return found


def columns_of(sentence: Sentence) -> tuple[str, ...]:
    """The names of a table row's columns, if its table has them."""
    names = sentence.heading[-1] if sentence.kind is Kind.TABLE_ROW and sentence.heading else ""
    return tuple(name.of(names) for name in cells_of(names)) if "|" in names else ()


def name_columns(names: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether the first row of a table without marked headers names the columns.

    It does if all columns have names, no two the same, none with a digit or only of dashes, and some column has digits in at least half of
    the rows below.
    """
    below = below[:_LOOKED_AT]
    if len(names) < 2 or len(set(names)) < len(names) or not all(name.strip("-–—") for name in names) or not below:
        return False
    if any(character.isdigit() for name in names for character in name):
        return False
    counted = [
        sum(any(map(str.isdigit, cells[column])) for cells in below if column < len(cells))
        for column in range(len(names))
    ]
    return 2 * max(counted) >= len(below)
