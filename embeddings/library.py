"""A library: the articles of one community, and the questions it answers from them."""

import hashlib
import threading
import time
from collections.abc import Sequence
from dataclasses import replace

from embeddings.answer import compose
from embeddings.clean import normalise
from embeddings.errors import IndexMismatchError, PullquoteError, QuestionError, UnknownArticleError
from embeddings.followups import interpret
from embeddings.index import Index, build
from embeddings.keywords import words
from embeddings.prepare import Progress, prepare
from embeddings.search import Query, search
from embeddings.store import Imprint, Store, sha256_of
from embeddings.types import (
    Addition,
    Article,
    Citation,
    Context,
    Document,
    EmptyLibrary,
    Encoder,
    Question,
    Reply,
    Span,
    StoredArticle,
    Timings,
)

#: The longest question that is read, in characters; Discord's longest message.
LONGEST_QUESTION = 2000

_ID_LENGTH = 8


class Library:
    """One wall: nothing of another library can be seen through it. Safe to use from several threads."""

    def __init__(self, store: Store, name: str, encoder: Encoder) -> None:
        self.name = name
        self._store = store
        self._encoder = encoder
        self._loading = threading.Lock()
        self._index: Index | None = None
        self._generation = 0

    def add(self, document: Document, *, progress: Progress | None = None) -> Addition:
        """Take in a document. What is there already, from this source or as the same text, is left alone; from this source
        with another text it becomes a new version.

        Raises:
            BusyError, StorageError: it could not be stored; nothing was changed.
            IndexMismatchError: the library's articles were encoded by another model.
        """
        with self._store.writing():
            sha256 = sha256_of(document.text)
            held = self._store.by_source(self.name, document.source)
            if held is None and (twin := self._store.by_content(self.name, sha256)):
                return Addition("unchanged", twin)
            if held and held.version == sha256:
                if (held.title, held.url) == (document.title, document.url):
                    return Addition("unchanged", held)
                self._store.describe(self.name, held.id, document)
                return Addition("updated", self.article(held.id))
            self._check_imprint()
            article_id = held.id if held else self._new_id(document.source)
            prepared = prepare(document, self._encoder, progress)
            self._store.put(self.name, [(article_id, prepared)], Imprint.of(self._encoder.identity))
            return Addition("updated" if held else "added", self.article(article_id))

    def articles(self) -> tuple[Article, ...]:
        """All articles, by title, then id."""
        return self._store.articles(self.name)

    def article(self, article_id: str) -> Article:
        """The article whose id is, or alone begins with, ``article_id``.

        Raises:
            UnknownArticleError: there is none, or more than one.
        """
        return self._store.article(self.name, article_id)

    def show(self, article_id: str) -> StoredArticle:
        """An article with its text and chunks.

        Raises:
            UnknownArticleError: there is none, or more than one.
        """
        return self._store.stored(self.name, article_id)

    def remove(self, article_ids: Sequence[str]) -> tuple[Article, ...]:
        """Delete articles with every version of them: all of these, or none.

        Raises:
            UnknownArticleError: one of them is not there.
        """
        with self._store.writing():
            found = {article.id: article for article in map(self.article, article_ids)}
            self._store.remove(self.name, list(found))
            return tuple(found.values())

    def rebuild(self, *, progress: Progress | None = None) -> int:
        """Cut and encode every article anew with the present encoder, in one transaction; returns how many there are."""
        with self._store.writing():
            documents = list(self._store.documents(self.name))
            total = len(documents)
            prepared = []
            for number, (article_id, document) in enumerate(documents):
                prepared.append((article_id, prepare(document, self._encoder)))
                if progress:
                    progress(number + 1, total)
            if prepared:
                self._store.put(self.name, prepared, Imprint.of(self._encoder.identity))
            return total

    def is_current(self) -> bool:
        """Whether its vectors were made by the present encoder with this release's chunking."""
        return self._store.imprint(self.name) in (None, Imprint.of(self._encoder.identity))

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
                interpreted.append(interpret(_checked(question.text), question.history))
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
                    replies.append(self._answer(index, question, Query.of(text, next(vectors)), encode_ms))
                except UnknownArticleError as error:
                    replies.append(error)
        return replies

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

    def _answer(self, index: Index, question: Question, query: Query, encode_ms: float) -> Reply:
        started = time.perf_counter()
        only = None
        if question.article_ids:
            only = index.chunks_of([self.article(article_id).id for article_id in question.article_ids])
        ranking = search(index, query, only=only)
        search_ms = _ms_since(started)
        reply = compose(index, query, ranking, question)
        evidence_ms = _ms_since(started) - search_ms
        return replace(reply, timings=Timings(encode_ms, search_ms, evidence_ms, encode_ms + search_ms + evidence_ms))

    def _new_id(self, source: str) -> str:
        digest = hashlib.sha256(f"{self.name}\n{source}".encode()).hexdigest()
        taken = {article.id for article in self.articles()}
        return next(digest[:length] for length in range(_ID_LENGTH, 65) if digest[:length] not in taken)

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

    def _check_imprint(self) -> None:
        stored, present = self._store.imprint(self.name), Imprint.of(self._encoder.identity)
        if stored not in (None, present):
            raise IndexMismatchError(self.name, str(stored), str(present))


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
