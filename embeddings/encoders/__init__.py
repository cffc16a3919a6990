"""Encoders of text as vectors: the default model and the multilingual one, whose hashes are checked, or one that the host names."""

from embeddings.encoders.bundled import BundledEncoder
from embeddings.encoders.models import model_folder, weights_sha256
from embeddings.encoders.nano import load_nano
from embeddings.encoders.sentence import SentenceEncoder
from embeddings.errors import ModelChangedError
from embeddings.protocols import DEFAULT_MODEL, NANO_MODEL, Encoder

# The SHA-256 of the weights as their authors published them; the package's own author is not known to us.
_DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def load_encoder(name: str = DEFAULT_MODEL) -> Encoder:
    """The encoder called ``name``: the default one, the multilingual one, a folder, or a model of the Hugging Face hub, which
    is fetched once.

    Of a folder or a hub model only safetensors weights are loaded, and none of its code is run. Weights are loaded when the first text is
    encoded.

    Raises:
        ModelMissingError: there is no such model.
        ModelChangedError: the weights of the default or the multilingual model are not the published ones.
    """
    if name == NANO_MODEL:
        return load_nano()
    folder = model_folder(name)
    sha256 = weights_sha256(name, folder)
    named = SentenceEncoder(name, folder, sha256)
    if name != DEFAULT_MODEL:
        return named
    if sha256 != _DEFAULT_SHA256:
        raise ModelChangedError(folder, _DEFAULT_SHA256, sha256)
    return BundledEncoder(folder, sha256, named)
