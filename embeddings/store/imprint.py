"""The imprint of a library: what its vectors and chunks were made with."""

from dataclasses import dataclass

from embeddings.chunking import CHUNKING
from embeddings.protocols import EncoderIdentity


@dataclass(frozen=True, slots=True)
class Imprint:
    """The encoder and the version of the chunking that a library was made with."""

    encoder: str
    sha256: str
    dimension: int
    metric: str
    chunking: int

    @classmethod
    def of(cls, identity: EncoderIdentity) -> "Imprint":
        """The imprint of an encoder with this release's chunking."""
        return cls(identity.name, identity.sha256, identity.dimension, identity.metric, CHUNKING)

    def __str__(self) -> str:
        return f"{self.encoder} ({self.sha256[:12]}, {self.dimension} dimensions, chunking {self.chunking})"
