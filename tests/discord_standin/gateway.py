"""The gateway: one websocket session with HELLO, IDENTIFY, heartbeats, events with sequence numbers, and RESUME."""

import json
import zlib
from typing import Any

from aiohttp import WSMsgType, web

from tests.discord_standin.world import snowflake

Json = dict[str, Any]

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 3, 6, 7, 9, 10, 11
_HEARTBEAT_MS = 10_000
# The close code for a token that is not taken.
_AUTHENTICATION_FAILED = 4004


class Session:
    """What outlives a dropped socket: the events sent so far, to be replayed when the client resumes."""

    def __init__(self) -> None:
        self.id = snowflake()
        self.events: list[Json] = []
        self._socket: web.WebSocketResponse | None = None
        self._compressor: Any = None

    def attach(self, socket: web.WebSocketResponse, *, compressed: bool) -> None:
        """Send to this socket from now on."""
        self._socket = socket
        self._compressor = zlib.compressobj() if compressed else None

    async def send(self, payload: Json) -> None:
        """One payload, compressed as one part of the connection's zlib stream where the client asked for that."""
        assert self._socket is not None
        data = json.dumps(payload)
        if self._compressor is None:
            await self._socket.send_str(data)
        else:
            packed = self._compressor.compress(data.encode()) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
            await self._socket.send_bytes(packed)

    async def dispatch(self, name: str, data: Json) -> None:
        """An event, numbered."""
        event = {"op": DISPATCH, "t": name, "s": len(self.events) + 1, "d": data}
        self.events.append(event)
        if self._socket is not None and not self._socket.closed:
            await self.send(event)

    async def drop(self) -> None:
        """Close the socket without warning."""
        if self._socket is not None:
            await self._socket.close(code=1006 if False else 4000)


class Gateway:
    """Takes connections; ``welcome`` gives the events that a new session begins with."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.session: Session | None = None
        self.identified: list[Json] = []
        """The IDENTIFY payloads received."""
        self.resumed = 0
        self.welcome: list[tuple[str, Json]] = []

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, until either side closes it."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        compressed = request.query.get("compress") == "zlib-stream"
        session = Session()
        session.attach(socket, compressed=compressed)
        await session.send({"op": HELLO, "d": {"heartbeat_interval": _HEARTBEAT_MS}})
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                break
            payload = json.loads(frame.data)
            if payload["op"] == HEARTBEAT:
                await session.send({"op": ACK})
            elif payload["op"] == IDENTIFY:
                if payload["d"]["token"] != self._token:
                    await socket.close(code=_AUTHENTICATION_FAILED)
                    break
                self.identified.append(payload["d"])
                self.session = session
                for name, data in self.welcome:
                    await session.dispatch(name, {**data, "session_id": session.id} if name == "READY" else data)
            elif payload["op"] == RESUME:
                session = await self._resume(session, socket, payload["d"], compressed=compressed)
        return socket

    async def _resume(
        self, fresh: Session, socket: web.WebSocketResponse, wanted: Json, *, compressed: bool
    ) -> Session:
        if self.session is None or self.session.id != wanted["session_id"]:
            await fresh.send({"op": INVALID, "d": False})
            return fresh
        self.resumed += 1
        missed = self.session.events[wanted["seq"] :]
        # The stream's state belongs to the connection, and this one's began with HELLO.
        self.session._socket, self.session._compressor = socket, fresh._compressor
        for event in missed:
            await self.session.send(event)
        await self.session.dispatch("RESUMED", {})
        return self.session
