"""Members' commands: `/ask`, with autocompletion of articles, and the context menu of messages."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import discord
from discord import app_commands

from bot.asking.answering import Asking, Inquiry
from bot.asking.catalogue import Catalogue
from bot.asking.conversations import NOTHING, in_thread
from bot.asking.listening import names_in, question_in
from bot.asking.wording import in_words
from bot.logs import log_failure
from bot.policy import Limits
from bot.posting.buttons import Interaction, View
from bot.posting.delivery import acknowledge, answer
from bot.posting.responding import or_apology
from bot.posting.views import SERVERS_ONLY, notice_view, wait_view
from bot.service import Service
from embeddings.errors import PullquoteError
from embeddings.library import Library

_NO_WORDS = "That message has no words that I could look up."

# Timeout, in seconds, for looking up silent channels before the acknowledgement, for which Discord waits three seconds.
_PATIENCE = 1.0


@dataclass(frozen=True, slots=True)
class Commands:
    """Carries out the commands."""

    service: Service[Library]
    asking: Asking
    catalogue: Catalogue
    limits: Limits
    library_of: Callable[[int | None], str | None]
    """The library of a server, or that of direct messages; None where nothing is answered."""

    async def ask(self, interaction: Interaction, question: str, article: str | None, private: bool) -> None:
        """Answer a question: acknowledge at once, then edit the answer in."""
        library = self.library_of(interaction.guild_id)
        if library is None:
            await interaction.response.send_message(view=notice_view(SERVERS_ONLY), ephemeral=True)
            return
        wait = self.limits.wait(interaction.user.id, interaction.guild_id)
        private = private or wait > 0 or await self._is_silent(library, interaction)
        await acknowledge(interaction, thinking=True, private=private)
        if wait:
            await answer(interaction, wait_view(wait))
            return
        question = in_words(question, names_in(interaction.guild))
        await self._answer(interaction, library, question, article, private=private)

    async def find(self, interaction: Interaction, message: discord.Message) -> None:
        """Answer somebody's message, for the user of the command only."""
        library = self.library_of(interaction.guild_id)
        if library is None:
            await interaction.response.send_message(view=notice_view(SERVERS_ONLY), ephemeral=True)
            return
        await acknowledge(interaction, thinking=True, private=True)
        question = question_in(message)
        if not question:
            await answer(interaction, notice_view(_NO_WORDS))
            return
        if wait := self.limits.wait(interaction.user.id, interaction.guild_id):
            await answer(interaction, wait_view(wait))
            return
        await self._answer(interaction, library, question, private=True, stands_alone=True)

    async def complete(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The titles of this server's articles that match the text typed so far."""
        library = self.library_of(interaction.guild_id)
        if library is None:
            return []
        try:
            found = await self.service.do(lambda: self.catalogue.choices(library, typed))
        except Exception as error:
            log_failure("completing a title", error)
            return []
        return [app_commands.Choice(name=title, value=article_id) for title, article_id in found]

    async def _answer(
        self,
        interaction: Interaction,
        library: str,
        question: str,
        article: str | None = None,
        *,
        private: bool,
        stands_alone: bool = False,
    ) -> None:
        async def view() -> View | None:
            chosen: tuple[str, ...] = ()
            if article is not None:
                chosen = (await self.service.do(lambda: self.catalogue.chosen(library, article)),)
            earlier = NOTHING
            if isinstance(interaction.channel, discord.Thread) and not stands_alone:
                asked = await self.asking.asked_in(library, interaction.channel.id)
                earlier = in_thread(asked, interaction.channel.name)
            inquiry = Inquiry(
                library,
                question,
                interaction.user.id,
                interaction.channel_id or 0,
                earlier=earlier,
                article_ids=chosen,
                is_private=private,
                is_command=True,
            )
            return await self.asking.answer(inquiry)

        await answer(interaction, await or_apology(view, "a question"))

    async def _is_silent(self, library: str, interaction: Interaction) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE):
                settings = await self.asking.settings(library)
        except (TimeoutError, PullquoteError):
            # If unknown, answer the asker only: that mistake does no harm.
            return True
        places = {interaction.channel_id, getattr(interaction.channel, "parent_id", None)}
        return bool(places & settings.silent_channels)


def add_commands(tree: "app_commands.CommandTree[Any]", commands: Commands, *, in_direct_messages: bool) -> None:
    """Define the commands. Discord enforces where they can be used, and they check it again when used."""
    contexts = app_commands.allowed_contexts(guilds=True, dms=in_direct_messages, private_channels=False)

    @tree.command(name="ask", description="Ask a question; this server's articles answer in their own words.")
    @app_commands.describe(
        question="What you want to know",
        article="Answer from this article only",
        private="Show the answer to you alone",
    )
    @contexts
    async def ask(
        interaction: Interaction,
        question: app_commands.Range[str, 1, 2000],
        article: str | None = None,
        private: bool = False,
    ) -> None:
        await commands.ask(interaction, question, article, private)

    @ask.autocomplete("article")
    async def article_typed(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await commands.complete(interaction, current)

    @tree.context_menu(name="Find in the articles")
    @contexts
    async def find(interaction: Interaction, message: discord.Message) -> None:
        await commands.find(interaction, message)
