"""What search found for a question, and which of it may be quoted: all that evidence and answers are made of."""

from dataclasses import dataclass

import numpy as np

from embeddings.questions.shapes import Shape, shape_of
from embeddings.search import Query, Ranking
from embeddings.search.index import Index
from embeddings.types import QUOTABLE, Kind

# Text outside the body may be quoted only if the question is about such things, as shown by one of these words.
_FURNITURE = {
    Kind.CAPTION: frozenset(
        ["photo", "photograph", "photographer", "picture", "pictured", "image", "caption", "credit", "took", "taken"]
    ),
    Kind.BYLINE: frozenset(["author", "wrote", "written", "writer", "byline", "reporter", "journalist", "reported"]),
    Kind.DATELINE: frozenset(
        ["published", "publication", "dateline", "posted", "updated", "reported", "filed", "article", "report"]
    ),
    Kind.TEASER: frozenset(
        ["read", "related", "see", "watch", "follow", "subscribe", "references", "sources", "footnotes"]
    ),
}


@dataclass(frozen=True, slots=True)
class Findings:
    """A question, and what search found for it in an index."""

    index: Index
    query: Query
    shape: Shape
    """Of the part of the question that asks."""
    ranking: Ranking
    """Without the chunks that may not be quoted: captions and bylines would take the place of chunks worth reading."""

    @classmethod
    def of(cls, index: Index, query: Query, ranking: Ranking) -> "Findings":
        """The findings from what `search` returned for the query."""
        shape = shape_of(query.asks)
        # Text outside the body is in chunks of its own, so the first sentence shows a chunk's kind.
        first = index.first_sentence[ranking.rows].tolist()
        kept = np.array([_is_quotable(index.sentences[row].kind, shape) for row in first], dtype=bool)
        return cls(index, query, shape, ranking.keeping(kept))

    def may_quote(self, row: int) -> bool:
        """Whether a sentence, by its row, may be quoted."""
        return _is_quotable(self.index.sentences[row].kind, self.shape)


def _is_quotable(kind: Kind, shape: Shape) -> bool:
    return kind in QUOTABLE or not _FURNITURE[kind].isdisjoint(shape.words)
