"""Markup that is an article from beginning to end, such as a chapter of a book: every block of it, in order.

Unlike a web page it has no menus and banners, so nothing is selected; only what a reader does not see is left out.
"""

import re
from collections.abc import Iterator, Sequence

from lxml import etree, html
from lxml.html import HtmlElement

from embeddings.loaders.builder import Builder
from embeddings.loaders.counting import counted, form_of
from embeddings.loaders.hidden import take_out_hidden
from embeddings.loaders.news import recognise
from embeddings.types import Kind

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    """address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure footer form
    header hr li main ol p pre section summary table tbody td tfoot th thead tr ul""".split()
) | frozenset(_HEADINGS)
_CELLS = ("td", "th")
_SKIPPED = frozenset({"nav", "rt", "rp", "audio", "video", "canvas", "math", "button", "input", "title"})
# docutils fields that name the author and the date.
_FIELDS = {"author": Kind.BYLINE, "authors": Kind.BYLINE, "date": Kind.DATELINE}
_SPACES = re.compile(r"[^\S\n]*\n[^\S\n]*|[^\S\n]+")


def page_of(text: str) -> HtmlElement | None:
    """The tree of a page without its invisible parts; None if it is empty."""
    try:
        # The text is already decoded, so the XML declaration with its encoding is dropped.
        tree = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", text))
    except (etree.ParserError, ValueError):
        return None
    take_out_hidden(tree)
    return tree


def add_markup(builder: Builder, tree: HtmlElement) -> None:
    """Append every block of a page to an article."""
    _Walk(builder).over(tree)


class _Walk:
    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._words: list[str] = []
        self._open: list[str] = []
        # The next item's number in each open list (None for bullets), and its numbering style.
        self._numbers: list[int | None] = []
        self._forms: list[str] = []
        # The words of each cell in the open row.
        self._row: list[list[str]] | None = None
        self._fresh_item = False
        # Terms of a definition list that still await their definition.
        self._terms: list[str] = []
        self._lists_keys = False
        # The kind of the open term, if it is a metadata field for the author or the date.
        self._field: Kind | None = None

    def over(self, tree: HtmlElement) -> None:
        for event, element in _events(tree):
            if event == "start":
                self._enter(element)
            else:
                self._leave(element)
        self._flush()

    def _enter(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._flush()
            self._open.append(tag)
            self._begin(element)
        if tag in ("ol", "ul"):
            start = str(element.get("start") or "1")
            self._numbers.append((int(start) if start.isdecimal() and len(start) < 6 else 1) if tag == "ol" else None)
            self._forms.append(form_of(element))
        elif tag == "li":
            self._fresh_item = True
        elif tag == "tr" and _is_of_a_table(element):
            self._row = []
        elif tag in _CELLS and self._row is not None:
            self._row.append([])
        elif tag == "br":
            self._words.append("\n")
        self._say(element.text)

    def _begin(self, element: HtmlElement) -> None:
        if element.tag == "dt":
            self._field = _field_of(element)
        elif element.tag == "pre":
            self._lists_keys = _lists_keys(element)
        elif element.tag == "table" and self._row is None:
            self._builder.end_table()
        if element.tag in ("ol", "ul") and self._terms:
            # The definition consists of items only, which are nested below the terms.
            named, self._terms = ", ".join(self._terms), []
            self._builder.add(Kind.LIST_ITEM, named, lead="- ", level=self._level())
        elif element.tag not in ("dt", "dd", "p", "div"):
            self._end_terms()

    def _leave(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._flush()
            if self._open and self._open[-1] == tag:
                self._open.pop()
        if tag in ("dd", "dl"):
            self._end_terms()
        if tag in ("ol", "ul") and self._numbers:
            self._numbers.pop()
            self._forms.pop()
        elif tag == "li" and self._numbers and self._numbers[-1] is not None:
            self._numbers[-1] += 1
        elif tag == "tr":
            row, self._row = self._row or [], None
            self._builder.row(
                [" ".join(words) for words in row],
                names_columns=all(cell.tag == "th" for cell in element.iterchildren(*_CELLS)),
            )
        self._say(element.tail)

    def _say(self, words: str | None) -> None:
        if words:
            self._words.append(words if "pre" in self._open else _SPACES.sub(" ", words.replace("\n", " ")))

    def _flush(self) -> None:
        words = "".join(self._words)
        self._words = []
        if "pre" in self._open:
            if self._lists_keys:
                for line in words.split("\n"):
                    self._builder.add(Kind.LIST_ITEM, line.strip(), lead="- ")
            elif words.strip():
                self._builder.add(Kind.CODE, words.strip("\n"))
            return
        words = "\n".join(" ".join(line.split()) for line in words.strip().split("\n"))
        if words.strip():
            self._add(words)

    def _add(self, words: str) -> None:
        inner = self._open[-1] if self._open else ""
        heading = next((each for each in reversed(self._open) if each in _HEADINGS), None)
        if self._row is not None:
            self._row = self._row or [[]]
            self._row[-1] += words.split()
        elif heading:
            self._builder.heading(_HEADINGS[heading], words)
        elif inner in ("figcaption", "caption") or "figcaption" in self._open:
            self._builder.add(Kind.CAPTION, words)
        elif "dt" in self._open[-2:] and not self._numbers:
            self._terms.append(words)
        elif self._terms:
            said, self._terms = _defined(self._terms, words), []
            if self._field:
                self._builder.add(self._field, said)
            else:
                self._builder.add(Kind.LIST_ITEM, said, lead="- ", level=self._level())
        elif self._numbers:
            self._item(words)
        elif "blockquote" in self._open:
            self._builder.add(Kind.QUOTE, words)
        else:
            for position, part in enumerate(recognise([words])[0]):
                self._builder.add(part.kind, part.text, same_paragraph=position > 0)

    def _end_terms(self) -> None:
        """Add terms without a definition as paragraphs."""
        terms, self._terms = self._terms, []
        for term in terms:
            self._builder.add(Kind.PARAGRAPH, term)

    def _item(self, words: str) -> None:
        number = self._numbers[-1]
        level = self._level()
        if not self._fresh_item:
            self._builder.add(Kind.LIST_ITEM, words, level=level)
        elif number is None:
            self._builder.add(Kind.LIST_ITEM, words, lead="- ", level=level)
        else:
            self._builder.add(Kind.LIST_ITEM, f"{counted(number, self._forms[-1])}. {words}", level=level)
        self._fresh_item = False

    def _level(self) -> int:
        """Nesting depth of the current position in lists, including definition lists."""
        return len(self._numbers) + self._open.count("dl")


def _field_of(term: HtmlElement) -> Kind | None:
    """The kind of a term that docutils made from an author or date field below the title; None for other terms."""
    fields = term.getparent()
    if fields is None or "docinfo" not in fields.get("class", "").split():
        return None
    return _FIELDS.get(term.get("class", ""))


def _defined(terms: Sequence[str], words: str) -> str:
    """Terms followed by their definition; no colon after one that asks or ends a sentence."""
    named = ", ".join(" ".join(term.split()).rstrip(":") for term in terms)
    return f"{named} {words}" if named.endswith(("?", "!", ".")) else f"{named}: {words}"


def _lists_keys(element: HtmlElement) -> bool:
    """Whether preformatted text is not code but says line by line what keys do: most lines begin with a key."""
    lines = sum(map(bool, map(str.strip, element.text_content().split("\n"))))
    before = element.text or ""
    keys = 0
    for child in element:
        keys += child.tag == "kbd" and not before.rpartition("\n")[2].strip() and bool((child.tail or "").strip(": \n"))
        before = child.tail or ""
    return lines > 1 and 2 * keys > lines


def _is_of_a_table(row: HtmlElement) -> bool:
    """Whether a row is data, not layout: layout rows have a single cell, or contain other tables, headings, quotations or code."""
    if len(list(row.iterchildren(*_CELLS))) < 2:
        return False
    return all(each is row for each in row.iter("tr", "table", "pre", "blockquote", *_HEADINGS))


def _events(tree: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    """Start and end events of elements, in order, without skipped ones; iterative, so that deep nesting does no harm."""
    body = tree.find("body")
    walk = etree.iterwalk(tree if body is None else body, events=("start", "end"))
    for event, element in walk:
        if not isinstance(element.tag, str):
            continue
        if element.tag in _SKIPPED:
            if event == "start":
                walk.skip_subtree()
            elif element.tail:
                yield "end", element
            continue
        yield event, element
