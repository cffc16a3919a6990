"""BM25 over the terms of texts.

It is computed here, in a sparse matrix, because every question needs the score of *every* chunk and sentence of one library, from the same
snapshot as the vectors. The measurements against SQLite FTS5 and bm25s are in docs/decisions.md.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array

from embeddings.keywords import Terms

# The parameters of the original BM25 experiments (Robertson et al., Okapi at TREC-3, 1994); fitting them here gained nothing.
_K1 = 1.2
_B = 0.75
#: Upper bound of a document's score per unit of IDF, however often it has a word.
SATURATION = _K1 + 1


class Bm25:
    """An immutable keyword index over a list of texts."""

    def __init__(self, documents: Sequence[Terms]) -> None:
        lengths = np.array([len(document) for document in documents], dtype=np.int64)
        joined = np.concatenate([*documents, np.empty(0, dtype=np.uint32)])
        self._vocabulary, column = np.unique(joined, return_inverse=True)
        row = np.repeat(np.arange(len(documents)), lengths)
        shape = (len(documents), len(self._vocabulary))
        # Adding up repeated coordinates counts how often a document has a term.
        frequency = csc_array(coo_array((np.ones(len(joined), dtype=np.float32), (row, column)), shape=shape))
        frequency.sum_duplicates()
        containing = np.diff(frequency.indptr)
        self._idf = np.log1p((len(documents) - containing + 0.5) / (containing + 0.5)).astype(np.float32)
        normal = (
            (_K1 * (1 - _B + _B * lengths / max(lengths.mean(), 1))).astype(np.float32)
            if len(lengths)
            else np.empty(0, np.float32)
        )
        tf = frequency.data
        weights = tf * SATURATION / (tf + normal[frequency.indices]) * np.repeat(self._idf, containing)
        frequency.data = weights.astype(np.float32)
        self._weights = frequency

    def scores(self, query: Terms) -> NDArray[np.float32]:
        """The BM25 score of each document, float32, shape ``(documents,)``; 0 where it has no term of the query."""
        total = np.zeros(self._weights.shape[0], dtype=np.float32)
        columns, known = self._columns(query)
        for column in columns[known].tolist():
            start, end = self._weights.indptr[column], self._weights.indptr[column + 1]
            total[self._weights.indices[start:end]] += self._weights.data[start:end]
        return total

    def idf(self, query: Terms) -> NDArray[np.float32]:
        """The inverse document frequency of each term of the query, float32; a term that no document has gets the greatest possible."""
        columns, known = self._columns(query)
        unseen = np.float32(np.log1p((self._weights.shape[0] + 0.5) / 0.5))
        found = np.full(len(query), unseen)
        found[known] = self._idf[columns[known]]
        return found

    def has(self, term: int) -> bool:
        """Whether any document has the term."""
        return bool(self._columns(np.array([term], dtype=np.uint32))[1][0])

    def _columns(self, query: Terms) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Each term's position in the vocabulary, and whether it is there at all."""
        if not len(self._vocabulary):
            return np.zeros(len(query), dtype=np.intp), np.zeros(len(query), dtype=np.bool_)
        columns = np.searchsorted(self._vocabulary, query).clip(max=len(self._vocabulary) - 1)
        return columns, self._vocabulary[columns] == query
