"""EPUB: the chapters of a book in the order of its spine."""

import posixpath
import re
from html.entities import name2codepoint
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from embeddings.errors import SourceError
from embeddings.loaders.builder import Builder
from embeddings.loaders.decode import decode
from embeddings.loaders.limits import LARGEST_TEXT
from embeddings.loaders.markup import add_markup, page_of
from embeddings.loaders.packed import DAMAGED, Parts
from embeddings.loaders.safexml import safe_xml, said_of
from embeddings.types import About, Document

PROTECTED = "its chapters are locked by copy protection; only a free copy can be read"

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_CHAPTERS = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
# Self-closed elements that an HTML parser would take for open.
_SELF_CLOSED = re.compile(
    r"<(title|script|style|a|div|p|span|i|b|em|td|h[1-6]|iframe|textarea)(\s[^<>]{0,500})?/>", re.IGNORECASE
)
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})


def load_epub(data: bytes, *, source: str, title: str | None = None) -> Document:
    """Parse a book into an article.

    Raises:
        SourceError: it is damaged, locked, unpacks to too much, or holds no text.
    """
    parts = Parts(data, source)
    package_name = _package_name(parts, source)
    package = safe_xml(parts.read(package_name), source)
    chapters = _chapters(package, posixpath.dirname(package_name))
    if _ENCRYPTION in parts:
        _check_free(safe_xml(parts.read(_ENCRYPTION), source), chapters, source)
    builder = Builder()
    letters = 0
    for name in chapters:
        if name not in parts:
            continue
        text = _closed(decode(parts.read(name), source))
        letters += len(text)
        if letters > 4 * LARGEST_TEXT:
            raise SourceError(
                source, f"it has more than {LARGEST_TEXT / 1e6:.0f} million letters; split it into several"
            )
        tree = page_of(text)
        if tree is not None:
            add_markup(builder, tree)
    document = builder.document(title=title or said_of(package, "title") or posixpath.basename(source), source=source)
    about = About(
        author=said_of(package, "creator"), published=said_of(package, "date"), language=said_of(package, "language")
    )
    return Document(document.title, document.text, document.blocks, source, None, about)


def _package_name(parts: Parts, source: str) -> str:
    container = safe_xml(parts.read(_CONTAINER), source)
    for each in container.iter():
        if _name(each) == "rootfile" and (path := each.get("full-path")):
            return path
    raise SourceError(source, DAMAGED)


def _chapters(package: Element, folder: str) -> list[str]:
    items = {}
    for each in package.iter():
        properties = (each.get("properties") or "").split()
        if _name(each) == "item" and each.get("media-type") in _CHAPTERS and "nav" not in properties:
            items[each.get("id")] = posixpath.normpath(posixpath.join(folder, unquote(each.get("href") or "")))
    order = [items.get(each.get("idref")) for each in package.iter() if _name(each) == "itemref"]
    # A chapter listed twice in the spine is read once.
    return list(dict.fromkeys(name for name in order if name))


def _check_free(encryption: Element, chapters: list[str], source: str) -> None:
    locked = {unquote(each.get("URI") or "") for each in encryption.iter() if _name(each) == "CipherReference"}
    if locked & set(chapters):
        raise SourceError(source, PROTECTED)


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _closed(text: str) -> str:
    """XHTML in a form that HTML parsers read: HTML entities resolved, self-closed elements closed."""
    text = re.sub(
        r"&(\w+);",
        lambda found: (
            chr(name2codepoint[found[1]]) if found[1] in name2codepoint and found[1] not in _XML_ENTITIES else found[0]
        ),
        text,
    )
    return _SELF_CLOSED.sub(lambda found: f"<{found[1]}{found[2] or ''}></{found[1]}>", text)
