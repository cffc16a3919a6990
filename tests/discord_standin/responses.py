"""Responses of the bot to interactions, and their effects."""

import asyncio
from dataclasses import dataclass, replace

from .gateway import Gateway
from .messages import EPHEMERAL, Message
from .record import Call, Interaction, Kind, Record
from .routes import Handler, RefusalError, announce
from .world import Json, User

_LOADING = 1 << 7
_ANSWER, _DEFER, _DEFER_UPDATE, _UPDATE, _CHOICES, _MODAL = 4, 5, 6, 7, 8, 9
_STEPS = {
    _ANSWER: "answer",
    _DEFER: "defer",
    _DEFER_UPDATE: "defer",
    _UPDATE: "update",
    _CHOICES: "choices",
    _MODAL: "modal",
}
# Valid types of the first response to each kind of interaction.
_TAKEN = {
    Kind.COMMAND: {_ANSWER, _DEFER, _MODAL},
    Kind.COMPONENT: {_ANSWER, _DEFER, _DEFER_UPDATE, _UPDATE, _MODAL},
    Kind.AUTOCOMPLETE: {_CHOICES},
    Kind.MODAL: {_ANSWER, _DEFER, _DEFER_UPDATE, _UPDATE},
}

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
ORIGINAL = f"{WEBHOOK}/messages/@original"
FOLLOWUP = f"{WEBHOOK}/messages/{{message_id}}"


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Time limits for responses to an interaction, in seconds."""

    acknowledge: float = 3.0
    token: float = 15 * 60.0


class Responses:
    """The part of Discord's API for responses to interactions."""

    def __init__(self, record: Record, gateway: Gateway, bot: User, deadlines: Deadlines) -> None:
        self._record = record
        self._gateway = gateway
        self._bot = bot
        self._deadlines = deadlines

    def handlers(self) -> dict[tuple[str, str], Handler]:
        """Handlers by method and path; more specific paths first."""
        return {
            ("POST", CALLBACK): self._respond,
            ("GET", ORIGINAL): self._get_original,
            ("PATCH", ORIGINAL): self._edit_original,
            ("DELETE", ORIGINAL): self._delete_original,
            ("POST", WEBHOOK): self._follow_up,
            ("PATCH", FOLLOWUP): self._edit_followup,
            ("DELETE", FOLLOWUP): self._delete_followup,
        }

    async def _respond(self, call: Call) -> object:
        interaction = self._interaction(call)
        now = asyncio.get_running_loop().time()
        late = now - interaction.created
        if late > self._deadlines.acknowledge:
            self._record.violations.append(f"{call}: first response to {interaction.name} after {late:.1f} s")
            raise RefusalError(404, 10062, "Unknown interaction")
        if interaction.steps:
            self._record.violations.append(f"{call}: second first response to {interaction.name}")
            raise RefusalError(400, 40060, "Interaction has already been acknowledged.")
        kind, data = call.body["type"], call.body.get("data") or {}
        if kind not in _TAKEN[interaction.kind]:
            self._record.violations.append(f"{call}: {kind} is no response to a {interaction.kind.name.lower()}")
            raise RefusalError(400, 50035, "Invalid Form Body")
        interaction.acknowledged = interaction.settled = now
        await self._carry_out(interaction, kind, data)
        interaction.steps.append(_STEPS[kind])
        if call.query.get("with_response") != "1":
            return None
        callback = {
            "id": str(interaction.id),
            "type": int(interaction.kind),
            "response_message_loading": kind == _DEFER,
            "response_message_ephemeral": interaction.ephemeral,
        }
        resource: Json = {"type": kind}
        if interaction.original:
            callback["response_message_id"] = str(interaction.original.id)
            resource["message"] = interaction.original.payload()
        return {"interaction": callback, "resource": resource}

    async def _carry_out(self, interaction: Interaction, kind: int, data: Json) -> None:
        if kind in (_ANSWER, _DEFER):
            interaction.ephemeral = bool((data.get("flags") or 0) & EPHEMERAL)
            message = self._reply_to(interaction).with_body(data)
            if kind == _DEFER:
                message = replace(message, flags=message.flags | _LOADING)
            interaction.original = message
            await self._keep(message, "MESSAGE_CREATE")
        elif kind in (_UPDATE, _DEFER_UPDATE):
            if interaction.source is None:
                raise RefusalError(400, 50035, "Invalid Form Body: there is no message to update")
            interaction.original = interaction.source
            if kind == _UPDATE:
                interaction.original = interaction.source.edited(data)
                await self._keep(interaction.original, "MESSAGE_UPDATE")
        elif kind == _CHOICES:
            interaction.choices = data.get("choices") or []
        else:
            interaction.modal = data

    async def _get_original(self, call: Call) -> object:
        return self._original(call)[1].payload()

    async def _edit_original(self, call: Call) -> object:
        interaction, original = self._original(call)
        edited = original.edited(call.body)
        interaction.original = edited = replace(edited, flags=edited.flags & ~_LOADING)
        interaction.settled = asyncio.get_running_loop().time()
        await self._keep(edited, "MESSAGE_UPDATE")
        interaction.steps.append("edit")
        return edited.payload()

    async def _delete_original(self, call: Call) -> object:
        interaction, original = self._original(call)
        interaction.original = None
        interaction.steps.append("delete")
        self._record.messages.pop(original.id, None)
        return None

    async def _follow_up(self, call: Call) -> object:
        interaction = self._interaction(call)
        if not interaction.steps:
            raise RefusalError(404, 10015, "Unknown Webhook")
        if interaction.is_deferred and interaction.original is not interaction.source:
            # The first follow-up after a deferral becomes the deferred message, whatever its flags are.
            return await self._edit_original(call)
        message = replace(self._reply_to(interaction), flags=0).with_body(call.body)
        interaction.followups.append(message)
        interaction.steps.append("followup")
        await self._keep(message, "MESSAGE_CREATE")
        return message.payload()

    async def _edit_followup(self, call: Call) -> object:
        interaction, position = self._followup(call)
        interaction.followups[position] = edited = interaction.followups[position].edited(call.body)
        await self._keep(edited, "MESSAGE_UPDATE")
        return edited.payload()

    async def _delete_followup(self, call: Call) -> object:
        interaction, position = self._followup(call)
        self._record.messages.pop(interaction.followups.pop(position).id, None)
        return None

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
        original = interaction.original
        if original is None or original.id not in self._record.messages:
            raise RefusalError(404, 10008, "Unknown Message")
        return interaction, original

    def _followup(self, call: Call) -> tuple[Interaction, int]:
        interaction = self._interaction(call)
        for position, message in enumerate(interaction.followups):
            if message.id == int(call.parameters["message_id"]):
                return interaction, position
        raise RefusalError(404, 10008, "Unknown Message")

    def _reply_to(self, interaction: Interaction) -> Message:
        metadata = {
            "id": str(interaction.id),
            "type": int(interaction.kind),
            "user": interaction.user.payload(),
            "authorizing_integration_owners": {},
        }
        flags = EPHEMERAL if interaction.ephemeral else 0
        return Message(interaction.channel, self._bot, interaction.guild, flags=flags, interaction=metadata)

    async def _keep(self, message: Message, event: str) -> None:
        await announce(self._record, self._gateway, message, event)
