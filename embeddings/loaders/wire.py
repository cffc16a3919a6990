"""Serialise a document as JSON and back, between the parsing process and its parent."""

import json
from dataclasses import asdict
from typing import Any

from embeddings.types import About, Block, Document, Kind, Span


def to_wire(document: Document) -> bytes:
    """A document as JSON."""
    paths: dict[tuple[str, ...], int] = {}
    blocks = [
        [
            each.kind,
            each.span.start,
            each.span.end,
            paths.setdefault(each.heading, len(paths)),
            each.paragraph,
            each.page,
        ]
        for each in document.blocks
    ]
    about = asdict(document.about)
    record = {
        "about": about,
        "title": document.title,
        "text": document.text,
        "url": document.url,
        "paths": list(paths),
        "blocks": blocks,
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def from_wire(record: dict[str, Any], source: str) -> Document:
    """The document that `to_wire` wrote.

    Raises:
        ValueError, TypeError, KeyError, IndexError: the record was not written by `to_wire`.
    """
    text, title, url = record["text"], record["title"], record["url"]
    if not isinstance(text, str) or not isinstance(title, str) or not isinstance(url, str | None):
        raise TypeError("a document is made of text")
    paths = [tuple(map(str, path)) for path in record["paths"]]
    blocks = []
    end = 0
    for kind, start, stop, path, paragraph, page in record["blocks"]:
        # The writing process has parsed an untrusted file, so its output is not trusted either.
        if not (end <= start < stop <= len(text) and paragraph >= 0 and (page is None or page > 0)):
            raise ValueError("a block stands where there is no text")
        blocks.append(Block(Kind(kind), Span(int(start), int(stop)), paths[path], int(paragraph), page and int(page)))
        end = stop
    about = About(**{name: None if value is None else str(value) for name, value in record["about"].items()})
    return Document(title, text, tuple(blocks), source, url, about)
