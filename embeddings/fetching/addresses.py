"""Web addresses in canonical form, and which hosts may be contacted."""

import ipaddress
import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit, urlunsplit

import idna

from embeddings.errors import SourceError

Policy = Callable[[str, int], str | None]
"""From an IP address and a port to the reason why it may not be contacted, or None."""

_LONGEST = 4000
_PORTS = {"http": 80, "https": 443}
#: Ports that pages are read from on the open internet; others belong to mail, shells and databases.
WEB_PORTS = frozenset({80, 443, 8080, 8443})

# Query parameters that say where a reader came from, not what is read.
_TRACKING = frozenset(
    """fbclid gclid dclid yclid ysclid msclkid ttclid twclid gclsrc gad_source gbraid wbraid li_fat_id mc_cid mc_eid mkt_tok
    igsh igshid _ga _gl _hsenc _hsmi cmpid ref_src ref_url xtor""".split()
)
_TRACKING_FAMILIES = ("utm_", "mtm_", "pk_", "hsa_", "vero_", "oly_")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\<>\"^`{|}\ud800-\udfff]")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]")
# Not escaped: what is escaped already ("%"), and characters with a meaning in addresses.
_KEPT = "%/:?#[]@!$&'()*+,;=~-._"

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Ranges for tunnels, documentation and protocols, some of which `is_global` takes for public; 6to4 and Teredo embed any IPv4 address.
_NEVER = tuple(
    map(
        ipaddress.ip_network, ("2002::/16", "2001::/23", "2001:db8::/32", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24")
    )
)


def is_address(source: str) -> bool:
    """Whether a source is an address rather than a path."""
    return "://" in source


def normalised(address: str) -> str:
    """The canonical form of an address, which identifies an article: no fragment, no tracking parameters, the host in lower case.

    Raises:
        SourceError: it is not an http or https address, or contains a user name or password.
    """
    given = address.strip()
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError as error:
        raise SourceError(given, "this is not a web address; check its spelling") from error
    if parts.scheme not in _PORTS:
        raise SourceError(given, "only http:// and https:// addresses can be read")
    if parts.username is not None or parts.password is not None:
        # The message does not repeat them, since it may be logged or shown in a channel.
        bare = f"{parts.scheme}://…@{parts.netloc.rpartition('@')[2]}"
        raise SourceError(bare, "an address with a user name or password in it is not read; give it without")
    if len(given) > _LONGEST or _UNSAFE.search(given.replace(" ", "")):
        raise SourceError(given[:200], "this is not a web address; check its spelling")
    host = _host(given, parts.hostname or "")
    netloc = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    query = "&".join(each for each in parts.query.split("&") if not _tracks(each.partition("=")[0].lower()))
    return urlunsplit((parts.scheme, netloc, quote(parts.path, safe=_KEPT) or "/", quote(query, safe=_KEPT), ""))


def is_public(address: str) -> bool:
    """Whether an IP address, as a resolver returns it, is on the open internet."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or (ipaddress.IPv4Address(found.packed[-4:]) if found in _NAT64 else None)
        if inner is not None:
            found = inner
        elif found not in _GLOBAL_UNICAST:
            return False
    return found.is_global and not found.is_multicast and not any(found in network for network in _NEVER)


# Tells users whom to ask, and the host what to set.
_UNLESS = "unless the host allows that (PULLQUOTE_ALLOW_PRIVATE_ADDRESSES=1)"


def open_internet(address: str, port: int) -> str | None:
    """Why an IP address and port may not be contacted where only the open internet is read; None when they may."""
    if port not in WEB_PORTS:
        ports = ", ".join(map(str, sorted(WEB_PORTS)))
        return f"it is at port {port}, and only {ports} are read {_UNLESS}"
    return None if is_public(address) else f"it is in a private network, which is not read {_UNLESS}"


def anywhere(address: str, port: int) -> str | None:  # noqa: ARG001
    """The same where private networks may be read as well."""
    return None


def _tracks(parameter: str) -> bool:
    return parameter in _TRACKING or parameter.startswith(_TRACKING_FAMILIES)


def _host(given: str, host: str) -> str:
    host = host.rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    elif not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise SourceError(given, "its host name cannot be one; check its spelling") from error
    if not _HOST.fullmatch(host) or len(host) > 253:
        raise SourceError(given, "its host name cannot be one; check its spelling")
    return host
