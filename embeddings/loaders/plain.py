"""Plain text: paragraphs, hard-wrapped or not, lists, and the furniture of a news report."""

import re
from statistics import median

from embeddings.clean import normalise
from embeddings.loaders.builder import Builder
from embeddings.loaders.news import recognise
from embeddings.types import Document, Kind

_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_LIST_ITEM = re.compile(r"(?P<bullet>[-*•‣▪–]\s+)|(?P<number>(?:\d{1,3}|[a-zA-Z])[.)]\s+)(?=\S)")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,}|~{3,})")
_ENDS_SENTENCE = re.compile(r"[.!?…:;。！？؟।]['\"”’»)\]]*$")

# Text is taken as hard-wrapped when its inner lines are about as long as one another and no longer than a typed line.
_NARROWEST_WRAP, _WIDEST_WRAP = 38, 132
# A first line with more words than this is the first paragraph, not a title.
_MOST_TITLE_WORDS = 18


def load_plain(text: str, *, source: str, title: str | None = None) -> Document:
    """An article from plain text.

    Raises:
        SourceError: it holds no words.
    """
    groups = [group.split("\n") for group in _BLANK_LINES.split(normalise(text)) if group.strip()]
    wrapped = _is_wrapped(groups)
    paragraphs = [paragraph for group in groups for paragraph in _paragraphs(group, wrapped=wrapped)]
    builder = Builder()
    first = paragraphs[0] if paragraphs else ""
    recognised = recognise(paragraphs)
    headline = _is_headline(first) and len(paragraphs) > 1
    for number, parts in enumerate(recognised):
        if number == 0 and headline and parts[0].kind is Kind.PARAGRAPH:
            builder.heading(1, first)
            continue
        if _is_underlined(paragraphs[number]):
            heading, underline = paragraphs[number].split("\n")
            builder.heading(1 if underline.startswith("=") else 2, heading)
            continue
        for position, part in enumerate(parts):
            item = _LIST_ITEM.match(part.text) if part.kind is Kind.PARAGRAPH else None
            if item:
                bullet = item["bullet"] or ""
                builder.add(Kind.LIST_ITEM, part.text[len(bullet) :], lead=bullet)
            else:
                builder.add(part.kind, part.text, same_paragraph=position > 0)
    return builder.document(title=title or first.split("\n")[0], source=source)


def _is_wrapped(groups: list[list[str]]) -> bool:
    inner = [line for lines in groups for line in lines[:-1]]
    # Where most lines end a sentence, each is a paragraph.
    if sum(bool(_ENDS_SENTENCE.search(line)) for line in inner) * 2 >= len(inner):
        return False
    lengths = [len(line) for line in inner]
    longest = max(len(line) for lines in groups for line in lines)
    return longest <= _WIDEST_WRAP and median(lengths) >= max(_NARROWEST_WRAP, 0.7 * max(lengths))


def _paragraphs(lines: list[str], *, wrapped: bool) -> list[str]:
    """The lines between two blank lines as paragraphs: lines that run on are joined by a space."""
    if len(lines) == 2 and _is_underlined("\n".join(lines)):
        return ["\n".join(lines)]
    joined: list[str] = []
    for line in filter(None, map(str.strip, lines)):
        if joined and _runs_on(joined[-1], line, wrapped=wrapped):
            joined[-1] += " " + line
        else:
            joined.append(line)
    return joined


def _runs_on(before: str, line: str, *, wrapped: bool) -> bool:
    if _LIST_ITEM.match(line):
        return False
    if wrapped:
        return True
    return line[0].islower() and not _ENDS_SENTENCE.search(before)


def _is_underlined(paragraph: str) -> bool:
    lines = paragraph.split("\n")
    return len(lines) == 2 and bool(_UNDERLINE.fullmatch(lines[1].strip())) and len(lines[0]) <= _WIDEST_WRAP


def _is_headline(line: str) -> bool:
    return bool(line) and len(line.split()) <= _MOST_TITLE_WORDS and not re.search(r"[.;:。।]['\"”’)]*$", line)
