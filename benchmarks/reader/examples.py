"""Training examples of the reader: questions with a passage and the span of the answer in it, or none if it does not answer."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.corpus import Corpus, Labelled
from benchmarks.reader.altered import names_in, negated, opposed, renamed
from benchmarks.reader.swapped import Usage, swapped
from embeddings.evaluate.squad import SquadArticle
from embeddings.evidence.reading import context_before, words_of
from embeddings.keywords import query_terms, terms
from embeddings.protocols import Encoder
from embeddings.search import Query, search
from embeddings.sentences import split_sentences
from embeddings.types import Span

# How many of the top-ranked passages are searched for wrong ones.
_DEEP = 12
_WRONG = 4


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage."""

    question: str
    passage: str
    answer: Span | None
    """Its span in the passage; None if it does not answer."""
    group: str
    """The article; training and test sets are split by it."""
    kind: str
    """answerable, adversarial, documented, hard, removed, renamed, swapped, opposed, negated, foreign or reported."""
    context: str = ""
    """Text shown to the reader before the passage."""
    is_loose: bool = False
    """Whether the answer is only known to be somewhere within its span."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the passage that answers it, and hard negatives."""

    example: Example
    wrong: tuple[tuple[str, str], ...]
    """Hard negatives, as (context, passage)."""
    names: tuple[str, ...]
    """Names that its article mentions."""
    usage: Usage
    """Word usage of its article."""


def asked_of(corpus: Corpus, encoder: Encoder) -> Iterator[Asked]:
    """The questions of a corpus with chunks as in the product: the one that holds the answer, and the best of those that do not.

    An adversarial question comes with the best chunk of its own article.
    """
    index = corpus.index
    names = {number: tuple(names_in(segment.text)) for number, segment in enumerate(index.segments)}
    usage = {number: Usage.of(segment.text) for number, segment in enumerate(index.segments)}
    vectors = encoder.encode_queries([each.question.text for each in corpus.questions])
    for labelled, vector in zip(corpus.questions, vectors, strict=True):
        ranking = search(index, Query.of(labelled.question.text, vector))
        rows = ranking.rows[:_DEEP].tolist()
        group = index.segments[labelled.segment].article.title
        wrong = tuple(
            (context_before(index, row), words_of(index, row)) for row in rows if not _may_answer(corpus, row, labelled)
        )[:_WRONG]
        if not labelled.gold:
            own = [row for row in rows if index.chunk_segment[row] == labelled.segment]
            for row in own[:1]:
                passage, before = words_of(index, row), context_before(index, row)
                example = Example(labelled.question.text, passage, None, group, "adversarial", before)
                yield Asked(example, wrong, names[labelled.segment], usage[labelled.segment])
            continue
        holding = _holding(corpus, labelled)
        if holding is not None:
            row, answer = holding
            before = context_before(index, row)
            example = Example(labelled.question.text, words_of(index, row), answer, group, "answerable", before)
            yield Asked(example, wrong, names[labelled.segment], usage[labelled.segment])


def _holding(corpus: Corpus, labelled: Labelled) -> tuple[int, Span] | None:
    """The row of the chunk that holds the answer, and the span of the answer in it."""
    index, gold = corpus.index, labelled.gold[0]
    best: tuple[int, int, Span] | None = None
    for row, chunk in enumerate(index.chunks):
        span = chunk.span
        if index.chunk_segment[row] == labelled.segment and span.start <= gold.start and gold.end <= span.end:
            # Among overlapping chunks, the one in which the answer is furthest from an edge.
            margin = min(gold.start - span.start, span.end - gold.end)
            if best is None or margin > best[0]:
                best = (margin, row, Span(gold.start - span.start, gold.end - span.start))
    return best and best[1:]


def _may_answer(corpus: Corpus, row: int, labelled: Labelled) -> bool:
    """Whether the chunk holds the answer, or the same words elsewhere."""
    text = words_of(corpus.index, row).casefold()
    return any(span.of(corpus.index.segments[labelled.segment].text).casefold() in text for span in labelled.gold)


def variants(asked: Asked, rng: random.Random) -> Iterator[tuple[str, Callable[[], Example | None]]]:
    """The methods to make an answerable example unanswerable, each with its name; a method returns None where it does not apply."""
    base = asked.example
    assert base.answer is not None

    def altered(question: str | None, kind: str) -> Example | None:
        return replace(base, question=question, answer=None, kind=kind) if question else None

    yield (
        "hard",
        lambda: elsewhere(base, rng.choice(asked.wrong), "hard") if asked.wrong else None,
    )
    yield "removed", lambda: _removed(base)
    yield "renamed", lambda: altered(renamed(base.question, base.passage, asked.names, rng), "renamed")
    yield "swapped", lambda: altered(_swapped(base, asked.usage, rng), "swapped")
    yield "opposed", lambda: altered(opposed(base.question, rng), "opposed")
    yield "negated", lambda: altered(negated(base.question, rng), "negated")


def _swapped(base: Example, usage: Usage, rng: random.Random) -> str | None:
    assert base.answer is not None
    spans = split_sentences(base.passage)
    said = " ".join(
        span.of(base.passage) for span in spans if span.start < base.answer.end and base.answer.start < span.end
    )
    return swapped(base.question, base.passage, said, usage, rng)


def elsewhere(example: Example, wrong: tuple[str, str], kind: str) -> Example:
    """The question with another passage, which does not answer it."""
    before, passage = wrong
    return replace(example, passage=passage, context=before, answer=None, kind=kind, is_loose=False)


def _removed(example: Example) -> Example | None:
    """The passage without the sentences that hold the answer."""
    assert example.answer is not None
    words = example.answer.of(example.passage).casefold()
    kept = [span.of(example.passage) for span in split_sentences(example.passage)]
    left = [sentence for sentence in kept if words not in sentence.casefold()]
    if not left or len(left) == len(kept):
        return None
    return replace(example, passage=" ".join(left), answer=None, kind="removed")


def closely(example: Example) -> Example:
    """The example as in the second reading, `embeddings.evidence.reading.read_closely`: the sentence to be quoted between its neighbours.

    If the passage does not answer, that is the sentence with the most words of the question.
    """
    spans = split_sentences(example.passage)
    if example.is_loose:
        # What answers a heading's question is mostly right below it.
        first = last = 0
    elif example.answer is None:
        asked = query_terms(example.question)
        shared = [int(np.isin(asked, terms(span.of(example.passage))).sum()) for span in spans]
        first = last = max(range(len(spans)), key=shared.__getitem__)
    else:
        first = max(at for at, span in enumerate(spans) if span.start <= example.answer.start)
        last = min(at for at, span in enumerate(spans) if example.answer.end <= span.end)
    start, end = spans[max(first - 1, 0)].start, spans[min(last + 1, len(spans) - 1)].end
    answer = example.answer and Span(max(example.answer.start - start, 0), min(example.answer.end, end) - start)
    return replace(example, passage=example.passage[start:end], answer=answer)


def asked_alone(articles: Sequence[SquadArticle]) -> Iterator[Asked]:
    """Questions that need their own paragraph as context, with no wrong passages: any review answers "what does the author like?"."""
    text = " ".join(article.text for article in articles)
    names, usage = tuple(names_in(text)), Usage.of(text)
    for article in articles:
        for number, paragraph in enumerate(article.paragraphs):
            for question in paragraph.questions:
                group = f"{article.title} {number}"
                yield Asked(
                    Example(question.text, paragraph.context, question.answers[0], group, "answerable"),
                    (),
                    names,
                    usage,
                )
