"""Words as Discord's Markdown shows them literally, whoever wrote them. Pure functions on text."""

from itertools import groupby
from operator import itemgetter

import regex

from embeddings.types import Excerpt

# What Discord's Markdown gives a meaning anywhere: emphasis, code, spoilers, links; mentions and the like, which all
# begin with "<" or "@"; colons only as part of an address or of an emoji's name.
_ANYWHERE = r"[\\*_~`|<@\[\]]|:(?=//)|:(?=[\w+~-]+:)|(?<=\bdiscord\.gg)/|(?<=\bdiscord(?:app)?\.com)/(?=invite)"
# And at the start of a line: quotes, headings, bullets, subtext, and the full stop of a numbered list.
_AT_LINE_START = r"(?<![^\n])(?P<indent>[^\S\n]*)(?:(?P<mark>[>#+-])|(?P<number>\d+)(?=\.))"
_MEANING = regex.compile(rf"{_AT_LINE_START}|{_ANYWHERE}", regex.IGNORECASE)
# Characters that turn the direction of what follows or cannot be seen, but for the joiners that scripts and emoji need and the
# tags that make some flags.
_MISLEADING = regex.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    r"\ufff9-\ufffb]|(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0000-\U000e007f]"
)
# More marks on one letter than any script has: they run over the lines above and below.
_PILE = regex.compile(r"(\p{M}{4})\p{M}+")
_FLOOD = regex.compile(r"\p{M}{9}")
_RIGHT_TO_LEFT = regex.compile(r"[\p{Bidi_Class=R}\p{Bidi_Class=AL}]")
_WORDS_IN_LINE = regex.compile(r"\S(?:[^\n]*\S)?")


def escaped(words: str) -> str:
    """Words as Discord shows them literally: nothing in them pings, links, hides, or breaks out of a quote."""
    return _MEANING.sub(_escape, words)


def label(words: str, longest: int) -> str:
    """A title, heading or question in one line, escaped: cut when it is longer, so that no piled-up marks run over its
    neighbours, and so that writing from right to left turns nothing around it.
    """
    shown = escaped(plain(words, longest))
    return f"\u2068{shown}\u2069" if _RIGHT_TO_LEFT.search(shown) else shown


def plain(words: str, longest: int) -> str:
    """The same where Discord knows no Markdown, as in the choices of a command."""
    words = " ".join(_PILE.sub(r"\1", _MISLEADING.sub("", words)).split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def is_quotable(words: str) -> bool:
    """Whether words can be shown as they are: they hide nothing, and run over nothing that stands around them."""
    return not _FLOOD.search(words) and not _MISLEADING.search(words)


def quoted(excerpt: Excerpt) -> str:
    """A block quote, the words that answer in bold, that ends with its number as code: an article cannot forge one, for its
    back-ticks are escaped.
    """
    return block_quote(f"{marked(excerpt.marked())} `[{excerpt.number}]`")


def marked(pieces: list[tuple[str, bool]]) -> str:
    """Words of which some are bold."""
    shown = []
    for is_bold, together in groupby(pieces, key=itemgetter(1)):
        words = "".join(piece for piece, _ in together)
        shown.append(_bold(words) if is_bold else escaped(words))
    return "".join(shown)


def block_quote(shown: str) -> str:
    """What is shown, as a block quote."""
    return "\n".join(f"> {line}" for line in shown.split("\n"))


def length(text: str) -> int:
    """UTF-16 units, which is never less than what Discord counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _bold(words: str) -> str:
    """Each line in bold by itself, the space around it left plain, as Discord's Markdown wants it."""
    return _WORDS_IN_LINE.sub(lambda match: f"**{escaped(match[0])}**", words)


def _escape(match: "regex.Match[str]") -> str:
    indent = match["indent"] or ""
    if match["number"]:
        return f"{indent}{match['number']}\\"
    return f"{indent}\\{match['mark'] or match[0]}"
