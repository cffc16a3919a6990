"""Discord, as far as a bot can tell: its gateway and its REST interface on the loopback address."""

import asyncio
import secrets
from types import TracebackType
from typing import Self

from aiohttp import web

from .gateway import Gateway, Intent
from .openapi import OpenApi
from .record import Interaction, Record
from .rest import BASE, Rest
from .routes import Deadlines, Places, Routes
from .world import Channel, Guild, Json, Message, User, snowflake

#: Has the form of a bot's token, and is none.
TOKEN = ".".join(("A" * 24, "GabcDE", "loopback-token-for-tests-only-000000"))

_NOTHING_PRIVILEGED = Intent(0)
_DEADLINES = Deadlines()
_OPTION_TYPES = {3: str, 4: int, 5: bool, 10: float}


class Discord:
    """A server for one bot; a test speaks as the members of its guilds, and reads what the bot says.

    Used as an asynchronous context manager: it listens on a free port of 127.0.0.1 meanwhile.
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
        self.gateway = Gateway(self.record, token, self.bot, guilds, granted)
        self._places: Places = {each.id: (each, None) for each in direct}
        self._places |= {channel.id: (channel, guild) for guild in guilds for channel in guild.channels}
        routes = Routes(self.record, self.gateway, self.bot, self._places, deadlines)
        self._rest = Rest(self.record, token, routes, OpenApi.load())
        self._runner: web.AppRunner | None = None
        self.api_url = ""

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.add_routes([*self._rest.routes(), web.get("/socket", self.gateway.connect)])
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.api_url = f"http://127.0.0.1:{port}{BASE}"
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
        """Each thing the bot sent that Discord would not have taken; a test asserts that there are none."""
        return self.record.violations

    async def ready(self) -> None:
        """Wait until the bot is connected and its commands are known."""

        def connected() -> bool | None:
            has_commands = any(self.record.commands.values())
            return (self.gateway.session is not None and has_commands) or None

        await self.record.until(connected, "bot that is connected and has commands")

    async def slash(self, command: str, *, user: User, channel: Channel, **options: object) -> Interaction:
        """Use a slash command and wait for the answer."""
        interaction = await self.use(command, user=user, channel=channel, **options)
        await self.record.until(lambda: interaction.answer, f"answer to /{command}")
        return interaction

    async def use(self, command: str, *, user: User, channel: Channel, **options: object) -> Interaction:
        """Use a slash command without waiting for anything."""
        _, guild = self._places[channel.id]
        registered = self._registered(command, guild)
        interaction = Interaction(
            snowflake(),
            secrets.token_urlsafe(32),
            channel,
            guild,
            user,
            command,
            asyncio.get_running_loop().time(),
        )
        self.record.interactions[interaction.token] = interaction
        data = {
            "id": registered["id"],
            "name": command,
            "type": registered["type"],
            "options": _options(registered, options),
            **({"guild_id": registered["guild_id"]} if "guild_id" in registered else {}),
        }
        await self.gateway.dispatch("INTERACTION_CREATE", self._interaction_payload(interaction, data))
        return interaction

    async def say(
        self, content: str, *, user: User, channel: Channel, reply_to: Message | None = None, ping: bool = True
    ) -> Message:
        """Post a message as a member. A reply mentions whom it replies to unless ``ping`` is off.

        A reply to the answer to a command mentions nobody: that is how Discord has had it, and a bot must live with it.
        """
        _, guild = self._places[channel.id]
        mentioned = [self.bot] if f"<@{self.bot.id}>" in content or f"<@!{self.bot.id}>" in content else []
        if reply_to and ping and not reply_to.interaction and reply_to.author not in mentioned:
            mentioned.append(reply_to.author)
        message = Message(channel, user, guild, content=content, mentions=tuple(mentioned), replies_to=reply_to)
        self.record.messages[message.id] = message
        intents = self.gateway.intents
        readable = guild is None or self.bot in mentioned or bool(intents & Intent.MESSAGE_CONTENT)
        if intents & (Intent.GUILD_MESSAGES if guild else Intent.DIRECT_MESSAGES):
            await self.gateway.dispatch("MESSAGE_CREATE", message.payload(readable=readable))
        return message

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

    def _registered(self, command: str, guild: Guild | None) -> Json:
        known = [*self.record.commands.get(guild.id if guild else None, []), *self.record.commands[None]]
        for each in known:
            if each["name"] == command:
                return each
        raise AssertionError(f"the bot has no command /{command}, only {[each['name'] for each in known]}")

    def _interaction_payload(self, interaction: Interaction, data: Json) -> Json:
        guild, user = interaction.guild, interaction.user
        payload: Json = {
            "id": str(interaction.id),
            "application_id": str(self.bot.id),
            "type": 2,
            "token": interaction.token,
            "version": 1,
            "data": data,
            "channel_id": str(interaction.channel.id),
            "channel": interaction.channel.payload(),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(guild.id) if guild else "0"},
            "context": 0 if guild else 1,
            "attachment_size_limit": 10 << 20,
            "app_permissions": "0",
        }
        if guild is None:
            return payload | {"user": user.payload()}
        member = {**user.member(), "user": user.payload(), "permissions": "0"}
        partial = {"id": str(guild.id), "locale": "en-US", "features": []}
        return payload | {"guild_id": str(guild.id), "guild_locale": "en-US", "guild": partial, "member": member}


def _options(command: Json, given: dict[str, object]) -> list[Json]:
    """The options as Discord's own form lets a member fill them in."""
    known = {each["name"]: each for each in command["options"]}
    missing = [name for name, each in known.items() if each.get("required") and name not in given]
    if missing or given.keys() - known.keys():
        raise AssertionError(
            f"/{command['name']} has options {sorted(known)}; {missing} are required; given {sorted(given)}"
        )
    for name, value in given.items():
        expected = _OPTION_TYPES.get(known[name]["type"], str)
        if not isinstance(value, expected):
            raise AssertionError(f"{name} of /{command['name']} takes {expected.__name__}, not {value!r}")
    return [{"name": name, "type": known[name]["type"], "value": value} for name, value in given.items()]
