"""Who in Discord may keep the articles of a server."""

from typing import Any

import discord

from bot.memory.records import ServerSettings
from bot.policy import is_librarian


def may_keep(interaction: "discord.Interaction[Any]", settings: ServerSettings) -> bool:
    """Whether whoever used a command, a button or a form is a librarian, by the ``settings`` of the server in which they did."""
    # Whoever is no member, as in a direct message, has no roles.
    roles = [role.id for role in getattr(interaction.user, "roles", ())]
    return is_librarian(settings, manages_server=interaction.permissions.manage_guild, role_ids=roles)
