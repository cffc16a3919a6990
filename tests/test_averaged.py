"""The mean of several weights of the reader."""

import sys
from pathlib import Path

import pytest
import torch

from benchmarks.reader.averaged import averaged, main
from benchmarks.reader.train import LAST


def _state(weight: float, step: int) -> dict[str, torch.Tensor]:
    return {"weight": torch.tensor([weight, 0.0]), "step": torch.tensor(step)}


def test_each_has_its_share() -> None:
    found = averaged([(_state(1, 7), 0.75), (_state(5, 9), 0.25)])
    assert found["weight"].tolist() == [2, 0]


def test_whole_numbers_are_those_of_the_first() -> None:
    found = averaged([(_state(1, 7), 0.5), (_state(5, 9), 0.5)])
    assert found["step"].item() == 7


def test_shares_that_are_not_one_in_all_are_refused() -> None:
    with pytest.raises(ValueError, match=r"add up to 0\.9, not to 1"):
        averaged([(_state(1, 7), 0.5), (_state(5, 9), 0.4)])


def test_the_mean_is_where_the_export_looks_for_the_last_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, weight in (("one.pt", 1.0), ("two.pt", 3.0)):
        torch.save(_state(weight, 1), tmp_path / name)
    of = [part for name in ("one.pt", "two.pt") for part in ("--of", str(tmp_path / name), "0.5")]
    monkeypatch.setattr(sys, "argv", ["averaged", str(tmp_path / "mean"), *of])
    main()
    assert torch.load(tmp_path / "mean" / LAST, weights_only=True)["weight"].tolist() == [2, 0]
