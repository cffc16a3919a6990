"""How closely the heading above a sentence matches the question: the text below a match answers, whatever its words."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from embeddings.keywords import covered, query_terms, weights
from embeddings.search import Query
from embeddings.search.index import Index
from embeddings.tables import columns_of
from embeddings.types import Sentence

#: Questions to vectors of norm 1: float32, shape ``(questions, dimension)``.
Encode = Callable[[Sequence[str]], NDArray[np.float32]]

# Minimum similarity of a heading that is a question to the one asked; headings that ask the same reach it more often than others.
_MEANS_IT = 0.5
# Maximum number of cached heading vectors.
_REMEMBERED = 4096
_MARK = re.compile(r"^(?:q|question)\s?\d{0,3}[:.)]\s*", re.IGNORECASE)
_ASKS = re.compile(
    r"[?？؟]\W*$|^(?:how|what|why|when|where|who|which|can|could|do|does|did|is|are|was|were|will|would|should|may|must)\b",
    re.IGNORECASE,
)


def remembering(encode: Encode) -> Encode:
    """``encode`` with an LRU cache per text; safe to share between threads if ``encode`` is."""

    @lru_cache(maxsize=_REMEMBERED)
    def vector(text: str) -> NDArray[np.float32]:
        found: NDArray[np.float32] = encode([text])[0]
        return found

    return lambda texts: np.array([vector(each) for each in texts])


def headed(index: Index, query: Query, rows: NDArray[np.int64], encode: Encode) -> dict[int, float]:
    """How closely the heading above each of these sentences matches the question, from 0 to 1, by row."""
    weight = weights(query.terms, index.sentence_keywords.idf(query.terms))
    above = {row: _above(index.sentences[row]) for row in rows.tolist()}
    headings = dict.fromkeys(each for several in above.values() for each in several)
    near = {each: _says(weight, each, query.language) for each in headings}
    # Of several headings that ask much the same, at most one is the question.
    meant, cosine = _nearest(query, headings, encode)
    if meant is not None:
        near[meant] = max(near[meant], cosine)
    return {row: max(near[each] for each in several) for row, several in above.items()}


def _above(sentence: Sentence) -> tuple[tuple[str, ...], ...]:
    """The heading of a sentence; for a table row, both its column names and the heading above them, which says what the table is about."""
    return (sentence.heading, sentence.heading[:-1]) if columns_of(sentence) else (sentence.heading,)


def _says(weight: Mapping[int, float], heading: Sequence[str], language: str) -> float:
    """How closely a heading matches by its words: the harmonic mean of the share of the question's weights that its last level has, and of
    the share of that level's keywords that the question has."""
    held = set(query_terms(heading[-1], language).tolist()) if heading else set()
    share = covered(weight, held)
    return 2 * share * (own := len(held & weight.keys()) / len(held)) / (share + own) if share else 0.0


def _nearest(query: Query, headings: Iterable[tuple[str, ...]], encode: Encode) -> tuple[tuple[str, ...] | None, float]:
    """The heading that is a question and nearest to the one asked in meaning, and the cosine of the two; None if none comes near."""
    asking = {each: last for each in headings if each and _ASKS.search(last := _MARK.sub("", each[-1]))}
    if not (query.has_meaning and asking):
        return None, 0.0
    cosines = encode(list(asking.values())) @ query.vector
    best = int(np.argmax(np.round(cosines, 6)))
    cosine = min(float(cosines[best]), 1.0)
    return (list(asking)[best], cosine) if cosine >= _MEANS_IT else (None, 0.0)
