"""Subtitles (SRT and WebVTT): the spoken text without the times, as running text."""

import html
import re

from embeddings.clean import normalise
from embeddings.loaders.builder import Builder
from embeddings.types import Document, Kind

_STAMP = r"(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}"
_TIMING = re.compile(rf"^[^\S\n]*({_STAMP})\s*-->\s*({_STAMP})", re.MULTILINE)
_BLANK = re.compile(r"\n[^\S\n]*\n")
_MARKUP = re.compile(r"<[^<>\n]{0,200}>|\{\\[^{}\n]{0,100}\}")
_ENDS = re.compile(r"[.!?…。！？]['\"”’»)\]♪]*$")

# A new paragraph begins at the end of a sentence followed by a pause of this many seconds, or with this many characters before it.
_PAUSE, _LONG = 2.0, 700


def looks_like_subtitles(text: str) -> bool:
    """Whether text of unknown kind begins as a subtitle file does."""
    start = text[:500].lstrip("\ufeff \n\r")
    return start.startswith("WEBVTT") or bool(re.match(rf"\d{{1,6}}\s*\r?\n{_STAMP}\s*-->", start))


def load_subtitles(text: str, *, source: str, title: str | None = None) -> Document:
    """Parse the spoken text of a film into an article.

    Raises:
        SourceError: it contains no words.
    """
    builder = Builder()
    # A list of pieces, since joining a paragraph that never ends at every line would be quadratic.
    paragraph: list[str] = []
    length = 0
    shown: list[str] = []
    ended = 0.0
    for start, end, lines in _cues(normalise(text)):
        # Roll-up captions repeat the line before.
        fresh = [line for line in lines if line not in shown]
        shown = lines
        if paragraph and _ENDS.search(paragraph[-1]) and (start - ended >= _PAUSE or length > _LONG):
            builder.add(Kind.PARAGRAPH, " ".join(paragraph))
            paragraph, length = [], 0
        paragraph += fresh
        length += sum(len(line) + 1 for line in fresh)
        ended = end
    if paragraph:
        builder.add(Kind.PARAGRAPH, " ".join(paragraph))
    return builder.document(title=title or _named(text) or _first(text), source=source)


def _cues(text: str) -> list[tuple[float, float, list[str]]]:
    """Start and end in seconds and the lines of each cue, without comments and styles."""
    found = []
    for block in _BLANK.split(text):
        timing = _TIMING.search(block)
        if timing is None:
            continue
        _, _, words = block[timing.end() :].partition("\n")
        lines = [" ".join(html.unescape(_MARKUP.sub("", line)).split()) for line in words.split("\n")]
        found.append((_seconds(timing[1]), _seconds(timing[2]), [line for line in lines if line]))
    return found


def _seconds(stamp: str) -> float:
    seconds = 0.0
    for part in stamp.replace(",", ".").split(":"):
        seconds = 60 * seconds + float(part)
    return seconds


def _named(text: str) -> str:
    """The title that may follow a WebVTT file's signature."""
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    return first.removeprefix("WEBVTT").strip(" -–—\t\r") if first.startswith("WEBVTT") else ""


def _first(text: str) -> str:
    return next((" ".join(lines) for _, _, lines in _cues(normalise(text[:5000])) if lines), "")
