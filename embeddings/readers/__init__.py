"""Readers, models that look for the answer to a question in passages: the bundled one, or one that the host names."""

from embeddings.protocols import BUNDLED_READER, NO_READER, Reader
from embeddings.readers.bundled import find_bundled
from embeddings.readers.named import load_named


def load_reader(name: str = BUNDLED_READER) -> Reader | None:
    """The reader called ``name``: the bundled one, none at all, a folder, or a model of the Hugging Face hub.

    If the bundled one is not installed, there is no reader.

    Raises:
        ModelMissingError: there is no such model, or it is neither a question-answering model nor a cross-encoder.
        ModelChangedError: the bundled model is not the one that was released.
    """
    if name == NO_READER:
        return None
    return find_bundled() if name == BUNDLED_READER else load_named(name)
