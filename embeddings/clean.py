"""Normalisation of article text: done once, before any offset exists, and idempotent.

Only what a reader cannot see is changed. Spaces, quotation marks and dashes stay as the author wrote them, so that a quote can be
found again in the original.
"""

import re
import unicodedata

#: A longer title is cut at a word, as a list of articles could not show it.
LONGEST_TITLE = 120

# Every line end defined by Unicode (UAX #14, classes BK, CR, LF, NL) becomes one line feed.
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")

# Invisible characters that carry no meaning in running text, break search, or can mislead a reader: controls but tab and line feed,
# soft hyphen, zero-width space, word joiner, byte-order mark, interlinear anchors, and the bidirectional controls (UAX #9).
# Zero-width joiner and non-joiner stay: Indic scripts, Persian and emoji need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
# Half of a character, which file names and JSON may contain but no encoding can represent.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
#: What separates the title of a page from the name of its site.
SITE_MARKS = re.compile(r"\s(?:[|–—·•«»-]|::)\s")
_TRAILING_SPACE = re.compile(r"(?<![^\S\n])[^\S\n]+(?=\n)")


def normalise(text: str) -> str:
    """``text`` in NFC, lines ended by line feeds, without invisible characters, trailing spaces or outer white space."""
    return _TRAILING_SPACE.sub("", with_trailing_space(text)).strip()


def with_trailing_space(text: str) -> str:
    """As `normalise`, but with all white space, for text that is parsed first: in Markdown two trailing spaces break a line."""
    text = _LONE_SURROGATE.sub("\ufffd", _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)))
    # Composition comes after removal: a removed character may have stood between a letter and its accent.
    return unicodedata.normalize("NFC", text)


def in_one_line(text: str) -> str:
    """The normalised words of a text, separated by single spaces; empty if nothing of it is visible."""
    return " ".join(normalise(text).split())


def is_titled(title: str, heading: str) -> bool:
    """Whether a title is this heading, alone or with the name of a site behind it: "Opening hours - Harbour pool"."""
    is_first = bool(heading) and title.startswith(heading)
    return title == heading or (is_first and SITE_MARKS.match(title, len(heading)) is not None)


def title_of(text: str) -> str:
    """A title on one line, cut at a word if it is long; empty if nothing of it is visible."""
    title = in_one_line(text)
    if len(title) <= LONGEST_TITLE:
        return title
    return title[: LONGEST_TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"
