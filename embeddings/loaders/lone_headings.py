"""Unmarked headings of typed text, recognised by their capitals or numbers and by their position."""

import re
from collections.abc import Sequence
from dataclasses import replace

from embeddings.loaders.typed_groups import MOST_HEADING_WORDS, Group, is_in_capitals

# "4.1. Tools" alone between blank lines; "4. Tools" only if another heading numbers its subsections, since rules are numbered so too.
_NUMBERED_HEADING = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2})*)\.?\s+(?=[^\W\d_])[^\n]*[^\s.;:,。]")
_NUMBER = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[A-Z][.)])\s+")
# A line in capitals with content of its own: it forbids, or gives a time, a price or a contact.
_SAYS = re.compile(
    r"\b(?:NO|NOT|NEVER|MUST|PLEASE|CANNOT|FORBIDDEN|PROHIBITED)\b|\d\s?[AP]\.?M\b|\d[:.]\d|\d{5}|[@€$£%!…]"
)


def with_lone_headings(groups: list[Group]) -> list[Group]:
    """The groups with headings marked: single lines in capitals with something below them."""
    found = [_level_of_line(group) for group in groups]
    others = [group for group, level in zip(groups, found, strict=True) if not level]
    # In a text all in capitals they mean nothing.
    if 2 * sum("".join(group.lines).isupper() for group in others) >= len(others):
        return groups
    for place, level in enumerate(found):
        # A line among similar lines is part of a list, except a title and the first heading below it.
        before, after = found[place - 1] if place > 1 else 0, found[place + 1] if place + 1 < len(found) else level
        if level and level not in (before, after):
            groups[place] = replace(groups[place], level=level)
    return groups


def _level_of_line(group: Group) -> int:
    """1 for a line that may be a heading by its capitals alone, 2 if it is also numbered; 0 otherwise."""
    line = group.lines[0]
    if group.level or len(group.lines) > 1 or not line[:1].isalnum() or not is_in_capitals(line):
        return 0
    number = _NUMBER.match(line)
    words = line[number.end() :] if number else line
    return 0 if _SAYS.search(words) or not words[:1].isalpha() else 2 if number else 1


def numbered_headings(paragraphs: Sequence[str]) -> dict[int, int]:
    """Indices of the numbered headings among paragraphs, mapped to their levels; each has something below it."""
    found = {}
    for place, paragraph in enumerate(paragraphs):
        heading = _NUMBERED_HEADING.fullmatch(paragraph)
        if heading and len(paragraph.split()) <= MOST_HEADING_WORDS:
            found[place] = 1 + heading["number"].count(".")
    # A numbered line followed by one of the same or a higher level is a rule.
    headings = {
        place: level
        for place, level in found.items()
        if place + 1 < len(paragraphs) and level < found.get(place + 1, 9)
    }
    return headings if any(level > 1 for level in headings.values()) else {}
