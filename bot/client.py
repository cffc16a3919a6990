"""The connection to Discord: logging in, intents, events, and an end in good order."""

import asyncio
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.commands import Asking, add_commands, log_failure
from bot.config import ConfigError, Settings
from bot.conversations import Conversations
from bot.service import Service
from embeddings.encoder import load_encoder
from embeddings.errors import PullquoteError
from embeddings.library import Library
from embeddings.store import Store
from embeddings.types import Encoder

_log = logging.getLogger("pullquote")

#: What an invite asks for: to see channels, to answer in them and in threads with embeds, and, since Discord wants it
#: of whoever replies, to read the history.
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    read_message_history=True,
)
# Mentions carry their text without the privileged message-content intent, so it is not asked for.
_INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
# How long questions under way may take once the bot was told to stop, in seconds.
_LAST_ANSWERS = 5.0
_WRONG_TOKEN = 4004


class DiscordError(PullquoteError):
    """Discord cannot be reached, or cannot be worked with."""


class Client(discord.Client):
    """One connection to Discord."""

    def __init__(self, service: Service) -> None:
        # Nobody is ever pinged, and no message is kept.
        super().__init__(intents=_INTENTS, allowed_mentions=discord.AllowedMentions.none(), max_messages=None)
        self.tree = Tree(self)
        self._asking = Asking(service, Conversations())
        self._underway: set[asyncio.Task[object]] = set()
        add_commands(self.tree, self._asking)

    async def setup_hook(self) -> None:
        """Find the gateway and make the commands known."""
        _, gateway, _ = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        try:
            await self.tree.sync()
        except discord.DiscordException as error:
            log_failure("the commands could not be made known, so only mentions are answered", error)

    async def on_ready(self) -> None:
        """Say that it runs, and how to invite it."""
        assert self.user is not None
        invite = discord.utils.oauth_url(self.user.id, permissions=PERMISSIONS, scopes=("bot", "applications.commands"))
        _log.info("running as %s in %d servers; invite it with %s", self.user, len(self.guilds), invite)

    async def on_message(self, message: discord.Message) -> None:
        """Answer what people ask; other bots, and itself, are not listened to."""
        if self.user is not None and not message.author.bot:
            with self.underway():
                await self._asking.message(message, self.user)

    async def on_error(self, event_method: str, /, *_: object, **__: object) -> None:
        """Log what went wrong with an event."""
        if error := sys.exception():
            log_failure(event_method, error)

    @contextmanager
    def underway(self) -> Iterator[None]:
        """What the present task does is waited for, for a while, when the bot stops."""
        task = asyncio.current_task()
        assert task is not None
        self._underway.add(task)
        try:
            yield
        finally:
            self._underway.discard(task)

    async def close(self) -> None:
        """Let the questions under way be answered, then leave."""
        if self._underway:
            await asyncio.wait(self._underway, timeout=_LAST_ANSWERS)
        await super().close()
        # discord.py goes on getting ready after it was closed, and fails at it.
        if self._connection._ready_task:
            self._connection._ready_task.cancel()


class Tree(app_commands.CommandTree[Client]):
    """The slash commands, each waited for when the bot stops."""

    async def _call(self, interaction: "discord.Interaction[Client]") -> None:
        with self.client.underway():
            await super()._call(interaction)

    async def on_error(self, _: "discord.Interaction[Client]", error: app_commands.AppCommandError, /) -> None:
        """Log what went wrong with a command."""
        log_failure("a command", error)


def run(settings: Settings) -> int:
    """Run the bot until it is told to stop; returns the exit status.

    Raises:
        ConfigError: the token is missing, malformed, or refused by Discord.
        DiscordError: Discord cannot be reached.
        PullquoteError: the data directory or the model cannot be used.
    """
    token = settings.token().reveal()
    # Of the libraries only warnings: what discord.py logs below that holds messages.
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    _log.setLevel(logging.INFO)
    # It never speaks, so it need not be told that it cannot.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    Route.BASE = settings.discord_api.rstrip("/")
    encoder = load_encoder(settings.model)
    with Store.open(settings.data_dir) as store:
        asyncio.run(_serve(store, encoder, token))
    return 0


async def _serve(store: Store, encoder: Encoder, token: str) -> None:
    async with Service(lambda name: Library(store, name, encoder)) as service, Client(service) as client:
        connection = asyncio.create_task(_connect(client, token, service, encoder))
        for stop in (signal.SIGTERM, signal.SIGINT):
            # Windows has no such handlers; there Ctrl-C interrupts.
            with suppress(NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(stop, connection.cancel)
        try:
            await connection
        except asyncio.CancelledError:
            _log.info("stopping")
        except discord.LoginFailure:
            raise _refused() from None
        except discord.ConnectionClosed as error:
            if error.code == _WRONG_TOKEN:
                raise _refused() from None
            raise DiscordError(f"Discord closed the connection (code {error.code}).") from None
        except discord.GatewayNotFound:
            raise DiscordError("Discord does not say where its gateway is; try again later.") from None
        except discord.HTTPException as error:
            raise DiscordError(f"Discord answered {error.status}; try again later.") from None
        except OSError as error:
            raise DiscordError(f"Discord cannot be reached at {Route.BASE}; check the network.") from error


async def _connect(client: Client, token: str, service: Service, encoder: Encoder) -> None:
    await client.login(token)
    # The model is loaded beside the connection, so that the first question need not wait for it.
    warming = asyncio.create_task(service.do(lambda: encoder.encode_queries(["warm up"])))
    warming.add_done_callback(_note)
    await client.connect()


def _note(warming: "asyncio.Task[object]") -> None:
    if not warming.cancelled() and (error := warming.exception()):
        _log.error("%s", error)


def _refused() -> ConfigError:
    return ConfigError("Discord refused DISCORD_TOKEN; copy it again from the developer portal (Bot, Reset Token).")
