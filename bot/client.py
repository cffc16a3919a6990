"""The Discord client: intents, the slash command, mentions and replies. What it knows of articles it asks the service."""

import asyncio
import logging
import signal
import sys
from collections import OrderedDict

import discord
from discord import app_commands

from bot.commands import add_commands, answer
from bot.config import ConfigError, Settings
from bot.service import Service
from bot.views import notice_embed
from embeddings.encoder import load_encoder
from embeddings.store import Store

_log = logging.getLogger("pullquote")

# What an invite asks for: to see channels, and to answer in them and in threads with embeds.
PERMISSIONS = discord.Permissions(
    view_channel=True, send_messages=True, send_messages_in_threads=True, embed_links=True
)
# Answers whose questions are remembered, for replies to them.
_REMEMBERED = 2000


class Client(discord.Client):
    """One connection to Discord. Mentions carry their text without the privileged message-content intent, so it is not asked for."""

    def __init__(self, service: Service) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        super().__init__(intents=intents, allowed_mentions=discord.AllowedMentions.none())
        self.service = service
        self.tree = app_commands.CommandTree(self)
        self._questions: OrderedDict[int, tuple[str, ...]] = OrderedDict()
        self._warming: asyncio.Task[None] | None = None
        add_commands(self.tree, service)

    async def setup_hook(self) -> None:
        """Load the model beside the connection, and make the commands known."""
        self._warming = asyncio.create_task(self.service.warm())
        await self.tree.sync()

    async def on_ready(self) -> None:
        """Say that it runs, and how to invite it."""
        assert self.user is not None
        invite = discord.utils.oauth_url(self.user.id, permissions=PERMISSIONS, scopes=("bot", "applications.commands"))
        _log.info("running as %s in %d servers; invite it with %s", self.user, len(self.guilds), invite)

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that mentions the bot or replies to one of its answers; decline in direct messages."""
        if message.author.bot or self.user is None:
            return
        if message.guild is None:
            await message.reply(embed=notice_embed("I answer in servers, from their own articles; ask me there."))
            return
        earlier = self._questions.get(message.reference.message_id or 0) if message.reference else None
        if self.user not in message.mentions and earlier is None:
            return
        question = self._without_mention(message.content)
        if not question:
            if earlier is None:
                await message.reply(embed=notice_embed("Mention me together with a question."), mention_author=False)
            return
        try:
            async with message.channel.typing():
                embed = await answer(self.service, message.guild.id, question, earlier or ())
            sent = await message.reply(embed=embed, mention_author=False)
        except discord.HTTPException as error:
            # The question or the channel is gone, or the bot may not speak there: there is nobody to tell.
            _log.warning("could not reply in channel %d: %s", message.channel.id, error.text or error.status)
            return
        self._questions[sent.id] = (*(earlier or ()), question)
        if len(self._questions) > _REMEMBERED:
            self._questions.popitem(last=False)

    def _without_mention(self, content: str) -> str:
        assert self.user is not None
        for form in (f"<@{self.user.id}>", f"<@!{self.user.id}>"):
            content = content.replace(form, " ")
        return " ".join(content.split())


def run(settings: Settings) -> int:
    """Run the bot until it is told to stop; returns the exit status.

    Raises:
        ConfigError: the token is missing, malformed, or refused by Discord.
    """
    token = settings.token()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("discord").setLevel(logging.WARNING)
    discord.http.Route.BASE = settings.discord_api.rstrip("/")
    with Store.open(settings.data_dir) as store:
        return asyncio.run(_serve(store, settings, token.reveal()))


async def _serve(store: Store, settings: Settings, token: str) -> int:
    async with Service(store, load_encoder(settings.model)) as service, Client(service) as client:
        loop = asyncio.get_running_loop()
        serving = asyncio.create_task(client.start(token))
        for stop in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(stop, serving.cancel)
        try:
            await serving
        except asyncio.CancelledError:
            _log.info("stopped")
        except discord.LoginFailure:
            # What Discord said would show the request; the cause is always the token.
            raise ConfigError(
                "Discord refused DISCORD_TOKEN; copy it again from the developer portal (Bot, Reset Token)."
            ) from None
        except discord.HTTPException as error:
            _log.error("Discord answered %d; try again later", error.status)
            return 1
        except (OSError, discord.GatewayNotFound):
            _log.error("Discord cannot be reached at %s; check the network", settings.discord_api)
            return 1
        return 0
