"""Interaction data of what members fill in, checked as Discord's clients do: options of commands, components, modals."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .messages import Message, components_within
from .record import Record
from .world import Attachment, Channel, Guild, Json, Role, User

_STRING, _INTEGER, _BOOLEAN, _USER, _CHANNEL, _ROLE, _NUMBER, _FILE = 3, 4, 5, 6, 7, 8, 10, 11
_SUBCOMMAND, _GROUP = 1, 2
_TYPES: dict[int, type | tuple[type, ...]] = {
    _STRING: str,
    _INTEGER: int,
    _BOOLEAN: bool,
    _USER: User,
    _CHANNEL: Channel,
    _ROLE: Role,
    _NUMBER: float,
    _FILE: Attachment,
}
_BUTTON, _STRING_SELECT, _TEXT_INPUT, _USER_SELECT, _ROLE_SELECT, _CHANNEL_SELECT = 2, 3, 4, 5, 6, 8
_LABEL, _UPLOAD = 18, 19
_SELECTS = {_STRING_SELECT, _USER_SELECT, _ROLE_SELECT, _CHANNEL_SELECT, _UPLOAD}
_LINK = 5

Thing = User | Role | Channel | Attachment


def registered(record: Record, name: str, guild: Guild | None) -> Json:
    """A command that the bot registered, by the first word of its name."""
    known = [*record.commands.get(guild.id if guild else None, []), *record.commands[None]]
    for each in known:
        if each["name"] == name:
            return dict(each)
    raise AssertionError(f"the bot has no command {name!r}, only {[each['name'] for each in known]}")


def command_data(command: Json, path: list[str], given: Mapping[str, object], focused: str | None = None) -> Json:
    """The data of a slash command; ``path`` names the subcommand, ``focused`` the option being completed."""
    options = command["options"]
    for name in path:
        options = next((each.get("options") or [] for each in options if each["name"] == name), None)
        assert options is not None, f"/{command['name']} has no {name!r}"
    known = {each["name"]: each for each in options if each["type"] not in (_SUBCOMMAND, _GROUP)}
    missing = [name for name, each in known.items() if each.get("required") and name not in given and not focused]
    if missing or given.keys() - known.keys():
        raise AssertionError(
            f"/{command['name']} has options {sorted(known)}; {missing} are required; given {sorted(given)}"
        )
    sent: list[Json] = []
    for name, value in given.items():
        kind, expected = known[name]["type"], _TYPES.get(known[name]["type"], str)
        if not isinstance(value, expected):
            raise AssertionError(f"{name} of /{command['name']} takes {expected}, not {value!r}")
        shown = str(value.id) if isinstance(value, Thing) else value
        sent.append({"name": name, "type": kind, "value": shown} | ({"focused": True} if name == focused else {}))
    for depth, name in reversed(list(enumerate(path))):
        kind = _GROUP if depth < len(path) - 1 else _SUBCOMMAND
        sent = [{"name": name, "type": kind, "options": sent}]
    return _known_as(command) | {"options": sent, "resolved": resolved(given.values())}


def menu_data(command: Json, message: Message) -> Json:
    """The data of a message context-menu command. The content of its message is always readable."""
    told = {"messages": {str(message.id): message.payload()}}
    return _known_as(command) | {"target_id": str(message.id), "resolved": told}


def component_data(message: Message, custom_id: str, chosen: Iterable[str | Thing] = ()) -> Json:
    """The data of a button press or a choice from a select."""
    component = _component(message, custom_id)
    data: Json = {"custom_id": component["custom_id"], "component_type": component["type"]}
    if component["type"] == _BUTTON:
        return data
    chosen = list(chosen)
    return data | {"values": _values(component, chosen), "resolved": resolved(chosen)}


def forged(message: Message, custom_id: str) -> Message:
    """The message with the custom_id of its first button replaced."""
    components = copy.deepcopy(message.components)
    button = next(each for each in components_within(components) if each["type"] == _BUTTON)
    button["custom_id"] = custom_id
    return replace(message, components=components)


def modal_data(modal: Json, given: Mapping[str, str | Sequence[str | Thing]]) -> Json:
    """The data of a submitted modal; ``given`` maps custom_ids to texts, or to what was chosen or uploaded."""
    known = {each["custom_id"]: each for each in components_within(modal["components"]) if each.get("custom_id")}
    assert not given.keys() - known.keys(), f"the modal has {sorted(known)}, and no {sorted(given.keys() - known)}"
    things: list[object] = []
    sent = []
    for number, top in enumerate(modal["components"], 1):
        inner = top.get("component") or next(iter(top.get("components") or []), None)
        if inner is None or inner.get("custom_id") is None:
            continue
        value = given.get(inner["custom_id"])
        assert value or not inner.get("required", True), f"{inner['custom_id']} of the modal is required"
        filled: Json = {"type": inner["type"], "custom_id": inner["custom_id"], "id": 100 + number}
        if inner["type"] in _SELECTS:
            chosen = list(value or [])
            things += chosen
            filled["values"] = _values(inner, chosen)
        else:
            text = value or inner.get("value") or ""
            assert len(text) <= (inner.get("max_length") or 4000), f"{inner['custom_id']} of the modal is too long"
            filled["value"] = text
        within = {"component": filled} if top["type"] == _LABEL else {"components": [filled]}
        sent.append({"type": top["type"], "id": number, **within})
    return {"custom_id": modal["custom_id"], "components": sent, "resolved": resolved(things)}


def resolved(things: Iterable[object]) -> Json:
    """The resolved data of the users, roles, channels and files that were chosen."""
    found: Json = {}
    for each in things:
        if isinstance(each, User):
            found.setdefault("users", {})[str(each.id)] = each.payload()
        elif isinstance(each, Role):
            found.setdefault("roles", {})[str(each.id)] = each.payload()
        elif isinstance(each, Channel):
            partial = {**each.payload(), "permissions": "0"}
            found.setdefault("channels", {})[str(each.id)] = partial
        elif isinstance(each, Attachment):
            found.setdefault("attachments", {})[str(each.id)] = each.payload()
    return found


def _known_as(command: Json) -> Json:
    guild = {"guild_id": command["guild_id"]} if "guild_id" in command else {}
    return {"id": command["id"], "name": command["name"], "type": command["type"], **guild}


def _component(message: Message, custom_id: str) -> Json:
    """The component with this custom_id or label."""
    usable = [each for each in components_within(message.components) if each.get("custom_id")]
    for each in usable:
        if custom_id in (each["custom_id"], each.get("label")):
            assert not each.get("disabled"), f"{custom_id!r} is disabled"
            return each
    shown = [each.get("label") or each["custom_id"] for each in usable]
    raise AssertionError(f"the message has no {custom_id!r}, only {shown}")


def _values(component: Json, chosen: list[str | Thing]) -> list[str]:
    least, most = component.get("min_values", 1), component.get("max_values", 1)
    assert least <= len(chosen) <= most or not (chosen or component.get("required", True)), (
        f"{len(chosen)} were chosen where {least} to {most} can be"
    )
    values = [each if isinstance(each, str) else str(each.id) for each in chosen]
    if component["type"] == _STRING_SELECT:
        offered = {each["value"] for each in component["options"]}
        assert set(values) <= offered, f"{set(values) - offered} cannot be chosen, only {sorted(offered)}"
    return values
