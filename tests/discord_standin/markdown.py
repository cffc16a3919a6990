"""Discord's Markdown as its clients render it: the visible text, its style, and live parts such as mentions.

Written from Discord's help pages and developer documentation. Emphasis is parsed as in its clients, by the first match from the left.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Style:
    """The style of a piece of text."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    struck: bool = False
    spoiler: bool = False
    code: bool = False
    link: str | None = None
    """Target of the link."""
    live: str | None = None
    """The kind of live element that it is: a mention, an emoji, a date …"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text in one style."""

    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Line:
    """A line as displayed."""

    kind: str
    """``plain``, ``quote``, ``subtext``, ``heading``, ``item``, ``numbered`` or ``code``."""
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


_FENCE = re.compile(r"```(?:[a-z0-9_+\-.#]+?\n)?\n*([^\n][\s\S]*?)\n*```", re.IGNORECASE)
_LINE_KINDS = (
    ("subtext", re.compile(r"-# +(?=\S)")),
    ("heading", re.compile(r"#{1,3} +(?=\S)")),
    ("item", re.compile(r" *[-*] +(?=\S)")),
    ("numbered", re.compile(r" *\d+\. +(?=\S)")),
)
_QUOTE, _QUOTE_ALL = re.compile(r" *> "), re.compile(r" *>>> ")

_NESTING: tuple[tuple[re.Pattern[str], dict[str, Any]], ...] = (
    (re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)"), {"bold": True}),
    (re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)"), {"underline": True}),
    (re.compile(r"\*(?=\S)((?:\*\*|\\[\s\S]|[^\\*])+?)(?<!\s)\*(?!\*)"), {"italic": True}),
    (re.compile(r"\b_((?:__|\\[\s\S]|[^\\_])+?)_\b"), {"italic": True}),
    (re.compile(r"~~((?:\\[\s\S]|[^\\])+?)~~"), {"struck": True}),
    (re.compile(r"\|\|((?:\\[\s\S]|[^\\])+?)\|\|"), {"spoiler": True}),
)
_MASKED = re.compile(r"\[((?:\\[\s\S]|[^\\\]\[])+)\]\(\s*<?(https?://[^\s<>)]+)>?\s*\)")
_CODE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
_LIVE = (
    ("user", re.compile(r"<@!?\d+>")),
    ("role", re.compile(r"<@&\d+>")),
    ("channel", re.compile(r"<#\d+>")),
    ("command", re.compile(r"</[^:<>]+:\d+>")),
    ("date", re.compile(r"<t:-?\d+(?::[tTdDfFRsS])?>")),
    ("guide", re.compile(r"<id:\w+(?::\d+)?>")),
    ("emoji", re.compile(r"<a?:\w+:\d+>")),
    ("everyone", re.compile(r"@(?:everyone|here)\b")),
    ("emoji", re.compile(r":[\w+~-]+:")),
    ("link", re.compile(r"<(?:https?|discord|steam)://[^\s<>]+>|(?:https?|discord|steam)://[^\s<]+[^<.,:;\"'\]\s]")),
    ("invite", re.compile(r"\bdiscord(?:\.gg|(?:app)?\.com/invite)/\w+", re.IGNORECASE)),
)
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_PLAIN = Style()


def read(text: str) -> list[Line]:
    """Parse a message or a text display into lines."""
    lines: list[Line] = []
    at = 0
    for fence in _FENCE.finditer(text):
        if _is_escaped(text, fence.start()):
            continue
        lines += _lines(text[at : fence.start()].rstrip("\n"))
        lines += [Line("code", (Piece(line, Style(code=True)),)) for line in fence[1].split("\n")]
        at = fence.end() + text.startswith("\n", fence.end())
    return lines + (_lines(text[at:]) if at < len(text) else [])


def _lines(text: str) -> list[Line]:
    """Parse text without code fences. Emphasis may span line ends, so adjacent lines of one kind are parsed together."""
    found: list[Line] = []
    pending: list[str] = []
    kind = "plain"
    quoting_all = False
    for line in text.split("\n") if text else []:
        its_kind, rest = "plain", line
        if quoting_all:
            its_kind = "quote"
        elif match := _QUOTE_ALL.match(line) or _QUOTE.match(line):
            its_kind, rest = "quote", line[match.end() :]
            quoting_all = bool(_QUOTE_ALL.match(line))
        else:
            for name, pattern in _LINE_KINDS:
                if start := pattern.match(line):
                    its_kind, rest = name, line[start.end() :]
                    break
        if its_kind != kind or its_kind not in ("plain", "quote"):
            found += _together(kind, pending)
            pending = []
        kind = its_kind
        pending.append(rest)
    return [*found, *_together(kind, pending)]


def _together(kind: str, lines: list[str]) -> Iterator[Line]:
    if not lines:
        return
    row: list[Piece] = []
    for piece in _inline("\n".join(lines), _PLAIN):
        first, *others = piece.text.split("\n")
        row.append(Piece(first, piece.style))
        for other in others:
            yield Line(kind, tuple(each for each in row if each.text))
            row = [Piece(other, piece.style)]
    yield Line(kind, tuple(each for each in row if each.text))


def _inline(text: str, style: Style) -> Iterator[Piece]:
    at = 0
    plain = ""
    while at < len(text):
        if match := _ESCAPE.match(text, at):
            plain, at = plain + match[1], match.end()
            continue
        found = _special(text, at, style)
        if found is None:
            plain, at = plain + text[at], at + 1
            continue
        pieces, at = found
        if plain:
            yield Piece(plain, style)
            plain = ""
        yield from pieces
    if plain:
        yield Piece(plain, style)


def _special(text: str, at: int, style: Style) -> tuple[list[Piece], int] | None:
    """The markup that starts here, and its end; None if there is none."""
    if match := _CODE.match(text, at):
        return [Piece(match[2], replace(style, code=True))], match.end()
    if match := _MASKED.match(text, at):
        return list(_inline(match[1], replace(style, link=match[2]))), match.end()
    for name, pattern in _LIVE:
        if match := pattern.match(text, at):
            return [Piece(match[0], replace(style, live=name))], match.end()
    for pattern, change in _NESTING:
        if match := pattern.match(text, at):
            return list(_inline(match[1], replace(style, **change))), match.end()
    return None


def _is_escaped(text: str, at: int) -> bool:
    backslashes = len(text[:at]) - len(text[:at].rstrip("\\"))
    return backslashes % 2 == 1
