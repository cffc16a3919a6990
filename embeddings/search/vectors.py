"""Exact nearest-neighbour search with FAISS. An index is built from the store's vectors and never changed, saved or loaded."""

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.norms import are_unit


class VectorIndex:
    """Unit vectors, row by row; reading it from several threads is safe because nothing writes to it."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        """Take vectors of norm 1: float32, shape ``(rows, dimension)``.

        Raises:
            ValueError: one of them is not of norm 1 (FAISS would silently accept NaN).
        """
        if not are_unit(vectors):
            raise ValueError("vectors are not of norm 1")
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)
        # The index keeps its own copy; this is a view of it, for as long as both live.
        self._rows = faiss.rev_swig_ptr(self._index.get_xb(), vectors.size).reshape(vectors.shape)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, query: NDArray[np.float32], k: int, rows: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """The ``k`` rows most similar to ``query``, best first; among ``rows`` only, if given, just as exactly."""
        # One question is too little work for two threads, which would wait for each other on a busy machine (40 ms instead of .6);
        # FAISS applies this to the calling thread only.
        faiss.omp_set_num_threads(1)
        parameters = None if rows is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(rows))  # type: ignore[call-arg]
        _, found = self._index.search(query[np.newaxis], min(k, len(self)), params=parameters)
        nearest: NDArray[np.int64] = found[0][found[0] >= 0]
        return nearest

    def similarities(self, query: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine similarity of ``query`` to each of ``rows``: float32, shape ``(len(rows),)``."""
        found: NDArray[np.float32] = self._rows[rows] @ query
        return found
