"""Joining and leaving servers: one greeting, and deletion of a server's data some time after the bot was removed."""

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

import discord

from bot.about.information import welcome_view
from bot.logs import log_failure
from bot.memory.records import Records
from bot.memory.servers import Servers
from bot.posting.delivery import BROKEN, post
from bot.service import Service
from embeddings.errors import PullquoteError
from embeddings.library import Library

_log = logging.getLogger("pullquote")

_DAY = 24 * 60 * 60.0


class Residence:
    """Keeps track of the servers that the bot is in."""

    def __init__(
        self,
        service: Service[Library],
        records: Records,
        servers: Servers,
        grace_days: int,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._service = service
        self._records = records
        self._servers = servers
        self._grace = timedelta(days=grace_days)
        self._clock = clock or (lambda: datetime.now(UTC))

    async def arrived(self, guild: discord.Guild) -> None:
        """Record a server that the bot is in, as announced at every start and after outages; greet it once, if it has no articles."""
        library = str(guild.id)
        is_new = await self._service.write(lambda: self._servers.arrived(library, self._clock()))
        if not is_new or await self._service.read(library, lambda articles: bool(articles.articles())):
            return
        if channel := _channel_to_greet(guild):
            try:
                await post(channel, welcome_view(str(guild.preferred_locale)), nonce=guild.id)
            except (discord.HTTPException, *BROKEN) as error:
                # The other servers must still be recorded.
                log_failure("a greeting", error)

    async def left(self, guild_id: int, present: Collection[int]) -> None:
        """Start the grace period of a server that the bot was removed from."""
        await self._service.write(lambda: self._servers.left(str(guild_id), self._clock()))
        self._announce(str(guild_id))
        await self.tidy(present)

    async def returned(self, present: Collection[int]) -> None:
        """Record servers left while the bot was offline. Those in an outage are ``present`` too: Discord lists them at the start."""
        libraries = frozenset(map(str, present))
        for library in await self._service.write(lambda: self._servers.only_in(libraries, self._clock())):
            self._announce(library)
        await self.tidy(present)

    async def tidy(self, present: Collection[int]) -> None:
        """Delete the data of servers whose grace period is over, and questions that have exceeded their server's retention."""
        now = self._clock()
        try:
            await self._service.write(lambda: self._records.forget_old(now))
            overdue = await self._service.do(lambda: self._servers.left_before(now - self._grace))
        except PullquoteError as error:
            _log.warning("what is to be deleted was not, and is tried again: %s", error)
            return
        for library in overdue:
            if library not in map(str, present):
                await self._delete(library, now - self._grace)

    async def tidy_daily(self, present: Callable[[], Collection[int]], interval: float = _DAY) -> None:
        """Tidy once per interval, for as long as the bot runs."""
        while True:
            await asyncio.sleep(interval)
            try:
                await self.tidy(present())
            except Exception as error:
                log_failure("tidying up", error)

    async def _delete(self, library: str, moment: datetime) -> None:
        """Delete the data of a server that was left at ``moment`` or before. This is repeated at the next tidying until nothing is found,
        because work under way, such as articles being added one after another, may still store something.
        """

        def everything(articles: Library) -> bool:
            # It may have been joined again while this waited for its turn.
            if library not in self._servers.left_before(moment):
                return False
            if found := articles.articles():
                articles.remove([each.id for each in found])
            if self._records.forget_library(library) or found:
                return True
            self._servers.forget(library)
            return False

        try:
            is_deleted = await self._service.change(library, everything)
        except PullquoteError as error:
            _log.warning("what is kept of server %s was not deleted, which is tried again: %s", library, error)
        else:
            if is_deleted:
                _log.info("deleted all that was kept of server %s, which I was removed from", library)

    def _announce(self, library: str) -> None:
        until = f"{self._clock() + self._grace:%Y-%m-%d}"
        _log.info("I am no longer in server %s; its articles and questions are kept until %s", library, until)


def _channel_to_greet(guild: discord.Guild) -> discord.TextChannel | None:
    """The system channel, or else the first text channel from the top, in which the bot may post."""
    for channel in (guild.system_channel, *guild.text_channels):
        if channel is not None:
            allowed = channel.permissions_for(guild.me)
            if allowed.view_channel and allowed.send_messages:
                return channel
    return None
