"""A library: the articles of one community, and the questions it answers from them."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import PullquoteError, QuestionError, UnknownArticleError
from embeddings.evidence.headings import remembering
from embeddings.protocols import Encoder, Reader
from embeddings.questions.followups import Understood
from embeddings.questions.understanding import query_of, understood
from embeddings.responder import Responder
from embeddings.search.index import Index, build
from embeddings.shelf import Shelf
from embeddings.store import Store
from embeddings.types import Answer, Citation, Context, EmptyLibrary, NotFound, Question, Reply, Span


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The index that is searched, and the generation of the library it was built from."""

    generation: int = 0
    index: Index | None = None


class Library(Shelf):
    """A shelf that answers questions, isolated: nothing of another library can be seen through it."""

    def __init__(
        self,
        store: Store,
        name: str,
        encoder: Encoder,
        reader: Reader | None = None,
        minimum_confidence: float | None = None,
    ) -> None:
        """Without a ``minimum_confidence``, the fitted threshold applies."""
        super().__init__(store, name, encoder)
        encode = remembering(encoder.encode_queries)
        self._responder = Responder(reader, encode, encoder.multilingual, minimum_confidence)
        self._loading = threading.Lock()
        self._snapshot = _Snapshot()

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        article_ids: Sequence[str] = (),
        top_k: int = 5,
        lately: Sequence[str] = (),
    ) -> Reply:
        """Answer one question; the arguments are described at `Question`.

        Raises:
            QuestionError: it is blank, has no words, or is too long.
            UnknownArticleError: an article that was named is not there.
            IndexMismatchError: the articles were encoded by another model.
            ModelMissingError, ModelChangedError: the encoder or the reader, which are loaded on first use, cannot be loaded.
            StorageError: the database cannot be read.
        """
        (reply,) = self.ask_many([Question(question, tuple(history), tuple(article_ids), top_k, tuple(lately))])
        if isinstance(reply, PullquoteError):
            raise reply
        return reply

    def ask_many(self, questions: Sequence[Question]) -> list[Reply | PullquoteError]:
        """Answer several questions with one run of the encoder; an error takes the place of its question's reply.

        Raises:
            ModelError, StorageError: none of them can be answered.
        """
        index, multilingual = self._current_index(), self._encoder.multilingual
        started = time.perf_counter()
        interpreted: list[list[Understood] | QuestionError] = []
        for question in questions:
            try:
                interpreted.append(understood(index, question, self._alike, multilingual=multilingual))
            except QuestionError as error:
                interpreted.append(error)
        askable = [each.text for found in interpreted if isinstance(found, list) for each in found] if index else []
        vectors = iter(self._encoder.encode_queries(askable))
        # Each question is charged an equal share of the common run.
        encode_ms = _ms_since(started) / max(len(questions), 1)
        replies: list[Reply | PullquoteError] = []
        for question, found in zip(questions, interpreted, strict=True):
            if isinstance(found, QuestionError):
                replies.append(found)
            elif index is None:
                replies.append(EmptyLibrary(question.text, found[0].text))
            else:
                queries = [query_of(index, each, next(vectors), multilingual=multilingual) for each in found]
                try:
                    named = [self.article(article_id).id for article_id in question.article_ids]
                except UnknownArticleError as error:
                    replies.append(error)
                else:
                    replies.append(_timed(self._responder.reply(index, question, queries, found[0], named), encode_ms))
        return replies

    def vectors(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of questions, by which those that mean the same are found: a row each, of norm 1."""
        return self._encoder.encode_queries(questions)

    def _alike(self, phrase: str, others: Sequence[str]) -> list[float]:
        """The cosine similarity of a phrase to each of some others."""
        vectors = self.vectors([phrase, *others])
        found: list[float] = (vectors[1:] @ vectors[0]).tolist()
        return found

    def context(self, citation: Citation, *, paragraphs: int = 1) -> Context:
        """An excerpt with the paragraphs before and after it, from the version it was taken from.

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

    def _current_index(self) -> Index | None:
        """The index of the library as it is now; changes by other threads or processes are loaded first."""
        if self._snapshot.generation != self._store.generation(self.name):
            with self._loading:
                if self._snapshot.generation != self._store.generation(self.name):
                    self._check_imprint()
                    before = self._snapshot.index
                    held = {segment.version_key: segment for segment in before.segments} if before else {}
                    generation, segments = self._store.segments(self.name, held)
                    # Both in one assignment, and only when complete: a concurrent question must not see a new generation with an old index.
                    self._snapshot = _Snapshot(generation, build(segments))
        return self._snapshot.index


def _paragraphs_around(text: str, span: Span, count: int) -> Span:
    """``span`` widened to whole paragraphs, and ``count`` more before and after; blank lines separate them."""
    start, end = text.rfind("\n\n", 0, span.start), text.find("\n\n", span.end)
    for _ in range(count):
        start = text.rfind("\n\n", 0, max(start, 0))
        end = text.find("\n\n", end + 2) if end >= 0 else end
    return Span(start + 2 if start >= 0 else 0, end if end >= 0 else len(text))


def _timed(reply: Answer | NotFound, encode_ms: float) -> Answer | NotFound:
    """The reply with the time for encoding the question included."""
    timings = reply.timings
    total = encode_ms + timings.search + timings.evidence
    return replace(reply, timings=replace(timings, encode=encode_ms, total=total))


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
