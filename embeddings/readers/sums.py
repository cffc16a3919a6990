"""How this processor adds up products of 8 bits."""

from functools import cache
from pathlib import Path

import numpy as np

#: 255 times 127, 64 times over, as benchmarks/reader/sums.py writes it.
PATH = Path(__file__).parents[1] / "data" / "sums.onnx"
_ROWS, _LARGEST = 64, (255, 127)


@cache
def adds_up_exactly(path: Path = PATH) -> bool:
    """Whether the largest products are added up to what they are; processors without VNNI add two of them up in 16 bits, and cut off what
    is more. Asked of the processor by way of ONNX Runtime, which tells neither what it has nor what it makes of it.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    # Several rows: a single one is taken another way.
    (sums,) = session.run(["sums"], {"left": np.full((8, _ROWS), _LARGEST[0], dtype=np.uint8)})
    return bool((sums == _ROWS * _LARGEST[0] * _LARGEST[1]).all())
