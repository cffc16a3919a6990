"""Untrusted XML: no entities are expanded, nothing external is fetched."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from embeddings.errors import SourceError
from embeddings.loaders.packed import DAMAGED

ENTITIES = "it declares XML entities, which can grow without end; save it anew from the program that made it"


def safe_xml(data: bytes, source: str) -> Element:
    """The root of an XML document.

    Raises:
        SourceError: it declares entities, or is not well formed.
    """
    try:
        return fromstring(data)
    except DefusedXmlException as error:
        raise SourceError(source, ENTITIES) from error
    except (ParseError, ValueError, LookupError) as error:
        raise SourceError(source, DAMAGED) from error


def said_of(about: Element, field: str) -> str | None:
    """The value of a Dublin Core field in a file's metadata, as in EPUB books and OpenDocument texts; None if it is empty."""
    found = (" ".join((each.text or "").split()) for each in about.iter(f"{{http://purl.org/dc/elements/1.1/}}{field}"))
    return next(found, "") or None
