"""Discord, as seen by a bot: its gateway and its REST API on the loopback address."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from . import forms
from .gateway import Gateway, Intent
from .messages import Message
from .openapi import OpenApi
from .permissions import Permissions
from .record import Interaction, Kind, Record
from .responses import Deadlines, Responses
from .rest import BASE, Rest
from .routes import Places, Routes
from .world import Attachment, Channel, Guild, Json, Permission, User
from .world import Kind as ChannelKind

#: Has the format of a bot token, but is not a real one.
TOKEN = ".".join(("A" * 24, "GabcDE", "loopback-token-for-tests-only-000000"))

_NOTHING_PRIVILEGED = Intent(0)
_DEADLINES = Deadlines()


class Discord:
    """A server for one bot; a test acts as the members of its guilds, and reads the bot's messages.

    An asynchronous context manager, inside which it listens on a free port of 127.0.0.1.
    """

    def __init__(
        self,
        *guilds: Guild,
        direct: tuple[Channel, ...] = (),
        token: str = TOKEN,
        granted: Intent = _NOTHING_PRIVILEGED,
        deadlines: Deadlines = _DEADLINES,
    ) -> None:
        self.bot = User("Pullquote", bot=True)
        self.record = Record()
        self.permissions = Permissions()
        self._guilds = list(guilds)
        self.gateway = Gateway(self.record, token, self.bot, self._guilds, granted, self.told_of)
        self._places: Places = {each.id: (each, None) for each in direct}
        self._places |= {channel.id: (channel, guild) for guild in guilds for channel in guild.channels}
        routes = Routes(self.record, self.gateway, self.bot, self._places, self.permissions)
        responses = Responses(self.record, self.gateway, self.bot, deadlines)
        self._rest = Rest(self.record, token, responses.handlers() | routes.handlers(), OpenApi.load())
        self.faults = self._rest.faults
        self._runner: web.AppRunner | None = None
        self._base = ""
        self.api_url = ""

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.add_routes([*self._rest.routes(), web.get("/socket", self.gateway.connect)])
        application.add_routes([web.get("/attachments/{id}/{name}", self._serve_attachment)])
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self._base = f"http://127.0.0.1:{port}"
        self.api_url = self._base + BASE
        self.gateway.url = f"ws://127.0.0.1:{port}/socket"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.gateway.drop()
        if self._runner:
            await self._runner.cleanup()

    @property
    def violations(self) -> list[str]:
        """Everything that the bot sent and Discord would refuse; tests assert that it is empty."""
        return self.record.violations

    async def ready(self) -> None:
        """Wait until the bot is connected and has registered its commands."""

        def connected() -> bool | None:
            has_commands = any(self.record.commands.values())
            return (self.gateway.session is not None and has_commands) or None

        await self.record.until(connected, "bot that is connected and has commands")

    # What members do with the bot

    async def slash(self, command: str, *, user: User, channel: Channel, **options: object) -> Interaction:
        """Use a slash command and wait for the answer. Subcommands follow the name of the command: ``article add``."""
        return await self._settled(await self.use(command, user=user, channel=channel, **options))

    async def use(self, command: str, *, user: User, channel: Channel, **options: object) -> Interaction:
        """Use a slash command without waiting for a response."""
        name, *path = command.split()
        data = forms.command_data(forms.registered(self.record, name, self._guild(channel)), path, options)
        return await self._interact(Kind.COMMAND, command, data, user, channel)

    async def complete(
        self, command: str, option: str, typed: str, *, user: User, channel: Channel, **options: object
    ) -> list[Json]:
        """Type into an option with autocompletion; returns the choices offered."""
        name, *path = command.split()
        known = forms.registered(self.record, name, self._guild(channel))
        data = forms.command_data(known, path, {**options, option: typed}, focused=option)
        interaction = await self._interact(Kind.AUTOCOMPLETE, command, data, user, channel)
        return (await self._settled(interaction)).choices

    async def menu(self, command: str, message: Message, *, user: User) -> Interaction:
        """Use a message context-menu command, and wait for the answer."""
        data = forms.menu_data(forms.registered(self.record, command, message.guild), message)
        return await self._settled(await self._interact(Kind.COMMAND, command, data, user, message.channel))

    async def press(self, message: Message, custom_id: str, *, user: User, forged: bool = False) -> Interaction:
        """Press a button, named by its custom_id or its label, and wait for the response.

        A forged press is of a button that the bot never sent; the real Discord lets none through.
        """
        message = self.record.messages.get(message.id, message)
        if forged:
            message = forms.forged(message, custom_id)
        data = forms.component_data(message, custom_id)
        interaction = await self._interact(Kind.COMPONENT, custom_id, data, user, message.channel, source=message)
        return await self._settled(interaction)

    async def choose(self, message: Message, custom_id: str, *chosen: str | forms.Thing, user: User) -> Interaction:
        """Choose from a select, and wait for the response."""
        message = self.record.messages.get(message.id, message)
        data = forms.component_data(message, custom_id, chosen)
        interaction = await self._interact(Kind.COMPONENT, custom_id, data, user, message.channel, source=message)
        return await self._settled(interaction)

    async def submit(
        self, opened: Interaction, given: Mapping[str, str | Sequence[str | forms.Thing]], *, user: User
    ) -> Interaction:
        """Fill in the modal that an interaction opened, and wait for the response."""
        assert opened.modal is not None, f"{opened.name} opened no modal, but responded with {opened.steps}"
        data = forms.modal_data(opened.modal, given)
        return await self._settled(
            await self._interact(Kind.MODAL, opened.name, data, user, opened.channel, source=opened.source)
        )

    def attach(self, filename: str, content: bytes, content_type: str = "text/plain; charset=utf-8") -> Attachment:
        """A file that members can pass to commands and attach to messages; it is served over HTTP."""
        attachment = Attachment(filename, content, content_type, self._base)
        self.record.attachments[attachment.id] = attachment
        return attachment

    # What members say

    async def say(
        self,
        content: str,
        *,
        user: User,
        channel: Channel,
        reply_to: Message | None = None,
        ping: bool = True,
        attachments: Iterable[Attachment] = (),
    ) -> Message:
        """Post a message as a member. A reply mentions the author of the original unless ``ping`` is off.

        A reply to the answer to a command mentions nobody, as in Discord.
        """
        guild = self._guild(channel)
        mentioned = [self.bot] if f"<@{self.bot.id}>" in content or f"<@!{self.bot.id}>" in content else []
        if reply_to and ping and not reply_to.interaction and reply_to.author not in mentioned:
            mentioned.append(reply_to.author)
        message = Message(
            channel,
            user,
            guild,
            content=content,
            mentions=tuple(mentioned),
            replies_to=reply_to,
            attachments=tuple(attachments),
        )
        if channel.kind is ChannelKind.THREAD and channel.parent and channel.parent.kind is ChannelKind.FORUM:
            is_first = not any(each.channel == channel for each in self.record.messages.values())
            # The first message of a forum post has the id of the post.
            message = replace(message, id=channel.id) if is_first else message
        self.record.messages[message.id] = message
        intents = self.gateway.intents
        readable = guild is None or self.bot in mentioned or bool(intents & Intent.MESSAGE_CONTENT)
        if intents & (Intent.GUILD_MESSAGES if guild else Intent.DIRECT_MESSAGES):
            await self.gateway.dispatch("MESSAGE_CREATE", message.payload(readable=readable))
        return message

    async def open_thread(self, name: str, *, parent: Channel) -> Channel:
        """Open a thread in a channel, or a post in a forum."""
        thread, guild = Channel(name, kind=ChannelKind.THREAD, parent=parent), self._guild(parent)
        self._places[thread.id] = (thread, guild)
        told = thread.payload() | ({"guild_id": str(guild.id)} if guild else {})
        await self.gateway.dispatch("THREAD_CREATE", told | {"newly_created": True})
        return thread

    async def delete(self, message: Message) -> None:
        """Delete a message as a moderator."""
        del self.record.messages[message.id]
        data = {"id": str(message.id), "channel_id": str(message.channel.id)}
        await self.gateway.dispatch(
            "MESSAGE_DELETE", data | ({"guild_id": str(message.guild.id)} if message.guild else {})
        )

    async def answer_to(self, message: Message) -> Message:
        """Wait for the bot's reply to a message."""

        def reply() -> Message | None:
            found = (each for each in self.said_by_bot(message.channel) if each.replies_to)
            return next((each for each in found if each.replies_to and each.replies_to.id == message.id), None)

        return await self.record.until(reply, "reply to a message")

    def said_by_bot(self, channel: Channel) -> list[Message]:
        """The bot's messages in a channel, oldest first."""
        return [each for each in self.record.messages.values() if each.author == self.bot and each.channel == channel]

    # What happens to guilds

    async def join(self, guild: Guild) -> None:
        """Add the bot to a guild; it gets the event at once, or at its next start."""
        self._guilds.append(guild)
        self._places.update({channel.id: (channel, guild) for channel in guild.channels})
        told = self.told_of(guild)
        # The payload of a new guild has no "unavailable" field.
        del told["unavailable"]
        await self.gateway.dispatch("GUILD_CREATE", told)

    async def leave(self, guild: Guild) -> None:
        """Remove the bot from a guild; it gets the event at once, or never if it has no session."""
        self._guilds.remove(guild)
        await self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id)})

    async def black_out(self, guild: Guild) -> None:
        """Start an outage: the guild is unavailable, but the bot has not left it."""
        await self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id), "unavailable": True})

    async def bring_back(self, guild: Guild) -> None:
        """End an outage."""
        await self.gateway.dispatch("GUILD_CREATE", self.told_of(guild))

    async def deny_bot(self, channel: Channel, denied: Permission) -> None:
        """Deny the bot permissions in a channel, and send it the update."""
        self.permissions.deny_bot(channel, denied)
        guild = self._guild(channel)
        assert guild
        await self.gateway.dispatch("CHANNEL_UPDATE", self._channel_told(channel) | {"guild_id": str(guild.id)})

    async def time_out_bot(self, guild: Guild, until: datetime | None) -> None:
        """Time the bot out in a guild, or with None end the timeout, and send it the update."""
        await self.gateway.time_out(guild, until)

    async def delete_thread(self, thread: Channel) -> None:
        """Delete a thread with its messages."""
        guild = self._guild(thread)
        assert guild
        assert thread.parent
        del self._places[thread.id]
        told = {"id": str(thread.id), "type": int(thread.kind), "parent_id": str(thread.parent.id)}
        await self.gateway.dispatch("THREAD_DELETE", told | {"guild_id": str(guild.id)})

    async def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its messages."""
        guild = self._guild(channel)
        del self._places[channel.id]
        told = channel.payload() | ({"guild_id": str(guild.id)} if guild else {})
        await self.gateway.dispatch("CHANNEL_DELETE", told)

    def _guild(self, channel: Channel) -> Guild | None:
        return self._places[channel.id][1]

    def told_of(self, guild: Guild) -> Json:
        """The payload of a guild."""
        return guild.payload(self.bot, [self._channel_told(channel) for channel in guild.channels])

    def _channel_told(self, channel: Channel) -> Json:
        return channel.payload(tuple(self.permissions.overwrites(channel, self.bot)))

    async def _settled(self, interaction: Interaction) -> Interaction:
        await self.record.until(lambda: interaction.is_settled or None, f"response to {interaction.name}")
        return interaction

    async def _interact(
        self,
        kind: Kind,
        name: str,
        data: Json,
        user: User,
        channel: Channel,
        *,
        source: Message | None = None,
    ) -> Interaction:
        guild = self._guild(channel)
        now = asyncio.get_running_loop().time()
        interaction = Interaction(kind, channel, guild, user, name, now, source)
        self.record.interactions[interaction.token] = interaction
        payload: Json = {
            "id": str(interaction.id),
            "application_id": str(self.bot.id),
            "type": int(kind),
            "token": interaction.token,
            "version": 1,
            "data": data,
            "channel_id": str(channel.id),
            "channel": channel.payload(),
            "locale": user.locale,
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(guild.id) if guild else "0"},
            "context": 0 if guild else 1,
            "attachment_size_limit": 10 << 20,
            "app_permissions": str(int(self.permissions.of_bot(channel))),
        }
        if source:
            payload["message"] = source.payload()
        if guild is None:
            payload["user"] = user.payload()
        else:
            partial = {"id": str(guild.id), "locale": "en-US", "features": []}
            member = self.permissions.member(user, guild)
            payload |= {"guild_id": str(guild.id), "guild_locale": "en-US", "guild": partial, "member": member}
        await self.gateway.dispatch("INTERACTION_CREATE", payload)
        return interaction

    async def _serve_attachment(self, request: web.Request) -> web.Response:
        attachment = self.record.attachments.get(int(request.match_info["id"]))
        if attachment is None:
            raise web.HTTPNotFound
        return web.Response(body=attachment.data, headers={"Content-Type": attachment.content_type})
