"""How a reply looks in Discord: an embed, whose text cannot ping. Pure functions over the core's records."""

import re
from itertools import groupby
from operator import itemgetter
from urllib.parse import quote, urlsplit

import discord

from embeddings.answer import place
from embeddings.types import Answer, Citation, Excerpt, NotFound, Reply

# Discord's limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits
_TITLE, _DESCRIPTION = 256, 4096
_ANSWERED, _QUIET = discord.Colour(0x2F6F6B), discord.Colour(0x808890)

# Titles, headings and questions are cut at this length, escapes not counted; quotes are never cut.
_LONGEST_WORDS = 200
_LONGEST_URL = 500

# What Discord's Markdown gives a meaning anywhere: emphasis, code, spoilers, links; mentions and the like, which all
# begin with "<" or "@"; colons only as part of an address or of an emoji's name.
_ANYWHERE = r"[\\*_~`|<@\[\]]|:(?=//)|:(?=[\w+~-]+:)"
# And at the start of a line: quotes, headings, bullets, subtext, and the full stop of a numbered list.
_AT_LINE_START = r"(?<![^\n])(?P<indent>[^\S\n]*)(?:(?P<mark>[>#+-])|(?P<number>\d+)(?=\.))"
_MEANING = re.compile(rf"{_AT_LINE_START}|{_ANYWHERE}")
# Not a letter, digit or space: what Discord takes a backslash away from.
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
# Characters that turn the direction of what follows or cannot be seen. Articles hold none; a question may.
_MISLEADING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")


def escaped(words: str) -> str:
    """Words as Discord shows them literally: nothing in them pings, links, hides, or breaks out of a quote."""
    return _MEANING.sub(_escape, _MISLEADING.sub("", words))


def unescaped(shown: str) -> str:
    """What a reader sees of `escaped` words: the words."""
    return _ESCAPED.sub(r"\1", shown)


def reply_embed(reply: Reply, *, library: str, show_question: bool = False) -> discord.Embed:
    """An answer with its sources, or why there is none. ``show_question`` is for where nobody else can see it."""
    title = _at_most(_TITLE, reply.question) if show_question else None
    head = ""
    if reply.interpreted_question != " ".join(reply.question.split()):
        head = f"-# Understood as: {escaped(_short(reply.interpreted_question))}\n"
    if isinstance(reply, Answer):
        text = _answer(head, reply.excerpts)
    elif isinstance(reply, NotFound):
        places = [f"\n• {escaped(_short(' › '.join((each.title, *each.heading))))}" for each in reply.nearest]
        nearest = f"\n\nNearest places to look:{''.join(places)}" if places else ""
        text = f"{head}The articles do not seem to answer that.{nearest}"
    else:
        text = (
            "There are no articles here yet. Whoever hosts me can add some:\n"
            f"```\npullquote --library {library} add FILE\n```"
        )
    return discord.Embed(title=title, description=text, colour=_ANSWERED if isinstance(reply, Answer) else _QUIET)


def notice_embed(sentence: str) -> discord.Embed:
    """A sentence of the bot's own, or of an error."""
    return discord.Embed(description=_at_most(_DESCRIPTION, sentence), colour=_QUIET)


def _answer(head: str, excerpts: tuple[Excerpt, ...]) -> str:
    """Quotes first, sources below; an excerpt for which there is no room is left out with its source, never cut."""
    text = ""
    for count in range(1, len(excerpts) + 1):
        quotes = [_quoted(each) for each in excerpts[:count]]
        sources = [_source(each.number, each.citation) for each in excerpts[:count]]
        longer = head + "\n\n".join(quotes) + "\n\n" + "\n".join(sources)
        if _length(longer) > _DESCRIPTION:
            break
        text = longer
    return (
        text or f"{head}What answers is too long to be quoted here; see {escaped(_short(place(excerpts[0].citation)))}."
    )


def _quoted(excerpt: Excerpt) -> str:
    """A block quote that ends with its number, as code: an article cannot forge one, for its back-ticks are escaped."""
    shown = []
    for answers, pieces in groupby(excerpt.marked(), key=itemgetter(1)):
        words = "".join(piece for piece, _ in pieces)
        shown.append(_bold(words) if answers else escaped(words))
    return "\n".join(f"> {line}" for line in f"{''.join(shown)} `[{excerpt.number}]`".split("\n"))


def _bold(words: str) -> str:
    """Each line in bold by itself, the space around it left plain, as Discord's Markdown wants it."""
    return re.sub(r"\S(?:[^\n]*\S)?", lambda match: f"**{escaped(match[0])}**", words)


def _source(number: int, citation: Citation) -> str:
    return f"`[{number}]` {escaped(_short(place(citation)))}{_link(citation.url)}"


def _link(url: str | None) -> str:
    """A link that shows where it leads: its words are the host of the address, not the article's."""
    try:
        parts = urlsplit(url or "")
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9.-]+", host):
        return ""
    # Anything that could end the link early is percent-encoded; what is encoded already stays.
    address = quote(url or "", safe="/:?#@!$&'*+,;=%~")
    return f" · [{escaped(host)}](<{address}>)" if len(address) <= _LONGEST_URL else f" · {escaped(host)}"


def _escape(match: re.Match[str]) -> str:
    indent = match["indent"] or ""
    if match["number"]:
        return f"{indent}{match['number']}\\"
    return f"{indent}\\{match['mark'] or match[0]}"


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST_WORDS else words[: _LONGEST_WORDS - 1] + "…"


def _at_most(limit: int, words: str) -> str:
    """Words escaped, and cut where that makes them longer than ``limit``; an escape is never cut in two."""
    words = " ".join(words.split())
    shown, kept = escaped(words), len(words)
    while _length(shown) > limit:
        kept -= max(1, (_length(shown) - limit) // 2)
        shown = escaped(words[:kept]) + "…"
    return shown


def _length(text: str) -> int:
    """UTF-16 units, which is never less than what Discord counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
