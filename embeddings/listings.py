"""Feeds and sitemaps: what is found at an address and names pages in place of being one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from embeddings.errors import SourceError
from embeddings.fetching.addresses import normalised
from embeddings.fetching.pages import Page
from embeddings.loaders.safexml import safe_xml

#: More pages than this are not taken from one listing; their hosts are asked once a second.
MOST = 1000

_ROOTS = frozenset({b"rss", b"feed", b"rdf:RDF", b"urlset", b"sitemapindex"})
_TAG = re.compile(rb"<([A-Za-z][\w:.-]*)")
# How far into a file its first element is looked for, in bytes.
_HEAD = 10_000


@dataclass(frozen=True, slots=True)
class Listing:
    """Addresses of pages, or of other listings, in their order and each once."""

    addresses: tuple[str, ...]


def listing_of(page: Page) -> Listing | None:
    """What a feed (RSS, Atom) or a sitemap names; None for a page that is neither.

    Raises:
        SourceError: it is damaged, or names no pages, or too many.
    """
    start = page.data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    root = _TAG.search(start) if start.startswith(b"<") else None
    if page.media_type.endswith("html") or root is None or root[1] not in _ROOTS:
        return None
    found: dict[str, None] = {}
    for address in _named(safe_xml(page.data, page.url)):
        try:
            found[normalised(urljoin(page.url, address.strip()))] = None
        except (SourceError, ValueError):
            # What else a feed names is not meant for readers of pages.
            continue
    if not found:
        raise SourceError(page.url, "this is a feed or sitemap, and it names no pages")
    if len(found) > MOST:
        raise SourceError(
            page.url, f"it names {len(found):,} pages, and {MOST:,} are added at once; give a smaller part of it"
        )
    return Listing(tuple(found))


def _named(root: Element) -> Iterator[str]:
    for element in root.iter():
        for child in element:
            parent, name = _local(element), _local(child)
            if (parent, name) in (("item", "link"), ("url", "loc"), ("sitemap", "loc")):
                yield child.text or ""
            elif (parent, name) == ("entry", "link") and child.get("rel", "alternate") == "alternate":
                yield child.get("href", "")


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]
