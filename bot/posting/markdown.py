"""Escapes text so that Discord's Markdown shows it literally, whoever wrote it. Pure functions on text."""

from itertools import groupby
from operator import itemgetter

import regex

from embeddings.types import Excerpt

# Markdown that Discord recognizes anywhere: emphasis, code, spoilers, links; mentions and the like, which all begin
# with "<" or "@"; colons only in a URL or an emoji's name; slashes only in an invite.
_ANYWHERE = r"[\\*_~`|<@\[\]]|:(?=//)|:(?=[\w+~-]+:)|(?<=\bdiscord\.gg)/|(?<=\bdiscord(?:app)?\.com)/(?=invite)"
# And at the start of a line: quotes, headings, bullets, subtext, and the full stop of a numbered list.
_AT_LINE_START = r"(?<![^\n])(?P<indent>[^\S\n]*)(?:(?P<mark>[>#+-])|(?P<number>\d+)(?=\.))"
_MEANING = regex.compile(rf"{_AT_LINE_START}|{_ANYWHERE}", regex.IGNORECASE)
# Directional and invisible characters, except the joiners that scripts and emoji need and the tag characters of some flags.
_MISLEADING = regex.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    r"\ufff9-\ufffb]|(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0000-\U000e007f]"
)
# More combining marks on one letter than any script uses: they run over the lines above and below.
_PILE = regex.compile(r"(\p{M}{4})\p{M}+")
_FLOOD = regex.compile(r"\p{M}{9}")
_RIGHT_TO_LEFT = regex.compile(r"[\p{Bidi_Class=R}\p{Bidi_Class=AL}]")
_WORDS_IN_LINE = regex.compile(r"\S(?:[^\n]*\S)?")


def escaped(words: str) -> str:
    """Words escaped to be shown literally: nothing in them pings, links, hides, or breaks out of a quote."""
    return _MEANING.sub(_escape, words)


def label(words: str, longest: int) -> str:
    """A title, heading or question on one line: escaped, cut to length, with piled-up marks thinned out so that none run over its
    neighbours, and isolated so that right-to-left text does not reorder what is around it.
    """
    shown = escaped(plain(words, longest))
    return f"\u2068{shown}\u2069" if _RIGHT_TO_LEFT.search(shown) else shown


def plain(words: str, longest: int) -> str:
    """Like `label`, where Discord shows no Markdown, as in the choices of a command."""
    words = " ".join(_PILE.sub(r"\1", _MISLEADING.sub("", words)).split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def is_quotable(words: str) -> bool:
    """Whether words can be shown unchanged: they hide nothing, and no marks run over what is around them."""
    return not _FLOOD.search(words) and not _MISLEADING.search(words)


def quoted(excerpt: Excerpt) -> str:
    """A block quote with the answering words in bold, ending with its number as code: an article cannot forge that, because its
    backticks are escaped.
    """
    return block_quote(f"{marked(excerpt.marked())} `[{excerpt.number}]`")


def marked(pieces: list[tuple[str, bool]]) -> str:
    """Escaped words, some of them bold."""
    shown = []
    for is_bold, together in groupby(pieces, key=itemgetter(1)):
        words = "".join(piece for piece, _ in together)
        shown.append(_bold(words) if is_bold else escaped(words))
    return "".join(shown)


def block_quote(shown: str) -> str:
    """Markdown as a block quote."""
    return "\n".join(f"> {line}" for line in shown.split("\n"))


def length(text: str) -> int:
    """The length in UTF-16 code units, never less than what Discord counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _bold(words: str) -> str:
    """Each line bold by itself, without the whitespace around it, as Discord's Markdown requires."""
    return _WORDS_IN_LINE.sub(lambda match: f"**{escaped(match[0])}**", words)


def _escape(match: "regex.Match[str]") -> str:
    indent = match["indent"] or ""
    if match["number"]:
        return f"{indent}{match['number']}\\"
    return f"{indent}\\{match['mark'] or match[0]}"
