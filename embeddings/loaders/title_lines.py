"""Unmarked headings of typed text: short lines without a full stop above running text, if there are several.

"Opening Hours" between blank lines, or right above its text, says nothing itself and names what is below it. A line of a poem, a name in
a list, the end of a letter and a caption look alike; what follows them does not.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from embeddings.loaders.bold_lines import speaks
from embeddings.loaders.news import recognise
from embeddings.loaders.telling import tells
from embeddings.loaders.typed_groups import LIST_ITEM, Group, table_in
from embeddings.types import Kind

#: They are below headings that are numbered, underlined or in capitals.
_LEVEL = 3
# A single one is not enough evidence.
_FEWEST = 2
_LONGEST = 60
# Maximum number of words of a line in title case, and of any other line.
_MOST_WORDS, _MOST_PLAIN_WORDS = 6, 5
# Words up to this length are seldom capitalised in titles: "Terms of Use".
_SHORT = 3
_LINE = re.compile(r"[^\W\d_][\w\s&,'’()/–-]*[\w)]")
# A telephone number, a time, or a gap between columns.
_TELLS = re.compile(r"\d{5}|\d\s?[ap]m\b|\s{2}", re.IGNORECASE)
_OF_A_LETTER = re.compile(
    r"dear\b|to whom\b|(?:yours|sincerely|faithfully|cordially|cheers|love)\b|(?:(?:best|kind|warm|many)\s)*(?:regards|wishes|greetings)\b",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"[^:.!?]{2,40}:\s+\S")
_ENDS_SENTENCE = re.compile(r"[.!?…。！？؟।]['\"”’»)\]]*(?=\s|$)")
# Fewer words are a line of their own, not text that a heading introduces.
_FEWEST_WORDS = 8


def with_title_lines(groups: Sequence[Group]) -> list[Group]:
    """The groups with such headings marked; a heading right above its text is split off as a group."""
    looks = [_looks_like_one(group) for group in groups]
    alone = {place for place in range(1, len(groups) - 1) if _stands_alone(looks, groups, place)}
    above = {place for place, group in enumerate(groups) if looks[place] and _is_above(group.lines[0], group.lines[1:])}
    found = above | {place for place in alone if _is_told(groups[place + 1].lines)}
    if len(found) < _FEWEST:
        return list(groups)
    # Once there are such headings, lines above a few informative words, such as times and prices, are headings too.
    found |= {place for place in alone if all(tells(line, is_title=False) for line in groups[place + 1].lines)}
    parted: list[Group] = []
    for place, group in enumerate(groups):
        if place not in found:
            parted.append(group)
            continue
        parted.append(replace(group, lines=group.lines[:1], level=_LEVEL))
        if len(group.lines) > 1:
            parted.append(replace(group, lines=group.lines[1:]))
    return parted


def _looks_like_one(group: Group) -> bool:
    line = group.lines[0]
    words = line.split()
    if group.level or group.is_code or not line[:1].isupper() or len(line) > _LONGEST:
        return False
    if not _LINE.fullmatch(line) or _TELLS.search(line) or _OF_A_LETTER.match(line) or LIST_ITEM.match(line):
        return False
    if recognise([line])[0][0].kind is not Kind.PARAGRAPH:
        return False
    if all(word[:1].isupper() or len(word) <= _SHORT or not word[:1].isalpha() for word in words):
        return len(words) <= _MOST_WORDS and not (len(words) > 1 and speaks(line))
    return len(words) <= _MOST_PLAIN_WORDS and not speaks(line)


def _stands_alone(looks: Sequence[bool], groups: Sequence[Group], place: int) -> bool:
    """Whether a line has neither a heading right below nor a similar line right above, which would make it a list; a title at the top
    does not count.
    """
    if not looks[place] or len(groups[place].lines) > 1:
        return False
    in_list = place > 1 and looks[place - 1] and len(groups[place - 1].lines) == 1
    return not (in_list or groups[place + 1].level)


def _is_above(line: str, lines: Sequence[str]) -> bool:
    """Whether a line is right above text that does not continue it: the next word would have fitted on the line."""
    if not lines or lines[0][:1].islower():
        return False
    return len(line) + 1 + len(lines[0].split(" ")[0]) < max(map(len, lines)) and _is_told(lines)


def _is_told(lines: Sequence[str]) -> bool:
    """Whether lines are content: a list, a table, or sentences (not verse: capitalised lines that mostly end no sentence)."""
    words = " ".join(map(str.strip, lines))
    if LIST_ITEM.match(words) or table_in(list(lines)) is not None or all(map(_LABELLED.match, lines)):
        return True
    if len(words.split()) < _FEWEST_WORDS or not _ENDS_SENTENCE.search(words):
        return False
    ended = sum(bool(_ENDS_SENTENCE.search(line[-4:])) for line in lines)
    return len(lines) == 1 or 2 * ended >= len(lines) or not all(line.strip()[:1].isupper() for line in lines)
