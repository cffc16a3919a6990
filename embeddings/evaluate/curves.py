"""What a confidence is worth: whether it keeps its word, and what is gained by answering only above a threshold.

Everywhere ``truth`` is one bool a question, whether the articles answer it, and ``confidence`` the number that was given for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve

_BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose confidence lies in one tenth of the scale."""

    count: int
    confidence: float
    """Their mean confidence."""
    answerable: float
    """The share of them that the articles do answer; equal to the confidence if it keeps its word."""


@dataclass(frozen=True, slots=True)
class Point:
    """What comes of answering every question from some confidence upwards."""

    threshold: float
    coverage: float
    """The share of all questions that is answered."""
    risk: float
    """The share of those that should not have been."""


def reliability(truth: Sequence[bool], confidence: Sequence[float]) -> tuple[Bin, ...]:
    """The bins that hold any question, in order of confidence."""
    right, sure = np.array(truth, dtype=float), np.array(confidence, dtype=float)
    number = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    inside = (number == each for each in range(_BINS))
    return tuple(
        Bin(int(held.sum()), float(sure[held].mean()), float(right[held].mean())) for held in inside if held.any()
    )


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """The expected calibration error: how far confidence and truth are apart in a bin, on average over questions."""
    total = sum(each.count for each in bins)
    return sum(each.count * abs(each.confidence - each.answerable) for each in bins) / total if total else None


def risk_coverage(truth: Sequence[bool], confidence: Sequence[float]) -> tuple[Point, ...]:
    """One point for each confidence that was given, from the highest; equal ones are answered together."""
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
    """The area under a risk-coverage curve: the mean risk over all coverages; the lower, the better questions are ordered."""
    if not points:
        return None
    before = np.array([0.0, *(each.coverage for each in points[:-1])])
    return float(sum((each.coverage - start) * each.risk for each, start in zip(points, before, strict=True)))


def threshold_at_coverage(truth: Sequence[bool], confidence: Sequence[float], share: float) -> float | None:
    """The highest threshold at which so great a share of what the articles answer is answered."""
    if not any(truth):
        return None
    _, covered, thresholds = precision_recall_curve(truth, confidence)
    return float(thresholds[np.flatnonzero(covered[:-1] >= share)[-1]])


def threshold_for_precision(truth: Sequence[bool], confidence: Sequence[float], share: float) -> float | None:
    """The lowest threshold from which at least so great a share of what is answered has an answer; None if none does."""
    if not any(truth):
        return None
    precision, _, thresholds = precision_recall_curve(truth, confidence)
    found = np.flatnonzero(precision[:-1] >= share)
    return float(thresholds[found[0]]) if len(found) else None
