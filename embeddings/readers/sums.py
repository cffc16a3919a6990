"""Whether this processor adds up 8-bit products exactly."""

from functools import cache
from pathlib import Path

import numpy as np

#: Computes 64 times 255 times 127 as a sum of products; written by benchmarks/reader/sums.py.
PATH = Path(__file__).parents[1] / "data" / "sums.onnx"
_ROWS, _LARGEST = 64, (255, 127)


@cache
def adds_up_exactly(path: Path = PATH) -> bool:
    """Whether sums of the largest products are exact; processors without VNNI add pairs of them in 16 bits with saturation. Measured by
    running ONNX Runtime, which reports neither what the processor supports nor what it uses of that.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    # Several rows: a single one is computed differently.
    (sums,) = session.run(["sums"], {"left": np.full((8, _ROWS), _LARGEST[0], dtype=np.uint8)})
    return bool((sums == _ROWS * _LARGEST[0] * _LARGEST[1]).all())
