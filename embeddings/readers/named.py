"""A reader that the host names: any question-answering model of transformers, or any cross-encoder of sentence-transformers."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.encoders.models import model_folder, silence_loading, weights_sha256
from embeddings.errors import ModelMissingError
from embeddings.protocols import Reader, Reading
from embeddings.readers.bundled import reading_of, shortened

_BATCH = 8


def load_named(name: str) -> Reader:
    """The reader from a folder, or from the Hugging Face hub, which is fetched once. Only safetensors weights are loaded, and no
    code that comes with a model is run.

    Raises:
        ModelMissingError: there is no such model, or it is neither a question-answering model nor a cross-encoder.
    """
    from transformers import AutoConfig

    silence_loading()
    folder = model_folder(name)
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise ModelMissingError(name, " ".join(str(error).split())[:200]) from error
    architecture = next(iter(config.architectures or []), "")
    try:
        if architecture.endswith("ForQuestionAnswering"):
            return SpanReader(name, folder)
        if architecture.endswith("ForSequenceClassification"):
            return PassageReader(name, folder)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelMissingError(name, " ".join(str(error).split())[:200]) from error
    raise ModelMissingError(name, "it is neither a question-answering model nor a cross-encoder")


class SpanReader:
    """A `Reader` over a question-answering model; the first token's logits stand for "no answer", as in SQuAD 2.0."""

    def __init__(self, name: str, folder: Path) -> None:
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        self.sha256 = weights_sha256(name, folder)
        self._lock = threading.Lock()
        self._tokenizer = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, use_fast=True, trust_remote_code=False
        )
        self._model: Any = AutoModelForQuestionAnswering.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, use_safetensors=True
        ).eval()

    def understands(self, _: str, __: str, /) -> bool:
        """See `Reader`. Whoever names a model knows its languages."""
        return True

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """See `Reader`."""
        import torch

        readings: list[Reading] = []
        for at in range(0, len(passages), _BATCH):
            batch = list(passages[at : at + _BATCH])
            with self._lock, torch.inference_mode():
                encoded = self._tokenizer(
                    [shortened(question)] * len(batch),
                    batch,
                    # Mostly truncates the passage, but how many tokens each has depends on the model.
                    truncation="longest_first",
                    max_length=min(self._tokenizer.model_max_length, 512),
                    padding=True,
                    return_offsets_mapping=True,
                    return_tensors="pt",
                )
                offsets = encoded.pop("offset_mapping").numpy()
                output = self._model(**encoded)
            spans = torch.stack([output.start_logits, output.end_logits], dim=-1).float().numpy()
            for row in range(len(batch)):
                passage = np.array([part == 1 for part in encoded.sequence_ids(row)])
                reading = reading_of(spans[row], 0.0, offsets[row], passage)
                readings.append(_with_odds(reading))
        return readings


class PassageReader:
    """A `Reader` over a cross-encoder, which tells whether a passage answers but not where."""

    def __init__(self, name: str, folder: Path) -> None:
        from sentence_transformers import CrossEncoder

        self.sha256 = weights_sha256(name, folder)
        self._lock = threading.Lock()
        self._model = CrossEncoder(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )

    def understands(self, _: str, __: str, /) -> bool:
        """See `Reader`. Whoever names a model knows its languages."""
        return True

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """See `Reader`."""
        import torch

        if not passages:
            return []
        with self._lock:
            scores = self._model.predict(
                [(question, passage) for passage in passages],
                batch_size=_BATCH,
                show_progress_bar=False,
                activation_fn=torch.nn.Identity(),
                convert_to_numpy=True,
            )
        # In a model with several classes, the last one stands for "answers".
        odds = np.asarray(scores, dtype=np.float32).reshape(len(passages), -1)[:, -1]
        none, nowhere = np.empty(0, dtype=np.float32), np.empty((0, 2), dtype=np.int64)
        return [Reading(float(each), none, none, nowhere) for each in odds]


def _with_odds(reading: Reading) -> Reading:
    """The reading with its best span's log-odds as ``answers``, for which such a model has no head."""
    best = float(reading.starts.max(initial=-20.0) + reading.ends.max(initial=-20.0)) / 2
    return Reading(best, reading.starts, reading.ends, reading.offsets)
