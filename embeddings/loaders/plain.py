"""Plain text: paragraphs, hard-wrapped or not, headings, lists, and the furniture of a news report."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from textwrap import dedent

from embeddings.clean import normalise
from embeddings.loaders.aligned import table_of
from embeddings.loaders.asked import LEVEL as QUESTION
from embeddings.loaders.asked import begins_anew, questions_among
from embeddings.loaders.builder import Builder
from embeddings.loaders.line_ends import Words
from embeddings.loaders.news import Line, recognise
from embeddings.tables import row_of
from embeddings.types import Document, Kind

_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_RULE = re.compile(r"[-=_*~#+]{3,}")
_LIST_ITEM = re.compile(r"(?P<bullet>[-+*•‣▪–]\s+)|(?P<number>(?:\d{1,3}|[a-zA-Z])[.)]\s+)(?=\S)")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,}|~{3,})")
_UNDERLINE_SLACK = 2
# "4.1. Tools" alone between blank lines; "4. Tools" only where another heading counts its parts, because rules are numbered so too.
_NUMBERED_HEADING = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2})*)\.?\s+(?=[^\W\d_])[^\n]*[^\s.;:,。]")
_MOST_HEADING_WORDS = 14
_NUMBER = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[A-Z][.)])\s+")
# A line in capitals that says something itself: it forbids, or tells a time, a price, or where to ask.
_SAYS = re.compile(
    r"\b(?:NO|NOT|NEVER|MUST|PLEASE|CANNOT|FORBIDDEN|PROHIBITED)\b|\d\s?[AP]\.?M\b|\d[:.]\d|\d{5}|[@€$£%!…]"
)
# What commands, settings and programs have and sentences have not: options, assignments, braces, variables, calls and paths.
_COMMAND = re.compile(r"(?:^|\s)--?[a-zA-Z]|[={}\\]|;$|\$[a-zA-Z({]|^\s*\$\s|\w\(|(?:^|\s)[.~]?/\w")
# How many columns farther in code stands than what announces it.
_SET_IN = 4
_RUN_OF_SPACES = re.compile(r"[^\S\n]+")
_TAB = 8
# Numbers may end below one another ("9." above "10."): an item is set in below another where it begins so many columns farther in.
_STEP = 2
_ENDS_SENTENCE = re.compile(r"[.!?…:;。！？؟।]['\"”’»)\]]*$")

# Text is taken as hard-wrapped when its inner lines are about as long as one another and no longer than a typed line.
_NARROWEST_WRAP, _WIDEST_WRAP = 38, 132
# A first line with more words than this is the first paragraph, not a title.
_MOST_TITLE_WORDS = 18


@dataclass(frozen=True, slots=True)
class _Group:
    """The lines between two blank lines; a heading in capitals at the margin, under which lines are set in, is one by itself.

    ``level`` is that of a heading, and 0 of anything else; ``is_code`` are commands and the like that are set in below what announces them.
    """

    lines: list[str]
    level: int = 0
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """A paragraph, item, heading, row or block of code, and how far in it begins; ``level`` is that of a heading, ``cells`` are a row's."""

    text: str
    indent: int = 0
    level: int = 0
    is_code: bool = False
    cells: list[str] | None = None
    names_columns: bool = False
    begins_table: bool = False


def load_plain(text: str, *, source: str, title: str | None = None) -> Document:
    """An article from plain text.

    Raises:
        SourceError: it holds no words.
    """
    groups = _with_lone_headings(list(_with_code(_groups(normalise(text)))))
    words = Words(line for group in groups for line in group.lines) if _is_wrapped(groups) else None
    parts = [part for group in groups for part in _parts(group, words)]
    texts = [part.text for part in parts]
    if parts:
        # Normalised, a text has lost how far its first line is set in.
        parts[0] = replace(parts[0], indent=_indent(text[: len(text) - len(text.lstrip())].rpartition("\n")[2] + "."))
    questions = questions_among(texts)
    levels = _numbered_headings(texts) | dict.fromkeys(questions, QUESTION)
    parts = [replace(part, level=levels.get(place, part.level)) for place, part in enumerate(parts)]
    builder = Builder()
    first = texts[0] if texts else ""
    headline = (
        0 not in questions
        and len(parts) > 1
        and parts[0].cells is None
        and _is_headline(first)
        and not _is_underlined(first)
        # What is only a list has no title.
        and not all(map(_LIST_ITEM.match, texts[:2]))
    )
    for number, (part, lines) in enumerate(zip(parts, recognise(texts), strict=True)):
        if number == 0 and headline and lines[0].kind is Kind.PARAGRAPH:
            builder.heading(1, first)
        else:
            _add(builder, part, lines)
    return builder.document(title=title or first.split("\n")[0], source=source)


def _add(builder: Builder, part: _Part, lines: Sequence[Line]) -> None:
    """Append a part, as which ``lines`` were recognised."""
    if part.begins_table:
        builder.end_table()
    if part.cells is not None:
        builder.row(part.cells, names_columns=part.names_columns)
    elif part.is_code:
        builder.add(Kind.CODE, dedent(part.text))
    elif _is_underlined(part.text):
        heading, underline = part.text.split("\n")
        builder.heading(1 if underline.startswith("=") else 2, heading)
    elif part.level and lines[0].kind is Kind.PARAGRAPH:
        builder.heading(part.level, " ".join(part.text.split()))
    else:
        for position, line in enumerate(lines):
            item = _LIST_ITEM.match(line.text) if line.kind is Kind.PARAGRAPH else None
            if item:
                bullet = item["bullet"] or ""
                builder.add(Kind.LIST_ITEM, line.text[len(bullet) :], lead=bullet, level=part.indent // _STEP)
            else:
                builder.add(line.kind, line.text, same_paragraph=position > 0)


def _parts(group: _Group, words: Words | None) -> Iterator[_Part]:
    """What a group is made of; lines of a wrapped text are joined by its ``words``."""
    if group.is_code:
        yield _Part("\n".join(group.lines), is_code=True)
    elif table := _table_of(group.lines):
        for number, (cells, names_columns) in enumerate(table):
            yield _Part(row_of(cells), cells=cells, names_columns=names_columns, begins_table=number == 0)
    else:
        for place, (indent, paragraph) in enumerate(_paragraphs(group.lines, words)):
            yield _Part(paragraph, indent, 0 if place else group.level)


def _is_wrapped(groups: list[_Group]) -> bool:
    groups = [group for group in groups if not group.is_code]
    inner = [line for group in groups for line in group.lines[:-1]]
    # Where most lines end a sentence, each is a paragraph.
    if sum(bool(_ENDS_SENTENCE.search(line)) for line in inner) * 2 >= len(inner):
        return False
    lengths = [len(line) for line in inner]
    longest = max(len(line) for group in groups for line in group.lines)
    return longest <= _WIDEST_WRAP and median(lengths) >= max(_NARROWEST_WRAP, 0.7 * max(lengths))


def _groups(text: str) -> Iterator[_Group]:
    for lines in (group.split("\n") for group in _BLANK_LINES.split(text)):
        if len(lines) == 1 and _RULE.fullmatch(lines[0].strip()):
            continue
        if len(lines) > 2 and all(_RULE.fullmatch(lines[each].strip()) for each in (0, -1)):
            # Rules that are shorter than the line between them are a fence, and no rules above and below a title.
            fenced = len(lines[0].strip()) < len(lines[1].strip()) - _UNDERLINE_SLACK
            yield _Group(lines[1:-1], int(len(lines) == 3 and not fenced), fenced and _is_code(lines[1:-1]))
        elif len(lines) > 1 and _is_in_capitals(lines[0]) and all(map(_indent, lines[1:])):
            yield _Group(lines[:1], level=1)
            yield _Group(lines[1:])
        elif (
            len(lines) > 2 and _is_underlined("\n".join(lines[:2])) and _is_as_long(*lines[:2]) and not _table_of(lines)
        ):
            yield _Group(lines[:2])
            yield _Group(lines[2:])
        elif any(map(str.strip, lines)):
            yield _Group(lines)


def _with_code(groups: Iterable[_Group]) -> Iterator[_Group]:
    """The groups, those apart that are code: set in below a line that ends in a colon, up to what is not set in below it."""
    # How far what announces code is set in; that the first line of a text was is not known any more.
    margin: int | None = None
    is_first = True
    for group in groups:
        runs: list[tuple[bool, list[str]]] = []
        for line in group.lines:
            set_in = margin is not None and _indent(line) >= margin + _SET_IN
            if not set_in:
                margin = _indent(line) if line.endswith(":") and not (is_first or group.level) else None
            if not runs or runs[-1][0] is not set_in:
                runs.append((set_in, []))
            runs[-1][1].append(line)
            is_first = False
        parts = [_Group(lines, is_code=set_in and _is_code(lines)) for set_in, lines in runs]
        yield from parts if any(part.is_code for part in parts) else [group]


def _table_of(lines: list[str]) -> list[tuple[list[str], bool]] | None:
    """The rows of a table; what stands behind the bullets and numbers of a list is none."""
    if 2 * sum(bool(_LIST_ITEM.match(line.strip())) for line in lines) >= len(lines):
        return None
    return table_of(lines)


def _is_code(lines: list[str]) -> bool:
    """Whether lines that are set in are commands and the like, and not a quotation, a list or a table."""
    if any(line.endswith((".", "!", "?")) or _LIST_ITEM.match(line.strip()) for line in lines):
        return False
    return 2 * sum(bool(_COMMAND.search(line)) for line in lines) >= len(lines)


def _is_in_capitals(line: str) -> bool:
    # One that is set in itself is a term, and what it means stands below.
    return line.isupper() and not _indent(line) and len(line.split()) <= _MOST_HEADING_WORDS and _is_headline(line)


def _with_lone_headings(groups: list[_Group]) -> list[_Group]:
    """The groups, those marked as headings that are one line in capitals with something under it."""
    found = [_level_of_line(group) for group in groups]
    others = [group for group, level in zip(groups, found, strict=True) if not level]
    # Where all is shouted, capitals tell nothing.
    if 2 * sum("".join(group.lines).isupper() for group in others) >= len(others):
        return groups
    for place, level in enumerate(found):
        # What stands among its like is a list, but for a title and the first heading below it.
        before, after = found[place - 1] if place > 1 else 0, found[place + 1] if place + 1 < len(found) else level
        if level and level not in (before, after):
            groups[place] = replace(groups[place], level=level)
    return groups


def _level_of_line(group: _Group) -> int:
    """1 for a line that may be a heading by its capitals alone, 2 for one that has a number; 0 for all else."""
    line = group.lines[0]
    if group.level or len(group.lines) > 1 or not line[:1].isalnum() or not _is_in_capitals(line):
        return 0
    number = _NUMBER.match(line)
    words = line[number.end() :] if number else line
    return 0 if _SAYS.search(words) or not words[:1].isalpha() else 2 if number else 1


def _numbered_headings(paragraphs: list[str]) -> dict[int, int]:
    """The places of the numbered headings among paragraphs, to their levels; something stands under each."""
    found = {}
    for place, paragraph in enumerate(paragraphs):
        heading = _NUMBERED_HEADING.fullmatch(paragraph)
        if heading and len(paragraph.split()) <= _MOST_HEADING_WORDS:
            found[place] = 1 + heading["number"].count(".")
    # What is followed by its like is a numbered rule.
    headings = {
        place: level
        for place, level in found.items()
        if place + 1 < len(paragraphs) and level < found.get(place + 1, 9)
    }
    return headings if any(level > 1 for level in headings.values()) else {}


def _paragraphs(lines: list[str], words: Words | None) -> list[tuple[int, str]]:
    """The lines between two blank lines as paragraphs, each with how far in it begins: lines that run on are joined, those of a wrapped
    text by its ``words``.
    """
    if len(lines) == 2 and _is_underlined("\n".join(lines)):
        return [(0, "\n".join(lines))]
    paragraphs: list[list[str]] = []
    indents: list[int] = []
    first, last = _indent(lines[0]), _indent(lines[0])
    # How far the words of the last item of a list are set in.
    hanging: int | None = None
    for raw in filter(str.strip, lines):
        line, indent = raw.strip(), _indent(raw)
        # What is set in or out as the first line was, after lines that are not, begins as that did.
        begins = indent == first != last
        last = indent
        item = _LIST_ITEM.match(line.expandtabs(_TAB))
        if indent == hanging and not begins_anew(line) and (not item or _is_in_sentence(paragraphs[-1][-1], item)):
            paragraphs[-1].append(line)
            continue
        if item:
            hanging = indent + item.end()
        if paragraphs and not begins and _runs_on(paragraphs[-1][-1], line, wrapped=words is not None):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
            indents.append(indent)
    return [(indent, _joined(each, words)) for indent, each in zip(indents, paragraphs, strict=True)]


def _joined(lines: list[str], words: Words | None) -> str:
    if words is None or len(lines) == 1:
        return " ".join(lines)
    parts: list[str] = []
    # Where lines were filled up to the margin, there are more spaces than one between words.
    for line in (_RUN_OF_SPACES.sub(" ", each) for each in lines):
        if parts:
            # What becomes of the line before; joined to all that came before, a long paragraph would be copied with every line.
            parts[-1] = words.joined(parts[-1], line)[: -len(line)]
        parts.append(line)
    return "".join(parts)


def _indent(line: str) -> int:
    line = line.expandtabs(_TAB)
    return len(line) - len(line.lstrip())


def _runs_on(before: str, line: str, *, wrapped: bool) -> bool:
    if _LIST_ITEM.match(line) or begins_anew(line):
        return False
    if wrapped:
        return True
    return line[0].islower() and not _ENDS_SENTENCE.search(before)


def _is_in_sentence(before: str, item: re.Match[str]) -> bool:
    """Whether what looks like the number of an item ends the sentence above: a list would begin with its first."""
    number = (item["number"] or "1").rstrip(" .)")
    return number not in ("0", "1", "a", "A") and not _ENDS_SENTENCE.search(before)


def _is_underlined(paragraph: str) -> bool:
    lines = paragraph.split("\n")
    return len(lines) == 2 and bool(_UNDERLINE.fullmatch(lines[1].strip())) and len(lines[0]) <= _WIDEST_WRAP


def _is_as_long(heading: str, underline: str) -> bool:
    # A dashed line of another length parts what is above from what is below.
    return abs(len(heading.strip()) - len(underline.strip())) <= _UNDERLINE_SLACK


def _is_headline(line: str) -> bool:
    return bool(line) and len(line.split()) <= _MOST_TITLE_WORDS and not re.search(r"[.;:。।]['\"”’)]*$", line)
