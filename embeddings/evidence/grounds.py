"""Which signals there are to judge a question by: each set has its own models, since a feature means something else without the others."""

from enum import StrEnum

from embeddings.evidence.findings import Findings
from embeddings.languages import is_foreign_to


class Grounds(StrEnum):
    """Sets of signals, by the names under which their models are stored."""

    READING = "reading"
    """Words, meaning, and what a reader says."""
    SEARCH = "search"
    """Words and meaning."""
    MEANING = "meaning"
    """Hardly any words in common: the question is in another language than the article."""
    WORDS = "words"
    """Nothing but words: the encoder does not understand the question."""


def grounds_of(findings: Findings, *, multilingual: bool, read: bool) -> Grounds:
    """The grounds for a question; ``multilingual``: the encoder knows more than English; ``read``: there is a reader for the question."""
    if multilingual and _is_foreign(findings):
        return Grounds.MEANING
    if read:
        return Grounds.READING
    return Grounds.SEARCH if findings.query.has_meaning else Grounds.WORDS


def _is_foreign(findings: Findings) -> bool:
    """Whether the best article is in another language. A question whose words are all in articles, such as a few names, is not foreign."""
    index, query, rows = findings.index, findings.query, findings.ranking.rows
    if not len(rows) or index.has_all(query.text, query.language):
        return False
    return is_foreign_to(query.text, index.segment(int(rows[0])).text)
