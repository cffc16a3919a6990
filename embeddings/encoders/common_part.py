"""Removes from vectors what all vectors of a model have in common.

The vectors of some models, E5's among them, lie in a narrow cone: even unrelated texts have a similarity of .7 or more, and search and
evidence, which were tuned with another sort of model, take that for a lot. The vector of a text without words is about the centre of the
cone. With that component removed, similarities are spread like those of the default model. The directions that tell languages apart can be
removed in the same way. The effect on answers is in docs/decisions.md, "Vectors in a narrow cone".
"""

import numpy as np
from numpy.typing import NDArray

from embeddings.norms import unit

# Norm below which what is left of a unit vector is only 16-bit rounding error; a text with words leaves a hundred times as much.
_NOTHING = np.float32(2e-3)


def without(common: NDArray[np.float32], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors without their components in the directions ``common``, which are orthonormal rows; of norm 1 again. A vector of which
    nothing would be left, as for a text in which the model sees no words, stays as it is.

    All are float32: ``common`` of shape ``(directions, dimension)``, ``vectors`` and what is returned ``(texts, dimension)``.
    """
    rest = vectors - vectors @ common.T @ common
    is_nothing = np.linalg.norm(rest, axis=1, keepdims=True) < _NOTHING
    left: NDArray[np.float32] = np.where(is_nothing, vectors, unit(rest))
    return left
