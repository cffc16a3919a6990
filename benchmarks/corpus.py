"""Labelled articles as an in-memory index, with the answer spans mapped to its texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.evaluate.squad import LabelledQuestion, SquadArticle, places_of
from embeddings.loaders.plain import load_plain
from embeddings.prepare import prepare
from embeddings.protocols import Encoder
from embeddings.search.index import Index, build
from embeddings.types import Span
from tests.indexes import segment_of


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question and the spans of its answers."""

    question: LabelledQuestion
    segment: int
    """The number of the article that it was asked about."""
    gold: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles in an index, and the questions about them."""

    index: Index
    questions: tuple[Labelled, ...]


def corpus_of(articles: Sequence[SquadArticle], encoder: Encoder) -> Corpus:
    """The articles, each with its paragraphs joined into one text, chunked and encoded as in the product."""
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
