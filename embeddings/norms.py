"""Vectors of norm 1, of which the inner product is the cosine similarity: made such, and told from others."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# How far from 1 a norm may be: what is stored has 16 bits a number, which keep it to a thousandth.
_NEAR = 1e-2


def unit(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Each row divided by its norm: float32, shape ``(rows, dimension)``, contiguous. A row of zeros stays one."""
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    made: NDArray[np.float32] = rows / np.maximum(
        np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(np.float32).tiny
    )
    return made


def are_unit(vectors: NDArray[np.float32]) -> bool:
    """Whether all rows are of norm 1, as far as numbers of 16 bits keep it; one with NaN in it is not."""
    return bool(np.all(np.abs(np.linalg.norm(vectors, axis=1) - 1) < _NEAR))
