"""What members can do: ask by command, by mention, or by replying to an answer."""

import logging
import traceback
from collections.abc import Sequence

import discord
from discord import app_commands

from bot.conversations import Conversations
from bot.service import Service
from bot.views import notice_embed, reply_embed
from embeddings.errors import PullquoteError
from embeddings.types import Question

_log = logging.getLogger("pullquote")

_SERVERS_ONLY = "I answer in servers, each from its own articles; please ask me there."
_NO_QUESTION = "Mention me together with your question."
_APOLOGY = "Something went wrong on my side, sorry. Whoever hosts me can find it in the log."


class Asking:
    """From a question to what is posted, whichever way it was asked. A server's library is named by its id."""

    def __init__(self, service: Service, conversations: Conversations) -> None:
        self._service = service
        self._conversations = conversations

    async def command(self, interaction: discord.Interaction, question: str) -> None:
        """Answer a slash command: acknowledged at once, the answer edited in."""
        if interaction.guild_id is None:
            await interaction.response.send_message(embed=notice_embed(_SERVERS_ONLY), ephemeral=True)
            return
        # Discord waits three seconds for this, and fifteen minutes for the rest.
        await interaction.response.defer(thinking=True)
        self._conversations.remember(interaction.id, (question,))
        embed = await self._answer(interaction.guild_id, question, show_question=True)
        await interaction.edit_original_response(embed=embed)

    async def message(self, message: discord.Message, me: discord.ClientUser) -> None:
        """Answer a message that mentions the bot, or replies to it; decline in direct messages."""
        if message.guild is None:
            await message.channel.send(embed=notice_embed(_SERVERS_ONLY))
            return
        earlier = self._conversations.up_to(_answered(message.reference, me))
        question = _without_mention(message.content, me.id)
        if me not in message.mentions and not (earlier and question):
            # Talk among members; the text of a reply that does not mention the bot is withheld from it anyway.
            return
        if not question:
            await self._reply(message, notice_embed(_NO_QUESTION))
            return
        self._conversations.remember(message.id, (*earlier, question))
        async with message.channel.typing():
            embed = await self._answer(message.guild.id, question, earlier)
        await self._reply(message, embed)

    async def _answer(
        self, guild_id: int, question: str, history: Sequence[str] = (), *, show_question: bool = False
    ) -> discord.Embed:
        library = str(guild_id)
        try:
            reply = await self._service.ask(library, Question(question, tuple(history)))
        except PullquoteError as error:
            return notice_embed(str(error))
        except Exception as error:
            log_failure(f"a question in server {guild_id}", error)
            return notice_embed(_APOLOGY)
        return reply_embed(reply, library=library, show_question=show_question)

    async def _reply(self, message: discord.Message, embed: discord.Embed) -> None:
        # The question may be gone by now; then the answer stands by itself.
        reference = message.to_reference(fail_if_not_exists=False)
        await message.channel.send(embed=embed, reference=reference, mention_author=False)


def add_commands(tree: "app_commands.CommandTree[discord.Client]", asking: Asking) -> None:
    """Define the slash commands."""

    @tree.command(name="ask", description="Ask this server's articles; they answer in their own words.")
    @app_commands.describe(question="What you want to know")
    @app_commands.guild_only()
    async def ask(interaction: discord.Interaction, question: app_commands.Range[str, 1, 2000]) -> None:
        await asking.command(interaction, question)


def log_failure(what: str, error: BaseException) -> None:
    """Log where an error happened, but not its message, which may hold the words of a question."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, discord.HTTPException):
        # Discord says no: the channel, the message or the permission is gone. It is told by its numbers.
        _log.warning("%s: Discord answered %d (code %d)", what, error.status, error.code)
        return
    frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    _log.error("%s: %s\n%s", what, type(error).__name__, frames)


def _answered(reference: discord.MessageReference | None, me: discord.ClientUser) -> int | None:
    """The id of the message or command that the bot's answer, which is replied to, was given to."""
    answer = reference.resolved if reference else None
    if not isinstance(answer, discord.Message) or answer.author.id != me.id:
        return None
    if answer.interaction_metadata:
        return answer.interaction_metadata.id
    return answer.reference.message_id if answer.reference else None


def _without_mention(content: str, my_id: int) -> str:
    for form in (f"<@{my_id}>", f"<@!{my_id}>"):
        content = content.replace(form, " ")
    return " ".join(content.split())
