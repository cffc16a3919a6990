"""HTML: the article of a page as a reader sees it, without menus, banners, comments and what is hidden."""

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

if TYPE_CHECKING:  # heavy, and not needed for anything but pages
    from trafilatura.settings import Document as Described

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE)
# How far into a page its encoding is looked for, in bytes.
_HEAD = 4096
# The libraries' remarks on a page are of no use to whoever gave it, and may quote it.
for _library in ("trafilatura", "htmldate", "courlan", "justext"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)

# So many blocks at most stand below the last list of other things to read: where it was first published, who wrote it.
_MOST_BELOW = 2
_TOO_DEEP = "its markup is nested too deeply to be read; save its text and give the file"


def load_html(data: bytes, *, source: str, title: str | None = None, url: str | None = None) -> Document:
    """The article of a page; ``url`` is where it was read, and leads to its canonical address.

    Raises:
        SourceError: it holds no article, or its encoding is unknown.
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
    """What a page says of itself, in its head or where a reader sees it; what is hidden is taken out of the tree."""
    from trafilatura.metadata import extract_metadata

    head = tree.find("head")
    head = Element("head") if head is None else head
    said = list(tree.iterfind("body//script[@type='application/ld+json']"))
    take_out_hidden(tree)
    head.extend(said)
    tree.insert(0, head)
    # A date that stands somewhere in the text may be of anything.
    about = extract_metadata(tree, default_url=url, extensive=False)
    if about.title and (named := head.findtext("title")) and _is_of_a_box(about.title, tree, named):
        about.title = " ".join(named.split())
    tree.remove(head)
    return about


def _is_of_a_box(title: str, tree: HtmlElement, named: str) -> bool:
    """Whether a title is the heading of a box beside the article, of which neither the name of the page nor its article knows.

    A box may be hidden by a style sheet in a file of its own, as the one that explains the keys of a manual.
    """
    name = letters(title)
    article = next(tree.iter("main", "article"), None)
    if article is None or name in letters(named) or name in letters(article.text_content()):
        return False
    return any(letters(each.text_content()) == name for each in tree.iter("h2", "h3"))


def _without_site(title: str | None, *names: str | None) -> str | None:
    """A title without the name of the site behind it, which is one of ``names``, or an address that begins with it."""
    known = {letters(each) for name in names if name for each in (name, name.split(".")[0])} - {""}
    for mark in SITE_MARKS.finditer(title or ""):
        if title and mark.start() and letters(title[mark.end() :]) in known:
            return title[: mark.start()]
    return title


def _document(tree: HtmlElement, title: str | None, source: str, signed: list[tuple[Kind, str]]) -> Document:
    """The article that a page is, or has among other things, with the lines that it is ``signed`` with; what is hidden was taken out."""
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
    # Where nothing looks like an article, what there is to see is one.
    words = html2txt(tree, clean=False)
    if not words.strip():
        raise SourceError(source, "there is no text in this page to be read; save its text and give the file")
    return load_plain(words, source=source, title=title)


def _extracted(tree: HtmlElement) -> HtmlElement | None:
    """What trafilatura takes for the article, in elements of TEI."""
    from trafilatura import bare_extraction

    found = bare_extraction(tree, favor_precision=True, include_comments=False)
    assert not isinstance(found, dict), "that was not asked for"
    return found.body if found is not None else None


def _text(data: bytes, source: str) -> str:
    """The characters of a page: as its mark says, or itself does in its head, or as a text file's are found out."""
    declared = _CHARSET.search(data[:_HEAD])
    marked = data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = webencodings.lookup(declared[1].decode("ascii")) if declared and not marked else None
    if encoding is None or encoding.name.startswith("utf-16"):
        return decode(data, source)
    # A stray byte must not cost the page.
    text: str = encoding.codec_info.decode(data, "replace")[0]
    return text.replace("\0", "")


def _parsed(text: str, source: str) -> HtmlElement:
    # An encoding that the page declares was heeded already and must not be again.
    parser = HTMLParser(huge_tree=True, encoding="utf-8")
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (ParserError, ValueError) as error:
        raise SourceError(source, "it is empty; give a page with at least one sentence") from error
    # What is nested deeper than the parser goes is lost without a word.
    if any("depth" in entry.message for entry in parser.error_log):
        raise SourceError(source, _TOO_DEEP)
    return tree


def _canonical(tree: HtmlElement, url: str | None) -> str | None:
    """The address that a page gives as its own, if it is one of the site it was read from; else where it was read."""
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
    """A part of the article; ``level`` is a heading's or an item's, ``cells`` are a table row's; ``elsewhere`` is an item of a list that
    leads to other things to read.
    """

    kind: Kind
    text: str
    lead: str = ""
    level: int = 0
    cells: tuple[str, ...] = ()
    names_columns: bool = False
    elsewhere: bool = False


def _pieces(element: HtmlElement) -> Iterator[_Piece]:
    """The parts of an extracted article, which comes in the elements of TEI: head, p, list, item, table, row, cell, quote, code."""
    yield from _paragraph(Kind.PARAGRAPH, element.text)
    for child in element:
        if child.tag == "head":
            rend, words = child.get("rend", ""), _line(child)
            # What follows a label of the site's own is the article again.
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
    # A label says nothing by itself.
    if is_run_in(label):
        yield _Piece(Kind.CAPTION, label)
    else:
        words = f"{label}\n{words}"
    # A row of dots or dashes says nothing.
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
            # A term stands before what is said of it.
            term = f"{words.rstrip(':')}: " if words else ""
            continue
        if not words and item.find("list") is not None:
            # All that is said of a term are items, which stand below it.
            words, term = term.removesuffix(": "), ""
        if words:
            # The number of a rule is part of what is quoted; a bullet is not.
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
    """The parts of an article; its references, and a list of other things to read at its end, are no statements of it."""
    others = notes_among([piece.text for piece in pieces]) | _at_the_end(pieces)
    return [
        replace(piece, kind=Kind.TEASER)
        if place in others and piece.kind in (Kind.PARAGRAPH, Kind.LIST_ITEM)
        else piece
        for place, piece in enumerate(pieces)
    ]


def _at_the_end(pieces: list[_Piece]) -> set[int]:
    """The places of what leads elsewhere at the end of an article, which is longer than all of it; a page of links is about them."""
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
    """The parts of an article, below its title the lines that say who wrote it and when, but for those that are among them."""
    told = {" ".join(piece.text.split()) for piece in pieces}
    lines = [_Piece(kind, words) for kind, words in signed if not any(words in each for each in told)]
    titled = bool(pieces) and pieces[0].kind is Kind.HEADING
    return [*pieces[:titled], *lines, *pieces[titled:]]


def _rows(table: HtmlElement) -> Iterator[_Piece]:
    for row in table.iter("row"):
        cells = list(row.iterfind("cell"))
        if len(cells) == 1:
            # A table of one column is there for its looks.
            yield from _pieces(cells[0])
        else:
            words = tuple(_line(cell) for cell in cells)
            if any(words):
                names = all(cell.get("role") == "head" for cell in cells)
                yield _Piece(Kind.TABLE_ROW, row_of(words), cells=words, names_columns=names)


def _words(element: HtmlElement, until: tuple[str, ...] = ()) -> str:
    """The words of an element, its line breaks kept; those of its children of the tags ``until`` left out."""
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
    """Where a page's source ends its lines is of no meaning."""
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
