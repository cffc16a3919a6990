"""An encoder that wraps another one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.protocols import Encoder, EncoderIdentity


class Wrapped:
    """Delegates everything to another encoder: a subclass overrides only what it changes."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    @property
    def identity(self) -> EncoderIdentity:
        """See `Encoder`."""
        return self._encoder.identity

    @property
    def max_tokens(self) -> int:
        """See `Encoder`."""
        return self._encoder.max_tokens

    @property
    def multilingual(self) -> bool:
        """See `Encoder`."""
        return self._encoder.multilingual

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See `Encoder`."""
        return self._encoder.count_tokens(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Encoder`."""
        return self._encoder.encode_passages(texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Encoder`."""
        return self._encoder.encode_queries(texts)
