"""The effect of each request on the record, and its response: the application, commands, channels, messages."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from .gateway import Gateway, Intent, application_flags
from .messages import EPHEMERAL, Message
from .permissions import Permissions
from .record import Call, Record
from .world import Channel, Guild, Kind, Permission, User, snowflake

COMMANDS = "/applications/{application_id}/commands"
GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
CHANNEL = "/channels/{channel_id}"
MESSAGES = f"{CHANNEL}/messages"
MESSAGE = f"{MESSAGES}/{{message_id}}"
THREADS = f"{MESSAGE}/threads"
TYPING = f"{CHANNEL}/typing"
GUILD_ME = "/users/@me/guilds/{guild_id}"
MEMBER = "/guilds/{guild_id}/members/{user_id}"

Handler = Callable[[Call], Awaitable[object]]
Places = dict[int, tuple[Channel, Guild | None]]


class RefusalError(Exception):
    """An error response in the format of Discord."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message}


async def announce(record: Record, gateway: Gateway, message: Message, event: str) -> None:
    """Store a message and dispatch its event; a bot gets events of its own messages too, except ephemeral ones."""
    record.messages[message.id] = message
    if not message.flags & EPHEMERAL and gateway.intents & Intent.GUILD_MESSAGES:
        await gateway.dispatch(event, message.payload())


class Routes:
    """The part of Discord's API that a bot of this kind uses."""

    def __init__(self, record: Record, gateway: Gateway, bot: User, places: Places, permissions: Permissions) -> None:
        self._record = record
        self._gateway = gateway
        self._bot = bot
        self._places = places
        self._permissions = permissions
        self._nonces: dict[object, Message] = {}

    def handlers(self) -> dict[tuple[str, str], Handler]:
        """Handlers by method and path; more specific paths first."""
        return {
            ("GET", "/gateway/bot"): self._gateway_bot,
            ("GET", "/users/@me"): self._me,
            ("GET", "/oauth2/applications/@me"): self._application,
            ("GET", "/applications/@me"): self._application,
            ("GET", COMMANDS): self._get_commands,
            ("PUT", COMMANDS): self._put_commands,
            ("GET", GUILD_COMMANDS): self._get_commands,
            ("PUT", GUILD_COMMANDS): self._put_commands,
            ("DELETE", GUILD_ME): self._leave,
            ("GET", MEMBER): self._get_member,
            ("GET", CHANNEL): self._get_channel,
            ("POST", MESSAGES): self._post,
            ("GET", MESSAGE): self._get_message,
            ("PATCH", MESSAGE): self._edit_message,
            ("DELETE", MESSAGE): self._delete_message,
            ("POST", THREADS): self._open_thread,
            ("POST", TYPING): self._type,
            ("POST", "/users/@me/channels"): self._open_direct,
        }

    # The application

    async def _gateway_bot(self, call: Call) -> object:
        left = self._gateway.starts_left
        limit = {"total": 1000, "remaining": left, "reset_after": 80_000_000, "max_concurrency": 1}
        return {"url": self._gateway.url, "shards": 1, "session_start_limit": limit}

    async def _me(self, call: Call) -> object:
        return self._bot.payload()

    async def _application(self, call: Call) -> object:
        return {
            "id": str(self._bot.id),
            "name": self._bot.name,
            "description": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": User("host", id=1).payload(),
            "team": None,
            "verify_key": "0" * 64,
            "flags": application_flags(self._gateway.granted),
        }

    async def _get_commands(self, call: Call) -> object:
        return self._record.commands.get(_guild_id(call), [])

    async def _put_commands(self, call: Call) -> object:
        guild_id = _guild_id(call)
        self._record.commands[guild_id] = [
            {"description": "", "options": [], "type": 1, "version": "1", **each}
            | {"id": str(snowflake()), "application_id": str(self._bot.id)}
            | ({"guild_id": str(guild_id)} if guild_id else {})
            for each in call.body
        ]
        return self._record.commands[guild_id]

    async def _leave(self, call: Call) -> object:
        await self._gateway.dispatch("GUILD_DELETE", {"id": call.parameters["guild_id"]})
        return None

    async def _get_member(self, call: Call) -> object:
        guild_id, user_id = int(call.parameters["guild_id"]), int(call.parameters["user_id"])
        if self._permissions.has_left(user_id, guild_id):
            raise RefusalError(404, 10007, "Unknown Member")
        user = User("somebody", user_id)
        return user.member() | {"user": user.payload()}

    # Channels and messages

    async def _get_channel(self, call: Call) -> object:
        channel, guild = self._place(call)
        return channel.payload() | ({"guild_id": str(guild.id)} if guild else {})

    async def _post(self, call: Call) -> object:
        channel, guild = self._allowed(call, Permission.SEND_MESSAGES)
        # Nonces are per author, not per channel, and the bot is the only author here.
        nonce = call.body.get("nonce")
        if call.body.get("enforce_nonce") and nonce in self._nonces:
            # A repeated nonce returns the first message.
            return self._nonces[nonce].payload()
        message = Message(channel, self._bot, guild).with_body(call.body)
        if reference := call.body.get("message_reference"):
            replied = self._record.messages.get(int(reference["message_id"]))
            if replied is None and reference.get("fail_if_not_exists", True):
                raise RefusalError(400, 50035, "Invalid Form Body: message_reference: Unknown message")
            if guild and not self._permissions.of_bot(channel) & Permission.READ_HISTORY:
                raise RefusalError(400, 160002, "Cannot reply without permission to read message history")
            message = replace(message, replies_to=replied)
        if guild and not self._permissions.of_bot(channel) & Permission.EMBED_LINKS:
            # Discord accepts the message but drops the embeds.
            message = replace(message, embeds=())
        self._nonces[nonce] = message
        await announce(self._record, self._gateway, message, "MESSAGE_CREATE")
        return message.payload()

    async def _get_message(self, call: Call) -> object:
        return self._message(call).payload()

    async def _edit_message(self, call: Call) -> object:
        message = self._message(call)
        if message.author != self._bot:
            raise RefusalError(403, 50005, "Cannot edit a message authored by another user")
        await announce(self._record, self._gateway, edited := message.edited(call.body), "MESSAGE_UPDATE")
        return edited.payload()

    async def _delete_message(self, call: Call) -> object:
        message = self._message(call)
        if message.author != self._bot:
            raise RefusalError(403, 50013, "Missing Permissions")
        del self._record.messages[message.id]
        return None

    async def _open_thread(self, call: Call) -> object:
        channel, guild = self._allowed(call, Permission.CREATE_THREADS)
        started_by = self._message(call)
        if started_by.id in self._places:
            raise RefusalError(400, 160004, "A thread has already been created for this message")
        # A thread started from a message has the id of that message.
        thread = Channel(call.body["name"], started_by.id, kind=Kind.THREAD, parent=channel)
        self._places[thread.id] = (thread, guild)
        told = thread.payload() | ({"guild_id": str(guild.id)} if guild else {})
        await self._gateway.dispatch("THREAD_CREATE", told | {"newly_created": True})
        return told

    async def _type(self, call: Call) -> object:
        channel, _ = self._allowed(call, Permission.SEND_MESSAGES)
        self._record.typing.append(channel.id)
        return None

    async def _open_direct(self, call: Call) -> object:
        wanted = int(call.body["recipient_id"])
        for channel, _ in self._places.values():
            if channel.recipient and channel.recipient.id == wanted:
                return channel.payload()
        raise RefusalError(403, 50007, "Cannot send messages to this user")

    def _place(self, call: Call) -> tuple[Channel, Guild | None]:
        try:
            return self._places[int(call.parameters["channel_id"])]
        except KeyError:
            raise RefusalError(404, 10003, "Unknown Channel") from None

    def _allowed(self, call: Call, needed: Permission) -> tuple[Channel, Guild | None]:
        """The channel of a request, and its guild, after checking that the bot has the permissions that it needs there."""
        channel, guild = self._place(call)
        if guild:
            may = self._permissions.of_bot(channel)
            if needed is Permission.SEND_MESSAGES and channel.kind is Kind.THREAD:
                needed = Permission.SEND_IN_THREADS
            if not may & Permission.VIEW_CHANNEL:
                raise RefusalError(403, 50001, "Missing Access")
            if not may & needed:
                raise RefusalError(403, 50013, "Missing Permissions")
        return channel, guild

    def _message(self, call: Call) -> Message:
        channel, _ = self._place(call)
        message = self._record.messages.get(int(call.parameters["message_id"]))
        if message is None or message.channel != channel:
            raise RefusalError(404, 10008, "Unknown Message")
        return message


def _guild_id(call: Call) -> int | None:
    return int(call.parameters["guild_id"]) if "guild_id" in call.parameters else None
