"""The weighted mean of several weights of the reader, in a folder that `benchmarks.reader.export` takes.

    python -m benchmarks.reader.averaged FOLDER --of ONE/last.pt 0.6 --of TWO/last.pt 0.4

Runs that go on from the same weights stay close enough together for their mean to be a good model, often better than each of them (Wortsman
et al. 2022, "Model soups"). With the weights that a run began with, it keeps what the run learned and forgets less of what was known before
(Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
"""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

import torch

from benchmarks.reader.train import LAST

#: The weights of a reader by their names.
State = dict[str, torch.Tensor]


def averaged(parts: Sequence[tuple[State, float]]) -> State:
    """The mean of these weights, each with its share; what is not a number with a fraction is as in the first.

    Raises:
        ValueError: the shares do not add up to one.
    """
    if not math.isclose(total := sum(share for _, share in parts), 1):
        raise ValueError(f"The shares add up to {total:g}, not to 1.")
    first, _ = parts[0]
    return {
        name: torch.stack([state[name] * share for state, share in parts]).sum(0) if each.is_floating_point() else each
        for name, each in first.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--of", nargs=2, action="append", required=True, metavar=("FILE", "SHARE"), help="weights, and their share"
    )
    arguments = parser.parse_args()
    try:
        found = averaged([(torch.load(file, weights_only=True), float(share)) for file, share in arguments.of])
    except ValueError as error:
        parser.error(str(error))
    arguments.folder.mkdir(parents=True, exist_ok=True)
    torch.save(found, arguments.folder / LAST)


if __name__ == "__main__":
    main()
