"""What all vectors of a model have in common, taken out of them.

The vectors of some models, E5's among them, lie in a narrow cone: even texts that have nothing to do with one another are similar by .7
or more, and search and evidence, which were made with a model of another sort, take that for a lot. What such a model makes of a text
without words is about the middle of the cone. With that taken out, similarities are spread as those of the default model are. What tells
languages apart can be taken out in the same way. What that does for answers is in docs/decisions.md, "Vectors in a narrow cone".
"""

import numpy as np
from numpy.typing import NDArray

from embeddings.norms import unit

# What is left of a vector of norm 1 when only rounding is, of 16 bits at that; of a text with words it is a hundred times as much.
_NOTHING = np.float32(2e-3)


def without(common: NDArray[np.float32], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors without their parts in some directions, of norm 1 again; those are rows too, orthonormal. A vector of which nothing
    would be left, as of a text in which the model sees no words, stays as it is.

    All are float32: ``common`` of shape ``(directions, dimension)``, ``vectors`` and what is returned ``(texts, dimension)``.
    """
    rest = vectors - vectors @ common.T @ common
    is_nothing = np.linalg.norm(rest, axis=1, keepdims=True) < _NOTHING
    left: NDArray[np.float32] = np.where(is_nothing, vectors, unit(rest))
    return left
