"""The gateway websocket: HELLO, IDENTIFY, READY, events, heartbeats, RESUME; compressed if the client asks for it."""

import json
import secrets
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag

from aiohttp import WSMsgType, web

from .record import Record
from .world import Guild, Json, User

_HEARTBEAT_MS = 41_250


class Op(IntEnum):
    """Opcodes of frames."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE_STATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Close(IntEnum):
    """Close codes."""

    GOING_AWAY = 1001
    UNKNOWN_OPCODE = 4001
    NOT_AUTHENTICATED = 4003
    WRONG_TOKEN = 4004
    ALREADY_AUTHENTICATED = 4005
    DISALLOWED_INTENTS = 4014


class Intent(IntFlag):
    """Gateway intents."""

    GUILDS = 1 << 0
    MEMBERS = 1 << 1
    PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


# Application flags for the privileged intents of the developer portal, for bots in fewer than a hundred guilds.
_FLAGS = {Intent.PRESENCES: 1 << 13, Intent.MEMBERS: 1 << 15, Intent.MESSAGE_CONTENT: 1 << 19}
_PRIVILEGED = Intent.MEMBERS | Intent.PRESENCES | Intent.MESSAGE_CONTENT


def application_flags(granted: Intent) -> int:
    """The application flags for the granted privileged intents."""
    return sum(flag for intent, flag in _FLAGS.items() if intent & granted)


class Socket:
    """One connection."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, *, compress: bool) -> None:
        self._request = request
        self._socket = socket
        # One zlib stream for the whole connection, flushed after each frame.
        self._deflate = zlib.compressobj() if compress else None
        self.is_silent = False
        """Whether the connection is open but nothing gets through any more."""

    async def send(self, op: Op, data: object = None, **more: object) -> None:
        if self._socket.closed or self.is_silent:
            return
        text = json.dumps({"op": op, "d": data, **more})
        # A client may disconnect at any moment; the session keeps the events that it missed.
        with suppress(ConnectionError):
            if self._deflate:
                await self._socket.send_bytes(
                    self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                )
            else:
                await self._socket.send_str(text)

    async def close(self, code: int) -> None:
        await self._socket.close(code=code)

    def abort(self) -> None:
        if transport := self._request.transport:
            transport.abort()


@dataclass(slots=True)
class Session:
    """The events for a bot; outlives the connection, so that missed events can be replayed."""

    intents: Intent
    socket: Socket | None
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    events: list[tuple[str, Json]] = field(default_factory=list)

    async def dispatch(self, event: str, data: Json) -> None:
        self.events.append((event, data))
        await self.tell(len(self.events))

    async def tell(self, number: int) -> None:
        event, data = self.events[number - 1]
        if self.socket:
            await self.socket.send(Op.DISPATCH, data, t=event, s=number)


class Gateway:
    """Discord's end of the gateway, for one bot."""

    def __init__(
        self,
        record: Record,
        token: str,
        bot: User,
        guilds: list[Guild],
        granted: Intent,
        describe: Callable[[Guild], Json],
    ) -> None:
        self._record = record
        self._token = token
        self._bot = bot
        self._guilds = guilds
        self._describe = describe
        self.granted = granted
        """The privileged intents that are enabled in the developer portal."""
        self.refused = Intent(0)
        """Intents that are refused although granted, as right after a change in the portal."""
        self.heartbeat_ms = _HEARTBEAT_MS
        self.starts_left = 1000
        """Remaining session starts today."""
        self.url = ""
        self.session: Session | None = None
        self._timed_out: dict[str, str] = {}

    @property
    def intents(self) -> Intent:
        """The intents with which the bot identified."""
        return self.session.intents if self.session else Intent(0)

    async def dispatch(self, event: str, data: Json) -> None:
        """Send the bot an event, now or when it resumes."""
        until = self._timed_out.get(data.get("guild_id", ""))
        if until and data.get("author", {}).get("id") == str(self._bot.id):
            # Message events include the author's member data, which a client takes as the current state.
            data = data | {"member": data["member"] | {"communication_disabled_until": until}}
        if self.session:
            await self.session.dispatch(event, data)

    async def time_out(self, guild: Guild, until: datetime | None) -> None:
        """Notify the bot of a timeout in a guild, or with None of its end."""
        self._timed_out[str(guild.id)] = stated = until.isoformat() if until else ""
        told = self._bot.member() | {"communication_disabled_until": stated or None}
        await self.dispatch("GUILD_MEMBER_UPDATE", told | {"guild_id": str(guild.id), "user": self._bot.payload()})

    async def drop(self) -> None:
        """Close the connection; the session can be resumed."""
        if self.session and self.session.socket:
            socket, self.session.socket = self.session.socket, None
            await socket.close(Close.GOING_AWAY)

    async def cut(self) -> None:
        """Abort the connection without a close frame; the session can be resumed."""
        if self.session and self.session.socket:
            socket, self.session.socket = self.session.socket, None
            socket.abort()

    def fall_silent(self) -> None:
        """Leave the connection open but send nothing more, not even heartbeat acknowledgements."""
        if self.session and self.session.socket:
            self.session.socket.is_silent = True

    async def ask_to_reconnect(self) -> None:
        """Ask the bot to reconnect and resume."""
        if self.session and self.session.socket:
            await self.session.socket.send(Op.RECONNECT)

    async def invalidate(self, *, resumable: bool) -> None:
        """Invalidate the session: the bot has to resume it, or to identify again if it is not ``resumable``."""
        if self.session and self.session.socket:
            socket = self.session.socket
            if not resumable:
                self.session = None
            await socket.send(Op.INVALID_SESSION, resumable)

    async def end_session(self) -> None:
        """Close the connection and drop the session, which cannot be resumed."""
        await self.drop()
        self.session = None

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection for as long as it lasts."""
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        socket = Socket(request, connection, compress=request.query.get("compress") == "zlib-stream")
        await socket.send(Op.HELLO, {"heartbeat_interval": self.heartbeat_ms})
        async for frame in connection:
            if frame.type is WSMsgType.TEXT:
                await self._receive(socket, json.loads(frame.data))
        if self._is_current(socket) and self.session:
            self.session.socket = None
        self._record.changed()
        return connection

    def _is_current(self, socket: Socket) -> bool:
        return self.session is not None and self.session.socket is socket

    async def _receive(self, socket: Socket, frame: Json) -> None:
        self._record.frames.append(frame)
        known = self._is_current(socket)
        match frame.get("op"):
            case Op.HEARTBEAT:
                await socket.send(Op.HEARTBEAT_ACK)
            case Op.IDENTIFY | Op.RESUME if known:
                await socket.close(Close.ALREADY_AUTHENTICATED)
            case Op.IDENTIFY | Op.RESUME if frame["d"]["token"] != self._token:
                await socket.close(Close.WRONG_TOKEN)
            case Op.IDENTIFY:
                await self._identify(socket, Intent(frame["d"]["intents"]))
            case Op.RESUME:
                await self._resume(socket, frame["d"]["session_id"], frame["d"]["seq"])
            case Op.PRESENCE | Op.VOICE_STATE | Op.REQUEST_MEMBERS:
                if not known:
                    await socket.close(Close.NOT_AUTHENTICATED)
            case unknown:
                self._record.violations.append(f"gateway: {unknown!r} is no opcode that a bot sends")
                await socket.close(Close.UNKNOWN_OPCODE)
        self._record.changed()

    async def _identify(self, socket: Socket, intents: Intent) -> None:
        if intents & (_PRIVILEGED & ~self.granted | self.refused):
            await socket.close(Close.DISALLOWED_INTENTS)
            return
        self.session = session = Session(intents, socket)
        ready = {
            "v": 10,
            "user": self._bot.payload(),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in self._guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": str(self._bot.id), "flags": application_flags(self.granted)},
        }
        await session.dispatch("READY", ready)
        if intents & Intent.GUILDS:
            for guild in self._guilds:
                await session.dispatch("GUILD_CREATE", self._describe(guild))

    async def _resume(self, socket: Socket, session_id: str, seen: int) -> None:
        session = self.session
        if session is None or session.id != session_id:
            await socket.send(Op.INVALID_SESSION, False)
            return
        session.socket = socket
        for number in range(seen + 1, len(session.events) + 1):
            await session.tell(number)
        await session.dispatch("RESUMED", {})
