"""What the articles lack: unanswered questions that mean the same, put together. Pure functions; nothing here knows Discord."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from bot.memory.records import Unanswered
from embeddings.keywords import query_terms

#: So many questions are looked at, the newest first.
MOST = 2000
# Cosine similarity of two wordings from which they may mean the same. That alone would put "When does it open?" and "When does it
# close?" together, or last year's race and this year's: where each has a keyword that the other lacks, they must be nearly equal.
_ALIKE, _EQUAL = 0.8, 0.97


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that mean the same."""

    wording: str
    """The newest."""
    keys: tuple[int, ...]
    """Of all its questions, the newest first."""
    askers: int
    wishers: int
    """How many members want to be told."""
    last: datetime
    """When it was asked last."""
    is_answered: bool
    """Whether the newest had an answer, which was found unhelpful."""


def gaps_in(questions: Sequence[Unanswered], vectors: NDArray[np.float32]) -> list[Gap]:
    """The gaps that these questions show, the newest first; row i of ``vectors`` is that of ``questions[i]``, of norm 1.

    Each question, from the newest, joins the first gap whose wording it is like, or begins one.
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
