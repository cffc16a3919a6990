"""`/help`, `/privacy` and `/forget-me`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self, cast

import discord
from discord import app_commands

from bot.about.information import (
    CommandLine,
    Retention,
    examples_from,
    forgetting_text,
    forgotten_text,
    help_view,
    privacy_view,
)
from bot.asking.answering import Asking
from bot.librarians import may_keep
from bot.memory.records import Records
from bot.policy import LOOK, Limits
from bot.posting.buttons import Interaction, View
from bot.posting.delivery import acknowledge, answer
from bot.posting.responding import or_apology, respond
from bot.posting.translations import command_name, in_language
from bot.posting.views import SERVERS_ONLY, notice_view, text_view, wait_view
from bot.service import Service
from embeddings.library import Library


class Confirming(Protocol):
    """What handles a confirmation: the client."""

    async def forget(self, interaction: Interaction) -> None:
        """Delete the data of the user who pressed."""
        ...


class ForgetButton(discord.ui.DynamicItem["discord.ui.Button[View]"], template="pullquote:forget"):
    """The confirmation. It names no user: the one who presses it is forgotten."""

    def __init__(self) -> None:
        super().__init__(
            discord.ui.Button(
                style=discord.ButtonStyle.danger, label="Delete what you keep about me", custom_id="pullquote:forget"
            )
        )

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: "discord.ui.Item[Any]", ___: "Any", /) -> Self:
        """The button that was pressed."""
        return cls()

    async def callback(self, interaction: Interaction) -> None:
        """Pass the press on."""
        await cast(Confirming, interaction.client).forget(interaction)


@dataclass(frozen=True, slots=True)
class Informing:
    """Tells members what they can do and what is kept about them, and deletes that."""

    service: Service[Library]
    records: Records
    asking: Asking
    limits: Limits
    library_of: Callable[[int | None], str | None]
    retention: Retention

    async def help(self, interaction: Interaction, tree: "app_commands.CommandTree[Any]") -> None:
        """Show how to ask, to the user only."""
        library = self.library_of(interaction.guild_id)

        async def view() -> View:
            if wait := self.limits.wait(interaction.user.id, interaction.guild_id, LOOK):
                return wait_view(wait)
            if library is None:
                return notice_view(SERVERS_ONLY)
            locale = str(interaction.locale)
            examples = await self.service.read(library, examples_from)
            for_librarian = may_keep(interaction, await self.asking.settings(library))
            return help_view(examples, command_lines(tree, locale, for_librarian=for_librarian), locale)

        await respond(interaction, view, "help")

    async def privacy(self, interaction: Interaction) -> None:
        """Show what is kept, to the user only."""
        library = self.library_of(interaction.guild_id)

        async def view() -> View:
            keep_days = (await self.asking.settings(library)).keep_days if library else None
            return privacy_view(self.retention, keep_days, str(interaction.locale))

        await respond(interaction, view, "privacy")

    async def ask_first(self, interaction: Interaction) -> None:
        """Ask for confirmation before a member's data is deleted."""
        await acknowledge(interaction, thinking=True, private=True)
        await answer(interaction, text_view(forgetting_text(), buttons=[ForgetButton()]))

    async def forget(self, interaction: Interaction) -> None:
        """Delete the data of the user who pressed; the result replaces the prompt."""
        await acknowledge(interaction)

        async def view() -> View:
            user_id = interaction.user.id
            self.asking.forgetting.note(user_id)
            return notice_view(forgotten_text(await self.service.write(lambda: self.records.forget_user(user_id))))

        await answer(interaction, await or_apology(view, "forgetting"))


def command_lines(tree: "app_commands.CommandTree[Any]", locale: str, *, for_librarian: bool) -> list[CommandLine]:
    """The slash commands in the user's language, subcommands one by one; restricted ones only ``for_librarian``."""
    return sorted(
        CommandLine(command_name(each.qualified_name, locale), in_language(each.description, locale))
        for each in tree.walk_commands(type=discord.AppCommandType.chat_input)
        if isinstance(each, app_commands.Command)
        and (for_librarian or (each.root_parent or each).default_permissions is None)
    )


def add_information(tree: "app_commands.CommandTree[Any]", informing: Informing, *, in_direct_messages: bool) -> None:
    """Define the commands. In direct messages, members can always see what is kept about them, and have it deleted."""

    @tree.command(name="help", description="How to ask me, with examples from this server.")
    @app_commands.allowed_contexts(guilds=True, dms=in_direct_messages, private_channels=False)
    async def help_(interaction: Interaction) -> None:
        await informing.help(interaction, tree)

    @tree.command(name="privacy", description="What I keep, where, for how long, and who sees it.")
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def privacy(interaction: Interaction) -> None:
        await informing.privacy(interaction)

    @tree.command(name="forget-me", description="Delete everything that I keep about you.")
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def forget_me(interaction: Interaction) -> None:
        await informing.ask_first(interaction)
