"""Plain text: paragraphs (hard-wrapped or not), headings, lists, and the credits, bylines and the like of a news report."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from textwrap import dedent

from embeddings.clean import normalise
from embeddings.loaders.asked import LEVEL as QUESTION
from embeddings.loaders.asked import begins_anew, questions_among
from embeddings.loaders.builder import Builder
from embeddings.loaders.line_ends import Words
from embeddings.loaders.lone_headings import numbered_headings, with_lone_headings
from embeddings.loaders.news import Line, recognise
from embeddings.loaders.title_lines import with_title_lines
from embeddings.loaders.typed_groups import (
    LIST_ITEM,
    TAB,
    WIDEST_WRAP,
    Group,
    groups_of,
    indent_of,
    is_headline,
    is_underlined,
    table_in,
)
from embeddings.tables import row_of
from embeddings.types import Document, Kind

_RUN_OF_SPACES = re.compile(r"[^\S\n]+")
# Numbers may be right-aligned ("9." above "10."), so an item is nested only if it is indented by at least this many columns more.
_STEP = 2
_ENDS_SENTENCE = re.compile(r"[.!?…:;。！？؟।]['\"”’»)\]]*$")

# Narrowest wrap: text counts as hard-wrapped if its inner lines are of similar length and no longer than a typed line.
_NARROWEST_WRAP = 38


@dataclass(frozen=True, slots=True)
class _Part:
    """A paragraph, item, heading, row or code block and its indent; ``level`` is a heading's, ``cells`` are a row's."""

    text: str
    indent: int = 0
    level: int = 0
    is_code: bool = False
    cells: list[str] | None = None
    names_columns: bool = False
    begins_table: bool = False


def load_plain(text: str, *, source: str, title: str | None = None) -> Document:
    """Parse plain text into an article.

    Raises:
        SourceError: it contains no words.
    """
    groups = with_title_lines(with_lone_headings(groups_of(normalise(text))))
    words = Words(line for group in groups for line in group.lines) if _is_wrapped(groups) else None
    parts = [part for group in groups for part in _parts(group, words)]
    texts = [part.text for part in parts]
    if parts:
        # Normalisation dropped the indent of the first line.
        parts[0] = replace(parts[0], indent=indent_of(text[: len(text) - len(text.lstrip())].rpartition("\n")[2] + "."))
    questions = questions_among(texts)
    levels = numbered_headings(texts) | dict.fromkeys(questions, QUESTION)
    parts = [replace(part, level=levels.get(place, part.level)) for place, part in enumerate(parts)]
    builder = Builder()
    first = texts[0] if texts else ""
    headline = (
        0 not in questions
        and len(parts) > 1
        and parts[0].cells is None
        and is_headline(first)
        and not is_underlined(first)
        # A text that begins as a list has no title.
        and not all(map(LIST_ITEM.match, texts[:2]))
    )
    for number, (part, lines) in enumerate(zip(parts, recognise(texts), strict=True)):
        if number == 0 and headline and lines[0].kind is Kind.PARAGRAPH:
            builder.heading(1, first)
        else:
            _add(builder, part, lines)
    return builder.document(title=title or first.split("\n")[0], source=source)


def _add(builder: Builder, part: _Part, lines: Sequence[Line]) -> None:
    """Append a part to the article; ``lines`` are what it was recognised as."""
    if part.begins_table:
        builder.end_table()
    if part.cells is not None:
        builder.row(part.cells, names_columns=part.names_columns)
    elif part.is_code:
        builder.add(Kind.CODE, dedent(part.text))
    elif is_underlined(part.text):
        heading, underline = part.text.split("\n")
        builder.heading(1 if underline.startswith("=") else 2, heading)
    elif part.level and lines[0].kind is Kind.PARAGRAPH:
        builder.heading(part.level, " ".join(part.text.split()))
    else:
        for position, line in enumerate(lines):
            item = LIST_ITEM.match(line.text) if line.kind is Kind.PARAGRAPH else None
            if item:
                bullet = item["bullet"] or ""
                builder.add(Kind.LIST_ITEM, line.text[len(bullet) :], lead=bullet, level=part.indent // _STEP)
            else:
                builder.add(line.kind, line.text, same_paragraph=position > 0)


def _parts(group: Group, words: Words | None) -> Iterator[_Part]:
    """The parts of a group; the lines of a wrapped text are joined by means of ``words``."""
    if group.is_code:
        yield _Part("\n".join(group.lines), is_code=True)
    elif table := table_in(group.lines):
        for number, (cells, names_columns) in enumerate(table):
            yield _Part(row_of(cells), cells=cells, names_columns=names_columns, begins_table=number == 0)
    else:
        for place, (indent, paragraph) in enumerate(_paragraphs(group.lines, words)):
            yield _Part(paragraph, indent, 0 if place else group.level)


def _is_wrapped(groups: list[Group]) -> bool:
    groups = [group for group in groups if not group.is_code]
    inner = [line for group in groups for line in group.lines[:-1]]
    # If most lines end a sentence, each is a paragraph.
    if sum(bool(_ENDS_SENTENCE.search(line)) for line in inner) * 2 >= len(inner):
        return False
    lengths = [len(line) for line in inner]
    longest = max(len(line) for group in groups for line in group.lines)
    return longest <= WIDEST_WRAP and median(lengths) >= max(_NARROWEST_WRAP, 0.7 * max(lengths))


def _paragraphs(lines: list[str], words: Words | None) -> list[tuple[int, str]]:
    """The paragraphs among the lines between two blank lines, each with its indent: continuation lines are joined, by means of ``words``
    if the text is wrapped.
    """
    if len(lines) == 2 and is_underlined("\n".join(lines)):
        return [(0, "\n".join(lines))]
    paragraphs: list[list[str]] = []
    indents: list[int] = []
    first, last = indent_of(lines[0]), indent_of(lines[0])
    # The column at which the text of the last list item begins.
    hanging: int | None = None
    for raw in filter(str.strip, lines):
        line, indent = raw.strip(), indent_of(raw)
        # A line that returns to the first line's indent after lines with another one begins a paragraph, as that line did.
        begins = indent == first != last
        last = indent
        item = LIST_ITEM.match(line.expandtabs(TAB))
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
    # Justified lines have several spaces between words.
    for line in (_RUN_OF_SPACES.sub(" ", each) for each in lines):
        if parts:
            # Join to the previous line only: joining to all before it would copy a long paragraph at every line.
            parts[-1] = words.joined(parts[-1], line)[: -len(line)]
        parts.append(line)
    return "".join(parts)


def _runs_on(before: str, line: str, *, wrapped: bool) -> bool:
    if LIST_ITEM.match(line) or begins_anew(line):
        return False
    if wrapped:
        return True
    return line[0].islower() and not _ENDS_SENTENCE.search(before)


def _is_in_sentence(before: str, item: re.Match[str]) -> bool:
    """Whether what looks like an item's number is the end of the sentence above: a list would start with its first number."""
    number = (item["number"] or "1").rstrip(" .)")
    return number not in ("0", "1", "a", "A") and not _ENDS_SENTENCE.search(before)
