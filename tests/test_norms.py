"""Vectors of norm 1: normalising, and detecting others."""

import numpy as np
import pytest

from embeddings.norms import are_unit, unit


def test_rows_are_divided_by_their_norms_and_one_of_zeros_stays() -> None:
    found = unit(np.array([[3, 4], [0, 0], [-2, 0]], dtype=np.float64))
    assert found.dtype == np.float32
    assert found.tolist() == [pytest.approx(row) for row in ([0.6, 0.8], [0.0, 0.0], [-1.0, 0.0])]


def test_what_was_stored_in_sixteen_bits_is_of_norm_1_still() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(50, 384)))
    assert are_unit(vectors.astype(np.float16).astype(np.float32))


@pytest.mark.parametrize("row", [[0.0, 0.0], [1.0, 1.0], [np.nan, 1.0], [np.inf, 0.0]])
def test_one_row_that_is_of_another_norm_is_enough(row: list[float]) -> None:
    assert not are_unit(np.array([[1.0, 0.0], row], dtype=np.float32))


def test_of_no_vectors_none_is_of_another_norm() -> None:
    assert are_unit(np.empty((0, 384), dtype=np.float32))
