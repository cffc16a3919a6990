"""Bytes to a `Document`: its title, its normalised text, and where its blocks stand."""

from pathlib import PurePath

from embeddings.errors import SourceError
from embeddings.loaders.decode import decode
from embeddings.loaders.markdown import load_markdown, looks_like_markdown
from embeddings.loaders.plain import load_plain
from embeddings.types import Document

MARKDOWN_SUFFIXES = frozenset({".md", ".markdown"})
PLAIN_SUFFIXES = frozenset({".txt", ".text"})
SUFFIXES = MARKDOWN_SUFFIXES | PLAIN_SUFFIXES

#: The most an article may hold, in bytes: about a million words. More would take an hour to encode and is never one article.
LARGEST = 5_000_000


def load(data: bytes, *, source: str, title: str | None = None) -> Document:
    """An article from the bytes of a file; ``source`` tells the format by its suffix, and text of unknown kind is looked at.

    Raises:
        SourceError: it is too large, empty, binary, or in an unknown encoding.
    """
    if len(data) > LARGEST:
        size, most = len(data) / 1e6, LARGEST / 1e6
        raise SourceError(source, f"it has {size:.1f} MB and an article may have {most:.0f}; split it into several")
    text = decode(data, source)
    if not text.strip("\ufeff \t\r\n"):
        raise SourceError(source, "it is empty; give an article with at least one sentence")
    suffix = PurePath(source).suffix.lower()
    if suffix in MARKDOWN_SUFFIXES or (suffix not in PLAIN_SUFFIXES and looks_like_markdown(text)):
        return load_markdown(text, source=source, title=title)
    return load_plain(text, source=source, title=title)
