"""Joins lines of a PDF into paragraphs, before any offset exists."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.loaders.line_ends import Words, unligatured
from embeddings.loaders.pdf.layout import Line

# The end of a sentence after four lower-case letters, so that it cannot be an abbreviation.
_SENTENCE_END = re.compile(r"[a-z\u00df-\u00ff]{4}[.!?]['\"”’»)]*\s+(?=[A-Z\u00c0-\u00de“\"‘(])")


@dataclass(frozen=True, slots=True)
class Placed:
    """A line and its page number, from 1."""

    line: Line
    page: int


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a paragraph that begins on one page."""

    text: str
    page: int


def pieces_of(lines: Sequence[Placed], words: Words) -> list[Piece]:
    """A paragraph's text, split at sentence ends so that each piece begins on one page.

    A sentence that continues on the next page belongs to the page it begins on.
    """
    pieces = [Piece(unligatured(lines[0].line.text), lines[0].page)]
    # A page change takes effect at the end of the sentence.
    page = lines[0].page
    pending = 0
    for each in lines[1:]:
        last = pieces[-1]
        text = words.joined(last.text, unligatured(each.line.text))
        if each.page != page:
            page, pending = each.page, len(last.text)
        cut = _SENTENCE_END.search(text, max(0, pending - 8)) if last.page != page else None
        if cut and cut.end() < pending:
            cut = _SENTENCE_END.search(text, pending)
        if cut:
            pieces[-1:] = [Piece(text[: cut.end()].rstrip(), last.page), Piece(text[cut.end() :], page)]
        else:
            pieces[-1] = Piece(text, last.page)
    return [Piece(unhyphened(piece.text), piece.page) for piece in pieces]


def unhyphened(text: str) -> str:
    """Replace a soft hyphen at the end of a paragraph by the hyphen that is seen there."""
    return text[:-1] + "-" if text.endswith("\u00ad") else text


def alike(one: str, other: str) -> bool:
    """Whether two headings are equal but for numbering, case and punctuation."""
    first, second = _bare(one), _bare(other)
    return bool(first) and (first == second or _unnumbered(one) == _unnumbered(other) != "")


def _bare(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _unnumbered(text: str) -> str:
    return _bare(
        re.sub(
            r"^\W*(?:(?:chapter|section|part|appendix)\s+)?(?:\d+(?:\.\d+)*|[A-Z]\.|[A-Z](?=\s))[.:)]?\s+",
            "",
            text,
            flags=re.I,
        )
    )
