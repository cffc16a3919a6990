"""The connection to Discord: login, intents, events and graceful shutdown."""

import asyncio
import logging
import math
import sys
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket

from bot.about.information import Retention
from bot.about.informing import ForgetButton, Informing, add_information
from bot.articles.buttons import ShelfButton, ShelfPress
from bot.articles.commands import add_article_commands, pasted
from bot.articles.keeping import Keeping
from bot.asking.answering import Asking
from bot.asking.catalogue import Catalogue
from bot.asking.commands import Commands, add_commands
from bot.asking.listening import Listening
from bot.asking.pressing import Pressing
from bot.config import Settings
from bot.gaps.listing import GapList, add_gaps
from bot.gaps.reasking import Reasking
from bot.gaps.telling import Telling
from bot.gaps.view import Choice, GapButton
from bot.hosting.residence import Residence
from bot.hosting.sync import make_known
from bot.logs import log_failure
from bot.memory.records import Records
from bot.memory.servers import Servers
from bot.policy import Limits
from bot.posting.buttons import AnswerButton, Interaction, Press
from bot.posting.delivery import NOBODY
from bot.posting.translations import Translations
from bot.posting.views import SERVERS_ONLY, notice_view
from bot.service import Service
from bot.settings.choices import Setting
from bot.settings.managing import Managing, add_settings
from bot.settings.panel import SettingItem
from embeddings.errors import PullquoteError
from embeddings.fetching.fetch import Fetcher
from embeddings.library import Library

_log = logging.getLogger("pullquote")

#: The permissions that an invite asks for: to see channels, to answer in them and in threads, and to read the history, which
#: Discord requires for replies. Answers made of components need no permission for embeds.
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
)
# Messages with a mention have their content even without the privileged message-content intent. If the host has turned that on
# in the portal, it is requested as well: question channels need it.
_INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
_NO_CONTENT = (
    "the message-content intent is off in the developer portal: mentions and commands are answered, "
    "question channels and replies without a mention are not"
)
_NO_CONNECTIONS_LEFT = (
    "Discord allows this bot no more connections for now, as after very many restarts; start it again in {hours} hours."
)
_ANOTHER_COMMAND = (
    "This command has changed since your Discord learned of it. Restart Discord, or try again in a few minutes."
)

# In milliseconds, Discord's unit.
_HOUR = 60 * 60 * 1000
# Seconds that questions in progress may take once the bot is told to stop.
_LAST_ANSWERS = 5.0


class Client(discord.Client):
    """One connection to Discord."""

    def __init__(
        self,
        settings: Settings,
        service: Service[Library],
        records: Records,
        servers: Servers,
        catalogue: Catalogue,
        fetcher: Fetcher,
    ) -> None:
        # By default messages ping nobody; no message is cached.
        super().__init__(intents=_INTENTS, allowed_mentions=NOBODY, max_messages=None)
        # Articles belong to a server: users cannot install the bot to use it elsewhere.
        self.tree = Tree(self, allowed_installs=app_commands.AppInstallationType(guild=True, user=False))
        self._settings = settings
        self._daily: asyncio.Task[None] | None = None
        self._underway: set[asyncio.Task[object]] = set()

        asking = Asking(service, records)
        limits = Limits(time.monotonic, settings.questions_per_minute)
        telling = Telling(self, asking, settings.dm_library)
        self._residence = Residence(service, records, servers, settings.grace_days)
        self._listening = Listening(asking, limits, self.library_of)
        self._pressing = Pressing(service, records, asking, limits)
        self._commands = Commands(service, asking, catalogue, limits, self.library_of)
        self._gap_list = GapList(service, records, asking, limits, self.library_of)
        self._reasking = Reasking(service, records, asking, catalogue.generation, telling)
        self._managing = Managing(service, records, lambda: self.intents.message_content)
        retention = Retention(settings.grace_days, settings.host_note or "")
        self._informing = Informing(service, records, asking, limits, self.library_of, retention)
        self._keeping = Keeping(service, records, asking, catalogue, fetcher, on_added=self._reasking.wake)
        self._define()

    def _define(self) -> None:
        """Register the commands with discord.py, and the buttons and selects that work after a restart."""
        in_direct_messages = self._settings.dm_library is not None
        add_commands(self.tree, self._commands, in_direct_messages=in_direct_messages)
        add_gaps(self.tree, self._gap_list)
        add_settings(self.tree, self._managing)
        add_information(self.tree, self._informing, in_direct_messages=in_direct_messages)
        add_article_commands(self.tree, self._keeping, self._commands.complete)
        self.add_dynamic_items(AnswerButton, SettingItem, ForgetButton, ShelfButton, GapButton)

    def library_of(self, guild_id: int | None) -> str | None:
        """A server's library is named by its id; direct messages have one if the host configured one."""
        return self._settings.dm_library if guild_id is None else str(guild_id)

    async def setup_hook(self) -> None:
        """Log the invite link, find the gateway, check the message-content intent, and sync the commands."""
        assert self.user is not None
        invite = discord.utils.oauth_url(self.user.id, permissions=PERMISSIONS, scopes=("bot", "applications.commands"))
        _log.info("invite it with %s", invite)
        _, gateway, starts = await self.http.get_bot_gateway()
        if not starts["remaining"]:
            # Discord resets the token of a bot that connects all the same.
            raise PullquoteError(_NO_CONNECTIONS_LEFT.format(hours=math.ceil(starts["reset_after"] / _HOUR)))
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        flags = self.application_flags
        self.may_read(flags.gateway_message_content or flags.gateway_message_content_limited)
        self._reasking.start()
        await self.tree.set_translator(Translations())
        try:
            dev_guild = discord.Object(self._settings.dev_guild) if self._settings.dev_guild else None
            if await make_known(self.tree, self._settings.data_dir, guild=dev_guild):
                _log.info("the commands have changed and were made known to Discord")
        except discord.DiscordException as error:
            log_failure("the commands could not be made known, so only mentions are answered", error)

    def may_read(self, is_granted: bool) -> None:
        """Request the content of messages that do not mention the bot, or do without."""
        self._connection._intents.message_content = is_granted
        if not is_granted:
            _log.info(_NO_CONTENT)

    async def on_ready(self) -> None:
        """Log that it runs, and update the records of its servers."""
        _log.info("running as %s in %d servers", self.user, len(self.guilds))
        self._reasking.wake()
        self._daily = self._daily or asyncio.create_task(self._residence.tidy_daily(self._present))
        await self._residence.returned(self._present())
        for guild in self.guilds:
            if not guild.unavailable:
                await self._residence.arrived(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Record the server, and say how to begin."""
        await self._residence.arrived(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """The same: Discord may announce a server by either event."""
        await self._residence.arrived(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Start the grace period; outages have another event."""
        await self._residence.left(guild.id, self._present())

    def _present(self) -> frozenset[int]:
        return frozenset(guild.id for guild in self.guilds)

    async def on_message(self, message: discord.Message) -> None:
        """Answer what people ask; bots, including itself, and system messages are ignored."""
        if self.user is not None and not message.author.bot and not message.is_system():
            with self.underway():
                await self._listening.message(message, self.user)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Handle a submitted form."""
        if (given := pasted(interaction)) is not None:
            await self._dealt_with("a form", self._keeping.add(interaction, given))

    async def pressed(self, interaction: Interaction, press: Press) -> None:
        """Respond to a button under an answer."""
        library = self.library_of(interaction.guild_id)
        if library is None:
            refusal = interaction.response.send_message(view=notice_view(SERVERS_ONLY), ephemeral=True)
            await self._dealt_with("a button", refusal)
        else:
            await self._dealt_with("a button", self._pressing.press(interaction, library, press))

    async def decided(self, interaction: Interaction, setting: Setting, values: Sequence[str]) -> None:
        """Apply a choice on the settings panel."""
        await self._dealt_with("a setting", self._managing.decided(interaction, setting, values))

    async def kept(self, interaction: Interaction, press: ShelfPress) -> None:
        """Respond to a button under a list of articles."""
        await self._dealt_with("a button of the list", self._keeping.pressed(interaction, press))

    async def forget(self, interaction: Interaction) -> None:
        """Delete the data of a user who confirmed it."""
        await self._dealt_with("forgetting", self._informing.forget(interaction))

    async def gap_chosen(self, interaction: Interaction, choice: Choice, key: int, page: int) -> None:
        """Respond to a button on the list of gaps."""
        await self._dealt_with("a button of the gaps", self._gap_list.choose(interaction, choice, key, page))

    async def _dealt_with(self, what: str, dealing: Coroutine[Any, Any, object]) -> None:
        with self.underway():
            try:
                await dealing
            except Exception as error:
                log_failure(what, error)

    async def on_error(self, event_method: str, /, *_: object, **__: object) -> None:
        """Log the error of an event handler."""
        if error := sys.exception():
            log_failure(event_method, error)

    @contextmanager
    def underway(self) -> Iterator[None]:
        """Have `close` wait for the current task, for a while."""
        task = asyncio.current_task()
        assert task is not None
        self._underway.add(task)
        try:
            yield
        finally:
            self._underway.discard(task)

    async def close(self) -> None:
        """Let questions in progress be answered, then disconnect."""
        if self._underway:
            await asyncio.wait(self._underway, timeout=_LAST_ANSWERS)
        await self._reasking.stop(patience=_LAST_ANSWERS)
        if self._daily:
            self._daily.cancel()
        await super().close()
        # discord.py's ready task would run on after closing, and fail.
        if self._connection._ready_task:
            self._connection._ready_task.cancel()


class Tree(app_commands.CommandTree[Client]):
    """The commands, each waited for when the bot stops."""

    async def _call(self, interaction: "discord.Interaction[Client]") -> None:
        with self.client.underway():
            await super()._call(interaction)

    async def on_error(
        self, interaction: "discord.Interaction[Client]", error: app_commands.AppCommandError, /
    ) -> None:
        """Log the error of a command; tell users of an earlier release's command, which their Discord still shows."""
        log_failure("a command", error)
        is_old = isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch)
        if is_old and interaction.type is discord.InteractionType.application_command:
            with suppress(discord.HTTPException):
                await interaction.response.send_message(view=notice_view(_ANOTHER_COMMAND), ephemeral=True)
