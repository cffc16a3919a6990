"""What the vectors and chunks of a library were made with."""

from dataclasses import dataclass

from embeddings.chunking import CHUNKING
from embeddings.protocols import EncoderIdentity


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a library's vectors and chunks were made with; None before anything was added."""

    encoder: str
    sha256: str
    dimension: int
    metric: str
    chunking: int

    @classmethod
    def of(cls, identity: EncoderIdentity) -> "Imprint":
        """That of this encoder with this release's chunking."""
        return cls(identity.name, identity.sha256, identity.dimension, identity.metric, CHUNKING)

    def __str__(self) -> str:
        return f"{self.encoder} ({self.sha256[:12]}, {self.dimension} dimensions, chunking {self.chunking})"
