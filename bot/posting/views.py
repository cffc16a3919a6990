"""How a reply looks in Discord: Components V2, with all text escaped. Pure functions over the core's records."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from urllib.parse import quote, urlsplit

import discord
import regex

from bot.posting.buttons import Action, AnswerButton, Press, View
from bot.posting.markdown import block_quote, escaped, is_quotable, label, length, marked, quoted
from bot.words import counted, is_reworded
from embeddings.answer import also_in, place
from embeddings.types import Answer, Citation, Context, Excerpt, NotFound, Reply

# Limit for all the text of one message: https://discord.com/developers/docs/components/reference
_TEXT = 4000
#: Accent colours of containers; grey where there is nothing to show.
ACCENT, _QUIET = discord.Colour(0x2F6F6B), discord.Colour(0x808890)

# Titles, headings and questions are cut at this length, escapes not counted; quotes are never cut.
_LONGEST_LABEL = 200
_LONGEST_URL = 500

SERVERS_ONLY = "I answer in servers, from each server's own articles. Please ask me there."
NO_LONGER_HERE = "That article is no longer here."
IN_USE = "The articles are being updated right now; please try again in a moment."
APOLOGY = "Sorry, something went wrong on my side. Whoever hosts me can find the details in the log."
_NOT_FOUND = "The articles do not seem to answer that."
_GONE = "The article that this came from has been removed since."
_CHANGED = "The article has changed since, and no longer contains these words."
_NEWER = "The article has changed since; this is where these words are now."
_NO_MORE = "No other passages come close."


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds an answer."""

    key: int | None = None
    """The question's key, which its buttons carry; without it there are none."""
    dates: Mapping[str, str] = field(default_factory=dict)
    """When the current version of an article was stored (ISO 8601), by article id."""
    show_question: bool = False
    """For answers without a message that shows the question."""
    can_be_removed: bool = True
    """False for an answer that only the asker sees."""
    lead: str = ""
    """The bot's own Markdown above the answer."""
    note: str = ""
    """A sentence for those who manage the server."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage close to the question."""

    text: str
    title: str
    heading: tuple[str, ...]


def reply_view(reply: Reply, frame: Frame, *, library: str) -> View:
    """An answer with its sources, or why there is none."""
    head = f"{frame.lead}\n" if frame.lead else ""
    head += f"### {label(reply.question, _LONGEST_LABEL)}\n" if frame.show_question else ""
    if is_reworded(reply.question, reply.interpreted_question):
        head += f"-# Understood as: {label(reply.interpreted_question, _LONGEST_LABEL)}\n"
    note = f"-# {label(frame.note, _LONGEST_LABEL)}" if frame.note else ""
    if isinstance(reply, Answer):
        return _answer(reply.excerpts, head, note, frame)
    if isinstance(reply, NotFound):
        places = [f"\n• {label(' › '.join((each.title, *each.heading)), _LONGEST_LABEL)}" for each in reply.nearest]
        nearest = f"\n\nNearest places to look:{''.join(places)}" if places else ""
        wish = _button(frame, Action.WISH, "Tell me when this can be answered", "🔔")
        return _laid_out(_QUIET, [f"{head}{_NOT_FOUND}{nearest}", note], [*wish, *_common(frame)])
    empty = (
        "There are no articles here yet. Librarians can add some with `/article add`, and whoever hosts me with\n"
        f"```\npullquote --library {library} add FILE\n```"
    )
    return _laid_out(_QUIET, [head + empty, note], list(_common(frame)))


def notice_view(sentence: str) -> View:
    """A sentence of the bot's own, or an error's message."""
    return _laid_out(_QUIET, [label(sentence, _TEXT // 2)])


def text_view(*parts: str, buttons: "Sequence[discord.ui.DynamicItem[discord.ui.Button[View]]]" = ()) -> View:
    """The bot's own Markdown, in which text from elsewhere was already escaped."""
    return _laid_out(ACCENT, parts, buttons)


def wait_view(seconds: int) -> View:
    """For a member who exceeds the rate limit."""
    return notice_view(f"That was a lot at once; please try again in {counted(seconds, 'second')}.")


def context_view(title: str, context: Context, *, is_newer: bool = False) -> View:
    """An excerpt in bold, with the paragraphs around it. What does not fit is left out at the outer ends."""
    head = f"### {label(title, _LONGEST_LABEL)}" + (f"\n-# {_NEWER}" if is_newer else "")
    before, excerpt, after = (
        context.text[: context.excerpt.start],
        context.excerpt.of(context.text),
        context.text[context.excerpt.end :],
    )
    most = max(len(before), len(after))
    while True:
        pieces = [(_last(before, most), False), (excerpt, True), (_first(after, most), False)]
        shown = block_quote(marked(pieces))
        if length(head) + length(shown) <= _TEXT or not most:
            break
        most = most * 2 // 3
    if length(head) + length(shown) > _TEXT or not is_quotable(context.text):
        return _laid_out(
            _QUIET, [f"{head}\nThis part cannot be shown here exactly as it is written; please see the article itself."]
        )
    return _laid_out(ACCENT, [head, shown])


def gone_view(*, is_removed: bool) -> View:
    """An excerpt that can no longer be shown."""
    return notice_view(_GONE if is_removed else _CHANGED)


def passages_view(passages: Sequence[Passage]) -> View:
    """Passages close to the question, as many as fit."""
    parts = ["### More passages\n-# These come close, but may not answer the question."]
    for each in passages:
        where = label(" › ".join((each.title, *each.heading)), _LONGEST_LABEL)
        part = f"{block_quote(escaped(each.text))}\n-# {where}"
        if is_quotable(each.text) and sum(map(length, (*parts, part))) <= _TEXT:
            parts.append(part)
    return _laid_out(_QUIET, parts) if len(parts) > 1 else notice_view(_NO_MORE)


def link_to(citation: Citation) -> str:
    """A link that shows where it leads: its text is the URL's host, not words of the article."""
    url = citation.url
    try:
        parts = urlsplit(url or "")
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not regex.fullmatch(r"[a-z0-9.-]+", host):
        return ""
    # Anything that could end the link early is percent-encoded; what is encoded already stays.
    address = quote(url or "", safe="/:?#@!$&'*+,;=%~")
    if len(address) > _LONGEST_URL:
        # Without the fragment, if there is no room for it.
        address = address.partition("#")[0]
    return f" · [{escaped(host)}](<{address}>)" if len(address) <= _LONGEST_URL else f" · {escaped(host)}"


def _answer(excerpts: tuple[Excerpt, ...], head: str, note: str, frame: Frame) -> View:
    """Each quote with its source below it; an excerpt that does not fit is left out with its source, never cut."""
    room = _TEXT - length(head) - length(note)
    parts: list[discord.ui.Item[View]] = []
    for excerpt in excerpts:
        if not is_quotable(excerpt.quote):
            continue
        shown, source = quoted(excerpt), _source(excerpt, frame.dates)
        room -= length(shown) + length(source)
        if room < 0:
            break
        if parts:
            parts.append(discord.ui.Separator(spacing=discord.SeparatorSpacing.small))
        parts.append(discord.ui.TextDisplay(shown))
        if button := next(_button(frame, Action.CONTEXT, "In context", number=excerpt.number), None):
            parts.append(discord.ui.Section(source, accessory=cast("discord.ui.Item[View]", button)))
        else:
            parts.append(discord.ui.TextDisplay(source))
    if not parts:
        where = label(place(excerpts[0].citation), _LONGEST_LABEL)
        parts = [
            discord.ui.TextDisplay(f"The answer cannot be quoted here exactly as it is written; please see {where}.")
        ]
    return _laid_out(ACCENT, [head, *parts, note], [*_votes(frame), *_common(frame)])


def _source(excerpt: Excerpt, dates: Mapping[str, str]) -> str:
    citation = excerpt.citation
    date = dates.get(citation.article_id)
    # Discord shows this in the reader's date format.
    version = f" · <t:{int(datetime.fromisoformat(date).timestamp())}:D>" if date else ""
    also = f"\n-# {label(also_in(excerpt).removeprefix(' · '), _LONGEST_LABEL)}" if excerpt.also_in else ""
    return f"-# `[{excerpt.number}]` {label(place(citation), _LONGEST_LABEL)}{version}{link_to(citation)}{also}"


def _button(
    frame: Frame, action: Action, text: str | None, emoji: str | None = None, *, number: int = 0
) -> Iterator[AnswerButton]:
    if frame.key is not None:
        yield AnswerButton(Press(action, frame.key, number), text, emoji=emoji)


def _votes(frame: Frame) -> Iterator[AnswerButton]:
    yield from _button(frame, Action.HELPFUL, "Helpful", "👍")
    yield from _button(frame, Action.UNHELPFUL, "Not helpful", "👎")


def _common(frame: Frame) -> Iterator[AnswerButton]:
    yield from _button(frame, Action.MORE, "More passages")
    if frame.can_be_removed:
        yield from _button(frame, Action.REMOVE, "Remove", "🗑️")


def _laid_out(
    colour: discord.Colour,
    parts: Sequence["str | discord.ui.Item[View]"],
    buttons: "Sequence[discord.ui.DynamicItem[discord.ui.Button[View]]]" = (),
) -> View:
    view = View(timeout=None)
    shown = [discord.ui.TextDisplay(each.rstrip("\n")) if isinstance(each, str) else each for each in parts if each]
    view.add_item(discord.ui.Container(*shown, accent_colour=colour))
    if buttons:
        view.add_item(discord.ui.ActionRow(*buttons))
    return view


def _first(words: str, most: int) -> str:
    """The beginning of a text, up to the end of a word."""
    if len(words) <= most:
        return words
    return words[:most].rsplit(None, 1)[0] + " …" if words[:most].strip() else ""


def _last(words: str, most: int) -> str:
    if len(words) <= most:
        return words
    kept = words[len(words) - most :]
    return "… " + kept.split(None, 1)[-1] if kept.strip() else ""
