"""Feeds and sitemaps: documents at an address that list pages instead of being one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from embeddings.errors import SourceError
from embeddings.fetching.addresses import normalised
from embeddings.fetching.pages import Page
from embeddings.fetching.unpack import BrokenError, TooLargeError, unpacked
from embeddings.loaders.safexml import safe_xml

#: The most pages that one listing may name; their hosts are contacted once a second.
MOST = 1000
#: The most pages from all the listings that one listing names.
MOST_IN_ALL = 20_000

_ROOTS = frozenset({b"rss", b"feed", b"rdf:RDF", b"urlset", b"sitemapindex"})
_TAG = re.compile(rb"<([A-Za-z][\w:.-]*)")
_PACKED = b"\x1f\x8b"
# The largest unpacked size of a sitemap, in bytes; the protocol allows as much.
_LARGEST = 50_000_000
# How far into a file its root element is searched for, in bytes.
_HEAD = 10_000


@dataclass(frozen=True, slots=True)
class Listing:
    """Addresses of pages, or of other listings, in order and without duplicates."""

    addresses: tuple[str, ...]


def listing_of(page: Page) -> Listing | None:
    """The addresses in a feed (RSS, Atom) or a sitemap; None for a page that is neither.

    Raises:
        SourceError: it is damaged, or names no pages, or too many.
    """
    if page.data.startswith(_PACKED):
        page = _unpacked(page)
    start = page.data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    root = _TAG.search(start) if start.startswith(b"<") else None
    if page.media_type.endswith("html") or root is None or root[1] not in _ROOTS:
        return None
    found: dict[str, None] = {}
    for address in filter(str.strip, _named(safe_xml(page.data, page.url))):
        try:
            found[normalised(urljoin(page.url, address.strip()))] = None
        except (SourceError, ValueError):
            # Anything but a web address is not meant for readers of pages.
            continue
    if not found:
        raise SourceError(page.url, "this is a feed or sitemap, and it names no pages")
    if len(found) > MOST:
        raise SourceError(
            page.url, f"it names {len(found):,} pages, and {MOST:,} are added at once; give a smaller part of it"
        )
    return Listing(tuple(found))


def _unpacked(page: Page) -> Page:
    """A gzip file unpacked, as sitemaps often are one, whatever type they are served as."""
    try:
        return replace(page, data=unpacked([page.data], "gzip", _LARGEST))
    except TooLargeError as error:
        raise SourceError(page.url, f"it unpacks to more than {_LARGEST / 1e6:.0f} MB; give a smaller part") from error
    except BrokenError as error:
        raise SourceError(page.url, str(error)) from error


def _named(root: Element) -> Iterator[str]:
    for element in root.iter():
        for child in element:
            parent, name = _local(element), _local(child)
            if (parent, name) in (("item", "link"), ("url", "loc"), ("sitemap", "loc")):
                yield child.text or ""
            elif (parent, name) == ("item", "guid") and element.find("link") is None:
                # A guid is the page's address unless it says otherwise.
                if child.get("isPermaLink", "true") == "true":
                    yield child.text or ""
            elif (parent, name) == ("entry", "link") and child.get("rel", "alternate") == "alternate":
                yield child.get("href", "")


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]
