"""Discord's limits that its OpenAPI description does not state, by hand from its developer documentation."""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

_CONTENT = 2000
_EMBEDS = 10
_EMBEDS_TOGETHER = 6000
_EMBED_PARTS = {"title": 256, "description": 4096}
_FIELDS = 25
_COMPONENTS_V2 = 1 << 15
_V2_TEXT = 4000
_V2_COMPONENTS = 40
_ROWS = 5
_CUSTOM_ID = 100
_COMMAND_NAME = re.compile(r"[-_\w]{1,32}")


def message_violations(body: Json) -> Iterator[str]:
    """What is wrong with a message that is posted or edited."""
    content = body.get("content") or ""
    embeds = body.get("embeds") or []
    components = body.get("components") or []
    if len(content) > _CONTENT:
        yield f"content has {len(content)} characters, over {_CONTENT}"
    yield from _embed_violations(embeds)
    yield from _mention_violations(body)
    parts = list(_nested(components))
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    if len(ids) != len(set(ids)):
        yield "custom ids are repeated"
    yield from (f"custom id has {len(each)} characters" for each in ids if not 1 <= len(each) <= _CUSTOM_ID)
    if (body.get("flags") or 0) & _COMPONENTS_V2:
        if content or embeds:
            yield "Components V2 are mixed with content or embeds"
        text = sum(len(part.get("content") or "") for part in parts)
        if text > _V2_TEXT or len(parts) > _V2_COMPONENTS:
            yield f"Components V2 have {text} characters in {len(parts)} components"
    elif len(components) > _ROWS:
        yield f"{len(components)} rows of components, over {_ROWS}"


def command_violations(commands: list[Json]) -> Iterator[str]:
    """What is wrong with application commands that are registered."""
    names = [(command.get("type", 1), command["name"]) for command in commands]
    if len(names) != len(set(names)):
        yield "command names are repeated"
    for command in commands:
        if command.get("type", 1) == 1:
            if not _COMMAND_NAME.fullmatch(command["name"]) or command["name"] != command["name"].lower():
                yield f"command name {command['name']!r}"
            if not 1 <= len(command.get("description") or "") <= 100:
                yield f"description of {command['name']!r}"


def _embed_violations(embeds: list[Json]) -> Iterator[str]:
    if len(embeds) > _EMBEDS:
        yield f"{len(embeds)} embeds, over {_EMBEDS}"
    together = 0
    for embed in embeds:
        for name, most in _EMBED_PARTS.items():
            size = len(embed.get(name) or "")
            together += size
            if size > most:
                yield f"embed {name} has {size} characters, over {most}"
        fields = embed.get("fields") or []
        if len(fields) > _FIELDS:
            yield f"{len(fields)} fields, over {_FIELDS}"
        together += sum(len(each.get("name") or "") + len(each.get("value") or "") for each in fields)
        together += len((embed.get("footer") or {}).get("text") or "") + len(
            (embed.get("author") or {}).get("name") or ""
        )
    if together > _EMBEDS_TOGETHER:
        yield f"embeds have {together} characters together, over {_EMBEDS_TOGETHER}"


def _mention_violations(body: Json) -> Iterator[str]:
    """Not a limit of Discord's but of ours: nothing that this bot posts may ping anybody."""
    allowed = body.get("allowed_mentions")
    if (
        allowed is None
        or allowed.get("parse")
        or allowed.get("users")
        or allowed.get("roles")
        or allowed.get("replied_user")
    ):
        yield f"allowed_mentions is {allowed}"


def _nested(components: list[Json]) -> Iterator[Json]:
    for component in components:
        yield component
        accessory = component.get("accessory")
        yield from _nested([*(component.get("components") or []), *([accessory] if accessory else [])])
