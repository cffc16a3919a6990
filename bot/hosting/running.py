"""`pullquote run`: the bot from startup to shutdown, with its dependencies."""

import asyncio
import gc
import logging
import os
import signal
import sys
from contextlib import suppress
from datetime import timedelta

import discord
from discord.http import Route

from bot.articles.upkeep import Upkeep
from bot.asking.catalogue import Catalogue
from bot.config import ConfigError, Settings
from bot.hosting.client import Client
from bot.hosting.stalls import Stalls
from bot.logs import log_to_stderr
from bot.memory.community import Community
from bot.memory.servers import Servers
from bot.posting.delivery import BROKEN
from bot.service import Service
from bot.session import fetcher_for
from embeddings.encoders import load_encoder
from embeddings.errors import PullquoteError
from embeddings.languages import ENGLISH
from embeddings.library import Library
from embeddings.protocols import Encoder, Reader
from embeddings.readers import load_reader
from embeddings.spelling import is_word
from embeddings.store import Store

_log = logging.getLogger("pullquote")

_WRONG_TOKEN = 4004
# Seconds that work in progress may take once the bot is told to stop, unless it is told again. Process managers such as systemd or
# Docker kill it eventually, Docker after ten seconds.
_GRACE = 8.0


class DiscordError(PullquoteError):
    """Discord cannot be reached, or cannot be worked with."""


def run(settings: Settings) -> int:
    """Run the bot until it is told to stop; returns the exit status.

    Raises:
        ConfigError: the token is missing, malformed, or refused by Discord.
        DiscordError: Discord cannot be reached.
        PullquoteError: the data directory or the model cannot be used.
    """
    _leave_no_core()
    # Threads that compute release the interpreter to the event loop after this many seconds; the default is five times as long.
    sys.setswitchinterval(0.001)
    log_to_stderr(settings.token().reveal())
    # The bot uses no voice: no warnings about missing voice libraries.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    Route.BASE = settings.discord_api.rstrip("/")
    encoder, reader = load_encoder(settings.model), load_reader(settings.reader)
    with Store.open(settings.data_dir) as store, Community(settings.data_dir) as records:
        asyncio.run(_serve(settings, store, encoder, reader, records))
    return 0


def _leave_no_core() -> None:
    """Disable core dumps: a crash must not write the memory, which holds the token, to a disk."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


async def _serve(settings: Settings, store: Store, encoder: Encoder, reader: Reader | None, records: Community) -> None:
    catalogue, fetcher = Catalogue(store.generation, store.articles), fetcher_for(settings)
    stalls = Stalls()
    async with (
        Service(lambda name: Library(store, name, encoder, reader, settings.minimum_confidence)) as service,
        Client(settings, service, records, Servers(records), catalogue, fetcher) as client,
    ):
        connection = asyncio.create_task(_connect(client, settings.token().reveal(), service, stalls, encoder, reader))
        if settings.refresh_hours:
            every = timedelta(hours=settings.refresh_hours)
            upkeep = asyncio.create_task(Upkeep(service, store.origins.due, fetcher, every).run())
            connection.add_done_callback(lambda _: upkeep.cancel())
        for stop in (signal.SIGTERM, signal.SIGINT):
            # Windows has no such handlers; there Ctrl-C interrupts.
            with suppress(NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(stop, connection.cancel)
        try:
            await connection
        except asyncio.CancelledError:
            _log.info("stopping; %s", stalls)
            _leave_soon()
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
        except BROKEN as error:
            raise DiscordError(f"Discord cannot be reached at {Route.BASE}; check the network.") from error


def _leave_soon() -> None:
    """Limit the time that stopping takes: a thread's work, which may be a large article, cannot be interrupted."""
    loop = asyncio.get_running_loop()
    loop.call_later(_GRACE, _leave)
    for stop in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            loop.add_signal_handler(stop, _leave)


def _leave() -> None:
    """End the process at once: what was reported as added is kept, as after any crash."""
    _log.warning("what was still being done is given up")
    logging.shutdown()
    os._exit(0)


async def _connect(
    client: Client, token: str, service: Service[Library], stalls: Stalls, encoder: Encoder, reader: Reader | None
) -> None:
    await client.login(token)
    # Models and dictionary are loaded before Discord can send anything: it takes seconds, and partly blocks everything else.
    await service.prepare(lambda: warm_up(encoder, reader))
    async with stalls:
        try:
            await client.connect()
        except discord.PrivilegedIntentsRequired:
            # The intent was turned off in the portal between the check and the connection.
            client.may_read(False)
            await client.connect()


def warm_up(encoder: Encoder, reader: Reader | None) -> None:
    """Load everything that a question may need and that is slow to load."""
    encoder.encode_queries(["warm up"])
    encoder.encode_passages(["warm up"])
    if reader:
        reader.read("warm up", ["warm up"])
    is_word("warm", ENGLISH)
    # What was loaded stays. Garbage collection over all of it would block the event loop for a third of a second.
    gc.freeze()


def _refused() -> ConfigError:
    return ConfigError("Discord refused DISCORD_TOKEN; copy it again from the developer portal (Bot, Reset Token).")
