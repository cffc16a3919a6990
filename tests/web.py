"""A small local web server with pages that a test defines."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from embeddings.fetching.addresses import Policy, anywhere
from embeddings.fetching.fetch import Fetcher, Limits
from embeddings.fetching.network import Resolver, resolve
from embeddings.fetching.politeness import Manners


@dataclass(frozen=True)
class Reply:
    """The response for a path; ``write``, if given, sends the body in its own way instead of ``body``."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    write: Callable[["Handler"], None] | None = None


@dataclass
class Web:
    """The pages by path, and the requests so far."""

    address: str
    pages: dict[str, Reply | Callable[["Handler"], Reply]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def paths(self) -> list[str]:
        """The requested paths, without robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]


class Handler(BaseHTTPRequestHandler):
    """Answers from ``web.pages``."""

    protocol_version = "HTTP/1.1"
    web: Web

    def do_GET(self) -> None:
        self.web.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        page = self.web.pages.get(self.path, Reply(status=404))
        reply = page(self) if callable(page) else page
        self.send_response(reply.status)
        headers = {"Content-Type": "text/html; charset=utf-8", **reply.headers}
        if reply.write is None:
            headers = {"Content-Length": str(len(reply.body)), **headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            if reply.write is None:
                self.wfile.write(reply.body)
            else:
                self.close_connection = True
                reply.write(self)
        except OSError:
            # The client has disconnected, as some tests intend.
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    """A running server, over TLS if ``tls`` is given."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    web = Web(f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}")
    server.RequestHandlerClass = type("Bound", (Handler,), {"web": web})
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield web
    finally:
        web.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def visitor(*, policy: Policy = anywhere, limits: Limits | None = None, resolver: Resolver = resolve) -> Fetcher:
    """A fetcher that may access this machine and does not delay requests out of politeness."""
    return Fetcher(policy, limits or Limits(), resolver, Manners(sleep=lambda _: None))
