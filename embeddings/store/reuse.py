"""Reuse of vectors that were made before."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.encoders.wrapped import Wrapped
from embeddings.prepare import texts_of
from embeddings.protocols import Encoder
from embeddings.store.rows import Segment


def vectors_of(segment: Segment) -> dict[str, NDArray[np.float32]]:
    """The vector of each text of a stored version that was encoded."""
    sentences, chunks = texts_of(segment.article.title, segment.text, segment.sentences, segment.chunks)
    return {
        **dict(zip(chunks, segment.chunk_vectors, strict=True)),
        **dict(zip(sentences, segment.sentence_vectors, strict=True)),
    }


class Remembering(Wrapped):
    """An encoder that encodes only passages without a known vector."""

    def __init__(self, encoder: Encoder, known: Mapping[str, NDArray[np.float32]]) -> None:
        super().__init__(encoder)
        self._known = known

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Row i is the vector of ``texts[i]``, known or new."""
        vectors = np.empty((len(texts), self.identity.dimension), dtype=np.float32)
        new = [row for row, text in enumerate(texts) if text not in self._known]
        if new:
            vectors[new] = super().encode_passages([texts[row] for row in new])
        for row, text in enumerate(texts):
            if text in self._known:
                vectors[row] = self._known[text]
        return vectors
