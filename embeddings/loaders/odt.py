"""OpenDocument texts (ODT): paragraphs, headings, lists and tables."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from embeddings.loaders.builder import Builder, add_row
from embeddings.loaders.news import recognise
from embeddings.loaders.packed import Parts
from embeddings.loaders.safexml import safe_xml, said_of
from embeddings.types import About, Document, Kind

_NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
}


def _q(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_NAMES[prefix]}}}{local}"


_P, _H, _LIST, _ITEM, _HEADER = (_q(f"text:{name}") for name in ("p", "h", "list", "list-item", "list-header"))
_ROW, _CELL, _TABLE, _BOX = _q("table:table-row"), _q("table:table-cell"), _q("table:table"), _q("draw:text-box")
_STYLE_NAME = _q("text:style-name")
# Not part of the running text: deleted words, comments, notes, indexes, and elements for hidden text.
_SKIPPED = frozenset(
    _q(name)
    for name in (
        "text:tracked-changes",
        "text:note",
        "text:hidden-text",
        "text:hidden-paragraph",
        "text:table-of-content",
        "text:alphabetical-index",
        "text:sequence-decls",
        "office:annotation",
        "office:forms",
    )
)
# A file may declare any number of repeated spaces; more than this are not reproduced.
_MOST_SPACES = 20


def load_odt(data: bytes, *, source: str, title: str | None = None) -> Document:
    """Parse an OpenDocument text into an article.

    Raises:
        SourceError: it is damaged, locked, unpacks to too much, or holds no text.
    """
    parts = Parts(data, source)
    parts.check_sizes()
    content = safe_xml(parts.read("content.xml"), source)
    meta = safe_xml(parts.read("meta.xml"), source) if "meta.xml" in parts else Element("none")
    reader = _Reader(content)
    document = reader.builder.document(title=title or said_of(meta, "title"), source=source)
    about = About(author=said_of(meta, "creator"), language=said_of(meta, "language"))
    return Document(document.title, document.text, document.blocks, source, None, about)


class _Reader:
    """One pass over the body of a document."""

    def __init__(self, content: Element) -> None:
        self.builder = Builder()
        self._hidden = {
            style.get(_q("style:name"))
            for style in content.iter(_q("style:style"))
            if any(each.get(_q("text:display")) == "none" for each in style.iter(_q("style:text-properties")))
        }
        for body in content.iter(_q("office:text")):
            self._add_all(body)

    def _add_all(self, parent: Element, lists: int = 0) -> None:
        """Add the content of ``parent``, which is nested in ``lists`` lists."""
        fresh = True
        for child in parent:
            if child.tag in _SKIPPED:
                continue
            if child.tag in (_P, _H):
                self._add(child, lists=lists, fresh=fresh)
                fresh = False
            elif child.tag == _LIST:
                for item in child:
                    if item.tag in (_ITEM, _HEADER):
                        self._add_all(item, lists + 1)
            elif child.tag == _TABLE:
                self.builder.end_table()
                for row in _rows(child):
                    cells = [cell for cell in row if cell.tag == _CELL]
                    add_row(self.builder, cells, table=_TABLE, words=self._words, add_all=self._add_all)
            else:
                self._add_all(child, lists)

    def _add(self, element: Element, *, lists: int, fresh: bool) -> None:
        words = self._words(element).strip()
        if words and element.tag == _H:
            level = element.get(_q("text:outline-level"), "1")
            self.builder.heading(int(level) if level.isdecimal() and len(level) < 3 else 1, words)
        elif words:
            if lists:
                self.builder.add(Kind.LIST_ITEM, words, lead="- " if fresh else "", level=lists)
            else:
                for position, part in enumerate(recognise([words])[0]):
                    self.builder.add(part.kind, part.text, same_paragraph=position > 0)
        for box in element.iter(_BOX):
            self._add_all(box)

    def _words(self, element: Element) -> str:
        return "".join(self._pieces(element))

    def _pieces(self, element: Element) -> Iterator[str]:
        if element.get(_STYLE_NAME) in self._hidden and element.get(_STYLE_NAME) is not None:
            return
        yield element.text or ""
        for child in element:
            if child.tag == _q("text:s"):
                count = child.get(_q("text:c"), "1")
                yield " " * (min(int(count), _MOST_SPACES) if count.isdecimal() and len(count) < 6 else 1)
            elif child.tag == _q("text:tab"):
                yield " "
            elif child.tag == _q("text:line-break"):
                yield "\n"
            elif child.tag not in _SKIPPED and not child.tag.startswith(f"{{{_NAMES['draw']}}}"):
                yield from self._pieces(child)
                if child.tag == _P:
                    yield "\n"
            yield child.tail or ""


def _rows(table: Element) -> Iterator[Element]:
    """The rows of a table, including those of its header and of row groups, but not those of a table in a cell."""
    for child in table:
        if child.tag == _ROW:
            yield child
        elif child.tag not in _SKIPPED:
            yield from _rows(child)
