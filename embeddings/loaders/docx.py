"""Word documents (DOCX): paragraphs, headings, numbered lists and tables, as they read with all tracked changes accepted."""

import re
from collections.abc import Collection, Iterator
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from lxml.etree import _Element as Element

from embeddings.errors import SourceError
from embeddings.loaders.bold_lines import LEVEL as IN_BOLD
from embeddings.loaders.bold_lines import is_heading_in_bold
from embeddings.loaders.builder import Builder, add_row
from embeddings.loaders.docx_lists import Numbering
from embeddings.loaders.news import recognise
from embeddings.loaders.packed import DAMAGED, Parts
from embeddings.types import About, Document, Kind

_P, _TBL, _TR, _TC, _R, _T = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc", "r", "t"))
_TEXT_BOX, _FALLBACK = qn("w:txbxContent"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_VALUE = qn("w:val")
# Tracked deletions and moves, field codes, and properties: none of their text is shown.
_GONE = frozenset(qn(f"w:{name}") for name in ("del", "moveFrom", "instrText", "delText", "sdtPr", "pPr", "rPr"))
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): " ", qn("w:noBreakHyphen"): "\u2011"}
_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop)\s+(\d)", re.IGNORECASE)
_QUOTES = re.compile(r"quote", re.IGNORECASE)
_CODE = re.compile(r"code|preformatted|listing", re.IGNORECASE)
# Text up to this size, in half-points, cannot be read.
_SMALLEST = 4


def load_docx(data: bytes, *, source: str, title: str | None = None) -> Document:
    """Parse a Word document into an article.

    Raises:
        SourceError: it is damaged, locked, unpacks to too much, or holds no text.
    """
    Parts(data, source).check_sizes()
    try:
        word = docx.Document(BytesIO(data))
        return _Reader(word).read(source, title)
    except SourceError:
        raise
    except MemoryError:
        raise
    except Exception as error:  # python-docx, zipfile and lxml each raise errors of their own
        raise SourceError(source, DAMAGED) from error


class _Reader:
    """One pass over the body of a document."""

    def __init__(self, word: WordDocument) -> None:
        self._word = word
        self._builder = Builder()
        self._numbering = Numbering(word)
        self._styles = {style.style_id: (style.name or "") for style in word.styles}
        self._bold = {style.style_id for style in word.styles if _is_on(style.element.find(qn("w:rPr")), "w:b")}
        self._hidden = {style.style_id for style in word.styles if _vanishes(style.element.find(qn("w:rPr")))}
        # Without its number, which does not belong in a title.
        self._first_heading = ""

    def read(self, source: str, title: str | None) -> Document:
        self._add_all(self._word.element.body)
        said = self._word.core_properties
        stated = " ".join((said.title or "").split())
        document = self._builder.document(title=title or stated or self._first_heading, source=source)
        about = About(author=said.author or None, language=said.language or None)
        return Document(document.title, document.text, document.blocks, source, None, about)

    def _add_all(self, parent: Element) -> None:
        for child in parent:
            if child.tag == _P:
                self._paragraph(child)
            elif child.tag == _TBL:
                self._builder.end_table()
                for row in _within(child, _TR):
                    cells = list(_within(row, _TC))
                    add_row(self._builder, cells, table=_TBL, words=self._words, add_all=self._add_all)
            elif isinstance(child.tag, str) and child.tag not in _GONE:
                # Content controls and tracked insertions contain paragraphs of their own.
                self._add_all(child)

    def _paragraph(self, paragraph: Element) -> None:
        style = self._style(paragraph)
        words = self._words(paragraph).strip()
        if words:
            self._add(paragraph, style, words)
        for box in _text_boxes(paragraph):
            self._add_all(box)

    def _add(self, paragraph: Element, style: str, words: str) -> None:
        level = self._level(paragraph, style)
        if level is not None:
            self._first_heading = self._first_heading or words
            self._builder.heading(level, f"{self._numbering.next(paragraph, style) or ''} {words}")
            return
        number = self._numbering.next(paragraph, style)
        if number is not None:
            # The number of a rule is part of the quotation; a bullet is not.
            self._builder.add(
                Kind.LIST_ITEM,
                f"{number} {words}" if number else words,
                lead="" if number else "- ",
                level=self._numbering.level(paragraph, style),
            )
        elif _QUOTES.search(style):
            self._builder.add(Kind.QUOTE, words)
        elif _CODE.search(style):
            self._builder.add(Kind.CODE, words)
        elif style.casefold() == "caption":
            self._builder.add(Kind.CAPTION, words)
        elif self._is_in_bold(paragraph, words) and self._has_text_below(paragraph):
            self._builder.heading(IN_BOLD, words, is_question=True)
        else:
            for position, part in enumerate(recognise([words])[0]):
                self._builder.add(part.kind, part.text, same_paragraph=position > 0)

    def _is_in_bold(self, paragraph: Element, words: str) -> bool:
        """Whether a paragraph outside any list is a heading judging by its bold type."""
        if not is_heading_in_bold(words) or self._numbering.is_listed(paragraph, self._style(paragraph)):
            return False
        runs = [run for run in paragraph.iter(_R) if "".join(_pieces(run, self._hidden)).strip()]
        return all(map(self._is_bold, runs))

    def _is_bold(self, run: Element) -> bool:
        properties = run.find(qn("w:rPr"))
        if properties is not None and properties.find(qn("w:b")) is not None:
            return _is_on(properties, "w:b")
        styles = (run.find(f"{qn('w:rPr')}/{qn('w:rStyle')}"), _parent_style(run))
        return any(each is not None and each.get(_VALUE) in self._bold for each in styles)

    def _has_text_below(self, paragraph: Element) -> bool:
        """Whether the next text below a bold line is neither a heading nor another bold line."""
        for below in paragraph.itersiblings(_P, _TBL):
            if words := self._words(below).strip():
                return self._level(below, self._style(below)) is None and not self._is_in_bold(below, words)
        return False

    def _words(self, element: Element) -> str:
        """The visible text of a paragraph or cell, without its text boxes, which are read separately."""
        return "".join(_pieces(element, self._hidden))

    def _style(self, paragraph: Element) -> str:
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        return self._styles.get(style.get(_VALUE, ""), "") if style is not None else ""

    def _level(self, paragraph: Element, style: str) -> int | None:
        if style.casefold() == "title":
            return 1
        if found := _HEADING.fullmatch(style):
            return max(1, int(found[1]))
        outline = paragraph.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        value = outline.get(_VALUE, "") if outline is not None else ""
        return int(value) + 1 if value.isdecimal() and int(value) < 9 else None


def _within(parent: Element, tag: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, including those in content controls, but nothing inside a cell."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif isinstance(child.tag, str) and child.tag != _TC and child.tag not in _GONE:
            yield from _within(child, tag)


def _pieces(element: Element, hidden: Collection[str]) -> Iterator[str]:
    style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    if style is not None and style.get(_VALUE) in hidden:
        return
    for child in element:
        if child.tag == _T:
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag == _R:
            if not _is_hidden(child, hidden):
                yield from _pieces(child, hidden)
        elif child.tag == _P:
            yield from _pieces(child, hidden)
            yield "\n"
        elif isinstance(child.tag, str) and child.tag not in _GONE and child.tag not in (_TEXT_BOX, _FALLBACK):
            yield from _pieces(child, hidden)


def _parent_style(run: Element) -> Element | None:
    paragraph = next(run.iterancestors(_P), None)
    return None if paragraph is None else paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")


def _vanishes(properties: Element | None) -> bool:
    return _is_on(properties, "w:vanish") or _is_on(properties, "w:webHidden")


def _is_on(properties: Element | None, name: str) -> bool:
    """Whether a toggle is set among run properties."""
    switch = None if properties is None else properties.find(qn(name))
    return switch is not None and switch.get(_VALUE, "true") not in ("0", "false", "off")


def _is_hidden(run: Element, styles: Collection[str]) -> bool:
    properties = run.find(qn("w:rPr"))
    if properties is None:
        return False
    style = properties.find(qn("w:rStyle"))
    if _vanishes(properties) or (style is not None and style.get(_VALUE) in styles):
        return True
    size = properties.find(qn("w:sz"))
    if size is not None and (value := size.get(_VALUE, "")).isdecimal() and int(value) <= _SMALLEST:
        return True
    colour = properties.find(qn("w:color"))
    white = colour is not None and colour.get(_VALUE, "").upper() == "FFFFFF"
    return white and not _is_shaded(run)


def _is_shaded(run: Element) -> bool:
    """Whether a run has a background that is not white: its own, its paragraph's, its cell's or its table's."""
    holders = [run, *run.iterancestors(_P, _TC, _TBL)]
    return any(
        not _is_white(shade)
        for holder in holders
        for properties in ("w:rPr", "w:pPr", "w:tcPr", "w:tblPr")
        for name in ("w:shd", "w:highlight")
        for shade in holder.findall(f"{qn(properties)}/{qn(name)}")
    )


def _is_white(shade: Element) -> bool:
    """Whether a shading or a highlight leaves the paper white."""
    value, fill = shade.get(_VALUE, ""), shade.get(qn("w:fill"), "auto")
    if shade.tag == qn("w:highlight"):
        return value in ("none", "white")
    # Any other pattern than "clear" shows its own colour over the fill.
    return value in ("", "nil", "clear") and fill.upper() in ("AUTO", "FFFFFF")


def _text_boxes(paragraph: Element) -> Iterator[Element]:
    for box in paragraph.iter(_TEXT_BOX):
        # Each box is in the file twice, the second time as a fallback for old programs.
        if next(box.iterancestors(_FALLBACK), None) is None and next(box.iterancestors(_TEXT_BOX), None) is None:
            yield box
