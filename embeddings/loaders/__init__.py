"""Bytes to a `Document`: its title, its normalised text, and where its blocks stand."""

from embeddings.errors import SourceError
from embeddings.loaders.formats import BINARY, SUFFIXES, Format, foreign, recognise
from embeddings.loaders.limits import LARGEST, LARGEST_BINARY
from embeddings.types import Document

__all__ = ["LARGEST", "LARGEST_BINARY", "RULES", "SUFFIXES", "check_size", "foreign", "load", "most_bytes"]

#: Raised when the same bytes come to be read in another way, so that what was read by the old rules is read anew.
RULES = 10

# Parsed in this process: nothing in them unpacks, and reading them takes time in proportion to their length.
_IN_PROCESS = frozenset({Format.PLAIN, Format.MARKDOWN, Format.ASCIIDOC, Format.CSV, Format.SUBTITLES})


def load(
    data: bytes, *, source: str, title: str | None = None, media_type: str | None = None, url: str | None = None
) -> Document:
    """An article from the bytes of a file.

    Its content tells the format where it can, else the media type it was served as, else the suffix of ``source``; text of
    unknown kind is looked at. What is not plain text or the like is parsed in a process of its own, under limits.

    Raises:
        SourceError: it is too large, empty, damaged, locked, not what it says it is, or in a format that is not read.
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
    """The most that a file of this name may hold; an archive as much as what else is packed."""
    packed = [".zip", *(suffix for suffix, form in SUFFIXES.items() if form in BINARY)]
    return LARGEST_BINARY if source.lower().endswith(tuple(packed)) else LARGEST


def check_size(size: int, source: str, most: int) -> None:
    """Refuse what is larger than an article may be.

    Raises:
        SourceError: it is.
    """
    if size > most:
        raise SourceError(
            source, f"it has {size / 1e6:.1f} MB and an article may have {most / 1e6:.0f}; split it into several"
        )
