"""Connections that are made only to hosts that may be contacted, within a time limit.

The check is made where the connection is made: a name is resolved once, all its addresses are checked, and one of those very
addresses is connected to. A name that changes its address between check and use (DNS rebinding) therefore gains nothing.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore2

from embeddings.fetching.addresses import Policy

Resolver = Callable[[str, int], Sequence[str]]
"""From a host name and a port to its IP addresses, best first; raises ``OSError``."""


class ForbiddenError(Exception):
    """The host of an address may not be contacted; the message says why."""


class UnknownHostError(httpcore2.ConnectError):
    """A host name has no address; the message says so."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host according to the operating system, which also parses other spellings of IP addresses."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Deadline:
    """A limit on the total time of an operation, in seconds."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def extend(self, seconds: float) -> None:
        """Allow this many more."""
        self._end += seconds

    def left(self) -> float:
        """The seconds that remain.

        Raises:
            httpcore2.ReadTimeout: there are none.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the time is over")
        return left


class Guard(httpcore2.NetworkBackend):
    """Makes the connections of one fetch."""

    def __init__(self, resolver: Resolver, policy: Policy, deadline: Deadline) -> None:
        self._resolver = resolver
        self._deadline = deadline
        self._policy = policy
        self._backend = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline holds for all
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of ``host`` that answers, if all of them may be asked.

        Raises:
            ForbiddenError: they may not.
        """
        try:
            addresses = self._resolver(host.strip("[]"), port)
        except (OSError, UnicodeError) as error:
            raise UnknownHostError(f"its host {host} is not known; check its spelling") from error
        for address in addresses:
            if reason := self._policy(address, port):
                raise ForbiddenError(reason)
        failure: Exception = UnknownHostError(f"its host {host} is not known; check its spelling")
        for number, address in enumerate(addresses):
            # Each gets a share of the time, so that one that never answers leaves some for the next.
            share = self._deadline.left() / (len(addresses) - number)
            try:
                stream = self._backend.connect_tcp(address, port, share, local_address, socket_options or ())
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _Timed(stream, self._deadline)
        raise failure


class _Timed(httpcore2.NetworkStream):
    """A connection that limits each operation to the time that is left, so that a slow sender cannot hold it open."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, self._deadline.left()), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
