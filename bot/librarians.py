"""Who may manage the articles of a Discord server."""

from typing import Any

import discord

from bot.memory.records import ServerSettings
from bot.policy import is_librarian


def may_keep(interaction: "discord.Interaction[Any]", settings: ServerSettings) -> bool:
    """Whether the user of a command, button or form is a librarian by the ``settings`` of the server where they used it."""
    # A user who is not a member, as in a direct message, has no roles.
    roles = [role.id for role in getattr(interaction.user, "roles", ())]
    return is_librarian(settings, manages_server=interaction.permissions.manage_guild, role_ids=roles)
