"""The REST API: each request is authorised, validated, dispatched, and answered as by Discord."""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from aiohttp import web

from . import limits
from .faults import Fault, Faults
from .openapi import OpenApi
from .record import Call, Record
from .responses import CALLBACK, FOLLOWUP, ORIGINAL, WEBHOOK
from .routes import MESSAGE, MESSAGES, Handler, RefusalError

BASE = "/api/v10"

_NO_HEADERS: Mapping[str, str] = {}
# Authorised by a token in the path.
_OPEN = ("/interactions/", "/webhooks/")


class Rest:
    """Discord's REST API."""

    def __init__(
        self, record: Record, token: str, handlers: dict[tuple[str, str], Handler], openapi: OpenApi | None
    ) -> None:
        self._record = record
        self._token = token
        self._handlers = handlers
        self._openapi = openapi
        self.faults = Faults()

    def routes(self) -> Iterator[web.RouteDef]:
        """The routes for an aiohttp application."""
        for (method, template), handler in self._handlers.items():
            yield web.route(method, BASE + template, self._serve(method, template, handler))
        yield web.route("*", BASE + "/{path:.*}", self._unknown)

    def _serve(self, method: str, template: str, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def serve(request: web.Request) -> web.Response:
            raw = await request.read()
            try:
                body = json.loads(raw) if raw else None
            except ValueError:
                self._record.violations.append(f"{method} {template}: the body is not JSON")
                return _json(400, {"code": 50109, "message": "The request body contains invalid JSON."})
            call = Call(method, template, dict(request.match_info), dict(request.query), body)
            self._record.calls.append(call)
            try:
                if not template.startswith(_OPEN) and request.headers.get("Authorization") != f"Bot {self._token}":
                    raise RefusalError(401, 0, "401: Unauthorized")
                fault = self.faults.met_by(method, template)
                if fault and not fault.is_done:
                    return _faulty(request, fault)
                self._check(call, request.content_type if raw else None)
                answer = await handler(call)
                return _faulty(request, fault) if fault else _json(200, answer)
            except RefusalError as refusal:
                return _json(refusal.status, refusal.body)
            finally:
                self._record.changed()

        return serve

    def _check(self, call: Call, content_type: str | None) -> None:
        """Check the OpenAPI description and our own limits, since each covers cases that the other lacks."""
        found = [] if content_type in (None, "application/json") else [f"the body is {content_type}"]
        found += self._openapi.violations(call.method, call.template, call.body) if self._openapi else []
        try:
            found += _limits(call)
        except (AttributeError, TypeError) as error:
            found.append(f"the body has a wrong shape: {error}")
        if found:
            self._record.violations.extend(f"{call}: {each}" for each in found)
            raise RefusalError(400, 50035, f"Invalid Form Body: {'; '.join(found)}")

    async def _unknown(self, request: web.Request) -> web.Response:
        self._record.violations.append(f"{request.method} {request.path}: there is no such route")
        return _json(404, {"code": 0, "message": "404: Not Found"})


def _limits(call: Call) -> Iterator[str]:
    if call.template == CALLBACK:
        return limits.callback(call.body)
    if call.method == "PUT":
        return limits.commands(call.body)
    if call.method in ("POST", "PATCH") and call.template in (MESSAGES, MESSAGE, WEBHOOK, ORIGINAL, FOLLOWUP):
        return limits.message(call.body, new=call.method == "POST")
    return iter(())


def _faulty(request: web.Request, fault: Fault) -> web.Response:
    if fault.status == 0:
        if request.transport:
            request.transport.abort()
        return web.Response(status=500)
    if isinstance(fault.body, bytes):
        return web.Response(status=fault.status, body=fault.body, headers=fault.headers)
    return _json(fault.status, fault.body, fault.headers)


def _json(status: int, body: Any, headers: Mapping[str, str] = _NO_HEADERS) -> web.Response:
    if body is None:
        return web.Response(status=204)
    # discord.py parses a body as JSON only if the content type is exactly this, without a charset.
    return web.Response(
        status=status,
        body=json.dumps(_as_fetched(body)).encode(),
        headers={"Content-Type": "application/json", **headers},
    )


def _as_fetched(body: object) -> object:
    """The body as in REST responses: only gateway events have the guild of a message and the member data of its author."""
    if isinstance(body, list):
        return [_as_fetched(each) for each in body]
    if isinstance(body, dict):
        hidden = {"member", "guild_id"} if "author" in body else set()
        return {name: _as_fetched(each) for name, each in body.items() if name not in hidden}
    return body
