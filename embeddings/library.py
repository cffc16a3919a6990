"""A library: the articles of one community, and the questions it answers from them."""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from embeddings.answer import compose
from embeddings.clean import normalise
from embeddings.errors import PullquoteError, QuestionError, UnknownArticleError
from embeddings.followups import interpret
from embeddings.index import Index, build
from embeddings.keywords import words
from embeddings.languages import language_among
from embeddings.search import Query, search
from embeddings.shelf import Shelf
from embeddings.store import Store
from embeddings.types import Citation, Context, EmptyLibrary, Encoder, Question, Reader, Reply, Span, Timings

#: The longest question that is read, in characters; Discord's longest message.
LONGEST_QUESTION = 2000


class Library(Shelf):
    """A shelf that answers questions, and its wall: nothing of another library can be seen through it."""

    def __init__(
        self,
        store: Store,
        name: str,
        encoder: Encoder,
        reader: Reader | None = None,
        minimum_confidence: float | None = None,
    ) -> None:
        """Without a ``minimum_confidence`` answers are given from the one that was fitted."""
        super().__init__(store, name, encoder)
        self._reader = reader
        self._minimum_confidence = minimum_confidence
        self._loading = threading.Lock()
        self._index: Index | None = None
        self._generation = 0

    def ask(
        self, question: str, *, history: Sequence[str] = (), article_ids: Sequence[str] = (), top_k: int = 5
    ) -> Reply:
        """Answer one question.

        Raises:
            QuestionError: it is blank, has no words, or is too long.
            UnknownArticleError: an article that was named is not there.
            IndexMismatchError: the articles were encoded by another model.
            StorageError: the database cannot be read.
        """
        (reply,) = self.ask_many([Question(question, tuple(history), tuple(article_ids), top_k)])
        if isinstance(reply, PullquoteError):
            raise reply
        return reply

    def ask_many(self, questions: Sequence[Question]) -> list[Reply | PullquoteError]:
        """Answer several questions with one run of the encoder; an error takes the place of the reply it concerns.

        Raises:
            IndexMismatchError, StorageError: none of them can be answered.
        """
        index = self._current_index()
        started = time.perf_counter()
        interpreted: list[str | QuestionError] = []
        for question in questions:
            try:
                interpreted.append(_understood(index, question))
            except QuestionError as error:
                interpreted.append(error)
        askable = [text for text in interpreted if isinstance(text, str)] if index else []
        vectors = iter(self._encoder.encode_queries(askable))
        # Each question bears its share of the common run.
        encode_ms = _ms_since(started) / max(len(askable), 1)
        replies: list[Reply | PullquoteError] = []
        for question, text in zip(questions, interpreted, strict=True):
            if isinstance(text, QuestionError):
                replies.append(text)
            elif index is None:
                replies.append(EmptyLibrary(question.text, text))
            else:
                try:
                    replies.append(self._answer(index, question, self._query(index, text, next(vectors)), encode_ms))
                except UnknownArticleError as error:
                    replies.append(error)
        return replies

    def vectors(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """Questions as the encoder sees them, by which those that mean the same are found: a row each, of norm 1."""
        return self._encoder.encode_queries(questions)

    def context(self, citation: Citation, *, paragraphs: int = 1) -> Context:
        """An excerpt among the paragraphs before and after it, from the version it was taken from.

        Raises:
            UnknownArticleError: the article, or that version of it, is gone.
        """
        article = self.article(citation.article_id)
        text = self._store.text(self.name, article.id, citation.version)
        if text is None:
            raise UnknownArticleError(citation.article_id)
        around = _paragraphs_around(text, citation.span, paragraphs)
        within = Span(citation.span.start - around.start, citation.span.end - around.start)
        return Context(around.of(text), within, citation.heading, article.version != citation.version)

    def _query(self, index: Index, text: str, vector: NDArray[np.float32]) -> Query:
        known = vector if self._encoder.understands(text) else np.zeros_like(vector)
        return Query.of(text, known, language_among(text, index.languages))

    def _answer(self, index: Index, question: Question, query: Query, encode_ms: float) -> Reply:
        started = time.perf_counter()
        only = None
        if question.article_ids:
            only = index.chunks_of([self.article(article_id).id for article_id in question.article_ids])
        ranking = search(index, query, only=only)
        search_ms = _ms_since(started)
        reader = self._reader if self._reader and self._reader.understands(query.text, query.language) else None
        reply = compose(index, query, ranking, question, reader, self._minimum_confidence)
        evidence_ms = _ms_since(started) - search_ms
        return replace(reply, timings=Timings(encode_ms, search_ms, evidence_ms, encode_ms + search_ms + evidence_ms))

    def _current_index(self) -> Index | None:
        """The snapshot of the library as it is now; what another thread or process changed is read first."""
        if self._generation != self._store.generation(self.name):
            with self._loading:
                if self._generation != self._store.generation(self.name):
                    self._check_imprint()
                    held = {segment.version_key: segment for segment in self._index.segments} if self._index else {}
                    self._generation, segments = self._store.segments(self.name, held)
                    self._index = build(segments)
        return self._index


def _understood(index: Index | None, question: Question) -> str:
    """The question as it is searched for: made to stand alone, and spelt as the articles spell it."""
    text = interpret(_checked(question.text), [normalise(each) for each in question.history])
    return index.corrected(text, language_among(text, index.languages)) if index else text


def _checked(question: str) -> str:
    question = normalise(question)
    if not question:
        raise QuestionError("The question is empty; ask in a few words.")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters and may have {LONGEST_QUESTION:,}; ask in fewer words."
        )
    if not words(question):
        raise QuestionError("The question has no words; ask in a few words.")
    return question


def _paragraphs_around(text: str, span: Span, count: int) -> Span:
    """``span`` widened to whole paragraphs and so many more before and after; blank lines part them."""
    start, end = text.rfind("\n\n", 0, span.start), text.find("\n\n", span.end)
    for _ in range(count):
        start = text.rfind("\n\n", 0, max(start, 0))
        end = text.find("\n\n", end + 2) if end >= 0 else end
    return Span(start + 2 if start >= 0 else 0, end if end >= 0 else len(text))


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
