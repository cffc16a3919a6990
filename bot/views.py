"""How a reply looks in Discord: an embed, whose text cannot ping. Pure functions over the core's records."""

import re

import discord

from embeddings.answer import place
from embeddings.types import Answer, Excerpt, NotFound, Reply

# Discord's limits of an embed, in characters: https://discord.com/developers/docs/resources/message#embed-object-embed-limits
_DESCRIPTION = 4096
_COLOUR = discord.Colour(0x2F6F6B)
_QUIET_COLOUR = discord.Colour(0x808890)

# A title or heading path in the list of sources is cut at this length; quotes are never cut.
_LONGEST_PLACE = 200
_LONGEST_URL = 500

# Every character that Discord's Markdown gives a meaning anywhere; a backslash before it takes the meaning away and is not shown.
_MEANING = re.compile(r"([\\*_~`|<>\[\]()@:#])")
# And those with a meaning at the start of a line only: bullets and numbered lists.
_AT_LINE_START = re.compile(r"^(\s*)([-+]|\d+(?=\.))", re.MULTILINE)


def escaped(words: str) -> str:
    """Words as Discord shows them literally: no mention, link, emoji, timestamp, spoiler, quote or code can come of them."""
    once = _MEANING.sub(r"\\\1", words)
    return _AT_LINE_START.sub(
        lambda match: match[1] + (match[2] + "\\" if match[2].isdigit() else "\\" + match[2]), once
    )


def unescaped(shown: str) -> str:
    """The words that `escaped` was given."""
    return re.sub(r"\\([\\*_~`|<>\[\]()@:#.+-])", r"\1", shown)


def reply_embed(reply: Reply) -> discord.Embed:
    """An answer with its sources, or why there is none."""
    if isinstance(reply, Answer):
        return _answer(reply)
    text = _understood(reply)
    if isinstance(reply, NotFound):
        text += "The articles do not seem to answer that."
        if reply.nearest:
            places = (_short(" › ".join((each.title, *each.heading))) for each in reply.nearest)
            text += "\nNearest places to look:\n" + "\n".join(f"• {escaped(each)}" for each in places)
    else:
        text += "There are no articles here yet. Whoever hosts me can add some with `pullquote --library SERVER_ID add FILE`."
    return discord.Embed(description=text[:_DESCRIPTION], colour=_QUIET_COLOUR)


def notice_embed(sentence: str) -> discord.Embed:
    """A sentence of the bot's own, or of an error."""
    return discord.Embed(description=escaped(sentence)[:_DESCRIPTION], colour=_QUIET_COLOUR)


def _answer(reply: Answer) -> discord.Embed:
    """Quotes first, sources below; an excerpt for which there is no room is left out with its source, never cut."""
    head = _understood(reply)
    quotes: list[str] = []
    sources: list[str] = []
    for excerpt in reply.excerpts:
        quote, source = _quoted(excerpt), _source(excerpt)
        if len(_joined(head, [*quotes, quote], [*sources, source])) > _DESCRIPTION:
            break
        quotes.append(quote)
        sources.append(source)
    if not quotes:
        first = reply.excerpts[0]
        text = f"{head}The passage that answers is too long to quote here: {escaped(_short(place(first.citation)))}."
        return discord.Embed(description=text[:_DESCRIPTION], colour=_QUIET_COLOUR)
    return discord.Embed(description=_joined(head, quotes, sources), colour=_COLOUR)


def _joined(head: str, quotes: list[str], sources: list[str]) -> str:
    return head + "\n\n".join(quotes) + "\n\n" + "\n".join(sources)


def _understood(reply: Reply) -> str:
    if reply.interpreted_question == reply.question:
        return ""
    return f"-# Understood as: {escaped(_short(reply.interpreted_question))}\n"


def _quoted(excerpt: Excerpt) -> str:
    """A block quote whose last line ends with the number. Article text cannot forge one: its back-ticks are escaped."""
    pieces = []
    for words, answers in excerpt.marked():
        lead = words[: len(words) - len(words.lstrip())]
        tail = words[len(words.rstrip()) :]
        core = escaped(words.strip())
        pieces.append(f"{lead}**{core}**{tail}" if answers and core else escaped(words))
    return "\n".join(f"> {line}" for line in f"{''.join(pieces)} `[{excerpt.number}]`".split("\n"))


def _source(excerpt: Excerpt) -> str:
    citation = excerpt.citation
    shown = escaped(_short(place(citation)))
    if citation.url and len(citation.url) <= _LONGEST_URL and re.fullmatch(r"https?://[^\s<>()\[\]]+", citation.url):
        shown = f"[{shown}](<{citation.url}>)"
    return f"`[{excerpt.number}]` {shown}"


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST_PLACE else words[: _LONGEST_PLACE - 1] + "…"
