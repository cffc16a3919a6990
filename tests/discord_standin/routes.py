"""What each request does to the record, and what Discord answers."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from .gateway import Gateway, Intent
from .record import Call, Interaction, Record
from .world import EPHEMERAL, Channel, Guild, Json, Message, User, snowflake

_LOADING = 1 << 7
_ANSWER, _DEFER, _DEFER_UPDATE, _UPDATE = 4, 5, 6, 7
_STEPS = {_ANSWER: "answer", _DEFER: "defer", _DEFER_UPDATE: "defer", _UPDATE: "edit", 8: "choices", 9: "modal"}

COMMANDS = "/applications/{application_id}/commands"
GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
ORIGINAL = f"{WEBHOOK}/messages/@original"
FOLLOWUP = f"{WEBHOOK}/messages/{{message_id}}"
MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = f"{MESSAGES}/{{message_id}}"
TYPING = "/channels/{channel_id}/typing"


class RefusalError(Exception):
    """An error as Discord words it."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message}


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long an interaction waits, in seconds."""

    acknowledge: float = 3.0
    token: float = 15 * 60.0


Handler = Callable[[Call], Awaitable[object]]
Places = dict[int, tuple[Channel, Guild | None]]


class Routes:
    """As much of Discord's interface as a bot of this kind has use for."""

    def __init__(self, record: Record, gateway: Gateway, bot: User, places: Places, deadlines: Deadlines) -> None:
        self._record = record
        self._gateway = gateway
        self._bot = bot
        self._places = places
        self._deadlines = deadlines

    def handlers(self) -> dict[tuple[str, str], Handler]:
        """By method and path; the more particular path first."""
        return {
            ("GET", "/gateway/bot"): self._gateway_bot,
            ("GET", "/users/@me"): self._me,
            ("GET", "/oauth2/applications/@me"): self._application,
            ("GET", "/applications/@me"): self._application,
            ("GET", COMMANDS): self._get_commands,
            ("PUT", COMMANDS): self._put_commands,
            ("GET", GUILD_COMMANDS): self._get_commands,
            ("PUT", GUILD_COMMANDS): self._put_commands,
            ("POST", CALLBACK): self._respond,
            ("GET", ORIGINAL): self._get_original,
            ("PATCH", ORIGINAL): self._edit_original,
            ("DELETE", ORIGINAL): self._delete_original,
            ("POST", WEBHOOK): self._follow_up,
            ("PATCH", FOLLOWUP): self._edit_followup,
            ("POST", MESSAGES): self._post,
            ("GET", MESSAGE): self._get_message,
            ("PATCH", MESSAGE): self._edit_message,
            ("DELETE", MESSAGE): self._delete_message,
            ("POST", TYPING): self._type,
        }

    # The application

    async def _gateway_bot(self, call: Call) -> object:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1}
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
            "flags": 0,
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

    # Interactions

    async def _respond(self, call: Call) -> object:
        interaction = self._interaction(call)
        late = asyncio.get_running_loop().time() - interaction.created
        if late > self._deadlines.acknowledge:
            self._record.violations.append(f"{call}: first response to /{interaction.command} after {late:.1f} s")
            raise RefusalError(404, 10062, "Unknown interaction")
        if interaction.steps:
            self._record.violations.append(f"{call}: second first response to /{interaction.command}")
            raise RefusalError(400, 40060, "Interaction has already been acknowledged.")
        kind, data = call.body["type"], call.body.get("data") or {}
        interaction.steps.append(_STEPS[kind])
        interaction.ephemeral = bool((data.get("flags") or 0) & EPHEMERAL)
        resource: Json = {"type": kind}
        if kind in (_ANSWER, _DEFER):
            message = self._reply_to(interaction).with_body(data)
            if kind == _DEFER:
                message = replace(message, flags=message.flags | _LOADING)
            interaction.original = message
            await self._keep(message, "MESSAGE_CREATE")
            resource["message"] = message.payload()
        callback = {
            "id": str(interaction.id),
            "type": 2,
            "response_message_loading": kind == _DEFER,
            "response_message_ephemeral": interaction.ephemeral,
        }
        if interaction.original:
            callback["response_message_id"] = str(interaction.original.id)
        return {"interaction": callback, "resource": resource} if call.query.get("with_response") == "1" else None

    async def _get_original(self, call: Call) -> object:
        return self._original(call)[1].payload()

    async def _edit_original(self, call: Call) -> object:
        interaction, original = self._original(call)
        interaction.original = edited = self._written(original, call.body)
        interaction.steps.append("edit")
        await self._keep(edited, "MESSAGE_UPDATE")
        return edited.payload()

    async def _delete_original(self, call: Call) -> object:
        interaction, original = self._original(call)
        interaction.original = None
        interaction.steps.append("delete")
        self._record.messages.pop(original.id, None)
        return None

    async def _follow_up(self, call: Call) -> object:
        interaction, _ = self._original(call)
        if interaction.is_deferred:
            # The first follow-up after a defer is the deferred message, whatever its own flags say.
            return await self._edit_original(call)
        message = self._reply_to(interaction).with_body(call.body)
        interaction.followups.append(message)
        interaction.steps.append("followup")
        await self._keep(message, "MESSAGE_CREATE")
        return message.payload()

    async def _edit_followup(self, call: Call) -> object:
        interaction, _ = self._original(call)
        message_id = int(call.parameters["message_id"])
        for position, message in enumerate(interaction.followups):
            if message.id == message_id:
                interaction.followups[position] = edited = message.edited(call.body)
                await self._keep(edited, "MESSAGE_UPDATE")
                return edited.payload()
        raise RefusalError(404, 10008, "Unknown Message")

    def _interaction(self, call: Call) -> Interaction:
        token = call.parameters.get("interaction_token") or call.parameters.get("webhook_token", "")
        interaction = self._record.interactions.get(token)
        if interaction is None:
            raise RefusalError(404, 10015, "Unknown Webhook")
        if asyncio.get_running_loop().time() - interaction.created > self._deadlines.token:
            raise RefusalError(401, 50027, "Invalid Webhook Token")
        return interaction

    def _original(self, call: Call) -> tuple[Interaction, Message]:
        interaction = self._interaction(call)
        if interaction.original is None:
            raise RefusalError(404, 10008, "Unknown Message")
        return interaction, interaction.original

    def _reply_to(self, interaction: Interaction) -> Message:
        metadata = {
            "id": str(interaction.id),
            "type": 2,
            "user": interaction.user.payload(),
            "authorizing_integration_owners": {},
        }
        flags = EPHEMERAL if interaction.ephemeral else 0
        return Message(interaction.channel, self._bot, interaction.guild, flags=flags, interaction=metadata)

    # Messages

    async def _post(self, call: Call) -> object:
        channel, guild = self._place(call)
        message = Message(channel, self._bot, guild).with_body(call.body)
        if reference := call.body.get("message_reference"):
            replied = self._record.messages.get(int(reference["message_id"]))
            if replied is None and reference.get("fail_if_not_exists", True):
                raise RefusalError(400, 50035, "Invalid Form Body: message_reference: Unknown message")
            message = replace(message, replies_to=replied)
        await self._keep(message, "MESSAGE_CREATE")
        return message.payload()

    async def _get_message(self, call: Call) -> object:
        return self._message(call).payload()

    async def _edit_message(self, call: Call) -> object:
        message = self._message(call)
        if message.author != self._bot:
            raise RefusalError(403, 50005, "Cannot edit a message authored by another user")
        await self._keep(edited := message.edited(call.body), "MESSAGE_UPDATE")
        return edited.payload()

    async def _delete_message(self, call: Call) -> object:
        message = self._message(call)
        if message.author != self._bot:
            raise RefusalError(403, 50013, "Missing Permissions")
        del self._record.messages[message.id]
        return None

    async def _type(self, call: Call) -> object:
        channel, _ = self._place(call)
        self._record.typing.append(channel.id)
        return None

    def _place(self, call: Call) -> tuple[Channel, Guild | None]:
        try:
            return self._places[int(call.parameters["channel_id"])]
        except KeyError:
            raise RefusalError(404, 10003, "Unknown Channel") from None

    def _message(self, call: Call) -> Message:
        channel, _ = self._place(call)
        message = self._record.messages.get(int(call.parameters["message_id"]))
        if message is None or message.channel != channel:
            raise RefusalError(404, 10008, "Unknown Message")
        return message

    def _written(self, message: Message, body: Json) -> Message:
        edited = message.edited(body)
        return replace(edited, flags=edited.flags & ~_LOADING)

    async def _keep(self, message: Message, event: str) -> None:
        self._record.messages[message.id] = message
        # A bot is told of its own messages too, but for those that one member alone sees.
        if not message.flags & EPHEMERAL and self._gateway.intents & Intent.GUILD_MESSAGES:
            await self._gateway.dispatch(event, message.payload())


def _guild_id(call: Call) -> int | None:
    return int(call.parameters["guild_id"]) if "guild_id" in call.parameters else None
