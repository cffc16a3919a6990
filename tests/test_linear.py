"""The fitted models: their weights match the features, and confidence moves in the right direction."""

import numpy as np
import pytest

from embeddings.evidence.features import ANSWER_FEATURES, ANSWER_READINGS, SENTENCE_FEATURES, SENTENCE_READINGS
from embeddings.evidence.grounds import Grounds
from embeddings.evidence.linear import Linear
from embeddings.evidence.weighing import load_models

STORED = {"weights": {"warm": 0.5, "dry": -2.0}, "bias": 1.0}


def test_columns_are_found_by_name() -> None:
    assert Linear.of(STORED, ("warm", "dry")).logits(np.array([[2.0, 1.0]])).tolist() == [0.0]
    assert Linear.of(STORED, ("dry", "warm")).logits(np.array([[2.0, 1.0]])).tolist() == [-2.5]


def test_a_sum_is_stored_as_it_was() -> None:
    assert Linear.of(STORED, ("warm", "dry")).numbers(("warm", "dry")) == STORED


@pytest.mark.parametrize("grounds", Grounds)
def test_what_speaks_for_an_answer_never_lowers_the_confidence(grounds: Grounds) -> None:
    columns = ANSWER_FEATURES + (ANSWER_READINGS if grounds is Grounds.READING else ())
    weights = dict(zip(columns, load_models(grounds).answer.weights.tolist(), strict=True))
    assert weights["uncounted"] <= 0.0
    assert all(weights[name] >= 0.0 for name in columns if name not in ("uncounted", "read_ahead"))


@pytest.mark.parametrize("grounds", Grounds)
def test_what_speaks_for_a_sentence_never_puts_it_behind_others(grounds: Grounds) -> None:
    columns = SENTENCE_FEATURES + (SENTENCE_READINGS if grounds is Grounds.READING else ())
    weights = dict(zip(columns, load_models(grounds).sentence.weights.tolist(), strict=True))
    assert weights["asks"] <= 0.0
    assert all(weights[name] >= 0.0 for name in columns if name not in ("asks", "new", "answers"))
