"""Lines of a PDF to paragraphs: line breaks, hyphens and ligatures undone, before any offset exists."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from embeddings.loaders.pdf_layout import Line

_LIGATURE = re.compile("[\ufb00-\ufb06]")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)*")
_HYPHENS = "-\u00ad\u2010"
# No word is looked at farther back than this.
_BROKEN = re.compile(rf"([^\W\d_]{{1,60}})([{_HYPHENS}])$")
_BEGINNING = re.compile(r"[^\W\d_]+")
# The end of a sentence after a word of small letters; nothing that could be an abbreviation.
_SENTENCE_END = re.compile(r"[a-z\u00df-\u00ff]{4}[.!?]['\"”’»)]*\s+(?=[A-Z\u00c0-\u00de“\"‘(])")


@dataclass(frozen=True, slots=True)
class Placed:
    """A line and the number of the page it stands on, from 1."""

    line: Line
    page: int


@dataclass(frozen=True, slots=True)
class Piece:
    """As much of a paragraph as begins on one page."""

    text: str
    page: int


class Words:
    """Every word of a document, by which a hyphen at a line's end is judged."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._seen = Counter[str]()
        for line in lines:
            # The last word of a line may be half of one.
            self._seen.update(word.casefold() for word in _WORD.findall(unligatured(line).rstrip(_HYPHENS)))

    def joined(self, first: str, second: str) -> str:
        """Two lines as one: by a space, or where a word was broken by nothing, or by the hyphen that belongs there."""
        broken = _BROKEN.search(first)
        rest = _BEGINNING.match(second)
        if not broken or not rest:
            # "2019-" and "2020", "co-" and "2": as they are; a dash goes with what is before it.
            return (
                f"{first}{second}" if first.endswith(tuple(_HYPHENS)) and second[:1].isalnum() else f"{first} {second}"
            )
        stem = first[: broken.start(2)]
        if not rest[0][0].islower() or self._is_compound(broken[1], rest[0]):
            return f"{stem}-{second}"
        return stem + second

    def _is_compound(self, head: str, tail: str) -> bool:
        head, tail = head.casefold(), tail.casefold()
        if self._seen[head + tail]:
            return False
        if self._seen[f"{head}-{tail}"]:
            return True
        # "self" and "evident" are words of this document, "selfevident" is none.
        return len(head) > 2 and len(tail) > 3 and self._seen[head] > 1 and self._seen[tail] > 1


def unligatured(text: str) -> str:
    """``text`` with its typographic ligatures as the letters they stand for."""
    return _LIGATURE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def pieces_of(lines: Sequence[Placed], words: Words) -> list[Piece]:
    """A paragraph's text, cut at the ends of sentences so that each piece begins on one page.

    A sentence that runs over the page's end belongs to the page it begins on.
    """
    pieces = [Piece(unligatured(lines[0].line.text), lines[0].page)]
    # A change of page waits for the end of the sentence.
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
    """A mark for a hyphen that was left at the end of a paragraph, as the hyphen that is seen there."""
    return text[:-1] + "-" if text.endswith("\u00ad") else text


def alike(one: str, other: str) -> bool:
    """Whether two headings are the same but for numbering, case and punctuation."""
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
