"""Markdown: what a reader of the rendered page sees, block by block."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from lxml.html import defs
from markdown_it.token import Token

from embeddings.clean import with_trailing_space
from embeddings.errors import SourceError
from embeddings.fetching.addresses import normalised
from embeddings.loaders.asked import LEVEL as QUESTION
from embeddings.loaders.asked import questions_among
from embeddings.loaders.bold_lines import LEVEL as IN_BOLD
from embeddings.loaders.bold_lines import is_heading_in_bold
from embeddings.loaders.boxes import QUOTED_MARK
from embeddings.loaders.builder import Builder
from embeddings.loaders.dialects import (
    bold_lines_among,
    contents_among,
    parsed,
    with_bold_lines_apart,
    without_marks,
)
from embeddings.loaders.front_matter import about, front_matter, has_front_matter, said_in, signed_in
from embeddings.loaders.markup import add_markup, page_of
from embeddings.loaders.news import recognise
from embeddings.types import Document, Kind

# The anchor name in braces after a heading.
_NAME = re.compile(r":?[^\S\n]?[#.][^{}\n]{1,80}\}")
_PLACEHOLDER = re.compile(r"</?([a-zA-Z][\w-]*)>")
# A heading is three tokens: open, inline, close.
_HEADING_TOKENS = 3
_LINE_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)


def load_markdown(text: str, *, source: str, title: str | None = None) -> Document:
    """Parse CommonMark with tables; the title is ``title``, else that of the front matter, else the first heading, else the first line.

    Raises:
        SourceError: it contains no words.
    """
    matter, body = front_matter(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    tokens, notes = parsed(with_trailing_space(body).strip())
    builder = Builder()
    _Walk(builder, notes, signed_in(matter)).over(with_bold_lines_apart(tokens))
    document = builder.document(
        title=title or said_in(matter, "title"),
        source=source,
        url=_address(said_in(matter, "url") or said_in(matter, "canonical_url")),
    )
    return replace(document, about=about(matter))


def looks_like_markdown(text: str) -> bool:
    """Whether text of unknown kind has front matter or a heading line."""
    return bool(has_front_matter(text) or re.search(r"^#{1,6} \S", text, re.MULTILINE))


def _address(url: str | None) -> str | None:
    """The address that an article gives for itself, if it is a valid web address."""
    try:
        return normalised(url) if url else None
    except (SourceError, ValueError):
        return None


class _Walk:
    """One pass over the token stream; the open containers decide what a paragraph is."""

    def __init__(self, builder: Builder, notes: Collection[str], signed: Sequence[tuple[Kind, str]]) -> None:
        self._builder = builder
        self._notes = notes
        # The byline and dateline of the front matter, placed below the title.
        self._signed = signed
        self._open: list[Token] = []
        self._numbers: list[int | None] = []
        self._fresh_item = False
        self._row: list[str] = []
        self._questions: set[str] = set()

    def over(self, tokens: list[Token]) -> None:
        paragraphs = list(_paragraphs(tokens))
        self._questions = {paragraphs[place] for place in questions_among(paragraphs)}
        contents, bold = contents_among(tokens), bold_lines_among(tokens)
        below_title = _HEADING_TOKENS if tokens and tokens[0].type == "heading_open" else 0
        for place, token in enumerate(tokens):
            if place == below_title:
                for kind, line in self._signed:
                    self._builder.add(kind, line)
            if token.nesting == 1:
                self._enter(token)
            elif token.nesting == -1:
                self._leave(token)
            elif place in contents:
                self._builder.add(Kind.TEASER, _rendered(token.children or ()), lead="- ")
            elif place in bold and is_heading_in_bold(words := self._plain(token.children or ())):
                self._builder.heading(IN_BOLD, words, is_question=True)
            elif token.type == "inline":
                children = token.children or []
                if place > 1 and tokens[place - 2].type == "blockquote_open" and QUOTED_MARK.match(token.content):
                    children = children[_line_end(children) :]
                self._words(self._plain(children))
            elif token.type in ("fence", "code_block"):
                self._builder.add(Kind.CODE, token.content.strip("\n"))
            elif token.type == "html_block":
                self._html(token.content)

    def _plain(self, children: Sequence[Token]) -> str:
        return without_marks(_rendered(children), self._notes)

    def _html(self, scrap: str) -> None:
        tree = page_of(scrap)
        if tree is not None:
            add_markup(self._builder, tree)

    def _enter(self, token: Token) -> None:
        self._open.append(token)
        if token.type == "ordered_list_open":
            start = token.attrGet("start")
            self._numbers.append(1 if start is None else int(start))
        elif token.type == "bullet_list_open":
            self._numbers.append(None)
        elif token.type == "list_item_open":
            self._fresh_item = True

    def _leave(self, token: Token) -> None:
        self._open.pop()
        if token.type in ("ordered_list_close", "bullet_list_close"):
            self._numbers.pop()
        elif token.type == "list_item_close" and self._numbers[-1] is not None:
            self._numbers[-1] += 1
        elif token.type == "tr_close":
            self._builder.row(self._row, names_columns=self._open[-1].type == "thead_open")
            self._row = []

    def _words(self, words: str) -> None:
        parent = self._open[-1].type
        if parent == "heading_open":
            self._builder.heading(int(self._open[-1].tag[1]), _without_name(words))
        elif parent in ("th_open", "td_open"):
            self._row.append(" ".join(words.split()))
        elif self._numbers:
            self._item(words)
        elif any(token.type == "blockquote_open" for token in self._open):
            self._builder.add(Kind.QUOTE, words)
        elif words in self._questions:
            self._builder.heading(QUESTION, words, is_question=True)
        else:
            for position, line in enumerate(recognise([words])[0]):
                self._builder.add(line.kind, line.text, same_paragraph=position > 0)

    def _item(self, words: str) -> None:
        number = self._numbers[-1]
        level = len(self._numbers)
        if not self._fresh_item:
            self._builder.add(Kind.LIST_ITEM, words, level=level)
        elif number is None:
            self._builder.add(Kind.LIST_ITEM, words, lead="- ", level=level)
        else:
            # The number of a rule is part of the quotation; a bullet is not.
            self._builder.add(Kind.LIST_ITEM, f"{number}. {words}", level=level)
        self._fresh_item = False


def _paragraphs(tokens: list[Token]) -> Iterator[str]:
    """The text of the top-level paragraphs."""
    for before, token in pairwise(tokens):
        if before.type == "paragraph_open" and before.level == 0:
            yield _rendered(token.children or ())


def _without_name(heading: str) -> str:
    words, _, name = heading.rpartition("{")
    return words.rstrip() if _NAME.fullmatch(name) else heading


def _line_end(children: Sequence[Token]) -> int:
    return next((place for place, token in enumerate(children, 1) if token.type == "softbreak"), len(children))


def _rendered(children: Sequence[Token]) -> str:
    """The text of a line of inline tokens: no markup, no addresses, no pictures."""
    words: list[str] = []
    closed = {token.content for token in children if token.content.startswith("</")}
    for token in children:
        if token.type in ("text", "code_inline", "text_special") or (
            token.type == "html_inline" and _is_placeholder(token.content, closed)
        ):
            words.append(token.content)
        elif token.type == "softbreak":
            words.append(" ")
        elif token.type == "hardbreak" or (token.type == "html_inline" and _LINE_BREAK_TAG.fullmatch(token.content)):
            words.append("\n")
    return "".join(words)


def _is_placeholder(tag: str, closed: Collection[str]) -> bool:
    """Whether what looks like a tag is a placeholder ("set speed <number>"): HTML has no such tag, and nothing closes it."""
    found = _PLACEHOLDER.fullmatch(tag)
    return found is not None and found[1].lower() not in defs.tags and f"</{found[1]}>" not in closed
