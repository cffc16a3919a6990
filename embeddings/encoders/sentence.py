"""Any sentence-transformers model as an encoder."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoders.common_part import without
from embeddings.encoders.models import silence_loading
from embeddings.errors import ModelMissingError
from embeddings.norms import unit
from embeddings.protocols import EncoderIdentity

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_OPTIONS = {"batch_size": 32, "show_progress_bar": False, "convert_to_numpy": True}
# Maximum number of questions that are encoded by one thread.
_FEW = 4

#: The prefixes of questions and passages in the training of E5 models; not all copies of them declare these.
E5_PROMPTS = ("query: ", "passage: ")
_E5 = re.compile(r"(?<![a-z0-9])e5(?![a-z0-9])(?!.*instruct)", re.IGNORECASE)


class SentenceEncoder:
    """An `Encoder`, see there for its methods, over sentence-transformers. Safe to share between
    threads: one batch of texts is encoded at a time.
    """

    def __init__(self, name: str, folder: Path, sha256: str) -> None:
        self._name = name
        self._folder = folder
        self._sha256 = sha256
        # Whoever names a model knows its languages.
        self.multilingual = True
        # The tokenizer cannot be used by two threads at once ("Already borrowed").
        self._lock = threading.RLock()
        self._loaded: SentenceTransformer | None = None

    @property
    def identity(self) -> EncoderIdentity:
        dimension = self._model.get_embedding_dimension()
        assert dimension is not None
        return EncoderIdentity(self._name, self._sha256, dimension)

    @property
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
            return self._encoded(self._model.encode_document, texts, self._prompts[1])

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        with self._lock, self._precision, _one_thread(len(texts) <= _FEW):
            return self._encoded(self._model.encode_query, texts, self._prompts[0])

    def _encoded(
        self, encode: Callable[..., NDArray[np.float32]], texts: Sequence[str], prompt: str
    ) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self.identity.dimension), dtype=np.float32)
        if self._prompts != E5_PROMPTS:
            return unit(encode(list(texts), prompt=prompt, **_OPTIONS))
        vectors = unit(encode(["", *texts], prompt=prompt, **_OPTIONS))
        return without(vectors[:1], vectors[1:])

    @property
    def _prompts(self) -> tuple[str, str]:
        return prompts_of(self._name, self._model.prompts)

    @property
    def _precision(self) -> AbstractContextManager[Any]:
        """bfloat16 where the processor multiplies it natively: about twice as fast, cosine .9999 to float32."""
        import torch

        return torch.autocast("cpu", dtype=torch.bfloat16) if _has_bfloat16() else nullcontext()

    @property
    def _model(self) -> "SentenceTransformer":
        # No cached_property: two threads could take its own lock and this one in opposite order.
        if self._loaded is None:
            with self._lock:
                self._loaded = self._loaded or _loaded(self._name, self._folder)
        return self._loaded


def prompts_of(name: str, configured: Mapping[str, str | None]) -> tuple[str, str]:
    """The prefixes that a model expects before questions and before passages: from its configuration, or inferred from its name.

    sentence-transformers itself uses a missing "document" prompt, as an empty one, rather than the "passage" prompt that is there.
    """
    query = configured.get("query") or ""
    passage = next((found for role in ("document", "passage", "corpus") if (found := configured.get(role))), "")
    return E5_PROMPTS if not (query or passage) and _E5.search(Path(name).name) else (query, passage)


@contextmanager
def _one_thread(wanted: bool) -> Iterator[None]:
    """Use one thread if ``wanted``: a few short texts gain nothing from a second one, and wait long for it on a busy machine."""
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


def _has_bfloat16() -> bool:
    import torch

    return bool(torch.cpu._is_avx512_bf16_supported())
