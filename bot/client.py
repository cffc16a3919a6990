"""The connection to Discord: logging in, intents, events, and an end in good order."""

import asyncio
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket

from bot.asking import Asking
from bot.buttons import AnswerButton, Press
from bot.catalogue import Catalogue
from bot.commands import Commands, add_commands
from bot.conversations import Conversations
from bot.delivery import NOBODY
from bot.gap_list import GapList, add_gaps
from bot.gap_view import Choice, GapButton
from bot.listening import Listening
from bot.logs import log_failure
from bot.pressing import Pressing
from bot.reasking import Reasking
from bot.records import Records
from bot.service import Service
from bot.sync import make_known
from bot.telling import Telling
from embeddings.library import Library

_log = logging.getLogger("pullquote")

#: What an invite asks for: to see channels, to answer in them and in threads, and, since Discord wants it of whoever replies, to
#: read the history. Answers made of components need no permission for embeds.
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
)
# Mentions carry their text without the privileged message-content intent. Where the host has turned that on in the portal, it is
# asked for as well: question channels need it.
_INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
_NO_CONTENT = (
    "the message-content intent is off in the developer portal: mentions and commands are answered, "
    "question channels and replies without a mention are not"
)
# How long questions under way may take once the bot was told to stop, in seconds.
_LAST_ANSWERS = 5.0


class Client(discord.Client):
    """One connection to Discord."""

    def __init__(
        self,
        service: Service[Library],
        records: Records,
        catalogue: Catalogue,
        *,
        data_dir: Path,
        dm_library: str | None = None,
        dev_guild: int | None = None,
    ) -> None:
        # Nobody is ever pinged, and no message is kept.
        super().__init__(intents=_INTENTS, allowed_mentions=NOBODY, max_messages=None)
        self.tree = Tree(self)
        self._data_dir = data_dir
        self._dm_library = dm_library
        self._dev_guild = discord.Object(dev_guild) if dev_guild else None
        self._underway: set[asyncio.Task[object]] = set()
        conversations = Conversations()
        asking = Asking(service, records)
        self._listening = Listening(asking, conversations, self.library_of)
        self._pressing = Pressing(service, records, asking)
        commands = Commands(service, asking, catalogue, conversations, self.library_of)
        add_commands(self.tree, commands, in_direct_messages=dm_library is not None)
        self._gap_list = GapList(service, records, asking, self.library_of)
        add_gaps(self.tree, self._gap_list)
        self._reasking = Reasking(service, records, asking, catalogue.generation, Telling(self, asking, dm_library))
        self.add_dynamic_items(AnswerButton, GapButton)

    def library_of(self, guild_id: int | None) -> str | None:
        """A server's library is named by its id; direct messages have one if the host gave them one."""
        return self._dm_library if guild_id is None else str(guild_id)

    async def setup_hook(self) -> None:
        """Say how to invite it; find the gateway, see what may be read, and make the commands known."""
        assert self.user is not None
        invite = discord.utils.oauth_url(self.user.id, permissions=PERMISSIONS, scopes=("bot", "applications.commands"))
        _log.info("invite it with %s", invite)
        _, gateway, _ = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        flags = self.application_flags
        self.may_read(flags.gateway_message_content or flags.gateway_message_content_limited)
        self._reasking.start()
        try:
            if await make_known(self.tree, self._data_dir, guild=self._dev_guild):
                _log.info("the commands have changed and were made known to Discord")
        except discord.DiscordException as error:
            log_failure("the commands could not be made known, so only mentions are answered", error)

    def may_read(self, is_granted: bool) -> None:
        """Ask for the words of messages that do not mention the bot, or do without."""
        self._connection._intents.message_content = is_granted
        if not is_granted:
            _log.info(_NO_CONTENT)

    async def on_ready(self) -> None:
        """Say that it runs."""
        _log.info("running as %s in %d servers", self.user, len(self.guilds))
        self._reasking.wake()

    async def on_message(self, message: discord.Message) -> None:
        """Answer what people ask; other bots, and itself, are not listened to."""
        if self.user is not None and not message.author.bot:
            with self.underway():
                await self._listening.message(message, self.user)

    async def pressed(self, interaction: "discord.Interaction[Any]", press: Press) -> None:
        """Respond to a button under an answer."""
        library = self.library_of(interaction.guild_id)
        if library is None:
            return
        with self.underway():
            try:
                await self._pressing.press(interaction, library, press)
            except Exception as error:
                log_failure("a button", error)

    async def gap_chosen(self, interaction: "discord.Interaction[Any]", choice: Choice, key: int, page: int) -> None:
        """Respond to a button on the list of gaps."""
        with self.underway():
            try:
                await self._gap_list.choose(interaction, choice, key, page)
            except Exception as error:
                log_failure("a button of the gaps", error)

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
        await self._reasking.stop(patience=_LAST_ANSWERS)
        await super().close()
        # discord.py goes on getting ready after it was closed, and fails at it.
        if self._connection._ready_task:
            self._connection._ready_task.cancel()


class Tree(app_commands.CommandTree[Client]):
    """The commands, each waited for when the bot stops."""

    async def _call(self, interaction: "discord.Interaction[Client]") -> None:
        with self.client.underway():
            await super()._call(interaction)

    async def on_error(self, _: "discord.Interaction[Client]", error: app_commands.AppCommandError, /) -> None:
        """Log what went wrong with a command."""
        log_failure("a command", error)
