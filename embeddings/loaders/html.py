"""HTML: the article of a page as a reader sees it, without menus, banners, comments and hidden text."""

import codecs
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import webencodings
from lxml import html
from lxml.etree import ParserError
from lxml.html import Element, HtmlElement, HTMLParser

from embeddings.clean import SITE_MARKS
from embeddings.errors import SourceError
from embeddings.fetching.addresses import normalised
from embeddings.loaders.builder import Builder
from embeddings.loaders.decode import decode
from embeddings.loaders.elsewhere import mark_lists_elsewhere
from embeddings.loaders.hidden import take_out_hidden
from embeddings.loaders.markup import add_markup
from embeddings.loaders.news import is_label, is_offer, notes_among, recognise
from embeddings.loaders.places import (
    is_elsewhere,
    is_run_in,
    keep_lists_in_cells,
    letters,
    make_plain,
    name_unnamed,
    number_of,
    put_together,
    show_without_script,
)
from embeddings.loaders.plain import load_plain
from embeddings.loaders.signed import signature
from embeddings.loaders.wiki import wiki_article
from embeddings.tables import row_of
from embeddings.types import About, Document, Kind

if TYPE_CHECKING:  # heavy, and needed for pages only
    from trafilatura.settings import Document as Described

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE)
# How far into a page its charset is looked for, in bytes.
_HEAD = 4096
# The libraries' warnings about a page are of no use to the user, and may quote the page.
for _library in ("trafilatura", "htmldate", "courlan", "justext"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)

# Maximum number of blocks below the last list of links: where it was first published, who wrote it.
_MOST_BELOW = 2
_TOO_DEEP = "its markup is nested too deeply to be read; save its text and give the file"


def load_html(data: bytes, *, source: str, title: str | None = None, url: str | None = None) -> Document:
    """Extract the article of a page; ``url`` is where it was read, against which its canonical address is resolved.

    Raises:
        SourceError: it contains no article, or its encoding is unknown.
    """
    tree = _parsed(_text(data, source), source)
    make_plain(tree)
    show_without_script(tree)
    canonical = _canonical(tree, url)
    language = tree.get("lang") or tree.get("xml:lang") or ""
    try:
        about = _described(tree, url)
        named = title or _without_site(about.title, about.sitename, about.hostname)
        document = _document(tree, named, source, signature(tree, about.author, about.date))
    except RecursionError as error:
        raise SourceError(source, _TOO_DEEP) from error
    described = About(about.author, about.date, about.sitename, language.strip().lower()[:35] or None)
    return replace(document, url=canonical, about=described)


def _described(tree: HtmlElement, url: str | None) -> "Described":
    """Metadata of a page, from its head or where a reader sees it. Removes what is hidden from the tree."""
    from trafilatura.metadata import extract_metadata

    head = tree.find("head")
    head = Element("head") if head is None else head
    said = list(tree.iterfind("body//script[@type='application/ld+json']"))
    take_out_hidden(tree)
    head.extend(said)
    tree.insert(0, head)
    # A date somewhere in the text may be about anything, so the search is not extensive.
    about = extract_metadata(tree, default_url=url, extensive=False)
    if about.title and (named := head.findtext("title")) and _is_of_a_box(about.title, tree, named):
        about.title = " ".join(named.split())
    tree.remove(head)
    return about


def _is_of_a_box(title: str, tree: HtmlElement, named: str) -> bool:
    """Whether a title is the heading of a box beside the article: neither the page's title nor the article contains it.

    Such a box, for example one that explains the keys of a manual, may be hidden by an external style sheet.
    """
    name = letters(title)
    article = next(tree.iter("main", "article"), None)
    if article is None or name in letters(named) or name in letters(article.text_content()):
        return False
    return any(letters(each.text_content()) == name for each in tree.iter("h2", "h3"))


def _without_site(title: str | None, *names: str | None) -> str | None:
    """A title without the site's name at its end: one of ``names``, or its part before the first dot."""
    known = {letters(each) for name in names if name for each in (name, name.split(".")[0])} - {""}
    for mark in SITE_MARKS.finditer(title or ""):
        if title and mark.start() and letters(title[mark.end() :]) in known:
            return title[: mark.start()]
    return title


def _document(tree: HtmlElement, title: str | None, source: str, signed: list[tuple[Kind, str]]) -> Document:
    """The article that a page is or contains, with the byline and dateline of ``signed``; hidden text was removed before."""
    from trafilatura import html2txt

    if (article := wiki_article(tree)) is not None:
        builder = Builder()
        add_markup(builder, article)
        return builder.document(title=title or source, source=source)
    keep_lists_in_cells(tree)
    mark_lists_elsewhere(tree)
    put_together(tree)
    found = _extracted(tree)
    if found is not None and name_unnamed(tree, ("".join(each.itertext()) for each in found.iter("p"))):
        found = _extracted(tree)
    if found is not None:
        pieces = _signed(_told_apart(list(_pieces(found))), signed)
        return _built(pieces).document(title=title or _first_words(pieces), source=source)
    # If nothing looks like an article, all visible text is one.
    words = html2txt(tree, clean=False)
    if not words.strip():
        raise SourceError(source, "there is no text in this page to be read; save its text and give the file")
    return load_plain(words, source=source, title=title)


def _extracted(tree: HtmlElement) -> HtmlElement | None:
    """What trafilatura takes for the article, as TEI elements."""
    from trafilatura import bare_extraction

    found = bare_extraction(tree, favor_precision=True, include_comments=False)
    assert not isinstance(found, dict), "that was not asked for"
    return found.body if found is not None else None


def _text(data: bytes, source: str) -> str:
    """Decode a page: by its BOM, else by the charset in its head, else as a text file."""
    declared = _CHARSET.search(data[:_HEAD])
    marked = data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = webencodings.lookup(declared[1].decode("ascii")) if declared and not marked else None
    if encoding is None or encoding.name.startswith("utf-16"):
        return decode(data, source)
    # A stray byte must not make the page unreadable.
    text: str = encoding.codec_info.decode(data, "replace")[0]
    return text.replace("\0", "")


def _parsed(text: str, source: str) -> HtmlElement:
    # The text is decoded already, so a charset that the page declares must not be applied again.
    parser = HTMLParser(huge_tree=True, encoding="utf-8")
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (ParserError, ValueError) as error:
        raise SourceError(source, "it is empty; give a page with at least one sentence") from error
    # The parser silently drops what is nested too deeply, and only logs it.
    if any("depth" in entry.message for entry in parser.error_log):
        raise SourceError(source, _TOO_DEEP)
    return tree


def _canonical(tree: HtmlElement, url: str | None) -> str | None:
    """The canonical address of a page if it is on the same site as ``url``, else ``url``."""
    for link in tree.iterfind(".//link[@rel='canonical'][@href]"):
        try:
            stated = normalised(urljoin(url or "", link.get("href", "")))
        except (SourceError, ValueError):
            continue
        if url is None or _site(stated) == _site(url):
            return stated
    return url


def _site(address: str) -> str:
    return re.sub(r"^(?:www|m|mobile|amp)\.", "", urlsplit(address).netloc)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the article; ``level`` is a heading's or an item's, ``cells`` are a table row's; ``elsewhere`` marks a list item that
    leads to another article.
    """

    kind: Kind
    text: str
    lead: str = ""
    level: int = 0
    cells: tuple[str, ...] = ()
    names_columns: bool = False
    elsewhere: bool = False


def _pieces(element: HtmlElement) -> Iterator[_Piece]:
    """The parts of an extracted article, in TEI elements: head, p, list, item, table, row, cell, quote, code."""
    yield from _paragraph(Kind.PARAGRAPH, element.text)
    for child in element:
        if child.tag == "head":
            rend, words = child.get("rend", ""), _line(child)
            # As a heading, a label such as "See also:" would take the rest of the article as its section.
            kind = Kind.TEASER if is_label(words) else Kind.HEADING
            yield _Piece(kind, words, level=int(rend[1]) if re.fullmatch("h[1-6]", rend) else 2)
        elif child.tag == "list":
            yield from _items(child)
        elif child.tag == "table":
            yield from _rows(child)
        elif child.tag == "code":
            yield _Piece(Kind.CODE, "".join(child.itertext()).strip("\n"))
        elif child.tag == "quote":
            yield from _quoted(child)
        elif child.tag in ("p", "hi", "ref", "del", "span"):
            yield from _paragraph(Kind.PARAGRAPH, _words(child))
        elif child.tag not in ("lb", "graphic"):
            yield from _pieces(child)
        yield from _paragraph(Kind.PARAGRAPH, child.tail)


def _paragraph(kind: Kind, text: str | None) -> Iterator[_Piece]:
    label, _, words = (text or "").strip().partition("\n")
    # A label is not content by itself.
    if is_run_in(label):
        yield _Piece(Kind.CAPTION, label)
    else:
        words = f"{label}\n{words}"
    # A row of dots or dashes is not content.
    if any(map(str.isalnum, words)):
        yield _Piece(kind, words.strip())


def _quoted(element: HtmlElement) -> Iterator[_Piece]:
    for piece in _pieces(element):
        yield replace(piece, kind=Kind.QUOTE) if piece.kind is Kind.PARAGRAPH else piece


def _items(element: HtmlElement, level: int = 0) -> Iterator[_Piece]:
    term = ""
    for count, item in enumerate(element.iterfind("item"), 1):
        words = _words(item, until=("list", "table", "code", "quote"))
        if (item.get("rend") or "").startswith("dt"):
            # A term precedes its definition.
            term = f"{words.rstrip(':')}: " if words else ""
            continue
        if not words and item.find("list") is not None:
            # The definition consists of items only, which are nested below the term.
            words, term = term.removesuffix(": "), ""
        if words:
            # The number of a rule is part of the quotation; a bullet is not.
            numbered = element.get("rend") == "ol"
            text = f"{number_of(item) or count}. {words}" if numbered else f"{term}{words}"
            kind = Kind.TEASER if is_offer(words) else Kind.LIST_ITEM
            yield _Piece(kind, text, "" if numbered else "- ", level, elsewhere=is_elsewhere(item))
        for child in item:
            if child.tag == "list":
                yield from _items(child, level + 1)
            elif child.tag == "table":
                yield from _rows(child)
            elif child.tag == "code" and "\n" in "".join(child.itertext()):
                yield _Piece(Kind.CODE, "".join(child.itertext()).strip("\n"))
            elif child.tag == "quote":
                yield from _quoted(child)


def _told_apart(pieces: list[_Piece]) -> list[_Piece]:
    """The parts of an article, with its references and a list of links at its end marked as teasers."""
    others = notes_among([piece.text for piece in pieces]) | _at_the_end(pieces)
    return [
        replace(piece, kind=Kind.TEASER)
        if place in others and piece.kind in (Kind.PARAGRAPH, Kind.LIST_ITEM)
        else piece
        for place, piece in enumerate(pieces)
    ]


def _at_the_end(pieces: list[_Piece]) -> set[int]:
    """Indices of list items at the end of an article that lead elsewhere, if the article is more than twice as long; a page of links is
    about them.
    """
    found: set[int] = set()
    below = 0
    for place in reversed(range(len(pieces))):
        if pieces[place].elsewhere:
            found.add(place)
        elif (below := below + 1) > _MOST_BELOW:
            break
    links = sum(len(pieces[place].text) for place in found)
    article = sum(len(piece.text) for piece in pieces[: min(found, default=0)])
    return found if article > 2 * links else set()


def _signed(pieces: list[_Piece], signed: list[tuple[Kind, str]]) -> list[_Piece]:
    """The parts of an article with the byline and dateline inserted below its title, unless it contains them already."""
    told = {" ".join(piece.text.split()) for piece in pieces}
    lines = [_Piece(kind, words) for kind, words in signed if not any(words in each for each in told)]
    titled = bool(pieces) and pieces[0].kind is Kind.HEADING
    return [*pieces[:titled], *lines, *pieces[titled:]]


def _rows(table: HtmlElement) -> Iterator[_Piece]:
    for row in table.iter("row"):
        cells = list(row.iterfind("cell"))
        if len(cells) == 1:
            # A table with one column is layout.
            yield from _pieces(cells[0])
        else:
            words = tuple(_line(cell) for cell in cells)
            if any(words):
                names = all(cell.get("role") == "head" for cell in cells)
                yield _Piece(Kind.TABLE_ROW, row_of(words), cells=words, names_columns=names)


def _words(element: HtmlElement, until: tuple[str, ...] = ()) -> str:
    """The words of an element, with its line breaks; children with tags in ``until`` are left out."""
    parts = [_flat(element.text)]
    for child in element:
        if child.tag == "lb":
            parts.append("\n")
        elif child.tag == "p":
            parts.append(f"\n{_words(child)}\n")
        elif child.tag not in until or (child.tag == "code" and "\n" not in "".join(child.itertext())):
            parts.append(_words(child))
        parts.append(_flat(child.tail))
    return "\n".join(filter(None, (" ".join(line.split()) for line in "".join(parts).split("\n"))))


def _flat(text: str | None) -> str:
    """Line breaks in the source of a page have no meaning."""
    return (text or "").replace("\n", " ")


def _line(element: HtmlElement) -> str:
    return " ".join(_words(element).split())


def _first_words(pieces: list[_Piece]) -> str:
    return pieces[0].text.split("\n")[0] if pieces else ""


def _built(pieces: list[_Piece]) -> Builder:
    builder = Builder()
    recognised = iter(recognise([piece.text for piece in pieces if piece.kind is Kind.PARAGRAPH]))
    for piece in pieces:
        if piece.kind is Kind.HEADING:
            builder.heading(piece.level, piece.text)
        elif piece.cells:
            builder.row(piece.cells, names_columns=piece.names_columns)
        elif piece.kind is Kind.PARAGRAPH:
            for position, line in enumerate(next(recognised)):
                builder.add(line.kind, line.text, same_paragraph=position > 0)
        else:
            builder.add(piece.kind, piece.text, lead=piece.lead, level=piece.level)
    return builder
