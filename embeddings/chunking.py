"""Splits a document into sentences, and groups sentences into chunks within the encoder's token budget."""

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import regex

from embeddings.languages import ENGLISH
from embeddings.sentences import split_sentences
from embeddings.types import QUOTABLE, Block, Chunk, Document, Kind, Sentence, Span

#: Bumped when the same document would be split differently or have other keywords, so that stored chunks are known to be outdated.
CHUNKING = 9

CountTokens = Callable[[Sequence[str]], list[int]]

# Paragraphs are merged up to this many tokens, so that a short one is read with its neighbours; a chunk on several subjects is found
# less well (docs/evaluation.md, "Chunk size").
_MERGED_TOKENS = 96
# A longer paragraph is split into chunks of at most this many tokens, or the encoder's budget if that is less.
_CHUNK_TOKENS = 200
# Approximate maximum length of an excerpt, in characters; a list item or table row that fits is quoted whole.
_WHOLE_ITEM = 350
# Text longer than this, in characters, is not a sentence, whatever it is, and is split.
_LONGEST_SENTENCE = 1000
# Maximum characters of the title and headings that are encoded with a chunk.
_CONTEXT_CHARACTERS = 120

_GRAPHEME = regex.compile(r"\X")
_BREAKS = (regex.compile(r"[;:,]\s+|[،、，；]\s*|\n"), regex.compile(r"\s+"))


def sentences_of(document: Document, language: str = ENGLISH) -> list[Sentence]:
    """Everything that can be quoted, in reading order: sentences, and whole list items, table rows and code blocks."""
    found: list[Sentence] = []
    for block in document.blocks:
        if block.kind is not Kind.HEADING:
            found.extend(
                Sentence(span, block.kind, block.heading, block.paragraph, block.page)
                for span in _cut(document.text, block, language)
            )
    return found


def _cut(text: str, block: Block, language: str) -> list[Span]:
    whole = block.kind is Kind.CODE or block.kind not in QUOTABLE
    item = block.kind in (Kind.LIST_ITEM, Kind.TABLE_ROW)
    if whole or (item and block.span.end - block.span.start <= _WHOLE_ITEM):
        return [block.span]
    start = block.span.start
    return [span.shifted(start) for span in split_sentences(block.span.of(text), language)]


def context_of(title: str, heading: Sequence[str]) -> str:
    """The title and headings above a chunk, which are encoded before its own text and never quoted."""
    return " › ".join((title, *heading))[-_CONTEXT_CHARACTERS:]


def chunks_of(
    document: Document, count_tokens: CountTokens, max_tokens: int, language: str = ENGLISH
) -> tuple[list[Sentence], list[Chunk]]:
    """The sentences of a document and its chunks.

    A chunk is whole consecutive sentences under one heading, with at most ``max_tokens`` tokens including its context. If it starts inside
    a paragraph, it repeats the last sentence of the chunk before. Only a sentence too long for a chunk is ever split: at a clause if it has
    any, else between words, else between graphemes. Captions, bylines, datelines and teasers are chunks of their own.
    """
    sentences = sentences_of(document, language)
    contexts = {
        heading: context_of(document.title, heading) for heading in {sentence.heading for sentence in sentences}
    }
    reserved = dict(zip(contexts, count_tokens(list(contexts.values())), strict=True))
    # Less two special tokens and a separator; at least half is left for the chunk itself.
    budgets = {heading: max(max_tokens - 3 - tokens, max_tokens // 2) for heading, tokens in reserved.items()}
    sentences, tokens = _fitted(document.text, sentences, budgets, count_tokens)
    # Two sections may have the same heading; their sentences must not share a chunk.
    starts = [block.span.start for block in document.blocks if block.kind is Kind.HEADING]

    def section(at: int) -> tuple[tuple[str, ...], int, bool]:
        sentence = sentences[at]
        return sentence.heading, bisect(starts, sentence.span.start), sentence.kind in QUOTABLE

    chunks: list[Chunk] = []
    for (heading, _, quotable), group in groupby(range(len(sentences)), section):
        members = list(group)
        limit = min(budgets[heading], _CHUNK_TOKENS)
        runs = _runs(sentences, tokens, members, limit) if quotable else ((at, at) for at in members)
        chunks.extend(
            Chunk(Span(sentences[first].span.start, sentences[last].span.end), first, last, heading)
            for first, last in runs
        )
    return sentences, chunks


def _runs(
    sentences: Sequence[Sentence], tokens: Sequence[int], members: Sequence[int], limit: int
) -> Iterator[tuple[int, int]]:
    """First and last sentence of each chunk of one section."""
    first: int | None = None
    last = held = 0
    for _, group in groupby(members, lambda at: sentences[at].paragraph):
        paragraph = list(group)
        size = sum(tokens[at] for at in paragraph)
        if first is not None and held + size <= min(_MERGED_TOKENS, limit):
            last, held = paragraph[-1], held + size
            continue
        if first is not None:
            yield first, last
        first, last, held = paragraph[0], paragraph[-1], size
        if size > limit:
            *whole, (first, last) = _overlapping(tokens, paragraph, limit)
            yield from whole
            held = sum(tokens[first : last + 1])
    if first is not None:
        yield first, last


def _overlapping(tokens: Sequence[int], paragraph: Sequence[int], limit: int) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    first, held = paragraph[0], 0
    for at in paragraph:
        if held and held + tokens[at] > limit:
            runs.append((first, at - 1))
            # The sentence before is repeated to tell what "it" or "they" refers to, unless it leaves no room for this one.
            repeats = at - 1 > first and tokens[at - 1] + tokens[at] <= limit
            first = at - 1 if repeats else at
            held = tokens[first] if repeats else 0
        held += tokens[at]
    runs.append((first, paragraph[-1]))
    return runs


def _fitted(
    text: str, sentences: list[Sentence], budgets: dict[tuple[str, ...], int], count_tokens: CountTokens
) -> tuple[list[Sentence], list[int]]:
    """The sentences, split until none is over its budget or none can be split further, and the number of tokens of each."""
    while True:
        tokens = count_tokens([sentence.span.of(text) for sentence in sentences])
        fitted: list[Sentence] = []
        for sentence, count in zip(sentences, tokens, strict=True):
            budget = budgets[sentence.heading]
            # Some models count an unknown word as one token, however long it is.
            size = max(count, (sentence.span.end - sentence.span.start) * budget // _LONGEST_SENTENCE)
            spans = [sentence.span] if size <= budget else _parts(text, sentence.span, size, budget)
            fitted.extend(replace(sentence, span=span) for span in spans)
        if len(fitted) == len(sentences):
            return sentences, tokens
        sentences = fitted


def _parts(text: str, span: Span, tokens: int, budget: int) -> Iterator[Span]:
    """``span`` split into parts of about ``budget`` tokens each, assuming that its tokens are spread evenly."""
    # The factor leaves room for parts that are denser than the whole.
    width = max(1, int((span.end - span.start) * budget / tokens * 0.8))
    start = span.start
    while start < span.end:
        end = span.end if span.end - start <= width else _break(text, start, start + width)
        words = text[start:end]
        if words.strip():
            yield Span(start + len(words) - len(words.lstrip()), start + len(words.rstrip()))
        start = end


def _break(text: str, start: int, end: int) -> int:
    """The best place to end a part between ``start`` and ``end``: after a clause, a word, or at worst a grapheme."""
    for pattern in _BREAKS:
        places = [
            found.end() for found in pattern.finditer(text, start, end) if (found.end() - start) * 2 > end - start
        ]
        if places:
            return places[-1]
    best = start
    for grapheme in _GRAPHEME.finditer(text, start):
        if best > start and grapheme.end() > end:
            break
        best = grapheme.end()
    return best
