"""The bot in a Discord that is simulated in the same process, by `simcord`: members act, and everything that follows is over
before they act again.

What it knows that the stand-in does not: its clock can be put forward, a member can only use what they are shown, and whatever the
bot keeps to itself of its errors fails the test. It has no socket; that is what the stand-in is for.
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
    """What simcord does not know of: a gateway that is named, and never connected to."""
    limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
    return {"url": "wss://gateway.invalid", "shards": 1, "session_start_limit": limit}


class Simulated(Client):
    """The client, but for one thing: simcord waits until everything that the bot began has come to an end, and what it does for as
    long as it runs never does. That is begun in a context of its own, which simcord does not look at.
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
    """What a test has to do with."""

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
        """Another process takes over."""
        assert isinstance(self.env.bot, Simulated)
        await self.env.bot.stop()
        await self.env.restart_bot(self._build())


@asynccontextmanager
async def building(
    folder: Path, kind: type[C], encoder: Encoder
) -> AsyncIterator[tuple[Callable[[], C], Store, Records]]:
    """What makes clients, each with all that it works with, and what they share."""
    with Store.open(folder) as store, Community(folder) as records:
        async with Service(lambda name: Library(store, name, encoder)) as service:

            def build() -> C:
                settings, catalogue = Settings(data_dir=folder), Catalogue(store.generation, store.articles)
                return kind(settings, service, records, Servers(records), catalogue, fetcher_for(settings))

            yield build, store, records


@asynccontextmanager
async def simulated(folder: Path, encoder: Encoder | None = None) -> AsyncIterator[World]:
    """A bot that runs meanwhile."""
    async with (
        building(folder, Simulated, encoder or BagEncoder()) as (build, store, records),
        simcord.run(build(), settle_timeout=60.0) as env,
    ):
        try:
            yield World(env, store, records, build)
        finally:
            assert isinstance(env.bot, Simulated)
            await env.bot.stop()
