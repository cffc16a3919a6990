"""Fetching of one web page, with limits on time, size, redirects and the hosts that may be contacted."""

import functools
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from importlib.metadata import version
from urllib.parse import urljoin, urlsplit

import httpcore2

from embeddings.errors import GoneError, SourceError
from embeddings.fetching.addresses import Policy, normalised, open_internet
from embeddings.fetching.network import Deadline, ForbiddenError, Guard, Resolver, UnknownHostError, resolve
from embeddings.fetching.pages import Page, Validators
from embeddings.fetching.politeness import ROBOT, Manners, Rules
from embeddings.fetching.unpack import BrokenError, TooLargeError, unpacked

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = "text/html,application/xhtml+xml,text/markdown,text/plain;q=0.9,application/pdf;q=0.9,*/*;q=0.5"
# Bytes of a robots.txt that are parsed; RFC 9309 asks for at least as many.
_LARGEST_ROBOTS = 512_000
# A validator longer than this is not worth keeping.
_LONGEST_VALIDATOR = 500

# Loading the operating system's trusted certificates takes longer than fetching many a page.
_SYSTEM_TLS = functools.cache(httpcore2.default_ssl_context)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for one page."""

    seconds: float = 30.0
    """For robots.txt, redirects and body together, but without the pauses between requests."""
    size: int = 25_000_000
    """In bytes, both as sent and as unpacked."""
    redirects: int = 5


@dataclass
class Fetcher:
    """Fetches pages. Thread-safe."""

    policy: Policy = open_internet
    """Which hosts may be contacted, judged by the very IP address that is connected to."""
    limits: Limits = field(default_factory=Limits)
    resolver: Resolver = resolve
    manners: Manners = field(default_factory=Manners)
    tls: Callable[[], ssl.SSLContext] = _SYSTEM_TLS
    """Which certificates are trusted: by default those that the operating system trusts."""

    def fetch(self, address: str, known: Validators | None = None) -> Page | None:
        """The page at an address; None when ``known``, the validators from when it was last read, still hold.

        Raises:
            GoneError: the page does not exist, or no longer exists.
            SourceError: it cannot or must not be read.
        """
        address = normalised(address)
        deadline = Deadline(self.limits.seconds)
        guard = Guard(self.resolver, self.policy, deadline)
        try:
            with httpcore2.ConnectionPool(ssl_context=self.tls(), network_backend=guard) as pool:
                return _Visit(address, self, pool, deadline).page(known or Validators())
        except ForbiddenError as error:
            raise SourceError(address, str(error)) from error
        except httpcore2.TimeoutException as error:
            raise SourceError(address, f"it was not read within {self.limits.seconds:g} seconds") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise SourceError(address, _trouble(error)) from error


@dataclass(frozen=True, slots=True)
class _Answer:
    url: str
    status: int
    headers: dict[str, str]
    data: bytes


@dataclass(frozen=True, slots=True)
class _Visit:
    """The requests that lead to one page."""

    address: str
    fetcher: Fetcher
    pool: httpcore2.ConnectionPool
    deadline: Deadline

    def page(self, known: Validators) -> Page | None:
        conditions = {
            "If-None-Match": _usable(known.etag),
            "If-Modified-Since": _usable(known.last_modified),
        }
        asked = {name: value for name, value in conditions.items() if value}
        answer = self._follow(self.address, asked, self._ask_leave)
        if answer.status == 304 and asked:
            return None
        if answer.status != 200:
            raise _refusal(self.address, answer.status)
        return Page(
            answer.url,
            *_content_type(answer.headers.get("content-type", "")),
            answer.data,
            Validators(_usable(answer.headers.get("etag")), _usable(answer.headers.get("last-modified"))),
        )

    def _follow(self, address: str, headers: dict[str, str], before: Callable[[str], None]) -> _Answer:
        """The answer at the end of the redirects; ``before`` is called with each address before it is requested."""
        seen = [address]
        while True:
            before(seen[-1])
            answer = self._get(seen[-1], headers)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return answer
            try:
                following = normalised(urljoin(answer.url, _as_meant(answer.headers["location"])))
            except (SourceError, ValueError) as error:
                reason = error.reason if isinstance(error, SourceError) else "this is not a web address"
                raise SourceError(self.address, f"it redirects to an address that is not read: {reason}") from error
            if following in seen:
                raise SourceError(self.address, "it redirects in a circle")
            if len(seen) > self.fetcher.limits.redirects:
                raise SourceError(self.address, f"it redirects more than {self.fetcher.limits.redirects} times")
            seen.append(following)

    def _ask_leave(self, address: str) -> None:
        site = _site(address)
        rules = self.fetcher.manners.rules(site, lambda: self._robots(site))
        if not rules.allow(address):
            raise SourceError(
                self.address,
                "its site asks that machines do not read it (robots.txt); save the page and give the file",
            )
        self._wait(address)

    def _robots(self, site: str) -> Rules:
        answer = self._follow(f"{site}/robots.txt", {}, self._wait)
        if answer.status == 429 or answer.status >= 500:
            reason = f"its site does not say now whether it may be read (robots.txt: {answer.status}); try again later"
            raise SourceError(self.address, reason)
        # A site whose robots.txt is missing or not accessible has not forbidden anything (RFC 9309).
        return Rules(answer.data[:_LARGEST_ROBOTS].decode("utf-8", "replace") if answer.status == 200 else "")

    def _wait(self, address: str) -> None:
        self.deadline.extend(self.fetcher.manners.wait(_site(address)))

    def _get(self, address: str, headers: dict[str, str]) -> _Answer:
        sent = {
            "Host": urlsplit(address).netloc,
            "User-Agent": f"{ROBOT}/{version('pullquote')}",
            "Accept": _ACCEPT,
            # No deflate: what servers send under that name does not always follow the standard.
            "Accept-Encoding": "gzip",
            **headers,
        }
        with self.pool.stream("GET", address, headers=list(sent.items())) as response:
            # The first of repeated headers counts.
            received = {name.decode("ascii").lower(): value.decode("latin-1") for name, value in response.headers[::-1]}
            data = self._body(response, received) if response.status == 200 else b""
            return _Answer(address, response.status, received, data)

    def _body(self, response: httpcore2.Response, headers: dict[str, str]) -> bytes:
        """The unpacked body; reading stops as soon as it exceeds the limit, packed or unpacked."""
        most = self.fetcher.limits.size
        length = headers.get("content-length", "")
        try:
            if length.isdecimal() and int(length) > most:
                raise TooLargeError
            return unpacked(response.iter_stream(), headers.get("content-encoding", ""), most)
        except TooLargeError as error:
            reason = f"it has more than {most / 1e6:g} MB; save it and give the part that is needed"
            raise SourceError(self.address, reason) from error
        except BrokenError as error:
            raise SourceError(self.address, str(error)) from error


def _site(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _as_meant(location: str) -> str:
    """The target of a redirect: headers are decoded as Latin-1, but unescaped characters in them are meant as UTF-8."""
    try:
        return location.encode("latin-1").decode()
    except UnicodeDecodeError:
        return location


def _content_type(header: str) -> tuple[str, str | None]:
    """The media type in lower case, empty if none is given, and the name of the encoding, if there is one."""
    content = Message()
    content["Content-Type"] = header
    media_type = content.get_content_type() if "/" in header else ""
    try:
        return media_type, content.get_content_charset()
    except (TypeError, ValueError):
        # The standard library fails at a split parameter (RFC 2231) if one of the parts has no number, or an absurdly long one.
        return media_type, None


def _usable(validator: str | None) -> str | None:
    # Some servers put a file's name in it unescaped, and non-ASCII characters cannot be sent back.
    return validator if validator and validator.isascii() and len(validator) <= _LONGEST_VALIDATOR else None


def _refusal(address: str, status: int) -> SourceError:
    if status in (404, 410):
        return GoneError(address, f"there is no such page (the server answered {status})")
    if status in (401, 402, 403, 407, 451):
        return SourceError(
            address, f"the server does not give it to everyone ({status}); save the page and give the file"
        )
    if status == 429 or status >= 500:
        return SourceError(address, f"the server cannot give it now ({status}); try again later")
    return SourceError(address, f"the server answered {status} and gave no page")


def _trouble(error: Exception) -> str:
    # httpcore2 keeps the operating system's error as an argument and suppresses it as the cause.
    cause = next(iter(error.args), None)
    if isinstance(error, UnknownHostError):
        return str(error)
    if isinstance(cause, ssl.SSLError):
        detail = getattr(cause, "verify_message", "") or "the two sides do not understand one another"
        return f"no secure connection can be made ({detail})"
    if isinstance(error, httpcore2.ConnectError):
        return f"no connection can be made ({getattr(cause, 'strerror', None) or 'it is refused'})"
    return "the connection broke off, or what came was no answer; try again later"
