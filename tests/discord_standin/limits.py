"""Discord's limits on what a bot sends, written by hand from its documentation.

Its OpenAPI description lacks many of them: content over 2,000 characters, embeds over 6,000 in total, totals over nested components,
Components V2 together with content, more than five rows, duplicate custom_ids, the pattern of command names. Lengths are counted in UTF-16
units, which is never less than Discord's count.
"""

from collections import Counter
from collections.abc import Iterator

import regex

from .messages import COMPONENTS_V2, EPHEMERAL, components_within, texts
from .world import Json

CONTENT, NONCE = 2000, 25
EMBEDS, EMBEDS_TOTAL = 10, 6000
TITLE, DESCRIPTION, FOOTER, AUTHOR = 256, 4096, 2048, 256
FIELDS, FIELD_NAME, FIELD_VALUE = 25, 256, 1024
ROWS, V2_COMPONENTS, V2_TEXT = 5, 40, 4000
CUSTOM_ID, LABEL = 100, 80
SELECT_OPTIONS, SELECT_OPTION, PLACEHOLDER = 25, 100, 150
COMMANDS, CONTEXT_COMMANDS, OPTIONS, COMMAND_DESCRIPTION, COMMAND_TOTAL = 100, 15, 25, 100, 8000
CHOICES, CHOICE = 25, 100
MODAL_TITLE, MODAL_PARTS, MODAL_LABEL, MODAL_DESCRIPTION, MODAL_TEXT, MODAL_PLACEHOLDER = 45, 5, 45, 100, 4000, 100
SECTION_TEXTS = 3

_NAME = regex.compile(r"[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}")
_CHAT_INPUT = 1
_ROW, _BUTTON, _TEXT_INPUT, _SECTION, _TEXT_DISPLAY, _LABEL = 1, 2, 4, 9, 10, 18
_SELECTS = (3, 5, 6, 7, 8)
_V2_ONLY = range(9, 19)
_ANSWER, _DEFER, _DEFER_UPDATE, _UPDATE, _AUTOCOMPLETE, _MODAL = 4, 5, 6, 7, 8, 9


def length(text: str | None) -> int:
    """Length in UTF-16 units."""
    return len((text or "").encode("utf-16-le", "surrogatepass")) // 2


def message(body: Json, *, new: bool) -> Iterator[str]:
    """The violations in a message, or in an edit of one."""
    embeds, components = body.get("embeds") or [], body.get("components") or []
    if new and not any(
        body.get(part) for part in ("content", "embeds", "components", "sticker_ids", "poll", "attachments")
    ):
        yield "the message is empty"
    yield from _at_most(CONTENT, "content", body.get("content"))
    yield from _at_most(NONCE, "nonce", str(body.get("nonce") or ""))
    yield from _embeds(embeds)
    yield from _mentions(body.get("allowed_mentions") or {})
    v2 = bool((body.get("flags") or 0) & COMPONENTS_V2)
    if v2 and (body.get("content") or embeds or body.get("poll") or body.get("sticker_ids")):
        yield "Components V2 go with no content, embeds, poll or stickers"
    yield from _components(components, v2=v2)


def callback(body: Json) -> Iterator[str]:
    """The violations in the first response to an interaction."""
    kind, data = body.get("type"), body.get("data") or {}
    if kind in (_ANSWER, _UPDATE):
        yield from message(data, new=kind == _ANSWER)
    elif kind == _DEFER:
        if set(data) - {"flags"} or (data.get("flags") or 0) & ~EPHEMERAL:
            yield "a deferral takes nothing but the ephemeral flag"
    elif kind == _AUTOCOMPLETE:
        choices = data.get("choices") or []
        yield from _count(CHOICES, "choices", choices)
        for each in choices:
            yield from _some(CHOICE, "the name of a choice", each.get("name"))
            yield from _some(CHOICE, "the value of a choice", str(each.get("value", "")))
    elif kind == _MODAL:
        yield from _some(MODAL_TITLE, "the title of a modal", data.get("title"))
        yield from _some(CUSTOM_ID, "the custom_id of a modal", data.get("custom_id"))
        yield from _count(MODAL_PARTS, "parts of a modal", data.get("components") or [])
        yield from _custom_ids(data.get("components") or [])
        for each in components_within(data.get("components") or []):
            yield from _part_of_modal(each)
    elif kind != _DEFER_UPDATE:
        yield f"{kind!r} is no kind of response to a command, component or modal"


def _part_of_modal(part: Json) -> Iterator[str]:
    if part.get("type") == _LABEL:
        yield from _some(MODAL_LABEL, "a label of a modal", part.get("label"))
        yield from _at_most(MODAL_DESCRIPTION, "a description of a modal", part.get("description"))
    elif part.get("type") == _TEXT_INPUT:
        yield from _at_most(MODAL_PLACEHOLDER, "a placeholder", part.get("placeholder"))
        if (most := part.get("max_length") or 1) > MODAL_TEXT or (part.get("min_length") or 0) > most:
            yield f"a text input takes {most:,} characters, and {MODAL_TEXT:,} are the most"


def commands(body: list[Json]) -> Iterator[str]:
    """The violations in a bulk registration of commands."""
    kinds = [each.get("type") or _CHAT_INPUT for each in body]
    for (_, name), count in Counter((kind, each.get("name")) for kind, each in zip(kinds, body, strict=True)).items():
        if count > 1:
            yield f"{count} commands are called {name!r}"
    for kind, count in Counter(kinds).items():
        most = COMMANDS if kind == _CHAT_INPUT else CONTEXT_COMMANDS
        if count > most:
            yield f"{count} commands of type {kind}, and {most} are the most"
    for kind, each in zip(kinds, body, strict=True):
        if kind == _CHAT_INPUT:
            yield from _command(each)
            if (size := _size(each)) > COMMAND_TOTAL:
                yield f"the texts of {each.get('name')!r} have {size:,} characters, and {COMMAND_TOTAL:,} are the most"
        else:
            for name in _localised(each, "name"):
                yield from _some(32, "the name of a context menu command", name)
            if each.get("description"):
                yield f"{each.get('name')!r} stands in a context menu, where there are no descriptions"


def _command(command: Json) -> Iterator[str]:
    name = command.get("name") or ""
    for each in _localised(command, "name"):
        if not _NAME.fullmatch(each or "") or each != (each or "").lower():
            yield f"{each or ''!r} cannot be the name of a command or option"
    for each in _localised(command, "description"):
        yield from _some(COMMAND_DESCRIPTION, f"the description of {name!r}", each)
    options = command.get("options") or []
    yield from _count(OPTIONS, f"options of {name!r}", options)
    if len({each.get("name") for each in options}) < len(options):
        yield f"two options of {name!r} have one name"
    required = [bool(each.get("required")) for each in options]
    if required != sorted(required, reverse=True):
        yield f"a required option of {name!r} follows an optional one"
    for each in options:
        yield from _command(each)
        yield from _count(CHOICES, f"choices of {each.get('name')!r}", each.get("choices") or [])
        for choice in each.get("choices") or []:
            for shown in _localised(choice, "name"):
                yield from _some(CHOICE, "the name of a choice", shown)


def _localised(thing: Json, what: str) -> list[str | None]:
    """A name or description in the default language and all localisations."""
    return [thing.get(what), *(thing.get(f"{what}_localizations") or {}).values()]


def _size(command: Json) -> int:
    # Discord counts the longest localisation.
    own = sum(max(map(length, _localised(command, what))) for what in ("name", "description"))
    return own + sum(map(_size, command.get("options") or []))


def _embeds(embeds: list[Json]) -> Iterator[str]:
    yield from _count(EMBEDS, "embeds", embeds)
    total = 0
    for embed in embeds:
        footer, author = (embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")
        yield from _at_most(TITLE, "the title of an embed", embed.get("title"))
        yield from _at_most(DESCRIPTION, "the description of an embed", embed.get("description"))
        yield from _at_most(FOOTER, "the footer of an embed", footer)
        yield from _at_most(AUTHOR, "the author of an embed", author)
        total += sum(map(length, (embed.get("title"), embed.get("description"), footer, author)))
        fields = embed.get("fields") or []
        yield from _count(FIELDS, "fields", fields)
        for each in fields:
            yield from _some(FIELD_NAME, "the name of a field", each.get("name"))
            yield from _some(FIELD_VALUE, "the value of a field", each.get("value"))
            total += length(each.get("name")) + length(each.get("value"))
    if total > EMBEDS_TOTAL:
        yield f"the embeds have {total:,} characters in all, and {EMBEDS_TOTAL:,} are the most"


def _mentions(allowed: Json) -> Iterator[str]:
    parse = allowed.get("parse") or []
    if set(parse) - {"users", "roles", "everyone"}:
        yield f"allowed_mentions cannot parse {parse!r}"
    for name in ("users", "roles"):
        if name in parse and allowed.get(name):
            yield f"allowed_mentions both parses {name} and lists some"
        yield from _count(100, f"{name} in allowed_mentions", allowed.get(name) or [])


def _components(components: list[Json], *, v2: bool) -> Iterator[str]:
    every = list(components_within(components))
    if v2:
        yield from _count(V2_COMPONENTS, "components", every)
        if (total := sum(map(length, texts(components)))) > V2_TEXT:
            yield f"the text displays have {total:,} characters in all, and {V2_TEXT:,} are the most"
    else:
        yield from _count(ROWS, "rows", components)
        if any(each.get("type") in _V2_ONLY for each in every):
            yield "a component of V2 is used without its flag"
    if any(each.get("type") == _BUTTON for each in components):
        yield "a button stands outside a row"
    for row in (each for each in every if each.get("type") == _ROW):
        kinds = [each.get("type") for each in row.get("components") or []]
        if not kinds or len(kinds) > (5 if set(kinds) == {_BUTTON} else 1):
            yield "a row has one to five buttons, or one of anything else"
    for each in every:
        yield from _at_most(LABEL, "a label", each.get("label"))
        if each.get("type") in _SELECTS:
            yield from _select(each)
        if each.get("type") == _TEXT_DISPLAY and not each.get("content"):
            yield "a text display is empty"
        if each.get("type") == _SECTION:
            yield from _count(SECTION_TEXTS, "texts of a section", each.get("components") or [])
            if not each.get("components") or not each.get("accessory"):
                yield "a section has no text or no accessory"
    yield from _custom_ids(components)


def _select(select: Json) -> Iterator[str]:
    options, most = select.get("options") or [], select.get("max_values", 1)
    yield from _count(SELECT_OPTIONS, "options of a select", options)
    for each in options:
        yield from _some(SELECT_OPTION, "the label of an option", each.get("label"))
        yield from _some(SELECT_OPTION, "the value of an option", each.get("value"))
    if len({each.get("value") for each in options}) < len(options):
        yield "two options of a select have one value"
    chosen = [each for each in options if each.get("default")] + (select.get("default_values") or [])
    if most > SELECT_OPTIONS or select.get("min_values", 1) > most or len(chosen) > most:
        yield f"a select of at most {most} has {len(chosen)} chosen, and {select.get('min_values', 1)} as its least"
    yield from _at_most(PLACEHOLDER, "a placeholder", select.get("placeholder"))


def _custom_ids(components: list[Json]) -> Iterator[str]:
    found = Counter(each["custom_id"] for each in components_within(components) if each.get("custom_id") is not None)
    for custom_id, count in found.items():
        yield from _some(CUSTOM_ID, "a custom_id", custom_id)
        if count > 1:
            yield f"the custom_id {custom_id!r} is used {count} times"


def _count(most: int, what: str, found: list[Json]) -> Iterator[str]:
    if len(found) > most:
        yield f"{len(found)} {what}, and {most} are the most"


def _at_most(most: int, what: str, text: str | None) -> Iterator[str]:
    if length(text) > most:
        yield f"{what} has {length(text):,} characters, and {most:,} are the most"


def _some(most: int, what: str, text: str | None) -> Iterator[str]:
    if not text:
        yield f"{what} is missing"
    yield from _at_most(most, what, text)
