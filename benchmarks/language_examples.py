"""Training examples for cross-lingual questions, and for questions that the default encoder does not understand, from XQuAD, whose articles
and questions are the same in twelve languages. The kinds are those of `benchmarks.evidence_examples` except "adversarial", which the set
does not have.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus import Corpus, Labelled, corpus_of
from benchmarks.datasets import DATA
from benchmarks.evidence_examples import Example, Models, asked, siblings, small_talk
from embeddings.encoders.wrapped import Wrapped
from embeddings.evaluate.squad import LabelledQuestion, SquadArticle, squad
from embeddings.languages import ENGLISH
from embeddings.protocols import Encoder
from embeddings.search.index import Index, build

LANGUAGES = tuple(path.suffixes[0].removeprefix(".") for path in sorted((DATA / "xquad").glob("*.json")))
# Paragraphs in the first piece of an article, out of five.
_PIECE = 3


def foreign_examples(encoder: Encoder, count: int, rng: np.random.Generator) -> Iterator[Example]:
    """About ``count`` questions for each pair of different languages, of the question and of the articles."""
    words = {language: questions_of(articles_of(language)) for language in LANGUAGES}
    for written in LANGUAGES:
        for half in _halves(articles_of(written), encoder):
            for language in LANGUAGES:
                if language != written:
                    yield from _examples(half, words[language], Models(encoder), count // 2, rng)
            if written != ENGLISH:
                yield from small_talk(half.alone, half.whole.index, Models(encoder), rng)


def wordy_examples(encoder: Encoder, count: int, rng: np.random.Generator) -> Iterator[Example]:
    """About ``count`` questions in each language but English, about articles in the same language, without the meaning of the questions."""
    for language in LANGUAGES:
        articles = articles_of(language)
        if language != ENGLISH:
            for half in _halves(articles, encoder):
                yield from _examples(half, questions_of(articles), Models(Uncomprehending(encoder)), count // 2, rng)


class Uncomprehending(Wrapped):
    """An encoder that does not understand questions: their vectors are zero."""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.zeros((len(texts), self.identity.dimension), dtype=np.float32)


def articles_of(language: str) -> list[SquadArticle]:
    return sorted(squad(DATA / f"xquad/xquad.{language}.json"), key=lambda article: article.title)


def questions_of(articles: Sequence[SquadArticle]) -> dict[str, str]:
    """The text of each question by its id, which is the same in all languages."""
    return {each.id: each.text for article in articles for part in article.paragraphs for each in part.questions}


class _Half(NamedTuple):
    """Half of the articles."""

    whole: Corpus
    short: Corpus
    """Each of them split into pieces."""
    alone: Sequence[Index]
    """An index for each piece."""
    others: Sequence[LabelledQuestion]
    """Questions about the other half."""


def _halves(articles: Sequence[SquadArticle], encoder: Encoder) -> Iterator[_Half]:
    for one, other in ((articles[::2], articles[1::2]), (articles[1::2], articles[::2])):
        pieces = [
            SquadArticle(each.title, paragraphs)
            for each in one
            for paragraphs in (each.paragraphs[:_PIECE], each.paragraphs[_PIECE:])
            if paragraphs
        ]
        whole, short = corpus_of(one, encoder), corpus_of(pieces, encoder)
        alone = [index for segment in short.index.segments if (index := build([segment]))]
        others = [each for article in other for part in article.paragraphs for each in part.questions]
        yield _Half(whole, short, alone, others)


def _examples(
    half: _Half, words: Mapping[str, str], models: Models, count: int, rng: np.random.Generator
) -> Iterator[Example]:
    whole, short, alone, others = half

    def told(corpus: Corpus) -> list[Labelled]:
        return [
            replace(each, question=replace(each.question, text=words[each.question.id])) for each in corpus.questions
        ]

    foreign = [replace(each, text=words[each.id]) for each in others]
    yield from asked([whole.index], told(whole), foreign, models, count // 2, rng)
    yield from asked(alone, told(short), foreign, models, count // 2, rng)
    yield from siblings(alone, told(short), models, count // 2, rng)
