"""`/settings`: who may change them, and how a choice is applied. Every use of the panel checks its user anew."""

from collections.abc import Callable, Sequence
from typing import Any

from discord import app_commands

from bot.memory.records import Records, ServerSettings
from bot.posting.buttons import Interaction, View
from bot.posting.delivery import acknowledge, answer, persistently
from bot.posting.responding import or_apology, respond
from bot.posting.views import SERVERS_ONLY
from bot.service import Service
from bot.settings.choices import Server, Setting, changed
from bot.settings.panel import panel_view
from embeddings.errors import PullquoteError
from embeddings.library import Library

_MANAGERS_ONLY = "Only members who can manage this server can change its settings."


class Managing:
    """Shows the panel and applies what is chosen on it."""

    def __init__(self, service: Service[Library], records: Records, may_read: Callable[[], bool]) -> None:
        self._service = service
        self._records = records
        self._may_read = may_read

    async def panel(self, interaction: Interaction) -> None:
        """Show the current settings."""
        await respond(interaction, lambda: self._panel(interaction), "the settings")

    async def decided(self, interaction: Interaction, setting: Setting, values: Sequence[str]) -> None:
        """Apply a choice; the panel then shows the current settings, and a refusal is explained in a message of its own."""
        await acknowledge(interaction)

        async def change() -> View | None:
            server = _managed(interaction)

            def decide() -> None:
                # Read again in the writing thread, so that neither of two concurrent choices is lost.
                settings = self._records.settings(str(server.id))
                self._records.change_settings(str(server.id), changed(settings, setting, values, server))

            await self._service.write(decide)
            return None

        if refusal := await or_apology(change, "a setting"):
            await persistently(lambda: interaction.followup.send(view=refusal, ephemeral=True))
        if _manages(interaction):
            await answer(interaction, await or_apology(lambda: self._panel(interaction), "the settings"))

    async def _panel(self, interaction: Interaction) -> View:
        server = _managed(interaction)
        settings: ServerSettings = await self._service.do(lambda: self._records.settings(str(server.id)))
        return panel_view(settings, server, may_read=self._may_read())


def add_settings(tree: "app_commands.CommandTree[Any]", managing: Managing) -> None:
    """Define the command. Discord shows it to managers only, unless a server decides otherwise; users are checked all the same."""

    @tree.command(name="settings", description="Choose how I answer in this server.")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def settings(interaction: Interaction) -> None:
        await managing.panel(interaction)


def _manages(interaction: Interaction) -> bool:
    # A librarian by role must not decide who else is one.
    return interaction.guild_id is not None and interaction.permissions.manage_guild


def _managed(interaction: Interaction) -> Server:
    """The server, if the member may manage it."""
    if interaction.guild is None:
        raise PullquoteError(SERVERS_ONLY)
    if not _manages(interaction):
        raise PullquoteError(_MANAGERS_ONLY)
    guild = interaction.guild
    return Server(guild.id, frozenset(each.id for each in guild.roles), frozenset(each.id for each in guild.channels))
