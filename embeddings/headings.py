"""How nearly the heading above a sentence is the question: what stands below it answers then, whatever its words."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from embeddings.index import Index
from embeddings.keywords import covered, query_terms, weights
from embeddings.search import Query
from embeddings.tables import columns_of

#: Questions to vectors of norm 1: float32, shape ``(questions, dimension)``.
Encode = Callable[[Sequence[str]], NDArray[np.float32]]

# From this similarity on a heading that asks may mean the question: more of those that ask the same reach it than of any others.
_MEANS_IT = 0.5
# So many headings are remembered.
_REMEMBERED = 4096
_MARK = re.compile(r"^(?:q|question)\s?\d{0,3}[:.)]\s*", re.IGNORECASE)
_ASKS = re.compile(
    r"[?？؟]\W*$|^(?:how|what|why|when|where|who|which|can|could|do|does|did|is|are|was|were|will|would|should|may|must)\b",
    re.IGNORECASE,
)


def remembering(encode: Encode) -> Encode:
    """The same, but that each text is encoded once; safe to share between threads if ``encode`` is."""

    @lru_cache(maxsize=_REMEMBERED)
    def vector(text: str) -> NDArray[np.float32]:
        found: NDArray[np.float32] = encode([text])[0]
        return found

    return lambda texts: np.array([vector(each) for each in texts])


def headed(index: Index, query: Query, rows: NDArray[np.int64], encode: Encode) -> dict[int, float]:
    """How nearly the heading above each of these sentences is the question, from 0 to 1, by row."""
    weight = weights(query.terms, index.sentence_keywords.idf(query.terms))
    found: dict[tuple[str, ...], float] = {}

    def of(heading: tuple[str, ...]) -> float:
        if heading not in found:
            found[heading] = max(_says(weight, heading, query.language), _means(query, heading, encode))
        return found[heading]

    def above(row: int) -> float:
        sentence = index.sentences[row]
        # Above a table row stand the names of its columns, and above these what the table is about.
        return max(of(sentence.heading), of(sentence.heading[:-1]) if columns_of(sentence) else 0.0)

    return {row: above(row) for row in rows.tolist()}


def _says(weight: Mapping[int, float], heading: Sequence[str], language: str) -> float:
    """By their words: the harmonic mean of the share of the question's weights that the last heading has, and of the share of its own
    keywords that the question has."""
    held = set(query_terms(heading[-1], language).tolist()) if heading else set()
    share = covered(weight, held)
    return 2 * share * (own := len(held & weight.keys()) / len(held)) / (share + own) if share else 0.0


def _means(query: Query, heading: Sequence[str], encode: Encode) -> float:
    """By their meaning, if the last heading asks: the cosine of the two."""
    last = _MARK.sub("", heading[-1]) if heading else ""
    if not (query.has_meaning and _ASKS.search(last)):
        return 0.0
    cosine = float(encode([last])[0] @ query.vector)
    return min(cosine, 1.0) if cosine >= _MEANS_IT else 0.0
