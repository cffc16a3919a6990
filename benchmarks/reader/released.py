"""Dequantise the int8 weights of a released reader, as a starting point for further training.

    python -m benchmarks.reader.released FOLDER/start.pt [reader.onnx]

Word embeddings are frozen in training, so they are exactly those of the encoder; the others are off by up to half a quantisation step.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from benchmarks.reader.outliers import FeedForward
from benchmarks.reader.train import ReaderModel
from embeddings.encoders.models import default_model_folder
from embeddings.readers.bundled import PATH

_EMBEDDED = ("position_embeddings.weight", "token_type_embeddings.weight", "LayerNorm.weight", "LayerNorm.bias")


def weights_of(path: Path) -> dict[str, torch.Tensor]:
    """The state dict of a `ReaderModel` from a file that `benchmarks.reader.export` wrote."""
    graph = onnx.load(str(path)).graph
    held = {each.name: numpy_helper.to_array(each) for each in graph.initializer}

    def undone(name: str) -> NDArray[np.float32]:
        steps = held[f"{name}_quantized"].astype(np.float32) - held[f"{name}_zero_point"].astype(np.float32)
        found: NDArray[np.float32] = steps * held[f"{name}_scale"]
        return found

    model = ReaderModel(default_model_folder())
    config = model.body.config
    found: dict[str, NDArray[np.float32]] = {}
    # Other matrix products have no names of their own; in the graph they are in the order of the layers, with the heads last.
    weights = [each.input[1].removesuffix("_quantized") for each in graph.node if each.op_type == "MatMulInteger"]
    products = iter([name for name in weights if not name.startswith("feed_forward.")])
    for layer in range(config.num_hidden_layers):
        prefix = f"body.encoder.layer.{layer}."
        weight, bias = undone(f"Attention_{layer}_qkv_weight"), held[f"Attention_{layer}_qkv_bias"]
        for at, name in enumerate(("query", "key", "value")):
            part = slice(at * config.hidden_size, (at + 1) * config.hidden_size)
            found[f"{prefix}attention.self.{name}.weight"] = weight[:, part].T
            found[f"{prefix}attention.self.{name}.bias"] = bias[part]
        found[f"{prefix}attention.output.dense.weight"] = undone(next(products)).T
        tensor = FeedForward(layer).tensor
        first = undone(tensor("most.first")) * held[tensor("shrink")][:, None]
        # The hidden features may be in any order, as long as both products have the same.
        found[f"{prefix}intermediate.dense.weight"] = np.hstack([first, held[tensor("few.first")]]).T
        found[f"{prefix}intermediate.dense.bias"] = np.hstack([held[tensor("most.bias")], held[tensor("few.bias")]])
        found[f"{prefix}output.dense.weight"] = np.vstack([undone(tensor("most.second")), held[tensor("few.second")]]).T
        for name in ("attention.output.dense", "output.dense"):
            found[f"{prefix}{name}.bias"] = held[f"model.{prefix}{name}.bias"]
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            for kind in ("weight", "bias"):
                found[f"{prefix}{name}.{kind}"] = held[f"model.{prefix}{name}.{kind}"]
    for name in _EMBEDDED:
        found[f"body.embeddings.{name}"] = undone(f"model.body.embeddings.{name}")
    for name in products:
        weight = undone(name).T
        found["spans.weight" if len(weight) == 2 else "answers.weight"] = weight
    found |= {name: held[f"model.{name}"] for name in ("spans.bias", "answers.bias")}
    state = model.state_dict()
    state |= {name: torch.from_numpy(np.array(each)) for name, each in found.items()}
    model.load_state_dict(state)
    return state


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", type=Path)
    parser.add_argument("reader", type=Path, nargs="?", default=PATH)
    arguments = parser.parse_args()
    torch.save(weights_of(arguments.reader), arguments.target)


if __name__ == "__main__":
    main()
