"""A weighted sum of features, which both fitted models are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Linear:
    """log-odds = weights · features + bias, so that probability = 1 / (1 + exp(-log-odds))."""

    weights: Floats
    bias: float

    def logits(self, features: Floats) -> Floats:
        """The log-odds of each row of ``features``, float64, shape ``(rows, len(weights))``."""
        logits: Floats = features @ self.weights + self.bias
        return logits

    @classmethod
    def of(cls, stored: Mapping[str, Any], columns: Sequence[str]) -> "Linear":
        """The model that `Linear.numbers` wrote, for features in the order of ``columns``."""
        return cls(np.array([stored["weights"][column] for column in columns]), float(stored["bias"]))

    def numbers(self, columns: Sequence[str]) -> dict[str, Any]:
        """The model as data for JSON."""
        weights = dict(zip(columns, self.weights.round(4).tolist(), strict=True))
        return {"weights": weights, "bias": round(self.bias, 4)}
