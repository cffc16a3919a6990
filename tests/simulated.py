"""The bot in a Discord that `simcord` simulates in the same process: after each action of a member, everything that it triggers has
finished before the next one.

Unlike the stand-in, its clock can be advanced, members can only use components that they are shown, and errors that the bot swallows fail
the test. It has no socket; the stand-in is for that.
"""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

import discord
import simcord
from simcord.http.router import RequestContext, route

from bot.asking.catalogue import Catalogue
from bot.config import Settings
from bot.hosting.client import Client
from bot.memory.community import Community
from bot.memory.records import Records
from bot.memory.servers import Servers
from bot.service import Service
from bot.session import fetcher_for
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.protocols import Encoder
from embeddings.store import Store
from tests.fakes import BagEncoder

C = TypeVar("C", bound=Client)


@route("GET", "/gateway/bot")
def gateway(_: RequestContext) -> dict[str, Any]:
    """A route that simcord lacks: it names a gateway, to which nothing connects."""
    limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
    return {"url": "wss://gateway.invalid", "shards": 1, "session_start_limit": limit}


class Simulated(Client):
    """The client, with its background tasks started in a context of their own: simcord waits for all tasks that it tracks by context,
    and these run as long as the bot.
    """

    async def setup_hook(self) -> None:
        await contextvars.Context().run(asyncio.create_task, super().setup_hook())

    async def stop(self) -> None:
        await self._reasking.stop(patience=1)


@dataclass(frozen=True)
class Server:
    """A server with a channel, two members, a moderator and a manager."""

    guild: simcord.GuildHandle
    general: simcord.ChannelHandle
    ada: simcord.MemberActor
    bea: simcord.MemberActor
    moderator: simcord.MemberActor
    manager: simcord.MemberActor
    managers: simcord.RoleHandle

    @classmethod
    def of(cls, env: simcord.Env) -> Self:
        guild = env.create_guild()
        general = guild.create_text_channel("general")
        moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))
        managers = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        ada, bea = (guild.add_member(env.create_user(name)) for name in ("Ada", "Bea"))
        moderator = guild.add_member(env.create_user("Mo"), roles=[moderators])
        manager = guild.add_member(env.create_user("Max"), roles=[managers])
        return cls(guild, general, ada, bea, moderator, manager, managers)

    @property
    def id(self) -> int:
        return self.guild.id


class World:
    """What a scenario works with: the simulated Discord, the records and the libraries."""

    def __init__(self, env: simcord.Env, store: Store, records: Records, build: Callable[[], Simulated]) -> None:
        self.env = env
        self.records = records
        self._store = store
        self._build = build
        self._encoder = BagEncoder()

    def library(self, server: Server) -> Library:
        """The library of a server."""
        return Library(self._store, str(server.id), self._encoder)

    def fill(self, server: Server, articles: Mapping[str, bytes]) -> None:
        """Put articles into a server's library."""
        for source, text in articles.items():
            self.library(server).add(load(text, source=source))

    async def restart(self) -> None:
        """Replace the bot by a new client, as after a restart of the process."""
        assert isinstance(self.env.bot, Simulated)
        await self.env.bot.stop()
        await self.env.restart_bot(self._build())


@asynccontextmanager
async def building(
    folder: Path, kind: type[C], encoder: Encoder
) -> AsyncIterator[tuple[Callable[[], C], Store, Records]]:
    """A function that builds clients with their dependencies, and the store and records that they share."""
    with Store.open(folder) as store, Community(folder) as records:
        async with Service(lambda name: Library(store, name, encoder)) as service:

            def build() -> C:
                settings, catalogue = Settings(data_dir=folder), Catalogue(store.generation, store.articles)
                return kind(settings, service, records, Servers(records), catalogue, fetcher_for(settings))

            yield build, store, records


@asynccontextmanager
async def simulated(folder: Path, encoder: Encoder | None = None) -> AsyncIterator[World]:
    """A running bot in a simulated Discord."""
    async with (
        building(folder, Simulated, encoder or BagEncoder()) as (build, store, records),
        simcord.run(build(), settle_timeout=60.0) as env,
    ):
        try:
            yield World(env, store, records, build)
        finally:
            assert isinstance(env.bot, Simulated)
            await env.bot.stop()
