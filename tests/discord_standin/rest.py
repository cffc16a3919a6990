"""The HTTP interface: every request is checked, done to the record, and answered as Discord answers it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from . import limits
from .gateway import GUILD_MESSAGES, Gateway
from .openapi import OpenApi
from .record import Call, Interaction, Record
from .world import EPHEMERAL, Channel, Guild, Json, Message, User, snowflake

BASE = "/api/v10"

_LOADING = 1 << 7
_ANSWER, _DEFER, _DEFER_UPDATE, _UPDATE = 4, 5, 6, 7
_STEPS = {_ANSWER: "answer", _DEFER: "defer", _DEFER_UPDATE: "defer", _UPDATE: "edit", 8: "choices", 9: "modal"}

_COMMANDS = "/applications/{application_id}/commands"
_GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
_CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
_ORIGINAL = f"{_WEBHOOK}/messages/@original"
_FOLLOWUP = f"{_WEBHOOK}/messages/{{message_id}}"
_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = f"{_MESSAGES}/{{message_id}}"
_TYPING = "/channels/{channel_id}/typing"
# These are allowed by a token in their path, or need none.
_OPEN = ("/interactions/", "/webhooks/", "/gateway")


class Refusal(Exception):
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


class Rest:
    """Discord's REST interface, as much of it as the bot has use for."""

    def __init__(
        self,
        record: Record,
        gateway: Gateway,
        token: str,
        bot: User,
        places: dict[int, tuple[Channel, Guild | None]],
        deadlines: Deadlines,
        openapi: OpenApi | None,
    ) -> None:
        self._record = record
        self._gateway = gateway
        self._token = token
        self._bot = bot
        self._places = places
        self._deadlines = deadlines
        self._openapi = openapi

    def routes(self) -> Iterator[web.RouteDef]:
        """What an application of aiohttp serves."""
        handlers: dict[tuple[str, str], Handler] = {
            ("GET", "/gateway/bot"): self._gateway_bot,
            ("GET", "/users/@me"): self._me,
            ("GET", "/oauth2/applications/@me"): self._application,
            ("GET", "/applications/@me"): self._application,
            ("GET", _COMMANDS): self._get_commands,
            ("PUT", _COMMANDS): self._put_commands,
            ("GET", _GUILD_COMMANDS): self._get_commands,
            ("PUT", _GUILD_COMMANDS): self._put_commands,
            ("POST", _CALLBACK): self._respond,
            ("GET", _ORIGINAL): self._get_original,
            ("PATCH", _ORIGINAL): self._edit_original,
            ("DELETE", _ORIGINAL): self._delete_original,
            ("POST", _WEBHOOK): self._follow_up,
            ("PATCH", _FOLLOWUP): self._edit_followup,
            ("POST", _MESSAGES): self._post,
            ("GET", _MESSAGE): self._get_message,
            ("PATCH", _MESSAGE): self._edit_message,
            ("DELETE", _MESSAGE): self._delete_message,
            ("POST", _TYPING): self._type,
        }
        for (method, template), handler in handlers.items():
            yield web.route(method, BASE + template, self._serve(method, template, handler))
        yield web.route("*", BASE + "/{path:.*}", self._unknown)

    def _serve(self, method: str, template: str, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def serve(request: web.Request) -> web.Response:
            try:
                raw = await request.read()
                call = Call(
                    method, template, dict(request.match_info), dict(request.query), json.loads(raw) if raw else None
                )
                self._record.calls.append(call)
                if not template.startswith(_OPEN) and request.headers.get("Authorization") != f"Bot {self._token}":
                    raise Refusal(401, 0, "401: Unauthorized")
                self._check(call, request.content_type if raw else None)
                return _json(200, await handler(call))
            except Refusal as refusal:
                return _json(refusal.status, refusal.body)
            finally:
                self._record.changed()

        return serve

    async def _unknown(self, request: web.Request) -> web.Response:
        self._record.violations.append(f"{request.method} {request.path}: there is no such route")
        return _json(404, {"code": 0, "message": "404: Not Found"})

    def _check(self, call: Call, content_type: str | None) -> None:
        found = [] if content_type in (None, "application/json") else [f"the body is {content_type}"]
        if not found:
            # Each of the two may find what the other does not know of.
            found += self._openapi.violations(call.method, call.template, call.body) if self._openapi else []
            try:
                found += _limits(call)
            except (AttributeError, TypeError) as error:
                found.append(f"the body has a wrong shape ({error})")
        if found:
            self._record.violations.extend(f"{call}: {each}" for each in found)
            raise Refusal(400, 50035, f"Invalid Form Body: {'; '.join(found)}")

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
            raise Refusal(404, 10062, "Unknown interaction")
        if interaction.steps:
            self._record.violations.append(f"{call}: second first response to /{interaction.command}")
            raise Refusal(400, 40060, "Interaction has already been acknowledged.")
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
        interaction, original = self._original(call)
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
        raise Refusal(404, 10008, "Unknown Message")

    def _interaction(self, call: Call) -> Interaction:
        token = call.parameters.get("interaction_token") or call.parameters.get("webhook_token", "")
        interaction = self._record.interactions.get(token)
        if interaction is None:
            raise Refusal(404, 10015, "Unknown Webhook")
        if asyncio.get_running_loop().time() - interaction.created > self._deadlines.token:
            raise Refusal(401, 50027, "Invalid Webhook Token")
        return interaction

    def _original(self, call: Call) -> tuple[Interaction, Message]:
        interaction = self._interaction(call)
        if interaction.original is None:
            raise Refusal(404, 10008, "Unknown Message")
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
                raise Refusal(400, 50035, "Invalid Form Body: message_reference: Unknown message")
            message = replace(message, replies_to=replied)
        await self._keep(message, "MESSAGE_CREATE")
        return message.payload()

    async def _get_message(self, call: Call) -> object:
        return self._message(call).payload()

    async def _edit_message(self, call: Call) -> object:
        message = self._message(call)
        if message.author != self._bot:
            raise Refusal(403, 50005, "Cannot edit a message authored by another user")
        await self._keep(edited := message.edited(call.body), "MESSAGE_UPDATE")
        return edited.payload()

    async def _delete_message(self, call: Call) -> object:
        message = self._message(call)
        if message.author != self._bot:
            raise Refusal(403, 50013, "Missing Permissions")
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
            raise Refusal(404, 10003, "Unknown Channel") from None

    def _message(self, call: Call) -> Message:
        channel, _ = self._place(call)
        message = self._record.messages.get(int(call.parameters["message_id"]))
        if message is None or message.channel != channel:
            raise Refusal(404, 10008, "Unknown Message")
        return message

    def _written(self, message: Message, body: Json) -> Message:
        edited = message.edited(body)
        return replace(edited, flags=edited.flags & ~_LOADING)

    async def _keep(self, message: Message, event: str) -> None:
        self._record.messages[message.id] = message
        # A bot is told of its own messages too, but for those that one member alone sees.
        if not message.flags & EPHEMERAL and self._gateway.intents & GUILD_MESSAGES:
            await self._gateway.dispatch(event, message.payload())


def _limits(call: Call) -> Iterator[str]:
    match call.method, call.template:
        case "POST", limits_template if limits_template == _CALLBACK:
            return limits.callback(call.body)
        case "PUT", _:
            return limits.commands(call.body)
        case ("POST" | "PATCH") as method, template if template in (
            _MESSAGES,
            _MESSAGE,
            _WEBHOOK,
            _ORIGINAL,
            _FOLLOWUP,
        ):
            return limits.message(call.body, new=method == "POST")
    return iter(())


def _guild_id(call: Call) -> int | None:
    return int(call.parameters["guild_id"]) if "guild_id" in call.parameters else None


def _json(status: int, body: Any) -> web.Response:
    if body is None:
        return web.Response(status=204)
    # discord.py reads a body as JSON only when its type is exactly this, without a charset.
    return web.Response(status=status, body=json.dumps(body).encode(), headers={"Content-Type": "application/json"})
