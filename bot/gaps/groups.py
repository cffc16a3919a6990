"""Gaps in the articles: unanswered questions, grouped by meaning. Pure functions, independent of Discord."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from bot.memory.records import Unanswered
from embeddings.keywords import query_terms

#: How many questions are grouped: those that members wait for first, then the newest.
MOST = 2000
# Cosine similarity from which two wordings may mean the same. That alone would group "When does it open?" with "When does it
# close?", or last year's race with this year's: where each has a keyword that the other lacks, the second threshold applies.
_ALIKE, _EQUAL = 0.8, 0.97


@dataclass(frozen=True, slots=True)
class Gap:
    """A group of questions with the same meaning."""

    wording: str
    """The newest question's."""
    keys: tuple[int, ...]
    """The keys of all its questions, newest first."""
    askers: int
    wishers: int
    """How many members want to be told."""
    last: datetime
    """When it was last asked."""
    is_answered: bool
    """Whether the newest was answered, but unhelpfully."""


def gaps_in(questions: Sequence[Unanswered], vectors: NDArray[np.float32]) -> list[Gap]:
    """The gaps among these questions, newest first; row i of ``vectors`` is the unit vector of ``questions[i]``.

    Each question, from the newest, joins the first gap whose wording is similar, or starts a new one.
    """
    order = sorted(range(len(questions)), key=lambda at: questions[at].key, reverse=True)
    if not order:
        return []
    similarity = vectors @ vectors.T
    terms = [frozenset(query_terms(each.asked.interpreted).tolist()) for each in questions]
    members: dict[int, list[int]] = {}
    for at in order:
        close = [first for first in members if similarity[at, first] >= _ALIKE]
        home = next((first for first in close if _same(similarity[at, first], terms[at], terms[first])), at)
        members.setdefault(home, []).append(at)
    return [_gap([questions[at] for at in each]) for each in members.values()]


def _same(similarity: float, one: frozenset[int], other: frozenset[int]) -> bool:
    return bool(similarity >= _EQUAL) or (bool(one & other) and (one <= other or other <= one))


def _gap(together: Sequence[Unanswered]) -> Gap:
    newest = together[0]
    return Gap(
        wording=newest.asked.interpreted,
        keys=tuple(each.key for each in together),
        askers=len({each.asked.user_id for each in together}),
        wishers=len({user_id for each in together for user_id in each.wishers}),
        last=newest.asked.at,
        is_answered=newest.asked.status == "answered",
    )
