"""Turn the bytes of a file into a `Document`: its title, its normalised text and the positions of its blocks."""

from embeddings.errors import SourceError
from embeddings.loaders.formats import BINARY, SUFFIXES, Format, foreign, recognise
from embeddings.loaders.limits import LARGEST, LARGEST_BINARY
from embeddings.types import Document

__all__ = ["LARGEST", "LARGEST_BINARY", "RULES", "SUFFIXES", "check_size", "foreign", "load", "most_bytes"]

#: Version of the parsing rules; bump it when the same bytes would be parsed differently, so that stored articles are parsed again.
RULES = 10

# Parsed in this process: they contain nothing to unpack, and parsing takes time linear in their length.
_IN_PROCESS = frozenset({Format.PLAIN, Format.MARKDOWN, Format.ASCIIDOC, Format.CSV, Format.SUBTITLES})


def load(
    data: bytes, *, source: str, title: str | None = None, media_type: str | None = None, url: str | None = None
) -> Document:
    """Parse the bytes of a file into an article.

    The format is detected from the content if possible, else from the media type it was served as, else from the suffix of ``source``;
    text of unknown kind is inspected. Formats other than plain text and its like are parsed in a separate process, under limits.

    Raises:
        SourceError: it is too large, empty, damaged, locked, in an unsupported format, or in another format than it claims.
    """
    if not data:
        raise SourceError(source, "it is empty; give an article with at least one sentence")
    form = recognise(data, source, media_type)
    check_size(len(data), source, LARGEST_BINARY if form in BINARY else LARGEST)
    if form is None or form in _IN_PROCESS:
        from embeddings.loaders.parse import parse

        return parse(data, form, source=source, title=title, url=url)
    from embeddings.loaders.jail import parse_apart

    return parse_apart(data, form, source=source, title=title, url=url)


def most_bytes(source: str) -> int:
    """Size limit in bytes for a file of this name; a ZIP archive has the limit of the packed formats."""
    packed = [".zip", *(suffix for suffix, form in SUFFIXES.items() if form in BINARY)]
    return LARGEST_BINARY if source.lower().endswith(tuple(packed)) else LARGEST


def check_size(size: int, source: str, most: int) -> None:
    """Reject a source that exceeds the size limit ``most``.

    Raises:
        SourceError: it exceeds the limit.
    """
    if size > most:
        raise SourceError(
            source, f"it has {size / 1e6:.1f} MB and an article may have {most / 1e6:.0f}; split it into several"
        )
