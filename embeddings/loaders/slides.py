"""PowerPoint presentations (PPTX): each slide a page, its title a heading, its text and tables in reading order."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.shapes.group import GroupShape

from embeddings.errors import SourceError
from embeddings.loaders.builder import Builder
from embeddings.loaders.limits import MOST_PAGES
from embeddings.loaders.packed import DAMAGED, Parts
from embeddings.tables import row_of
from embeddings.types import About, Document, Kind

_TITLES = frozenset({PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE})
_LISTS = frozenset({PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY})
_FURNITURE = frozenset({PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER})
# Text up to this size, in hundredths of a point, cannot be read.
_SMALLEST = 200


def load_pptx(data: bytes, *, source: str, title: str | None = None) -> Document:
    """Parse a presentation into an article: what its slides show, without notes and hidden slides.

    Raises:
        SourceError: it is damaged, locked, unpacks to too much, or holds no text.
    """
    Parts(data, source).check_sizes()
    try:
        deck = pptx.Presentation(BytesIO(data))
        if len(deck.slides) > MOST_PAGES:
            raise SourceError(source, f"it has more than {MOST_PAGES:,} slides; split it into several")
        reader = _Reader(deck)
        said = deck.core_properties
        stated = " ".join((said.title or "").split())
    except (SourceError, MemoryError):
        raise
    except Exception as error:  # python-pptx, zipfile and lxml each raise errors of their own
        raise SourceError(source, DAMAGED) from error
    own = stated if stated != "PowerPoint Presentation" else ""
    document = reader.builder.document(title=title or own or reader.first_words, source=source)
    about = About(author=said.author or None, language=said.language or None)
    return Document(document.title, document.text, document.blocks, source, None, about)


class _Reader:
    """One pass over the slides of a presentation."""

    def __init__(self, deck: Any) -> None:
        self.builder = Builder()
        self.first_words = ""
        self._width, self._height = deck.slide_width or 0, deck.slide_height or 0
        for number, slide in enumerate(deck.slides, 1):
            if slide._element.get("show") not in ("0", "false"):
                self._slide(slide, number)

    def _slide(self, slide: Any, number: int) -> None:
        self.builder.begin()
        for shape in _in_order(each for each in slide.shapes if self._is_on_the_slide(each)):
            if shape.has_text_frame:
                self._texts(shape, number)
            elif getattr(shape, "has_table", False):
                self.builder.end_table()
                for row in shape.table.rows:
                    # The content of merged cells is read once.
                    cells = [" ".join(_words(cell.text_frame._txBody)) for cell in row.cells if not cell.is_spanned]
                    if any(cells):
                        self._say(row_of(cells))
                        self.builder.row(cells, page=number)

    def _texts(self, shape: Any, page: int) -> None:
        kind = _kind(shape)
        paragraphs = [(each, words) for each in shape.text_frame.paragraphs if (words := _line(each._p))]
        if kind in _TITLES:
            words = " ".join(words for _, words in paragraphs)
            self._say(words)
            self.builder.heading(1, words, page=page)
            return
        count = 0
        for paragraph, words in paragraphs:
            self._say(words)
            numbered = paragraph._p.find(f"{qn('a:pPr')}/{qn('a:buAutoNum')}")
            if numbered is not None:
                # The number of a rule is part of the quotation; a bullet is not.
                count = count + 1 if count else int(numbered.get("startAt", "1"))
                self.builder.add(Kind.LIST_ITEM, f"{count}. {words}", level=paragraph.level, page=page)
            elif kind in _LISTS and len(paragraphs) > 1:
                self.builder.add(Kind.LIST_ITEM, words, lead="- ", level=paragraph.level, page=page)
            else:
                self.builder.add(Kind.PARAGRAPH, words, page=page)

    def _say(self, words: str) -> None:
        self.first_words = self.first_words or words

    def _is_on_the_slide(self, shape: Any) -> bool:
        if None in (shape.left, shape.top, shape.width, shape.height):
            return True
        return bool(
            shape.left < self._width
            and shape.top < self._height
            and shape.left + shape.width > 0
            and shape.top + shape.height > 0
        )


def _in_order(shapes: Iterable[Any]) -> Iterator[Any]:
    """The visible shapes in reading order; those of a group at the group's place, since they have coordinates of their own."""
    for shape in sorted(shapes, key=_order):
        if _is_hidden(shape):
            continue
        if isinstance(shape, GroupShape):
            yield from _in_order(shape.shapes)
        elif _kind(shape) not in _FURNITURE:
            yield shape


def _order(shape: Any) -> tuple[bool, int, int]:
    """Sort key: the title first, then top to bottom and left to right."""
    return _kind(shape) not in _TITLES, shape.top or 0, shape.left or 0


def _kind(shape: Any) -> Any:
    return shape.placeholder_format.type if shape.is_placeholder else None


def _is_hidden(shape: Any) -> bool:
    # A shape's own properties precede those of its content.
    own = next(shape._element.iter(qn("p:cNvPr")), None)
    return own is not None and own.get("hidden") in ("1", "true")


def _words(body: Any) -> list[str]:
    return [words for each in body.iter(qn("a:p")) if (words := _line(each))]


def _line(paragraph: Any) -> str:
    """The visible text of a paragraph."""
    pieces = []
    for run in paragraph:
        if run.tag in (qn("a:r"), qn("a:fld")):
            size = run.find(qn("a:rPr"))
            tiny = size is not None and int(size.get("sz", "1800")) <= _SMALLEST
            pieces += [] if tiny else [each.text or "" for each in run.iter(qn("a:t"))]
        elif run.tag == qn("a:br"):
            pieces.append(" ")
    return " ".join("".join(pieces).split())
