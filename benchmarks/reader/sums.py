"""Write the matrix product with which the reader tests whether this processor adds up exactly: embeddings/data/sums.onnx.

python -m pip install onnx
python -m benchmarks.reader.sums
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from embeddings.readers.sums import PATH

_ROWS, _COLUMNS = 64, 16


def main() -> None:
    # The right matrix is a constant, like a layer's weights, since the runtime has special code paths for these.
    right = numpy_helper.from_array(np.full((_ROWS, _COLUMNS), 127, dtype=np.int8), "right")
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["left", "right"], ["sums"])],
        "sums",
        [helper.make_tensor_value_info("left", TensorProto.UINT8, ["rows", _ROWS])],
        [helper.make_tensor_value_info("sums", TensorProto.INT32, ["rows", _COLUMNS])],
        [right],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    PATH.write_bytes(model.SerializeToString())


if __name__ == "__main__":
    main()
