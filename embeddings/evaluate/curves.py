"""The quality of confidence: whether it is calibrated, and what is gained by answering only above a threshold.

Throughout, ``truth`` has one bool per question, whether the articles answer it, and ``confidence`` the confidence reported for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve

_BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose confidence falls in one tenth of the scale."""

    count: int
    confidence: float
    """Their mean confidence."""
    answerable: float
    """The share of them that the articles do answer; equal to the confidence if that is calibrated."""


@dataclass(frozen=True, slots=True)
class Point:
    """Coverage and risk of answering every question at or above a threshold of confidence."""

    threshold: float
    coverage: float
    """The share of all questions that are answered."""
    risk: float
    """The share of the answered questions that should not have been."""


def reliability(truth: Sequence[bool], confidence: Sequence[float]) -> tuple[Bin, ...]:
    """The non-empty bins, in order of confidence."""
    right, sure = np.array(truth, dtype=float), np.array(confidence, dtype=float)
    number = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    inside = (number == each for each in range(_BINS))
    return tuple(
        Bin(int(held.sum()), float(sure[held].mean()), float(right[held].mean())) for held in inside if held.any()
    )


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """The expected calibration error: the gap between a bin's confidence and its answerable share, averaged over questions."""
    total = sum(each.count for each in bins)
    return sum(each.count * abs(each.confidence - each.answerable) for each in bins) / total if total else None


def risk_coverage(truth: Sequence[bool], confidence: Sequence[float]) -> tuple[Point, ...]:
    """One point per distinct confidence, from the highest; questions of equal confidence are answered together."""
    if not truth:
        return ()
    order = np.argsort(-np.array(confidence), kind="stable")
    sure, wrong = np.array(confidence)[order], ~np.array(truth)[order]
    last = np.append(np.flatnonzero(np.diff(sure)), len(sure) - 1)
    answered = last + 1
    risk: NDArray[np.float64] = np.cumsum(wrong)[last] / answered
    return tuple(
        Point(float(threshold), float(count / len(sure)), float(share))
        for threshold, count, share in zip(sure[last], answered, risk, strict=True)
    )


def area_under(points: Sequence[Point]) -> float | None:
    """The area under a risk-coverage curve: the mean risk over all coverages; the lower, the better the ranking of the questions."""
    if not points:
        return None
    before = np.array([0.0, *(each.coverage for each in points[:-1])])
    return float(sum((each.coverage - start) * each.risk for each, start in zip(points, before, strict=True)))


def threshold_at_coverage(truth: Sequence[bool], confidence: Sequence[float], share: float) -> float | None:
    """The highest threshold at which at least this share of the answerable questions is answered; None if there are none."""
    if not any(truth):
        return None
    _, covered, thresholds = precision_recall_curve(truth, confidence)
    return float(thresholds[np.flatnonzero(covered[:-1] >= share)[-1]])


def threshold_for_precision(truth: Sequence[bool], confidence: Sequence[float], share: float) -> float | None:
    """The lowest threshold at which at least this share of the answered questions is answerable; None if there is none."""
    if not any(truth):
        return None
    precision, _, thresholds = precision_recall_curve(truth, confidence)
    found = np.flatnonzero(precision[:-1] >= share)
    return float(thresholds[found[0]]) if len(found) else None
