"""Chooses from the weighed sentences what to quote: one to three passages that do not repeat one another."""

from dataclasses import replace

import numpy as np

from embeddings.answer.passages import Passage, grown
from embeddings.evidence import Evidence
from embeddings.evidence.findings import Findings
from embeddings.keywords import share_of
from embeddings.search.index import Index

#: Maximum number of excerpts in an answer.
MOST = 3

# Minimum score of a further excerpt, as a share of the best one's.
_FOLLOWS = 0.12
# Two excerpts say the same if they have at least this share of the shorter one's terms in common.
_SAME = 0.7


def choose(findings: Findings, evidence: Evidence) -> list[Passage]:
    """One to three passages, best first, that do not repeat one another."""
    index = findings.index
    score_of = dict(zip(evidence.sentences.tolist(), evidence.scores.tolist(), strict=True))
    chosen: list[Passage] = []
    for row, score in score_of.items():
        if score < _FOLLOWS * evidence.scores[0]:
            break
        if any(passage.holds(row) for passage in chosen):
            continue
        passage = grown(findings, evidence, row, score_of, chosen)
        same = next((at for at, other in enumerate(chosen) if _says_the_same(index, passage, other)), None)
        if same is not None:
            chosen[same] = _echoed(index, chosen[same], row)
        elif len(chosen) < MOST:
            chosen.append(passage)
    return chosen


def _says_the_same(index: Index, passage: Passage, other: Passage) -> bool:
    one, two = (
        np.concatenate([index.sentence_terms[row] for row in range(each.first, each.last + 1)])
        for each in (passage, other)
    )
    return share_of(one, two) >= _SAME


def _echoed(index: Index, passage: Passage, row: int) -> Passage:
    """The passage, noting the article of a sentence that repeats it if that is another one and the two are of similar length."""
    there, here = index.article_of(row), index.article_of(passage.best)
    one, two = np.unique(index.sentence_terms[row]), np.unique(index.sentence_terms[passage.best])
    is_scrap = min(one.size, two.size) < _SAME * max(one.size, two.size)
    if there == here or there in passage.also or is_scrap:
        return passage
    return replace(passage, also=(*passage.also, there))
