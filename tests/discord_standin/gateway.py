"""The websocket: HELLO, IDENTIFY, READY, events, heartbeats, RESUME; compressed as a client asks for it."""

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
    """What a frame is."""

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
    """Why a connection is ended."""

    GOING_AWAY = 1001
    UNKNOWN_OPCODE = 4001
    NOT_AUTHENTICATED = 4003
    WRONG_TOKEN = 4004
    ALREADY_AUTHENTICATED = 4005
    DISALLOWED_INTENTS = 4014


class Intent(IntFlag):
    """What a bot asks to be told of."""

    GUILDS = 1 << 0
    MEMBERS = 1 << 1
    PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


# What the portal's switches look like in an application's flags: for fewer than a hundred guilds.
_FLAGS = {Intent.PRESENCES: 1 << 13, Intent.MEMBERS: 1 << 15, Intent.MESSAGE_CONTENT: 1 << 19}
_PRIVILEGED = Intent.MEMBERS | Intent.PRESENCES | Intent.MESSAGE_CONTENT


def application_flags(granted: Intent) -> int:
    """How an application says which privileged intents it may ask for."""
    return sum(flag for intent, flag in _FLAGS.items() if intent & granted)


class Socket:
    """One connection."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, *, compress: bool) -> None:
        self._request = request
        self._socket = socket
        # One stream for the whole life of the connection, flushed after each frame.
        self._deflate = zlib.compressobj() if compress else None
        self.is_silent = False
        """Whether it is open, and nothing comes through any more."""

    async def send(self, op: Op, data: object = None, **more: object) -> None:
        if self._socket.closed or self.is_silent:
            return
        text = json.dumps({"op": op, "d": data, **more})
        # A client may leave at any moment; a session keeps what it was not told of.
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
    """What a bot is told; it outlives the connection, so that what was missed can be told again."""

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
    """Discord's end of the websocket, for one bot."""

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
        """The privileged intents that the developer portal has turned on."""
        self.refused = Intent(0)
        """Those that are refused all the same: the portal was changed a moment ago."""
        self.heartbeat_ms = _HEARTBEAT_MS
        self.starts_left = 1000
        """How many sessions may begin yet today."""
        self.url = ""
        self.session: Session | None = None
        self._timed_out: dict[str, str] = {}

    @property
    def intents(self) -> Intent:
        """What the bot asked to be told of."""
        return self.session.intents if self.session else Intent(0)

    async def dispatch(self, event: str, data: Json) -> None:
        """Tell the bot of an event: now, or when it resumes."""
        until = self._timed_out.get(data.get("guild_id", ""))
        if until and data.get("author", {}).get("id") == str(self._bot.id):
            # Every message tells of its author as a member, and a client believes the latest word.
            data = data | {"member": data["member"] | {"communication_disabled_until": until}}
        if self.session:
            await self.session.dispatch(event, data)

    async def time_out(self, guild: Guild, until: datetime | None) -> None:
        """Tell the bot that it may say nothing in a guild until then, or that it may again."""
        self._timed_out[str(guild.id)] = stated = until.isoformat() if until else ""
        told = self._bot.member() | {"communication_disabled_until": stated or None}
        await self.dispatch("GUILD_MEMBER_UPDATE", told | {"guild_id": str(guild.id), "user": self._bot.payload()})

    async def drop(self) -> None:
        """Cut the connection; the session can be resumed."""
        if self.session and self.session.socket:
            socket, self.session.socket = self.session.socket, None
            await socket.close(Close.GOING_AWAY)

    async def cut(self) -> None:
        """Cut the connection without a word; the session can be resumed."""
        if self.session and self.session.socket:
            socket, self.session.socket = self.session.socket, None
            socket.abort()

    def fall_silent(self) -> None:
        """Leave the connection open and let nothing through any more, not even answers to heartbeats."""
        if self.session and self.session.socket:
            self.session.socket.is_silent = True

    async def ask_to_reconnect(self) -> None:
        """Tell the bot to connect anew and to resume."""
        if self.session and self.session.socket:
            await self.session.socket.send(Op.RECONNECT)

    async def invalidate(self, *, resumable: bool) -> None:
        """Tell the bot that its session is no longer valid; it has to resume, or to begin anew."""
        if self.session and self.session.socket:
            socket = self.session.socket
            if not resumable:
                self.session = None
            await socket.send(Op.INVALID_SESSION, resumable)

    async def end_session(self) -> None:
        """Cut the connection and forget the session: it cannot be resumed."""
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
