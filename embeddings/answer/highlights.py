"""The words of a passage that answer, which are shown in bold."""

import re
from collections.abc import Iterable, Mapping

from embeddings.answer.passages import Passage
from embeddings.evidence.findings import Findings
from embeddings.keywords import hashed, words
from embeddings.questions.descriptions import described_in
from embeddings.questions.shapes import Asked, Shape
from embeddings.questions.sought import answering_spans
from embeddings.search.index import Index
from embeddings.tables import cells_of, columns_of
from embeddings.types import Span

# At most so many highlights a passage, and a clause that is highlighted is cut at this length.
_MOST_HIGHLIGHTS = 2
_LONGEST_CLAUSE = 160
_SHORTEST_CLAUSE = 40
_CLAUSE_ENDS = re.compile(r"[,;:]|\s[–—]")
# What is no longer is looked through for the beginning of a word.
_LONGEST_WORD = 80
# What holds letters together in addresses, names of files and of commands.
_JOINED = r"[.@:/*+'’-]?\w"
_REST = re.compile(rf"(?:{_JOINED})*")
_AHEAD = re.compile(rf"(?<!\S)[#/+@(]*\w(?:{_JOINED})*[.@:/*+$€£'’-]?$|(?<!\S)[#/+@$€£]$")
_TOKEN = re.compile(r"\w+(?:['’]\w+)?")


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
    text = index.segment_of(best).text
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
        things = [list(answering_spans(shape, asked, sentence)) for asked in shape.asked]
        if not any(things):
            continue
        said = [match.start() for match in _TOKEN.finditer(sentence) if _asked(match[0], terms, language)]
        found: list[Span] = []
        for spans in things:
            spans.sort(key=lambda span: (min((abs(span.start - at) for at in said), default=0), span.start))
            found.extend(spans[:_MOST_HIGHLIGHTS])
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
