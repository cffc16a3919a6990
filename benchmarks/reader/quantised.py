"""The cost of int8: the float32 and int8 files that `benchmarks.reader.export` leaves in a folder, on examples of held-out articles.

python -m benchmarks.reader.quantised FOLDER

For answerable examples, how often the likeliest span overlaps the annotated one; for all examples, how well the answerability head
separates answerable ones from others, what share of its decisions at log-odds 0 differs between the files, and how long a passage takes
(the median, with two threads).
"""

import argparse
import random
import statistics
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.reader.examples import Example
from benchmarks.reader.train import SEED, epoch, load_data
from embeddings.evidence.reading import likeliest
from embeddings.protocols import Reading
from embeddings.readers.bundled import BundledReader

_EXAMPLES = 1500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    data = load_data()
    examples = epoch(replace(data, asked=data.measured, alone=[], documented=[], written=[]), random.Random(SEED))[
        :_EXAMPLES
    ]
    answerable = np.array([each.answer is not None for each in examples])
    judged = []
    print(f"| {len(examples)} examples | touch the marked words | AUROC of answering at all | ms |")
    print("|---|---|---|---|")
    for name in ("reader-float32.onnx", "reader.onnx"):
        reader = BundledReader((folder / name).read_bytes(), "")
        readings, took = [], []
        for each in examples:
            started = time.perf_counter()
            readings += reader.read(each.question, [each.context + each.passage])
            took.append((time.perf_counter() - started) * 1000)
        found = [_touches(each, reading) for each, reading in zip(examples, readings, strict=True) if each.answer]
        answers = np.array([each.answers for each in readings])
        judged.append(answers > 0)
        auroc = roc_auc_score(answerable, answers)
        print(f"| {name} | {np.mean(found):.3f} | {auroc:.3f} | {statistics.median(took):.1f} |")
    print(f"judged otherwise: {np.mean(judged[0] != judged[1]):.3f}")


def _touches(example: Example, reading: Reading) -> bool:
    """Whether the likeliest span shares a character with the answer."""
    assert example.answer
    shift = len(example.context)
    first, last, _ = likeliest(reading.starts, reading.ends)
    start, end = int(reading.offsets[first, 0]) - shift, int(reading.offsets[last, 1]) - shift
    return start < example.answer.end and example.answer.start < end


if __name__ == "__main__":
    main()
