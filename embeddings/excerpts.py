"""From weighed sentences to what is quoted: whole sentences, put together where one alone would not be understood."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from embeddings.descriptions import described_in
from embeddings.evidence import Evidence
from embeddings.findings import Findings
from embeddings.index import Index
from embeddings.keywords import hashed, share_of, words
from embeddings.questions import Asked, Shape, answering_spans
from embeddings.sections import head_above, is_heading, last_below
from embeddings.tables import cells_of, columns_of
from embeddings.types import QUOTABLE, Kind, Span

#: An excerpt of several sentences has at most so many characters; a longer single sentence is quoted whole.
LONGEST = 350
#: At most so many excerpts make an answer.
MOST = 3

# A neighbour joins an excerpt when it is weighed at least at this share of the excerpt's best sentence, and another excerpt is given from
# this share of the best one of all.
_JOINS = 0.12
_FOLLOWS = 0.12
# Items of a list and rows of a table each say something of their own.
_OF_THEIR_OWN = frozenset({Kind.LIST_ITEM, Kind.TABLE_ROW})
_JOINS_OF_ITS_OWN = 0.5
# From here on a heading is the question, and what is listed below it is the answer, whole.
_IS_ASKED = 0.6
# What is weighed at less is not worth a word.
_NOTHING = 1e-9
# Two excerpts of which one has this share of the other's terms say the same.
_SAME = 0.7
# At most so many highlights an excerpt, and a clause that is highlighted is cut at this length.
_MOST_HIGHLIGHTS = 2
_LONGEST_CLAUSE = 160
_SHORTEST_CLAUSE = 40
_CLAUSE_ENDS = re.compile(r"[,;:]|\s[–—]")
# What is no longer is looked through for the beginning of a word.
_LONGEST_WORD = 80

_LEANS_BACK = re.compile(
    r"[\"'“‘(]*(?:he|she|it|they|his|her|its|their|this|that|these|those|such|both|"
    r"the (?:former|latter|same|move|two|decision|law|document|report|agreement))\b",
    re.IGNORECASE,
)
# A quotation from its beginning is understood without what another paragraph says.
_QUOTATION = ("“", '"', "„", "«")
# What goes on with a thought, which seldom began in another paragraph.
_GOES_ON = re.compile(r"[\"'“‘(]*(?:but|however|instead|therefore|thus|also|then|another)\b", re.IGNORECASE)
# What announces something that is set out behind it, be it by breaking off: "It is accepted if either".
_POINTS_ON = re.compile(r"\b(?:below|following|follows|these)\b[^.]{0,40}\.?$|[\w,]$", re.IGNORECASE)
_SET_OUT = frozenset({Kind.LIST_ITEM, Kind.TABLE_ROW, Kind.CODE})
# What holds letters together in addresses, names of files and of commands.
_JOINED = r"[.@:/*+'’-]?\w"
_REST = re.compile(rf"(?:{_JOINED})*")
_AHEAD = re.compile(rf"(?<!\S)[#/+@(]*\w(?:{_JOINED})*[.@:/*+$€£'’-]?$|(?<!\S)[#/+@$€£]$")
_TOKEN = re.compile(r"\w+(?:['’]\w+)?")


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
        """The passage up to and with a sentence before or after it."""
        return replace(self, first=min(self.first, row), last=max(self.last, row))


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
        passage = _led_up_to(index, Passage(row, row, row, score), chosen)
        passage = _carried_on(
            index, passage, chosen, lacks_more=_lacks_reason(findings, row), how=findings.shape.is_how
        )
        passage = _joined(index, passage, chosen, score_of, whole=_is_listed_for(index, evidence, row))
        passage = _with_parent(index, passage, chosen)
        passage = _with_section(index, passage, findings.shape, chosen)
        same = next((at for at, other in enumerate(chosen) if _says_the_same(index, passage, other)), None)
        if same is not None:
            chosen[same] = _echoed(index, chosen[same], row)
        elif len(chosen) < MOST:
            chosen.append(passage)
    return chosen


def span_of(index: Index, passage: Passage) -> Span:
    """Where a passage stands in its article."""
    return Span(index.sentences[passage.first].span.start, index.sentences[passage.last].span.end)


def highlights(findings: Findings, passage: Passage, read: Mapping[int, Span]) -> tuple[Span, ...]:
    """The words of a passage that answer, as spans of the article.

    Of a table row the cells of the columns that are asked for; what somebody is said to be, where that is asked; what was ``read``; without
    that, things of the sort asked for, nearest the question's own words first; where it asks for no certain sort, the part of the sentence
    that the question does not say already.
    """
    index, query, shape = findings.index, findings.query, findings.shape
    terms = frozenset(query.terms.tolist())
    if cells := _cells_asked_for(index, passage.best, terms, query.language):
        return cells
    # What answers a question that an article asks stands behind it.
    best = next((row for row in range(passage.best, passage.last + 1) if not _asks(index, row)), passage.best)
    sentence, start = index.sentence_text(best), index.sentences[best].span.start
    text = index.segment(int(index.sentence_chunk[best])).text
    said = _whole(read[best], text, index.sentences[best].span) if best in read else None
    if said and (shape.is_identity or shape.matter) and _is_name(said.of(text)):
        # A name alone tells neither who somebody is nor what he said.
        said = None
    if described := described_in(query.asks, sentence):
        return (described.shifted(start),)
    if said and _is_of_the_sort(shape, said.of(text)):
        return (said,)
    if things := _things_asked_for(
        index, (best, *range(passage.first, passage.last + 1)), shape, terms, query.language
    ):
        return things
    if said:
        return (said,)
    clause = None if shape.is_identity else _unsaid(sentence, terms, query.language)
    return (clause.shifted(start),) if clause else ()


def _asks(index: Index, row: int) -> bool:
    return index.sentence_text(row).endswith("?")


def _is_name(said: str) -> bool:
    return all(word[:1].isupper() for word in said.split())


def _is_of_the_sort(shape: Shape, said: str) -> bool:
    """Whether words hold what is asked for, where that is told from them: a number or a time."""
    sorts = [asked for asked in (Asked.NUMBER, Asked.TIME) if asked in shape.asked]
    return not sorts or any(next(answering_spans(shape, asked, said), None) for asked in sorts)


def _things_asked_for(
    index: Index, rows: Iterable[int], shape: Shape, terms: frozenset[int], language: str
) -> tuple[Span, ...]:
    """The things of the sort asked for in the first of these sentences that has any, nearest the question's own words first."""
    for row in rows if shape.asked and not shape.is_identity else ():
        sentence = index.sentence_text(row)
        said = [match.start() for match in _TOKEN.finditer(sentence) if _asked(match[0], terms, language)]
        found: list[Span] = []
        for asked in shape.asked:
            spans = answering_spans(shape, asked, sentence)
            nearest = sorted(
                spans, key=lambda span: (min((abs(span.start - at) for at in said), default=0), span.start)
            )
            found.extend(nearest[:_MOST_HIGHLIGHTS])
        if found:
            start = index.sentences[row].span.start
            return _merged(each.shifted(start) for each in found)
    return ()


def _whole(words: Span, text: str, sentence: Span) -> Span:
    """Words from the beginning of the first one to the end of the last, of which an address has several to a reader, and to that of the
    bracket that they open; all in one sentence.
    """
    ahead = _AHEAD.search(text[sentence.start : words.start][-_LONGEST_WORD:])
    start = words.start - (len(ahead[0].lstrip("(")) if ahead else 0)
    rest = _REST.match(text, words.end, sentence.end)
    end = rest.end() if rest else words.end
    said = text[start:end]
    closes = text[end : min(end + 1, sentence.end)] == ")" and said.count("(") > said.count(")")
    return Span(start, end + closes)


def _cells_asked_for(index: Index, row: int, terms: frozenset[int], language: str) -> tuple[Span, ...]:
    """The cells of a table row that stand below a word of the question, and hold none themselves."""
    sentence, text = index.sentences[row], index.sentence_text(row)
    return tuple(
        cell.shifted(sentence.span.start)
        for name, cell in zip(columns_of(sentence), cells_of(text), strict=False)
        if cell.length and _asked(name, terms, language) and not _asked(cell.of(text), terms, language)
    )


def _is_listed_for(index: Index, evidence: Evidence, row: int) -> bool:
    """Whether a sentence is an item of a list, or row of a table, that stands below the very question."""
    return index.sentences[row].kind in _OF_THEIR_OWN and evidence.headed.get(row, 0.0) >= _IS_ASKED


def _lacks_reason(findings: Findings, row: int) -> bool:
    """Whether a reason is asked for and the sentence says none: then the next one often does."""
    said = answering_spans(findings.shape, Asked.REASON, findings.index.sentence_text(row))
    return Asked.REASON in findings.shape.asked and next(said, None) is None


def _led_up_to(index: Index, passage: Passage, taken: Sequence[Passage]) -> Passage:
    """With the sentence before it, where it is not understood without; of what is not ``taken`` by other passages, here and below."""
    sentence = index.sentence_text(passage.first)
    before = passage.first - 1
    leans = _leans_back(sentence)
    # A command alone does not say what it is for.
    is_code = index.sentences[passage.first].kind is Kind.CODE
    if not (leans or is_code or _GOES_ON.match(sentence)):
        return passage
    # What leans itself is little help from another paragraph.
    helps = (
        leans and before >= 0 and not sentence.startswith(_QUOTATION) and not _leans_back(index.sentence_text(before))
    )
    return passage.reaching(before) if _may_join(index, passage, before, taken, across=helps or is_code) else passage


def _carried_on(index: Index, passage: Passage, taken: Sequence[Passage], *, lacks_more: bool, how: bool) -> Passage:
    """With what follows, where its best sentence announces that or ``lacks_more``: list items, lines of code, or the next sentence; and
    with the code below it where it is asked ``how``."""
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
    """With its neighbours, the better one first, as long as they are weighed highly enough; with all that may join it if ``whole``."""
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
        # Where what announces a list answers too, the whole list is asked for.
        is_announced = near < passage.first and _is_set_out(index, passage.first) and _wants_more(index, near)
        passage = passage.reaching(near)
        while (_wants_more(index, passage.last) or (is_announced and _goes_on(index, passage.last))) and _may_join(
            index, passage, passage.last + 1, taken, across=True
        ):
            passage = passage.reaching(passage.last + 1)


def _with_parent(index: Index, passage: Passage, taken: Sequence[Passage]) -> Passage:
    """The passage from the item on that its first one stands below, which says what that is about: "Linux" above "Run install.sh"."""
    reached = passage
    while (depth := _set_in(index, passage.first)) and _may_join(index, reached, reached.first - 1, taken, across=True):
        reached = reached.reaching(reached.first - 1)
        if _set_in(index, reached.first) < depth:
            passage = reached
    return passage


def _set_in(index: Index, row: int) -> int:
    """How far an item of a list is set in below another, in blanks."""
    if index.sentences[row].kind is not Kind.LIST_ITEM:
        return 0
    start = index.sentences[row].span.start
    text = index.segment(int(index.sentence_chunk[row])).text
    lead = text[text.rfind("\n", 0, start) + 1 : start]
    return len(lead) - len(lead.lstrip())


def _with_section(index: Index, passage: Passage, shape: Shape, taken: Sequence[Passage]) -> Passage:
    """The passage of a heading with what stands below it, and that of a sentence with the heading it needs, if nothing of it is taken."""
    if is_heading(index, passage.first):
        found = passage.reaching(last_below(index, passage.first, shape, LONGEST))
    else:
        head = head_above(index, passage.first, passage.last, shape, LONGEST)
        found = passage if head is None else passage.reaching(head)
    overlaps = any(each.first <= found.last and found.first <= each.last for each in taken)
    return passage if overlaps else found


def _wants_more(index: Index, row: int) -> bool:
    """Whether a sentence says nothing without what follows, as "You need:", "Who may come in?", and "Run the command below." before one."""
    sentence = index.sentence_text(row)
    if sentence.endswith((":", "?")):
        return True
    is_text = index.sentences[row].kind not in _SET_OUT and not is_heading(index, row)
    return is_text and bool(_POINTS_ON.search(sentence)) and _is_set_out(index, row + 1)


def _is_code_for(index: Index, row: int) -> bool:
    """Whether what follows a sentence that is no code itself is code, under the same heading: it shows what the sentence says."""
    here, *below = index.sentences[row : row + 2]
    shown = [each for each in below if each.kind is Kind.CODE and each.heading == here.heading]
    return here.kind is not Kind.CODE and bool(shown)


def _is_set_out(index: Index, row: int) -> bool:
    """Whether there is such a row and it is what an article sets out: an item of a list, a row of a table, code."""
    return row < len(index.sentences) and index.sentences[row].kind in _SET_OUT


def _leans_back(sentence: str) -> bool:
    """Whether a sentence says little without the one before: it begins with a pronoun or the like, or ends a speech that began earlier."""
    closing = sentence.find("”")
    return bool(_LEANS_BACK.match(sentence)) or (closing >= 0 and not {"“", "„"}.intersection(sentence[:closing]))


def _goes_on(index: Index, row: int) -> bool:
    """Whether the next sentence is another item of the same list, or row of the same table."""
    kinds = [each.kind for each in index.sentences[row : row + 2]]
    return len(kinds) == 2 and kinds[0] is kinds[1] and kinds[0] in _OF_THEIR_OWN


def _may_join(index: Index, passage: Passage, near: int, taken: Sequence[Passage], *, across: bool = False) -> bool:
    """Whether a sentence beside a passage may be added to it: of the same paragraph and kind unless it may stand ``across`` their borders,
    short enough together, and not ``taken`` by another passage."""
    inside = passage.first if near < passage.first else passage.last
    is_near = near in index.neighbours(inside) or (across and _begins_table(index, near, inside))
    if not is_near or any(other.holds(near) for other in taken):
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
    """Whether the next sentence is the first row of a table that stands below one's heading: between them are the names of its columns."""
    if near != row + 1 or not near < len(index.sentences) or index.sentences[row].kind is Kind.TABLE_ROW:
        return False
    there, here = (index.chunk_segment[index.sentence_chunk[each]] for each in (near, row))
    above = index.sentences[near].heading[:-1] if columns_of(index.sentences[near]) else None
    return bool(there == here) and above == index.sentences[row].heading


def _says_the_same(index: Index, passage: Passage, other: Passage) -> bool:
    one, two = (
        np.concatenate([index.sentence_terms[row] for row in range(each.first, each.last + 1)])
        for each in (passage, other)
    )
    return share_of(one, two) >= _SAME


def _echoed(index: Index, passage: Passage, row: int) -> Passage:
    """The passage, with the article of a sentence that repeats it noted, if that is another one and no mere scrap of it."""
    there, here = (int(index.chunk_segment[index.sentence_chunk[each]]) for each in (row, passage.best))
    one, two = np.unique(index.sentence_terms[row]), np.unique(index.sentence_terms[passage.best])
    is_scrap = min(one.size, two.size) < _SAME * max(one.size, two.size)
    if there == here or there in passage.also or is_scrap:
        return passage
    return replace(passage, also=(*passage.also, there))


def _unsaid(sentence: str, terms: frozenset[int], language: str) -> Span | None:
    """The longest run of words between the question's own words, cut at the end of a clause."""
    best: Span | None = None
    start: int | None = None
    end = 0
    for match in [*_TOKEN.finditer(sentence), None]:
        if match is not None and not _asked(match[0], terms, language):
            start = match.start() if start is None else start
            end = match.end()
            continue
        if start is not None and (best is None or end - start > best.end - best.start):
            best = Span(start, end)
        start = None
    if best is None or best.end - best.start <= _LONGEST_CLAUSE:
        return best
    window = best.of(sentence)[:_LONGEST_CLAUSE]
    ends = [found.start() for found in _CLAUSE_ENDS.finditer(window, _SHORTEST_CLAUSE)]
    cut = ends[-1] if ends else window.rfind(" ")
    return Span(best.start, best.start + cut) if cut > 0 else best


def _asked(said: str, terms: frozenset[int], language: str) -> bool:
    """Whether the question, which has these terms, has one of these words in any form."""
    return not terms.isdisjoint(hashed(words(said), language).tolist())


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order, with those that overlap made one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)
