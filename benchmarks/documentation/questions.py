"""Questions among the headings of a document, and the document without their words."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

from benchmarks.cache import cached
from benchmarks.datasets import Use
from benchmarks.documentation.archives import DOCUMENTATION, Page, pages
from embeddings.errors import SourceError
from embeddings.loaders import load
from embeddings.types import Block, Document, Kind, Span

_WORDS = range(3, 31)
# Minimum characters of prose below a question.
_PROSE = 40
# How often the same question is taken of different packages ("What is this?").
_SAME = 3
# Lines that end with a question mark.
_MARKED = re.compile(r"\?\W*$", re.MULTILINE)
_NUMBER = re.compile(r"(?:Q(?:uestion)?\d*[:.)]|\d+(?:\.\d+)*[.)]?)\s+")
# What a question begins with. "Need help?" and "Found a bug?" ask nothing of the document.
_ASKS = re.compile(
    r"(?:(?:but|so|and|ok|okay),?\s+)?(?:how|what|what's|why|when|where|where's|who|who's|which|can|could|do|does|don't|is|isn't|are|should"
    r"|shouldn't|will|would|may|must|did|has|have i|was|were|if|in what|for what|to what|under|at what|i|i'm|my|the|there|it)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was a heading, and the section below it."""

    text: str
    path: tuple[str, ...]
    """The headings of its section, the last of which stands in its place."""
    span: Span


@dataclass(frozen=True, slots=True)
class Questioned:
    """A document whose headings that are questions have been replaced by numbers, so that nothing tells what its sections answer."""

    package: str
    document: Document
    questions: tuple[Answered, ...]


def questioned(found: Iterable[Page]) -> Iterator[Questioned]:
    """The pages that have questions as headings; one page of several with the same text, and the same question at most of a few."""
    asked: dict[str, int] = {}
    answers: set[str] = set()
    for page in found:
        if not _MARKED.search(page.text):
            continue
        try:
            document = load(page.text.encode(), source=_source(page))
        except SourceError:
            continue
        one = _questioned(page.package, document)
        kept = []
        for question in one.questions:
            answer, same = question.span.of(one.document.text), asked.get(question.text.lower(), 0)
            if answer not in answers and same < _SAME:
                answers.add(answer)
                asked[question.text.lower()] = same + 1
                kept.append(question)
        if kept:
            yield replace(one, questions=tuple(kept))


def documentation(use: Use) -> list[Questioned]:
    """The pages of the packages for this use. They are parsed once, which takes minutes, and then cached.

    Raises:
        FileNotFoundError: nothing has been downloaded.
    """
    found = (page for page in pages() if use_of(page.package) is use)
    return cached(f"documentation-{use.name.lower()}", (DOCUMENTATION, Path(__file__)), lambda: list(questioned(found)))


def without(document: Document, questions: Collection[Answered]) -> Document:
    """The document with the sections of some questions left out of what can be found."""
    left = (each for each in document.blocks if not any(question.span.overlaps(each.span) for question in questions))
    return replace(document, blocks=tuple(left))


def use_of(package: str) -> Use:
    """Fourteen of sixteen packages are for the reader, and one each for the rest."""
    return {0: Use.EVIDENCE, 8: Use.MEASURE}.get(crc32(package.encode()) % 16, Use.READER)


def _source(page: Page) -> str:
    """An own path for each page: in a library, one with the same path would take the place of the one before."""
    return "/" + f"{page.package}/{page.path}".replace("/", "-")


def _questioned(package: str, document: Document) -> Questioned:
    named: dict[str, str] = {}
    for block in document.blocks:
        heading = block.span.of(document.text)
        if block.kind is Kind.HEADING and heading.rstrip().endswith("?") and heading != document.title:
            named.setdefault(heading, f"Question {len(named) + 1}")
    asked = {heading: _NUMBER.sub("", heading, count=1).strip(" *_:") for heading in named}
    bare = [text.rstrip("?").lower() for text in asked.values()]
    text, blocks = _rewritten(document, named)
    # A table of contents repeats the questions.
    said = [each for each in blocks if not any(words in each.span.of(text).lower() for words in bare)]
    found = replace(document, text=text, blocks=tuple(said))
    questions = [
        Answered(words, path, span)
        for heading, words in asked.items()
        if words.isascii() and len(words.split()) in _WORDS and _ASKS.match(words)
        for path, span in _sections(found, named[heading])
    ]
    return Questioned(package, found, tuple(questions))


def _rewritten(document: Document, named: dict[str, str]) -> tuple[str, list[Block]]:
    """The text and the blocks with these headings replaced."""
    pieces: list[str] = []
    blocks = []
    at = length = 0
    for block in document.blocks:
        words = block.span.of(document.text)
        if block.kind is Kind.HEADING:
            words = named.get(words, words)
        before = document.text[at : block.span.start]
        pieces += [before, words]
        start = length + len(before)
        length, at = start + len(words), block.span.end
        heading = tuple(named.get(each, each) for each in block.heading)
        blocks.append(replace(block, span=Span(start, length), heading=heading))
    return "".join(pieces), blocks


def _sections(document: Document, heading: str) -> Iterator[tuple[tuple[str, ...], Span]]:
    """The section under a heading, if it says anything, with its path."""
    below = [each for each in document.blocks if heading in each.heading and each.kind is not Kind.HEADING]
    prose = sum(each.span.length for each in below if each.kind in (Kind.PARAGRAPH, Kind.LIST_ITEM))
    if prose >= _PROSE:
        path = below[0].heading[: below[0].heading.index(heading) + 1]
        yield path, Span(below[0].span.start, below[-1].span.end)
