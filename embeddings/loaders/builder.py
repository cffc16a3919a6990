"""Assembles the parts of an article into one text and records the position of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from embeddings.clean import in_one_line, is_titled, normalise, title_of
from embeddings.errors import SourceError
from embeddings.loaders.telling import tells
from embeddings.tables import name_columns, row_of
from embeddings.types import Block, Document, Kind, Span

# Kinds that do not end a list, so that items after them still nest below the item before.
_IN_LISTS = frozenset({Kind.LIST_ITEM, Kind.QUOTE, Kind.TABLE_ROW, Kind.CODE, Kind.CAPTION, Kind.TEASER})
_SIGNED = (Kind.BYLINE, Kind.DATELINE)
# Indent per nesting level, and maximum depth: a file may claim thousands of levels.
_SET_IN, _DEEPEST = "  ", 9


@dataclass(frozen=True, slots=True)
class _Row:
    cells: Sequence[str]
    names_columns: bool
    number: int | None
    page: int | None


class Builder:
    """Collects blocks in reading order. Offsets are exact by construction: the text is assembled here and never changed afterwards."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._headings: list[tuple[int, str]] = []
        self._first_heading = ""
        self._paragraph = 0
        self._run: Kind | None = None
        self._rows: list[_Row] = []
        self._columns = ""
        # Levels of the last item and of those it is nested in, outermost first.
        self._items: list[int] = []

    def heading(self, level: int, text: str, *, page: int | None = None, is_question: bool = False) -> None:
        """Begin a section, up to the next heading of its level or above (1 is the highest). A question never becomes the title."""
        text = in_one_line(text)
        if not text:
            return
        if not is_question:
            self._first_heading = self._first_heading or text
        self.end_table()
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        if tells(text, is_title=not self._blocks):
            # It answers a common question that the text below often does not. So it is a paragraph under itself, numbered with the one
            # that comes next.
            self._headings.append((level, text))
            self._blocks.append(
                Block(Kind.PARAGRAPH, self._append(text, "\n\n"), self._path(), self._paragraph + 1, page)
            )
        else:
            self._append_heading(text, page)
            self._headings.append((level, text))
        self._run = None
        self._items.clear()

    def begin(self) -> None:
        """Begin a part without headings so far, such as a slide."""
        self.end_table()
        self._headings.clear()
        self._run = None
        self._items.clear()

    def row(
        self, cells: Sequence[str], *, names_columns: bool = False, number: int | None = None, page: int | None = None
    ) -> None:
        """Append a table row; anything other than a row ends the table. ``number`` is that of its paragraph, if it has its own.

        A first row that ``names_columns``, or looks like it, becomes a heading of the others and cannot be quoted itself. A row with no
        visible text in any cell is dropped.
        """
        if any(map(normalise, cells)):
            self._rows.append(_Row(cells, names_columns, number, page))

    def end_table(self) -> None:
        """End the current table."""
        rows, self._rows = self._rows, []
        if not rows:
            return
        self._run = None
        first = rows[0]
        # A footer, or the top of another page, may repeat the column names.
        names = list(map(str.strip, first.cells))
        below = [each for each in rows if list(map(str.strip, each.cells)) != names]
        if below and (first.names_columns or name_columns(first.cells, [each.cells for each in below])):
            columns = in_one_line(row_of(first.cells))
            self._append_heading(columns, first.page)
            self._columns, self._run = columns, Kind.TABLE_ROW
            self._paragraph += 1
            rows = below
        for each in rows:
            text = normalise(row_of(each.cells))
            self._append_block(Kind.TABLE_ROW, text, "", False, each.number, each.page)
        self._run, self._columns = None, ""

    def add(
        self,
        kind: Kind,
        text: str,
        *,
        lead: str = "",
        level: int = 0,
        same_paragraph: bool = False,
        paragraph: int | None = None,
        page: int | None = None,
    ) -> None:
        """Append a block; ``lead`` (a bullet) precedes it in the text and is not part of it.

        A list item is nested below the last item with a lower ``level``, and indented for it; only the order of levels counts, not their
        unit. Table rows and list items share one paragraph number unless they have their own (``paragraph``).
        """
        text = normalise(text)
        if not text:
            return
        self.end_table()
        if kind is Kind.LIST_ITEM:
            lead = self._set_in(level) + lead
        elif kind not in _IN_LISTS:
            self._items.clear()
        self._append_block(kind, text, lead, same_paragraph, paragraph, page)

    def _set_in(self, level: int) -> str:
        """The indent of an item of this level, which becomes the last item."""
        while self._items and self._items[-1] >= level:
            self._items.pop()
        self._items.append(level)
        return _SET_IN * min(len(self._items) - 1, _DEEPEST)

    def _append_heading(self, text: str, page: int | None) -> None:
        self._blocks.append(Block(Kind.HEADING, self._append(text, "\n\n"), self._path(), page=page))

    def _append_block(
        self, kind: Kind, text: str, lead: str, same_paragraph: bool, paragraph: int | None, page: int | None
    ) -> None:
        in_run = kind in (Kind.LIST_ITEM, Kind.TABLE_ROW) and self._run is kind
        if paragraph is not None:
            self._paragraph = paragraph
        elif not (in_run or same_paragraph):
            self._paragraph += 1
        self._run = kind
        glue = " " if same_paragraph else "\n" if in_run else "\n\n"
        span = self._append(text, glue, lead)
        self._blocks.append(Block(kind, span, self._path(), self._paragraph, page))

    def document(self, *, title: str | None, source: str, url: str | None = None) -> Document:
        """The finished article; without a visible title, its first heading is the title, else its first line.

        Raises:
            SourceError: nothing quotable was added.
        """
        self.end_table()
        text = "".join(self._pieces)
        if not any(block.kind is not Kind.HEADING for block in self._blocks):
            raise SourceError(source, "it holds no text; give an article with at least one sentence")
        # A byline or dateline is not a title.
        first = next((each for each in self._blocks if each.kind not in _SIGNED), self._blocks[0])
        first_line = first.span.of(text).split("\n")[0]
        whole = in_one_line(title or "") or self._first_heading or in_one_line(first_line)
        # The title is shown beside every citation, so a first heading that repeats it is left out of the paths.
        blocks = tuple(
            replace(each, heading=each.heading[1:]) if is_titled(whole, "".join(each.heading[:1])) else each
            for each in self._blocks
        )
        return Document(title_of(whole), text, blocks, source, url)

    def _path(self) -> tuple[str, ...]:
        columns = (self._columns,) if self._columns else ()
        return (*(text for _, text in self._headings), *columns)

    def _append(self, text: str, glue: str, lead: str = "") -> Span:
        for piece in (glue if self._pieces else "", lead, text):
            self._pieces.append(piece)
            self._length += len(piece)
        return Span(self._length - len(text), self._length)


def add_row(
    builder: Builder,
    cells: Sequence[Any],
    *,
    table: str,
    words: Callable[[Any], str],
    add_all: Callable[[Any], None],
) -> None:
    """Append a table row of an office document: its cells are XML elements, and ``table`` is the tag of a table.

    A table with one column, or around other tables, is layout: the content of its cells is added separately.
    """
    if len(cells) == 1 or any(next(cell.iter(table), None) is not None for cell in cells):
        for cell in cells:
            add_all(cell)
    else:
        builder.row([" ".join(words(cell).split()) for cell in cells])
