"""The slash commands, and one way from a question to what is posted."""

import logging
from collections.abc import Sequence

import discord
from discord import app_commands

from bot.service import Service
from bot.views import notice_embed, reply_embed
from embeddings.errors import PullquoteError
from embeddings.types import Question

_log = logging.getLogger("pullquote")


async def answer(service: Service, guild_id: int, question: str, history: Sequence[str] = ()) -> discord.Embed:
    """What to post for a question asked in a server, whose library is named by its id."""
    try:
        return reply_embed(await service.ask(str(guild_id), Question(question, tuple(history))))
    except PullquoteError as error:
        return notice_embed(str(error))
    except Exception:
        # The question itself stays out of the log.
        _log.exception("a question in server %d could not be answered", guild_id)
        return notice_embed("Something went wrong on my side; whoever hosts me will find it in the log.")


def add_commands(tree: app_commands.CommandTree, service: Service) -> None:
    """Define the commands on a tree."""

    @tree.command(name="ask", description="Ask this server's articles; the answer is in their own words.")
    @app_commands.describe(question="What you want to know")
    @app_commands.guild_only()
    async def ask(interaction: discord.Interaction, question: app_commands.Range[str, 1, 2000]) -> None:
        # Discord waits three seconds for this and fifteen minutes for the rest.
        await interaction.response.defer(thinking=True)
        assert interaction.guild_id is not None
        await interaction.edit_original_response(embed=await answer(service, interaction.guild_id, question))
