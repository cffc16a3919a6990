"""The records that pass between the packages of the core: articles, questions and their replies.

All offsets are in Unicode code points into an article's stored text, half open: ``text[start:end]``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class Kind(StrEnum):
    """The role of a block in an article."""

    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    QUOTE = "quote"
    TABLE_ROW = "table_row"
    CODE = "code"
    HEADING = "heading"
    CAPTION = "caption"
    BYLINE = "byline"
    DATELINE = "dateline"
    TEASER = "teaser"


#: The kinds that any answer may quote. The others are kept and shown in context, but quoted only if the question is about such things.
QUOTABLE = frozenset({Kind.PARAGRAPH, Kind.LIST_ITEM, Kind.QUOTE, Kind.TABLE_ROW, Kind.CODE})


@dataclass(frozen=True, slots=True)
class Span:
    """Code points ``start`` to ``end`` of an article's stored text."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """In code points."""
        return self.end - self.start

    def shifted(self, by: int) -> Span:
        """The span moved by this many code points."""
        return Span(self.start + by, self.end + by)

    def overlaps(self, other: Span) -> bool:
        """Whether the two have a code point in common."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        """Whether all of the other is within this one."""
        return self.start <= other.start and other.end <= self.end

    def of(self, text: str) -> str:
        """The part of ``text`` that the span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, heading or the like."""

    kind: Kind
    span: Span
    heading: tuple[str, ...] = ()
    """The headings above it, outermost first."""
    paragraph: int = 0
    """The number of its paragraph, from 1; 0 for a heading."""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class About:
    """Metadata of an article besides its title, as its source states it; nothing is inferred."""

    author: str | None = None
    published: str | None = None
    """ISO 8601, often the day only."""
    site: str | None = None
    language: str | None = None
    """As in HTML: ``en``, ``en-gb``."""


@dataclass(frozen=True, slots=True)
class Document:
    """An article as it was loaded: normalised text, and the blocks in it."""

    title: str
    text: str
    blocks: tuple[Block, ...]
    source: str
    """An absolute path or an address, where it can be read again; or ``stdin:…`` or ``upload:…``, where it cannot."""
    url: str | None = None
    about: About = About()


@dataclass(frozen=True, slots=True)
class Article:
    """An article of a library, without its text."""

    id: str
    title: str
    source: str
    url: str | None
    version: str
    """SHA-256 of the stored text, in hexadecimal."""
    added: str
    """When it was first added, ISO 8601, UTC."""
    updated: str
    """When the present version was stored, ISO 8601, UTC."""
    characters: int
    chunks: int
    sentences: int
    about: About = About()
    gone: str | None = None
    """Since when its source has been gone, ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class Version:
    """A text that an article has or had."""

    sha256: str
    stored: str
    """When, ISO 8601, UTC."""
    characters: int
    present: bool
    """Whether it is the one that is searched."""
    new: int = 0
    """How many of its paragraphs are not in the version before."""
    gone: int = 0
    """How many paragraphs of the version before are not in this one."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a version of an article changed."""

    new: tuple[str, ...]
    """Its paragraphs that are not in the version before; all of them for the first version."""
    gone: tuple[str, ...]
    """The paragraphs of the version before that are not in this one."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, list item, table row or code block: the smallest thing that is quoted."""

    span: Span
    kind: Kind
    heading: tuple[str, ...]
    paragraph: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive whole sentences under one heading: what is encoded and ranked."""

    span: Span
    first: int
    """The article's sentences ``first`` to ``last``, both included, make up the chunk."""
    last: int
    heading: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its text and the chunks it was cut into."""

    article: Article
    text: str
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked chunk."""

    article_id: str
    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact place an excerpt was taken from."""

    article_id: str
    title: str
    source: str
    url: str | None
    version: str
    span: Span
    heading: tuple[str, ...]
    paragraph: int
    page: int | None


@dataclass(frozen=True, slots=True)
class Heading:
    """An article, or a section of it, to refer to."""

    article_id: str
    title: str
    heading: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Whole sentences of an article, verbatim, and where they are from."""

    number: int
    quote: str
    highlights: tuple[Span, ...]
    """The words that answer; offsets into the article, as everywhere."""
    score: float
    citation: Citation
    also_in: tuple[Heading, ...] = ()
    """Where other articles say the same in nearly the same words."""

    def marked(self) -> list[tuple[str, bool]]:
        """The quote in pieces, each with whether it is highlighted; joined they are the quote."""
        pieces: list[tuple[str, bool]] = []
        at = self.citation.span.start
        for span in self.highlights:
            pieces.append((self._cut(at, span.start), False))
            pieces.append((self._cut(span.start, span.end), True))
            at = span.end
        pieces.append((self._cut(at, self.citation.span.end), False))
        return [(words, marked) for words, marked in pieces if words]

    def _cut(self, start: int, end: int) -> str:
        origin = self.citation.span.start
        return self.quote[start - origin : end - origin]


@dataclass(frozen=True, slots=True)
class Question:
    """Something asked of a library."""

    text: str
    history: tuple[str, ...] = ()
    """Earlier questions of the same conversation, oldest first."""
    article_ids: tuple[str, ...] = ()
    """Answer from these articles only; from all if there are none."""
    top_k: int = 5
    """How many passages to return."""
    lately: tuple[str, ...] = ()
    """Articles that the last answer cited: a question that depends on earlier ones is preferably answered from these."""


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of an excerpt in the version it was taken from."""

    text: str
    excerpt: Span
    """The span of the excerpt in ``text``."""
    heading: tuple[str, ...]
    changed: bool
    """Whether the article's present version is a different one."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds that each step of one question took."""

    encode: float = 0.0
    search: float = 0.0
    evidence: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One to three excerpts that answer the question, best first."""

    question: str
    interpreted_question: str
    confidence: float
    """Calibrated probability that the articles answer the question, in [0, 1]."""
    excerpts: tuple[Excerpt, ...]
    passages: tuple[Hit, ...]
    timings: Timings = field(default_factory=Timings, compare=False)
    status: Literal["answered"] = "answered"


@dataclass(frozen=True, slots=True)
class NotFound:
    """The articles do not hold the answer."""

    question: str
    interpreted_question: str
    confidence: float
    nearest: tuple[Heading, ...]
    passages: tuple[Hit, ...]
    timings: Timings = field(default_factory=Timings, compare=False)
    status: Literal["not_found"] = "not_found"


@dataclass(frozen=True, slots=True)
class EmptyLibrary:
    """There is nothing to answer from yet."""

    question: str
    interpreted_question: str
    confidence: float = 0.0
    timings: Timings = field(default_factory=Timings, compare=False)
    status: Literal["empty_library"] = "empty_library"


Reply = Answer | NotFound | EmptyLibrary


@dataclass(frozen=True, slots=True)
class Addition:
    """What became of a document that was given to a library."""

    outcome: Literal["added", "updated", "unchanged"]
    article: Article
