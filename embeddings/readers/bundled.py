"""The reader that comes with the package: MiniLM with a question-answering head, int8, run by ONNX Runtime without torch."""

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings.encoders.models import checked, default_model_folder, default_tokenizer
from embeddings.languages import ENGLISH
from embeddings.protocols import Reading
from embeddings.readers.sums import adds_up_exactly
from embeddings.scripts import is_latin

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

PATH = Path(__file__).parents[1] / "data" / "reader.onnx"
# Of that file; benchmarks/reader/export.py prints it.
SHA256 = "390e0a7155486bf721360d10af37c08e0efff56d6b8a4edd4690f4beb4355ca1"
# Maximum tokens of a question and a passage together, about the maximum in training; and maximum characters of a question, seldom more than
# 80 tokens.
_LONGEST = 320
_LONGEST_QUESTION = 300
# Two cores together read one passage after the other: with a core for each of two passages, the longer one and the second look would have
# only one.
_THREADS = 2


def find_bundled(path: Path = PATH) -> "BundledReader | None":
    """The reader that comes with the package, or None if it was installed without one; its session is created when the first
    passage is read.

    Raises:
        ModelChangedError: it is not the one that was released.
    """
    if not path.is_file():
        return None
    return BundledReader(checked(path, SHA256), SHA256)


class BundledReader:
    """A `Reader` over ONNX Runtime. Safe to share between threads."""

    def __init__(self, model: bytes, sha256: str) -> None:
        self._bytes = model
        self._loading = threading.Lock()
        self.sha256 = sha256

    def understands(self, question: str, language: str, /) -> bool:
        """See `Reader`. In German and Spanish it does worse than words alone."""
        return language == ENGLISH and is_latin(question)

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """See `Reader`."""
        with self._loading:
            session, tokenizer = self._session, self._tokenizer
        question = shortened(question)
        # One at a time: no time is spent on padding, and, as activations are quantised per batch, the reading of a passage does not
        # depend on the others.
        return [read_passage(session, tokenizer.encode(question, passage)) for passage in passages]

    @cached_property
    def _session(self) -> "InferenceSession":
        return open_session(self._bytes, exact=not adds_up_exactly())

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        # The reader was made from the default encoder and has its vocabulary.
        tokenizer = default_tokenizer(default_model_folder())
        # This truncates the passage, unless the question's few characters are more tokens: "한" is three.
        tokenizer.enable_truncation(_LONGEST, strategy="longest_first")
        return tokenizer


def open_session(model: bytes, *, exact: bool, threads: int = _THREADS) -> "InferenceSession":
    """A session to run the model.

    ``exact`` chooses a slower computation for processors that add up 8-bit products in 16 bits with saturation, so that readings are the
    same there as on all others. On those it is slower too, and changes nothing (``python -m benchmarks.reader.processors``).
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.add_session_config_entry("session.x64quantprecision", str(int(exact)))
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def read_passage(session: "InferenceSession", encoding: "Encoding") -> Reading:
    """The model's reading of a question and the passage after it."""
    ids, mask, types = (
        np.array([part], dtype=np.int64) for part in (encoding.ids, encoding.attention_mask, encoding.type_ids)
    )
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
    spans, answers = session.run(["spans", "answers"], inputs)
    offsets = np.array(encoding.offsets, dtype=np.int64)
    return reading_of(spans[0], float(answers[0]), offsets, types[0] == 1)


def shortened(question: str) -> str:
    """The question, or the end of a long one: a long message asks at its end more often than at its beginning."""
    if len(question) <= _LONGEST_QUESTION:
        return question
    _, _, end = question[-_LONGEST_QUESTION:].partition(" ")
    # If a long address at the end leaves little else, the beginning is kept.
    return end if len(end) > _LONGEST_QUESTION / 2 else question[:_LONGEST_QUESTION]


def reading_of(
    spans: NDArray[np.float32], answers: float, offsets: NDArray[np.int64], passage: NDArray[np.bool_]
) -> Reading:
    """A reading from the logits of start and end, shape ``(tokens, 2)``, of which the first token's stand for "no answer".

    ``passage`` marks the tokens of the passage.
    """
    inside = passage & (offsets[:, 1] > offsets[:, 0])
    odds = spans[inside] - spans[0]
    return Reading(answers, odds[:, 0], odds[:, 1], offsets[inside])
