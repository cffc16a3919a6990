"""PDF: the visible text of its pages, with page numbers; headings come from its outline or its type."""

import re
from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium

from embeddings.errors import SourceError
from embeddings.loaders.builder import Builder
from embeddings.loaders.limits import LARGEST_TEXT, MOST_PAGES
from embeddings.loaders.line_ends import Words, unligatured
from embeddings.loaders.news import recognise
from embeddings.loaders.pdf.groups import BULLET, Group, grouped
from embeddings.loaders.pdf.layout import Page
from embeddings.loaders.pdf.page import read_page
from embeddings.loaders.pdf.text import alike, pieces_of
from embeddings.types import Document, Kind

LOCKED = "it is locked by a password; save a copy without one"
DAMAGED = "it is damaged, or not a PDF; save it anew from the program that made it"
PICTURES = "its pages are pictures without text; run it through text recognition (OCR) first"
UNKNOWN_LETTERS = "its fonts do not say which letters they show; save it anew, or run it through text recognition (OCR)"

# Maximum length of a heading, in characters.
_LONGEST_HEADING = 200
_USELESS_TITLE = re.compile(
    r"untitled|microsoft word|^\W*$|\.(?:docx?|pdf|indd|tex|dvi|odt|qxd|pptx?)$|^slide 1$", re.IGNORECASE
)


def load_pdf(data: bytes, *, source: str, title: str | None = None) -> Document:
    """Parse a PDF into an article.

    Raises:
        SourceError: it is locked, damaged, too long, or holds no text.
    """
    try:
        with pdfium.PdfDocument(data) as file:
            return _read(file, source, title)
    except pdfium.PdfiumError as error:
        raise SourceError(source, LOCKED if "assword" in str(error) else DAMAGED) from error


def _read(file: pdfium.PdfDocument, source: str, title: str | None) -> Document:
    if len(file) > MOST_PAGES:
        raise SourceError(source, f"it has {len(file):,} pages and an article may have {MOST_PAGES:,}; split it")
    pages = list(_pages(file, source))
    letters = sum(len(each.text) for page in pages for each in page.fragments)
    unknown = sum(page.unknown for page in pages)
    if unknown > 20 and unknown * 3 > letters:
        raise SourceError(source, UNKNOWN_LETTERS)
    if not letters:
        raise SourceError(source, PICTURES if _has_pictures(file) else "it holds no text that can be seen")
    outline = _outline(file)
    groups = grouped(pages, {page: [name for _, name in entries] for page, entries in outline.items()})
    stated = _stated_title(file)
    return _built(groups, outline, source=source, title=title, stated=stated)


def _pages(file: pdfium.PdfDocument, source: str) -> Iterator[Page]:
    letters = 0
    for number in range(len(file)):
        try:
            page = file[number]
        except pdfium.PdfiumError:
            # A single broken page is left out; if all are broken there is no text.
            yield Page(0, 0, (), 0)
            continue
        try:
            read = read_page(page)
        finally:
            page.close()
        letters += sum(len(each.text) for each in read.fragments)
        if letters > LARGEST_TEXT:
            raise SourceError(
                source, f"it has more than {LARGEST_TEXT / 1e6:.0f} million letters; split it into several"
            )
        yield read


def _has_pictures(file: pdfium.PdfDocument) -> bool:
    return any(
        next(file[number].get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3), None) is not None
        for number in range(min(len(file), 5))
    )


def _outline(file: pdfium.PdfDocument) -> dict[int, list[tuple[int, str]]]:
    """The bookmarks of each page, numbered from 1: level and title."""
    found: dict[int, list[tuple[int, str]]] = {}
    for entry in file.get_toc(max_depth=6):
        target = entry.get_dest()
        index = target.get_index() if target else None
        if index is not None:
            found.setdefault(index + 1, []).append((entry.level + 1, " ".join(entry.get_title().split())))
    return found


def _stated_title(file: pdfium.PdfDocument) -> str:
    stated = " ".join(str(file.get_metadata_value("Title")).split())
    return "" if _USELESS_TITLE.search(stated) else stated


def _built(
    groups: Sequence[Group], outline: dict[int, list[tuple[int, str]]], *, source: str, title: str | None, stated: str
) -> Document:
    words = Words(each.line.text for group in groups for each in group.lines)
    levels = _Levels(groups, outline)
    builder = Builder()
    first_words = first_heading = ""
    for group in groups:
        page = group.lines[0].page
        text = unligatured(group.text)
        level = levels.of(group)
        if level is not None:
            words_of_it = " ".join(piece.text for piece in pieces_of(group.lines, words))
            first_heading = first_heading or words_of_it
            builder.heading(level, words_of_it, page=page)
            continue
        first_words = first_words or text
        if group.kind is Kind.TABLE_ROW:
            builder.add(group.kind, unligatured(" | ".join(group.lines[0].line.cells)), page=page)
        elif group.kind is Kind.CODE:
            builder.add(group.kind, _code(group), page=page)
        else:
            _add_prose(builder, group, words)
    return builder.document(title=title or stated or first_heading or first_words, source=source)


def _add_prose(builder: Builder, group: Group, words: Words) -> None:
    pieces = pieces_of(group.lines, words)
    lead = ""
    kind = Kind.PARAGRAPH if group.kind is Kind.HEADING else group.kind
    if kind is Kind.LIST_ITEM and (bullet := BULLET.match(pieces[0].text)):
        lead = bullet[0]
    for position, piece in enumerate(pieces):
        text = piece.text[len(lead) :] if position == 0 else piece.text
        parts = recognise([text])[0] if kind is Kind.PARAGRAPH else []
        if not parts:
            builder.add(kind, text, lead=lead if position == 0 else "", same_paragraph=position > 0, page=piece.page)
        for number, part in enumerate(parts):
            builder.add(part.kind, part.text, same_paragraph=position + number > 0, page=piece.page)


def _code(group: Group) -> str:
    """Lines of code, indented as on the page."""
    left = min(each.line.box.left for each in group.lines)
    lines = []
    for each in group.lines:
        width = (each.line.box.right - each.line.box.left) / max(len(each.line.text), 1)
        lines.append(" " * round((each.line.box.left - left) / max(width, 1.0)) + each.line.text)
    return "\n".join(lines)


class _Levels:
    """Decides which groups are headings, and of which level."""

    def __init__(self, groups: Sequence[Group], outline: dict[int, list[tuple[int, str]]]) -> None:
        self._outlined: dict[int, int] = {}
        for group in groups:
            page = group.lines[0].page
            if len(group.text) > _LONGEST_HEADING:
                continue
            for level, title in outline.get(page, ()):
                if alike(group.text, title):
                    self._outlined[id(group)] = level
                    break
        # The deepest level of the outline; headings by their type that are not in it are below.
        self._deepest = max(self._outlined.values(), default=0)
        sizes = {round(group.last.size) for group in groups if self._is_set_as_one(group)}
        self._sizes = {size: number for number, size in enumerate(sorted(sizes, reverse=True), 1)}

    def of(self, group: Group) -> int | None:
        """The level of a heading, 1 for the highest; None if the group is not a heading."""
        if (level := self._outlined.get(id(group))) is not None:
            return level
        if self._is_set_as_one(group):
            return self._deepest + self._sizes[round(group.last.size)]
        if self._is_bold_line(group):
            return self._deepest + len(self._sizes) + 1
        return None

    @staticmethod
    def _is_set_as_one(group: Group) -> bool:
        return group.kind is Kind.HEADING and len(group.text) <= _LONGEST_HEADING

    @staticmethod
    def _is_bold_line(group: Group) -> bool:
        text = group.text
        return (
            group.kind in (Kind.PARAGRAPH, Kind.LIST_ITEM)
            and all(each.line.bold for each in group.lines)
            and len(group.lines) <= 2
            and len(text.split()) <= 14
            and not text.endswith((".", ",", ";"))
            and any(char.isalpha() for char in text)
        )
