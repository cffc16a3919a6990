"""Syncs commands to Discord only when they have changed, not at every start, because Discord limits that per day."""

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import discord
from discord import app_commands

#: A file in the data directory: a hash of the commands last synced, by application and server.
FILE = "commands.json"
# Instead of a server, for global commands.
_EVERYWHERE = "everywhere"


async def make_known(tree: "app_commands.CommandTree[Any]", data_dir: Path, *, guild: discord.Object | None) -> bool:
    """Sync the commands to Discord unless these were synced last; returns whether they were synced.

    With ``guild`` they are synced to that server only, where they can be used at once. Commands that this application has synced
    elsewhere are removed there, because Discord would show them twice.

    Raises:
        discord.DiscordException: Discord refuses them.
    """
    if guild:
        tree.copy_global_to(guild=guild)
    application = f"{tree.client.application_id}/"
    place = f"{application}{guild.id if guild else _EVERYWHERE}"
    digest = await _digest(tree, guild)
    path = data_dir / FILE
    known = _read(path)
    is_news = known.get(place) != digest
    if is_news:
        await tree.sync(guild=guild)
        _write(path, known | {place: digest})
    for other in [each for each in known if each.startswith(application) and each != place]:
        await _take_away(tree.client, other.removeprefix(application))
        _write(path, {each: of for each, of in _read(path).items() if each != other})
    return is_news


async def _take_away(client: discord.Client, where: str) -> None:
    assert client.application_id is not None
    if where == _EVERYWHERE:
        await client.http.bulk_upsert_global_commands(client.application_id, [])
    elif where.isdecimal():
        # A server that the bot has left shows none anyway.
        with suppress(discord.Forbidden, discord.NotFound):
            await client.http.bulk_upsert_guild_commands(client.application_id, int(where), [])


async def _digest(tree: "app_commands.CommandTree[Any]", guild: discord.Object | None) -> str:
    """A hash of the commands as sent to Discord, translations included."""
    translator = tree.translator
    told = [
        await each.get_translated_payload(tree, translator) if translator else each.to_dict(tree)
        for each in tree.get_commands(guild=guild)
    ]
    told.sort(key=lambda each: (each["type"], each["name"]))
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, known: dict[str, str]) -> None:
    # If this is lost, the commands are synced once more, which does no harm.
    with suppress(OSError):
        path.write_text(json.dumps(known, indent=1), encoding="utf-8")
