"""Rewrites a float32 reader into one that loses little when its activations are quantised to 8 bits; what it computes stays the same.

Activations are quantised over a whole tensor. In each feed-forward block a few features are up to ten times as large as the others, so that
the others get few of the 256 steps. Two known remedies, each where it costs least:

- before the first product, each feature is divided by a factor that goes into the weights (Xiao et al. 2023, "SmoothQuant");
- the few largest features behind it are computed apart, in float32 (Dettmers et al. 2022, "LLM.int8()").
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

# The share of a feature's range that goes into its weights, SmoothQuant's alpha; and how many hidden features are computed apart. Of .3 to
# .8, and of 2 to 16, these left the least difference from float32.
_ALPHA = 0.65
_APART = 4
_LEAST = 1e-3


@dataclass(frozen=True, slots=True)
class FeedForward:
    """The names of a rewritten block's tensors. The hidden features computed apart come last where both parts are put together again."""

    layer: int

    def tensor(self, part: str) -> str:
        """``shrink`` (by what the input is multiplied), or ``first``, ``bias`` or ``second``, of ``most`` or ``few`` features."""
        return f"feed_forward.{self.layer}.{part}"


def without_outliers(
    model: onnx.ModelProto, inputs: Iterable[Mapping[str, NDArray[np.int64]]]
) -> tuple[onnx.ModelProto, list[str]]:
    """The rewritten model, and the names of its nodes that are to stay in float32.

    ``model`` is what `onnxruntime.transformers` makes of a BERT; ``inputs`` are examples by which the ranges of features are measured.
    """
    found = onnx.ModelProto()
    found.CopyFrom(model)
    graph = found.graph
    makers = {name: node for node in graph.node for name in node.output}
    blocks = [
        (makers[node.input[0]], node, after)
        for node in graph.node
        if node.op_type == "BiasGelu"
        for after in graph.node
        if after.op_type == "MatMul" and after.input[0] == node.output[0]
    ]
    ranges = _ranges(model, [name for first, _, second in blocks for name in (first.input[0], second.input[0])], inputs)
    values = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    nodes, rewritten, float32 = list(graph.node), set[str](), list[str]()
    for layer, (first, bias, second) in enumerate(blocks):
        block = FeedForward(layer)
        tensors = _tensors(
            values[first.input[1]],
            values[bias.input[1]],
            values[second.input[1]],
            ranges[first.input[0]],
            ranges[second.input[0]],
        )
        graph.initializer.extend(numpy_helper.from_array(each, block.tensor(part)) for part, each in tensors.items())
        rewritten |= {first.input[1], bias.input[1], second.input[1]}
        at = nodes.index(first)
        for each in (first, bias, second):
            nodes.remove(each)
        made = _nodes(block, first.input[0], second.output[0])
        nodes[at:at] = made
        float32 += [each.name for each in made if each.op_type == "MatMul" and ".few." in each.name]
    kept = [each for each in graph.initializer if each.name not in rewritten]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    return found, float32


def _tensors(
    first: NDArray[np.float32],
    bias: NDArray[np.float32],
    second: NDArray[np.float32],
    entering: NDArray[np.float32],
    hidden: NDArray[np.float32],
) -> dict[str, NDArray[np.float32]]:
    """The tensors of `FeedForward` by part. ``first`` has shape ``(features, hidden features)``, ``second`` the opposite one; ``entering``
    and ``hidden`` are the ranges of what enters each."""
    # SmoothQuant's equation 4, with a geometric mean of 1.
    factor = np.maximum(entering, _LEAST) ** _ALPHA / np.abs(first).max(axis=1) ** (1 - _ALPHA)
    factor /= np.exp(np.log(factor).mean())
    order = np.argsort(-hidden)
    few, most = np.sort(order[:_APART]), np.sort(order[_APART:])
    found = {
        "shrink": 1 / factor,
        "most.first": (first * factor[:, None])[:, most],
        "most.bias": bias[most],
        "most.second": second[most],
        "few.first": first[:, few],
        "few.bias": bias[few],
        "few.second": second[few],
    }
    return {part: np.ascontiguousarray(each, dtype=np.float32) for part, each in found.items()}


def _nodes(block: FeedForward, entering: str, leaving: str) -> list[NodeProto]:
    shrunk = block.tensor("shrunk")
    made = [helper.make_node("Mul", [entering, block.tensor("shrink")], [shrunk], name=shrunk)]
    for part, source in (("most", shrunk), ("few", entering)):
        product, active, result = (block.tensor(f"{part}.{each}") for each in ("product", "active", "result"))
        weights, bias, back = (block.tensor(f"{part}.{each}") for each in ("first", "bias", "second"))
        made += [
            helper.make_node("MatMul", [source, weights], [product], name=product),
            helper.make_node("BiasGelu", [product, bias], [active], name=active, domain="com.microsoft"),
            helper.make_node("MatMul", [active, back], [result], name=result),
        ]
    results = [block.tensor("most.result"), block.tensor("few.result")]
    return [*made, helper.make_node("Add", results, [leaving], name=block.tensor("sum"))]


def _ranges(
    model: onnx.ModelProto, names: list[str], inputs: Iterable[Mapping[str, NDArray[np.int64]]]
) -> dict[str, NDArray[np.float32]]:
    """For each of these tensors, shape ``(batch, tokens, features)``, the largest absolute value of each feature."""
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    seen = [[np.abs(each).max(axis=(0, 1)) for each in session.run(names, dict(example))] for example in inputs]
    return {name: np.max(ranges, axis=0) for name, ranges in zip(names, zip(*seen, strict=True), strict=True)}
