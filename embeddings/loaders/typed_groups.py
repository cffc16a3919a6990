"""Splits typed text into groups of lines at blank lines, and recognises fences, code and headings among them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from embeddings.loaders.aligned import table_of

#: The bullet or number that begins a list item.
LIST_ITEM = re.compile(r"(?P<bullet>[-+*•‣▪–]\s+)|(?P<number>(?:\d{1,3}|[a-zA-Z])[.)]\s+)(?=\S)")
#: Columns per tab, and the maximum width of a typed line.
TAB, WIDEST_WRAP = 8, 132
#: Maximum number of words in a heading.
MOST_HEADING_WORDS = 14
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_RULE = re.compile(r"[-=_*~#+]{3,}")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,}|~{3,})")
_UNDERLINE_SLACK = 2
# Marks of commands, settings and programs that sentences lack: options, assignments, braces, variables, calls and paths.
_COMMAND = re.compile(r"(?:^|\s)--?[a-zA-Z]|[={}\\]|;$|\$[a-zA-Z({]|^\s*\$\s|\w\(|(?:^|\s)[.~]?/\w")
# How many columns code is indented below the line that introduces it.
_SET_IN = 4
# A first line with more words than this is the first paragraph, not a title.
_MOST_TITLE_WORDS = 18


@dataclass(frozen=True, slots=True)
class Group:
    """The lines between two blank lines; an unindented heading in capitals above indented lines is a group by itself.

    ``level`` is a heading's, and 0 for anything else; ``is_code`` marks commands and the like, indented below the line that introduces
    them.
    """

    lines: list[str]
    level: int = 0
    is_code: bool = False


def groups_of(text: str) -> list[Group]:
    """The groups of a normalised text, in order."""
    return list(_with_code(_groups(text)))


def table_in(lines: list[str]) -> list[tuple[list[str], bool]] | None:
    """The rows of a table, or None; text after the bullets and numbers of a list is not a table."""
    if 2 * sum(bool(LIST_ITEM.match(line.strip())) for line in lines) >= len(lines):
        return None
    return table_of(lines)


def is_in_capitals(line: str) -> bool:
    """Whether a line may be a heading because it is in capitals."""
    # An indented line is a term, with its meaning below.
    return line.isupper() and not indent_of(line) and len(line.split()) <= MOST_HEADING_WORDS and is_headline(line)


def is_underlined(paragraph: str) -> bool:
    """Whether a paragraph is a line above a rule."""
    lines = paragraph.split("\n")
    return len(lines) == 2 and bool(_UNDERLINE.fullmatch(lines[1].strip())) and len(lines[0]) <= WIDEST_WRAP


def is_headline(line: str) -> bool:
    """Whether a line may be a title: it is short and not a sentence."""
    return bool(line) and len(line.split()) <= _MOST_TITLE_WORDS and not re.search(r"[.;:。।]['\"”’)]*$", line)


def indent_of(line: str) -> int:
    """The column at which a line begins."""
    line = line.expandtabs(TAB)
    return len(line) - len(line.lstrip())


def _groups(text: str) -> Iterator[Group]:
    for lines in (group.split("\n") for group in _BLANK_LINES.split(text)):
        if len(lines) == 1 and _RULE.fullmatch(lines[0].strip()):
            continue
        if len(lines) > 2 and all(_RULE.fullmatch(lines[each].strip()) for each in (0, -1)):
            # Rules shorter than the line between them are a fence, not an overline and underline of a title.
            fenced = len(lines[0].strip()) < len(lines[1].strip()) - _UNDERLINE_SLACK
            yield Group(lines[1:-1], int(len(lines) == 3 and not fenced), fenced and _is_code(lines[1:-1]))
        elif len(lines) > 1 and is_in_capitals(lines[0]) and all(map(indent_of, lines[1:])):
            yield Group(lines[:1], level=1)
            yield Group(lines[1:])
        elif len(lines) > 2 and is_underlined("\n".join(lines[:2])) and _is_as_long(*lines[:2]) and not table_in(lines):
            yield Group(lines[:2])
            yield Group(lines[2:])
        elif any(map(str.strip, lines)):
            yield Group(lines)


def _with_code(groups: Iterable[Group]) -> Iterator[Group]:
    """The groups with code split off: lines indented below a line that ends in a colon, up to the first that is not."""
    # Indent of the line that introduces code. The indent of a text's first line was lost in normalisation.
    margin: int | None = None
    is_first = True
    for group in groups:
        runs: list[tuple[bool, list[str]]] = []
        for line in group.lines:
            set_in = margin is not None and indent_of(line) >= margin + _SET_IN
            if not set_in:
                margin = indent_of(line) if line.endswith(":") and not (is_first or group.level) else None
            if not runs or runs[-1][0] is not set_in:
                runs.append((set_in, []))
            runs[-1][1].append(line)
            is_first = False
        parts = [Group(lines, is_code=set_in and _is_code(lines)) for set_in, lines in runs]
        yield from parts if any(part.is_code for part in parts) else [group]


def _is_code(lines: list[str]) -> bool:
    """Whether indented lines are commands and the like rather than a quotation, a list or a table."""
    if any(line.endswith((".", "!", "?")) or LIST_ITEM.match(line.strip()) for line in lines):
        return False
    return 2 * sum(bool(_COMMAND.search(line)) for line in lines) >= len(lines)


def _is_as_long(heading: str, underline: str) -> bool:
    # A dashed line of another length is a separator.
    return abs(len(heading.strip()) - len(underline.strip())) <= _UNDERLINE_SLACK
