"""The visible lines above or below a page's article that say who wrote it and when.

Article extraction discards such lines as boilerplate. They are kept as bylines and datelines so that questions about the author and the
date can be answered; only lines with the author or day given in the page's metadata count, since others belong to other articles.
"""

import re
from collections.abc import Iterator
from datetime import date

from lxml.html import HtmlElement

from embeddings.types import Kind

# A longer line says more than author and date.
_LONGEST = 160
_NAMED = re.compile(
    r"\b(?:by-?line|author|writer|contributor|dateline|date|time(?:stamp)?|published|posted|updated|meta)",
    re.IGNORECASE,
)
_ATTRIBUTES = ("class", "id", "itemprop", "rel", "data-testid")
_LINES = frozenset(["address", "time"])
_BY = re.compile(r"(?:(?:analysis|opinion|reported|review|story|text|words|written)\s)?by\b", re.IGNORECASE)
_BEFORE_MARK = re.compile(r" (?=[,;.:])")
_BETWEEN = re.compile(r" ?[;,] ?| and ")


def signature(tree: HtmlElement, author: str | None, published: str | None) -> list[tuple[Kind, str]]:
    """The line that names the author and the line that names the day, each with its kind, as far as the page shows them.

    ``author`` may list several, separated by semicolons; ``published`` is an ISO 8601 date.
    """
    short = [(element, words) for element in _candidates(tree) if (words := _shown(element))]
    found: list[tuple[Kind, str]] = []
    if names := [name.casefold() for name in _BETWEEN.split(" ".join((author or "").split())) if name]:
        signed = [words for _, words in short if all(name in words.casefold() for name in names)]
        found.extend((Kind.BYLINE, words) for words in sorted(signed, key=_is_plain)[:1])
    day = _day(published)
    if day and not any(day.search(words) for _, words in found):
        dated = [words for element, words in short if day.search(words) or _is_of(element, published)]
        found.extend((Kind.DATELINE, words) for words in sorted(dated, key=len)[:1])
    return found


def _candidates(tree: HtmlElement) -> Iterator[HtmlElement]:
    for element in tree.iter("address", "time", "p", "span", "div", "a", "li", "header", "small", "em"):
        if element.tag in _LINES or any(_NAMED.search(element.get(each, "")) for each in _ATTRIBUTES):
            yield element


def _shown(element: HtmlElement) -> str:
    """The words of an element in one line, or "" if there are too many."""
    parts: list[str] = []
    size = 0
    for part in element.itertext():
        if words := " ".join(part.split()):
            parts.append(words)
            size += len(words) + 1
        if size > _LONGEST:
            return ""
    return _BEFORE_MARK.sub("", " ".join(parts))


def _is_plain(words: str) -> tuple[bool, int]:
    """Sort key: lines beginning with "By" first, then the shortest."""
    return not _BY.match(words), len(words)


def _is_of(element: HtmlElement, published: str | None) -> bool:
    """Whether the element's ``datetime`` attribute is that day and its text has digits."""
    shows = any(map(str.isdigit, element.text_content()))
    return shows and bool(published) and element.get("datetime", "").startswith(str(published)[:10])


def _day(published: str | None) -> re.Pattern[str] | None:
    """A pattern for a day as written in English or in numerals."""
    try:
        day = date.fromisoformat((published or "")[:10])
    except ValueError:
        return None
    month = rf"{day:%B}|{day:%b}\.?" + (r"|Sept\.?" if day.month == 9 else "")
    number = rf"0?{day.day}"
    written = (
        rf"{day:%Y-%m-%d}",
        rf"(?:{month})\s{number}(?:st|nd|rd|th)?,?\s{day.year}",
        rf"{number}(?:st|nd|rd|th)?\s(?:{month}),?\s{day.year}",
        rf"{number}[./]0?{day.month}[./]{day.year}",
        rf"0?{day.month}/{number}/(?:{day.year}|{day:%y})",
    )
    return re.compile(rf"(?<!\d)(?:{'|'.join(written)})\b", re.IGNORECASE)
