"""Finds the words of a passage that answer the question, which are shown in bold."""

import re
from collections.abc import Iterable, Iterator, Mapping

from embeddings.answer.passages import Passage
from embeddings.evidence.findings import Findings
from embeddings.keywords import hashed, words
from embeddings.questions.descriptions import described_in
from embeddings.questions.shapes import Asked, Shape
from embeddings.questions.sought import answering_spans
from embeddings.search.index import Index
from embeddings.tables import cells_of, columns_of
from embeddings.types import Span

# Maximum number of highlights per sort of thing asked for.
_MOST_HIGHLIGHTS = 2
# A longer clause is cut at its last clause boundary between these two lengths, in characters.
_LONGEST_CLAUSE = 160
_SHORTEST_CLAUSE = 40
_CLAUSE_ENDS = re.compile(r"[,;:]|\s[–—]")
# How far back, in characters, the beginning of a word is searched for.
_LONGEST_WORD = 80
# Characters that join letters in addresses, file names and commands.
_JOINED = r"[.@:/*+'’-]?\w"
_REST = re.compile(rf"(?:{_JOINED})*")
_AHEAD = re.compile(rf"(?<!\S)[#/+@(]*\w(?:{_JOINED})*[.@:/*+$€£'’-]?$|(?<!\S)[#/+@$€£]$")
_TOKEN = re.compile(r"\w+(?:['’]\w+)?")


def highlights(findings: Findings, passage: Passage, read: Mapping[int, Span]) -> tuple[Span, ...]:
    """The words of a passage that answer, as spans of the article.

    The first of these that is found: table cells in the columns asked for; what the subject of "who is" or "what is" is said to be; the
    span that was ``read``, if it is of the sort asked for; things of that sort, closest to the question's words; any span that was
    ``read``; the part of the sentence that the question does not already say.
    """
    index, query, shape = findings.index, findings.query, findings.shape
    terms = frozenset(query.terms.tolist())
    if cells := _cells_asked_for(index, passage.best, terms, query.language):
        return cells
    # A question that the article itself asks is answered by the sentence after it.
    best = next((row for row in range(passage.best, passage.last + 1) if not _asks(index, row)), passage.best)
    sentence, start = index.sentence_text(best), index.sentences[best].span.start
    text = index.segment_of(best).text
    said = _whole(read[best], text, index.sentences[best].span) if best in read else None
    if said:
        # A reader may have found the last name alone, or a number without its unit.
        said = next((thing for thing in _things_in(shape, sentence, start) if thing.covers(said)), said)
    if said and (shape.is_identity or shape.matter) and _is_name(said.of(text)):
        # A name alone tells neither who somebody is nor what they said.
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


def _things_in(shape: Shape, sentence: str, start: int) -> Iterator[Span]:
    """Things of the sort asked for in a sentence that starts there."""
    for asked in shape.asked:
        yield from (span.shifted(start) for span in answering_spans(shape, asked, sentence))


def _asks(index: Index, row: int) -> bool:
    return index.sentence_text(row).endswith("?")


def _is_name(said: str) -> bool:
    return all(word[:1].isupper() for word in said.split())


def _is_of_the_sort(shape: Shape, said: str) -> bool:
    """Whether the words hold the number or time that is asked for; true if neither is asked for."""
    sorts = [asked for asked in (Asked.NUMBER, Asked.TIME) if asked in shape.asked]
    return not sorts or any(next(answering_spans(shape, asked, said), None) for asked in sorts)


def _things_asked_for(
    index: Index, rows: Iterable[int], shape: Shape, terms: frozenset[int], language: str
) -> tuple[Span, ...]:
    """Things of the sort asked for in the first of these sentences that has any: those closest to the question's words."""
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
    """The span widened within its sentence to whole words, since a reader splits an address into several, and to the bracket that closes
    one in it.
    """
    ahead = _AHEAD.search(text[sentence.start : words.start][-_LONGEST_WORD:])
    start = words.start - (len(ahead[0].lstrip("(")) if ahead else 0)
    rest = _REST.match(text, words.end, sentence.end)
    end = rest.end() if rest else words.end
    said = text[start:end]
    closes = text[end : min(end + 1, sentence.end)] == ")" and said.count("(") > said.count(")")
    return Span(start, end + closes)


def _cells_asked_for(index: Index, row: int, terms: frozenset[int], language: str) -> tuple[Span, ...]:
    """The cells of a table row whose column names have a word of the question, but not those that have one themselves."""
    sentence, text = index.sentences[row], index.sentence_text(row)
    return tuple(
        cell.shifted(sentence.span.start)
        for name, cell in zip(columns_of(sentence), cells_of(text), strict=False)
        if cell.length and _asked(name, terms, language) and not _asked(cell.of(text), terms, language)
    )


def _unsaid(sentence: str, terms: frozenset[int], language: str) -> Span | None:
    """The longest run of words that are not the question's, cut at a clause boundary if it is too long."""
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
    """Whether one of these words, in any inflected form, is among the question's ``terms``."""
    return not terms.isdisjoint(hashed(words(said), language).tolist())


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, overlapping ones merged."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)
