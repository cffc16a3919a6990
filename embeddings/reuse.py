"""Vectors that were made before are not made again."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.prepare import texts_of
from embeddings.rows import Segment
from embeddings.types import Encoder, EncoderIdentity


def vectors_of(segment: Segment) -> dict[str, NDArray[np.float32]]:
    """Each text of a stored version that was encoded, with its vector."""
    sentences, chunks = texts_of(segment.article.title, segment.text, segment.sentences, segment.chunks)
    return {
        **dict(zip(chunks, segment.chunk_vectors, strict=True)),
        **dict(zip(sentences, segment.sentence_vectors, strict=True)),
    }


class Remembering:
    """An encoder that encodes only passages of which no vector is known."""

    def __init__(self, encoder: Encoder, known: Mapping[str, NDArray[np.float32]]) -> None:
        self._encoder = encoder
        self._known = known

    @property
    def identity(self) -> EncoderIdentity:
        """That of the encoder, as the vectors are its own."""
        return self._encoder.identity

    @property
    def max_tokens(self) -> int:
        """As the encoder has it."""
        return self._encoder.max_tokens

    @property
    def multilingual(self) -> bool:
        """As the encoder is."""
        return self._encoder.multilingual

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As the encoder counts them."""
        return self._encoder.count_tokens(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Row i is the vector of ``texts[i]``, known or new."""
        vectors = np.empty((len(texts), self.identity.dimension), dtype=np.float32)
        new = [row for row, text in enumerate(texts) if text not in self._known]
        if new:
            vectors[new] = self._encoder.encode_passages([texts[row] for row in new])
        for row, text in enumerate(texts):
            if text in self._known:
                vectors[row] = self._known[text]
        return vectors

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the encoder encodes them."""
        return self._encoder.encode_queries(texts)
