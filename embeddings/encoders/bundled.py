"""The default encoder, which encodes questions without torch: it loads in half a second, so a terminal has its answer at once."""

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings.encoders.models import checked, default_tokenizer
from embeddings.protocols import DEFAULT_MODEL, Encoder, EncoderIdentity

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

#: The model's graph without its weights, written by benchmarks/encoder_graph.py; the weights are read from its package.
GRAPH = Path(__file__).parents[1] / "data" / "encoder.onnx"
_GRAPH_SHA256 = "3945f04bfbe0fa25975e6ad339cf6298649aa7f56fd336cdcdf5548c28245011"
_DIMENSION = 384
_MAX_TOKENS = 256
# A batch is padded to its longest text, and memory grows with that.
_BATCH = 32
_THREADS = 2


class BundledEncoder:
    """An `Encoder`, see there for its methods: ONNX Runtime for questions, and another encoder for passages, which come by the
    thousand. Safe to share between threads.
    """

    def __init__(self, folder: Path, sha256: str, passages: Encoder) -> None:
        """``folder`` holds the default model; ``passages`` is an encoder with the same model."""
        self._folder = folder
        self._passages = passages
        self._loading = threading.RLock()
        self.identity = EncoderIdentity(DEFAULT_MODEL, sha256, _DIMENSION)
        self.max_tokens = _MAX_TOKENS
        self.multilingual = False

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        with self._loading:
            tokenizer = self._counting
        return [len(each.ids) for each in tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._passages.encode_passages(texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, _DIMENSION), dtype=np.float32)
        with self._loading:
            session, tokenizer = self._session, self._cutting
        vectors = np.empty((len(texts), _DIMENSION), dtype=np.float32)
        for at in range(0, len(texts), _BATCH):
            encodings = tokenizer.encode_batch(list(texts[at : at + _BATCH]))
            inputs = {
                "input_ids": np.array([each.ids for each in encodings], dtype=np.int64),
                "attention_mask": np.array([each.attention_mask for each in encodings], dtype=np.int64),
            }
            (vectors[at : at + _BATCH],) = session.run(["vectors"], inputs)
        return vectors

    @cached_property
    def _session(self) -> "InferenceSession":
        import onnxruntime
        from safetensors.numpy import load_file

        weights = {
            name: onnxruntime.OrtValue.ortvalue_from_numpy(each)
            for name, each in load_file(self._folder / "model.safetensors").items()
            # The graph does its own pooling, and computes the positions of tokens itself.
            if not name.startswith("pooler.") and name != "embeddings.position_ids"
        }
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _THREADS
        options.log_severity_level = 3
        # A thread that spins while it waits for the other doubles CPU time, and on a busy machine wall-clock time too.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_external_initializers(list(weights), list(weights.values()))
        return onnxruntime.InferenceSession(checked(GRAPH, _GRAPH_SHA256), options, providers=["CPUExecutionProvider"])

    @cached_property
    def _counting(self) -> "Tokenizer":
        return default_tokenizer(self._folder)

    @cached_property
    def _cutting(self) -> "Tokenizer":
        tokenizer = default_tokenizer(self._folder)
        tokenizer.enable_truncation(_MAX_TOKENS)
        tokenizer.enable_padding()
        return tokenizer
