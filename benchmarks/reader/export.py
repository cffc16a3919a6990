"""Export the reader to the format that the product loads: ONNX with int8 weights.

    python -m pip install onnx onnxscript
    python -m benchmarks.reader.export FOLDER           the last weights of a run, or the mean of several (`averaged`), to FOLDER/reader.onnx, checked against torch
    python -m benchmarks.reader.export FOLDER --best    the weights with the lowest loss
    python -m benchmarks.reader.export FOLDER --write   and to embeddings/data/reader.onnx; prints the hash for embeddings/readers/bundled.py

Weights are quantised per channel, activations dynamically, after outliers were taken out of them (`benchmarks.reader.outliers`).
"""

import argparse
import hashlib
import random
import shutil
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.optimizer import optimize_model
from torch import nn

from benchmarks.reader.outliers import without_outliers
from benchmarks.reader.train import BEST, LAST, SEED, ReaderModel, encoded, epoch, load_data
from benchmarks.written_out import hidden_states
from embeddings.encoders.models import default_model_folder, default_tokenizer
from embeddings.readers.bundled import PATH

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_OUTPUTS = ("spans", "answers")
# How many training examples the ranges of the activations are measured on.
_RANGED = 150


class WrittenOut(nn.Module):
    """The model with its forward pass in the form that is exported."""

    def __init__(self, model: ReaderModel) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """See `ReaderModel.forward`."""
        hidden = hidden_states(self.model.body, input_ids, attention_mask, token_type_ids)
        return self.model.spans(hidden), self.model.answers(hidden[:, 0]).squeeze(-1)


def export(state: dict[str, torch.Tensor], target: Path) -> None:
    """Write the model with these weights: int8 to ``target``, float32 next to it."""
    model = ReaderModel(default_model_folder()).eval()
    model.load_state_dict(state)
    config = model.body.config
    example = _batch(32)
    shapes = {name: {0: "batch", 1: "tokens"} for name in (*_INPUTS, "spans")} | {"answers": {0: "batch"}}
    whole = target.with_name("reader-float32.onnx")
    with tempfile.TemporaryDirectory() as folder:
        torch.onnx.export(
            WrittenOut(model).eval(),
            tuple(example.values()),
            str(Path(folder, "plain.onnx")),
            input_names=list(_INPUTS),
            output_names=list(_OUTPUTS),
            dynamic_axes=shapes,
            opset_version=17,
            # In the graph of the newer exporter, attention is not recognised.
            dynamo=False,
        )
        fused = optimize_model(
            str(Path(folder, "plain.onnx")),
            model_type="bert",
            num_heads=config.num_attention_heads,
            hidden_size=config.hidden_size,
            opt_level=0,
        )
        assert fused.get_fused_operator_statistics()["Attention"] == config.num_hidden_layers
        fused.save_model_to_file(str(whole))
    _check(model, whole)
    rewritten, float32 = without_outliers(onnx.load(str(whole)), islice(_examples(), _RANGED))
    quantize_dynamic(
        rewritten,
        str(target),
        per_channel=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=float32,
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )


def _examples() -> Iterator[dict[str, NDArray[np.int64]]]:
    """Examples of the training data as the model takes them, one by one."""
    tokenizer = default_tokenizer(default_model_folder())
    for example in epoch(load_data(), random.Random(SEED)):
        if found := encoded(tokenizer, example):
            parts = (found.ids, np.ones_like(found.ids), found.types)
            yield {name: part[np.newaxis] for name, part in zip(_INPUTS, parts, strict=True)}


def _batch(tokens: int) -> dict[str, torch.Tensor]:
    """Two arbitrary inputs; half of the second is padding."""
    ids = torch.arange(2 * tokens).view(2, tokens) % 900 + 1000
    mask, types = torch.ones_like(ids), torch.zeros_like(ids)
    mask[1, tokens // 2 :] = 0
    types[:, tokens // 3 :] = 1
    return dict(zip(_INPUTS, (ids, mask, types), strict=True))


def _check(model: ReaderModel, path: Path) -> None:
    """Check that the exported model computes the same as the trained one, also at another length than it was traced with."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for tokens in (32, 75):
        batch = _batch(tokens)
        with torch.inference_mode():
            spans, answers = model(**batch)
        found = session.run(list(_OUTPUTS), {name: each.numpy() for name, each in batch.items()})
        read = batch["attention_mask"].bool().numpy()
        np.testing.assert_allclose(found[0][read], spans.numpy()[read], atol=1e-3)
        np.testing.assert_allclose(found[1], answers.numpy(), atol=1e-3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--best", action="store_true", help="the weights that had the least loss, not the last ones")
    parser.add_argument("--write", action="store_true", help="write embeddings/data/reader.onnx")
    arguments = parser.parse_args()
    target = arguments.folder / "reader.onnx"
    state = torch.load(arguments.folder / (BEST if arguments.best else LAST), weights_only=True)
    export(state, target)
    print(f"{target.stat().st_size / 1e6:.1f} MB, SHA-256 {hashlib.sha256(target.read_bytes()).hexdigest()}")
    if arguments.write:
        shutil.copy(target, PATH)


if __name__ == "__main__":
    main()
