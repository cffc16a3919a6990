"""Sentences that are quoted together: the one that answers, and those needed to understand it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from embeddings.answer.sections import head_above, is_heading, is_title, last_below
from embeddings.evidence import Evidence
from embeddings.evidence.findings import Findings
from embeddings.questions.shapes import Asked, Shape
from embeddings.questions.sought import answering_spans
from embeddings.search.index import Index
from embeddings.tables import columns_of
from embeddings.types import QUOTABLE, Kind, Span

#: Maximum characters of an excerpt of several sentences; a single longer sentence is quoted whole.
LONGEST = 350

# Minimum score of a neighbour that joins a passage, as a share of the best sentence's.
_JOINS = 0.12
# List items and table rows each say something of their own, so their neighbours need a higher share.
_OF_THEIR_OWN = frozenset({Kind.LIST_ITEM, Kind.TABLE_ROW})
_JOINS_OF_ITS_OWN = 0.5
# A heading that matches the question this closely is the question, and the whole list below it the answer.
_IS_ASKED = 0.6
# Lower scores count as none.
_NOTHING = 1e-9

_LEANS_BACK = re.compile(
    r"[\"'“‘(]*(?:he|she|it|they|his|her|its|their|this|that|these|those|such|both|"
    r"the (?:former|latter|same|move|two|decision|law|document|report|agreement))\b",
    re.IGNORECASE,
)
# A sentence that opens a quotation can be understood without another paragraph.
_QUOTATION = ("“", '"', "„", "«")
# Words that continue a thought, which seldom began in another paragraph.
_GOES_ON = re.compile(r"[\"'“‘(]*(?:but|however|instead|therefore|thus|also|then|another)\b", re.IGNORECASE)
# Sentences that announce the list, table or code after them, if only by breaking off: "It is accepted if either".
_POINTS_ON = re.compile(r"\b(?:below|following|follows|these)\b[^.]{0,40}\.?$|[\w,]$", re.IGNORECASE)
_SET_OUT = frozenset({Kind.LIST_ITEM, Kind.TABLE_ROW, Kind.CODE})


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive sentences of one article, with the one that answers best."""

    first: int
    last: int
    best: int
    score: float
    also: tuple[int, ...] = ()
    """Other articles, by their number in the index, that say the same in nearly the same words."""

    def holds(self, row: int) -> bool:
        """Whether a sentence is part of it."""
        return self.first <= row <= self.last

    def reaching(self, row: int) -> "Passage":
        """The passage extended to include a sentence before or after it."""
        return replace(self, first=min(self.first, row), last=max(self.last, row))


def span_of(index: Index, passage: Passage) -> Span:
    """The span of a passage in its article."""
    return Span(index.sentences[passage.first].span.start, index.sentences[passage.last].span.end)


def grown(
    findings: Findings, evidence: Evidence, row: int, score_of: Mapping[int, float], taken: Sequence[Passage]
) -> Passage:
    """The passage to quote for a sentence, by its row: with what it refers back to, what it announces, neighbours that answer too, its
    parent list items and the heading it needs, except what other passages have ``taken``. ``score_of`` is the score of each row."""
    index = findings.index
    passage = _led_up_to(index, Passage(row, row, row, score_of[row]), taken)
    passage = _carried_on(index, passage, taken, lacks_more=_lacks_reason(findings, row), how=findings.shape.is_how)
    passage = _joined(index, passage, taken, score_of, whole=_is_listed_for(index, evidence, row))
    passage = _with_parent(index, passage, taken)
    return _with_section(index, passage, findings.shape, taken)


def _is_listed_for(index: Index, evidence: Evidence, row: int) -> bool:
    """Whether a sentence is a list item or table row whose heading is the question itself."""
    return index.sentences[row].kind in _OF_THEIR_OWN and evidence.headed.get(row, 0.0) >= _IS_ASKED


def _lacks_reason(findings: Findings, row: int) -> bool:
    """Whether the question asks for a reason and the sentence gives none; then the next one often does."""
    said = answering_spans(findings.shape, Asked.REASON, findings.index.sentence_text(row))
    return Asked.REASON in findings.shape.asked and next(said, None) is None


def _led_up_to(index: Index, passage: Passage, taken: Sequence[Passage]) -> Passage:
    """The passage with the sentence before it, if it needs that to be understood; here and below, nothing ``taken`` is added."""
    sentence = index.sentence_text(passage.first)
    before = passage.first - 1
    leans = _leans_back(sentence)
    # A command alone does not say what it is for.
    is_code = index.sentences[passage.first].kind is Kind.CODE
    if not (leans or is_code or _GOES_ON.match(sentence)):
        return passage
    # A sentence of another paragraph that refers back itself is little help.
    helps = (
        leans and before >= 0 and not sentence.startswith(_QUOTATION) and not _leans_back(index.sentence_text(before))
    )
    return passage.reaching(before) if _may_join(index, passage, before, taken, across=helps or is_code) else passage


def _carried_on(index: Index, passage: Passage, taken: Sequence[Passage], *, lacks_more: bool, how: bool) -> Passage:
    """The passage with what follows if its best sentence announces that or ``lacks_more``: list items, code, or the next sentence; and
    with the code below it if the question asks ``how``."""
    if lacks_more and _may_join(index, passage, passage.last + 1, taken):
        passage = passage.reaching(passage.last + 1)
    if how and _is_code_for(index, passage.last) and _may_join(index, passage, passage.last + 1, taken, across=True):
        passage = passage.reaching(passage.last + 1)
    while (
        _wants_more(index, passage.last) or (passage.last > passage.best and _goes_on(index, passage.last))
    ) and _may_join(index, passage, passage.last + 1, taken, across=True):
        passage = passage.reaching(passage.last + 1)
    return passage


def _joined(
    index: Index, passage: Passage, taken: Sequence[Passage], score_of: Mapping[int, float], *, whole: bool
) -> Passage:
    """The passage with its neighbours, the better one first, as long as they score high enough; with all that may join if ``whole``."""
    share = _JOINS_OF_ITS_OWN if index.sentences[passage.best].kind in _OF_THEIR_OWN else _JOINS
    least = _NOTHING if whole else max(share * passage.score, _NOTHING)
    while True:
        sides = [
            (passage.score if whole else score_of.get(near, 0.0), near)
            for near in (passage.first - 1, passage.last + 1)
            if _may_join(index, passage, near, taken)
        ]
        score, near = max(sides, default=(0.0, passage.best), key=lambda side: (side[0], -side[1]))
        if score < least:
            return passage
        # If the sentence that announces a list answers too, the question asks for the whole list.
        is_announced = near < passage.first and _is_set_out(index, passage.first) and _wants_more(index, near)
        passage = passage.reaching(near)
        while (_wants_more(index, passage.last) or (is_announced and _goes_on(index, passage.last))) and _may_join(
            index, passage, passage.last + 1, taken, across=True
        ):
            passage = passage.reaching(passage.last + 1)


def _with_parent(index: Index, passage: Passage, taken: Sequence[Passage]) -> Passage:
    """The passage from the parent items of its first list item on, which say what it is about: "Linux" above "Run install.sh"."""
    reached = passage
    while (depth := _set_in(index, passage.first)) and _may_join(index, reached, reached.first - 1, taken, across=True):
        reached = reached.reaching(reached.first - 1)
        if _set_in(index, reached.first) < depth:
            passage = reached
    return passage


def _set_in(index: Index, row: int) -> int:
    """The indentation of a list item, in characters; 0 for other kinds."""
    if index.sentences[row].kind is not Kind.LIST_ITEM:
        return 0
    start = index.sentences[row].span.start
    text = index.segment_of(row).text
    lead = text[text.rfind("\n", 0, start) + 1 : start]
    return len(lead) - len(lead.lstrip())


def _with_section(index: Index, passage: Passage, shape: Shape, taken: Sequence[Passage]) -> Passage:
    """The passage with the text below it if it begins with a heading, else with the heading it needs; unless that overlaps ``taken``."""
    if is_heading(index, passage.first):
        found = passage.reaching(last_below(index, passage.first, shape, LONGEST))
    else:
        head = head_above(index, passage.first, passage.last, shape, LONGEST)
        found = passage if head is None else passage.reaching(head)
    overlaps = any(each.first <= found.last and found.first <= each.last for each in taken)
    return passage if overlaps else found


def _wants_more(index: Index, row: int) -> bool:
    """Whether a sentence says nothing without what follows: "You need:", "Who may come in?", or before code "Run the command below."."""
    sentence = index.sentence_text(row)
    if sentence.endswith((":", "?")):
        return True
    is_text = index.sentences[row].kind not in _SET_OUT and not is_heading(index, row)
    return is_text and bool(_POINTS_ON.search(sentence)) and _is_set_out(index, row + 1)


def _is_code_for(index: Index, row: int) -> bool:
    """Whether a sentence that is not code is followed by code under the same heading, which shows what it says."""
    here, *below = index.sentences[row : row + 2]
    shown = [each for each in below if each.kind is Kind.CODE and each.heading == here.heading]
    return here.kind is not Kind.CODE and bool(shown)


def _is_set_out(index: Index, row: int) -> bool:
    """Whether the row exists and is a list item, table row or code."""
    return row < len(index.sentences) and index.sentences[row].kind in _SET_OUT


def _leans_back(sentence: str) -> bool:
    """Whether a sentence refers back to the one before: it begins with a pronoun or the like, or closes a quotation opened earlier."""
    closing = sentence.find("”")
    return bool(_LEANS_BACK.match(sentence)) or (closing >= 0 and not {"“", "„"}.intersection(sentence[:closing]))


def _goes_on(index: Index, row: int) -> bool:
    """Whether a sentence and the next are items of the same list, or rows of the same table."""
    kinds = [each.kind for each in index.sentences[row : row + 2]]
    return len(kinds) == 2 and kinds[0] is kinds[1] and kinds[0] in _OF_THEIR_OWN


def _may_join(index: Index, passage: Passage, near: int, taken: Sequence[Passage], *, across: bool = False) -> bool:
    """Whether a sentence next to a passage may be added: of the same paragraph and kind unless it may come from ``across`` a boundary,
    short enough together, and not ``taken`` by another passage."""
    inside = passage.first if near < passage.first else passage.last
    is_near = near in index.neighbours(inside) or (across and _begins_table(index, near, inside))
    if not is_near or is_title(index, near) or any(other.holds(near) for other in taken):
        return False
    here, there = index.sentences[inside], index.sentences[near]
    if span_of(index, passage.reaching(near)).length > LONGEST:
        return False
    if across:
        return there.kind in QUOTABLE
    if near < passage.first and here.kind in _OF_THEIR_OWN and there.kind not in _SET_OUT:
        return _wants_more(index, near)
    return there.kind is here.kind and here.kind is not Kind.CODE and there.paragraph == here.paragraph


def _begins_table(index: Index, near: int, row: int) -> bool:
    """Whether ``near`` is the first row of a table right after ``row``: its heading is that of ``row`` plus its column names."""
    if near != row + 1 or not near < len(index.sentences) or index.sentences[row].kind is Kind.TABLE_ROW:
        return False
    above = index.sentences[near].heading[:-1] if columns_of(index.sentences[near]) else None
    return index.article_of(near) == index.article_of(row) and above == index.sentences[row].heading
