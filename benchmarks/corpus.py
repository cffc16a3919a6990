"""Labelled articles as a library in memory, with the answers' places mapped into its texts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.datasets import Question, SquadArticle
from embeddings.clean import normalise
from embeddings.index import Index, build
from embeddings.loaders.plain import load_plain
from embeddings.prepare import Prepared, prepare
from embeddings.rows import Segment
from embeddings.types import Article, Encoder, Span

# How far normalisation may have moved an answer, in characters.
_MOVED = 300


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question and where each of its answers stands."""

    question: Question
    segment: int
    """The article that it was asked about."""
    gold: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles in an index, and the questions about them."""

    index: Index
    questions: tuple[Labelled, ...]


def corpus_of(articles: Sequence[SquadArticle], encoder: Encoder) -> Corpus:
    """Each article's paragraphs joined into one text, cut and encoded as the product does it."""
    segments = []
    questions: list[Labelled] = []
    for number, article in enumerate(articles):
        document = load_plain(article.text, source=f"{article.title}.txt", title=article.title)
        prepared = prepare(document, encoder)
        segments.append(segment_of(f"{number:04d}", number, prepared))
        questions.extend(Labelled(question, number, gold) for question, gold in places_of(article, document.text))
    index = build(segments)
    assert index is not None
    return Corpus(index, tuple(questions))


def segment_of(article_id: str, number: int, prepared: Prepared) -> Segment:
    """A prepared document as an index takes it, without a database."""
    document = prepared.document
    article = Article(article_id, document.title, document.source, None, "", "", "", len(document.text), 0, 0)
    return Segment(
        article,
        number,
        document.text,
        prepared.sentences,
        prepared.chunks,
        prepared.sentence_terms,
        prepared.chunk_terms,
        prepared.sentence_vectors,
        prepared.chunk_vectors,
    )


def places_of(article: SquadArticle, text: str) -> Iterator[tuple[Question, tuple[Span, ...]]]:
    """Each question with its answers' spans in the joined text; one whose answers cannot be placed is left out.

    Each paragraph is looked for after the one before, each answer near where it should be.
    """
    position = 0
    for paragraph in article.paragraphs:
        opening = normalise(paragraph.context)[:40].split("\n")[0]
        start = text.find(opening, position)
        position = start if start >= 0 else position
        for question in paragraph.questions:
            words = [normalise(span.of(paragraph.context)) for span in question.answers]
            # Normalisation may have moved an answer by a few characters; of several equal words the nearest is meant.
            expected = [max(start, 0) + span.start for span in question.answers]
            found = [_nearest(text, each, at) for each, at in zip(words, expected, strict=True)] if start >= 0 else []
            gold = [span for span in found if span is not None]
            if gold or not question.answers:
                yield question, tuple(gold)


def _nearest(text: str, words: str, expected: int) -> Span | None:
    window = max(expected - _MOVED, 0)
    places = [
        window + match.start() for match in re.finditer(re.escape(words), text[window : expected + _MOVED + len(words)])
    ]
    if not words or not places:
        return None
    start = min(places, key=lambda at: abs(at - expected))
    return Span(start, start + len(words))
