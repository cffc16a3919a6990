"""Unit vectors, whose inner product is the cosine similarity: normalisation, and a check for it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# How far from 1 a norm may be: stored vectors have 16 bits per number, which keep it within a thousandth.
_NEAR = 1e-2


def unit(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Each row divided by its norm: float32, shape ``(rows, dimension)``, contiguous. Rows of zeros stay zeros."""
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    made: NDArray[np.float32] = rows / np.maximum(
        np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(np.float32).tiny
    )
    return made


def are_unit(vectors: NDArray[np.float32]) -> bool:
    """Whether all rows have norm 1, within the precision of 16-bit numbers; a row with NaN does not."""
    return bool(np.all(np.abs(np.linalg.norm(vectors, axis=1) - 1) < _NEAR))
