"""A library: the articles of one community, and the questions it answers from them."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embeddings.answer import compose
from embeddings.errors import PullquoteError, QuestionError, UnknownArticleError
from embeddings.evidence import Evidence, introduction, signature, weigh
from embeddings.evidence.findings import Findings
from embeddings.evidence.grounds import grounds_of
from embeddings.evidence.headings import remembering
from embeddings.keywords import query_terms
from embeddings.protocols import Encoder, Reader
from embeddings.questions.about_articles import is_of_the_article
from embeddings.questions.followups import Understood
from embeddings.questions.shapes import shape_of
from embeddings.questions.understanding import query_of, understood
from embeddings.search import Query, search
from embeddings.search.index import Index, build
from embeddings.shelf import Shelf
from embeddings.store import Store
from embeddings.types import Answer, Citation, Context, EmptyLibrary, NotFound, Question, Reply, Span, Timings

# How much surer another reading of a follow-up, or all articles together, must be than what a conversation suggests
# (`python -m benchmarks.followups`).
_RATHER = 0.1


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What is searched, and of which state of the library it is."""

    generation: int = 0
    index: Index | None = None


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
        self._encode = remembering(encoder.encode_queries)
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
        """Answer one question; `Question` says what goes with it.

        Raises:
            QuestionError: it is blank, has no words, or is too long.
            UnknownArticleError: an article that was named is not there.
            IndexMismatchError: the articles were encoded by another model.
            ModelMissingError, ModelChangedError: the encoder or the reader, which are loaded when they are first needed, cannot be.
            StorageError: the database cannot be read.
        """
        (reply,) = self.ask_many([Question(question, tuple(history), tuple(article_ids), top_k, tuple(lately))])
        if isinstance(reply, PullquoteError):
            raise reply
        return reply

    def ask_many(self, questions: Sequence[Question]) -> list[Reply | PullquoteError]:
        """Answer several questions with one run of the encoder; an error takes the place of the reply it concerns.

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
        # Each question bears its share of the common run.
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
                    replies.append(self._answer(index, question, queries, found[0], encode_ms))
                except UnknownArticleError as error:
                    replies.append(error)
        return replies

    def vectors(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """Questions as the encoder sees them, by which those that mean the same are found: a row each, of norm 1."""
        return self._encoder.encode_queries(questions)

    def _alike(self, phrase: str, others: Sequence[str]) -> list[float]:
        """How alike a phrase and each of some others are to the encoder."""
        vectors = self.vectors([phrase, *others])
        found: list[float] = (vectors[1:] @ vectors[0]).tolist()
        return found

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

    def _answer(
        self, index: Index, question: Question, queries: Sequence[Query], found: Understood, encode_ms: float
    ) -> Reply:
        """``queries`` are one, or for a question that leans on earlier ones two: with what it lacks, as it was ``found``, and as it was
        asked."""
        started = time.perf_counter()
        query, *alone = queries
        named = [self.article(article_id).id for article_id in question.article_ids]
        reply, search_ms = self._within(index, question, query, named)
        leans = bool(alone) or is_of_the_article(query.asks)
        lately = _present(index, question.lately) if leans and not named else []
        if lately and not (
            isinstance(reply, Answer) and {each.citation.article_id for each in reply.excerpts} <= {*lately}
        ):
            within, more_ms = self._within(index, question, query, lately)
            search_ms += more_ms
            if isinstance(within, Answer) and within.confidence >= reply.confidence - _RATHER:
                reply = within
        for each in alone:
            # It may have been a change of subject after all; a topic alone is none as long as the earlier question is answered for it.
            other, more_ms = self._within(index, question, each, named)
            search_ms += more_ms
            is_part = shape_of(each.asks).is_topic and isinstance(reply, Answer)
            # What may stand alone must be surer with what it lacks, and what may not without.
            rather = -_RATHER if found.may_stand else _RATHER
            surer = other.confidence > reply.confidence + rather and not is_part
            if surer or not _speaks_of(reply, found.adds, query.language):
                reply = other
        evidence_ms = _ms_since(started) - search_ms
        return replace(reply, timings=Timings(encode_ms, search_ms, evidence_ms, encode_ms + search_ms + evidence_ms))

    def _within(
        self, index: Index, question: Question, query: Query, article_ids: Sequence[str]
    ) -> tuple[Answer | NotFound, float]:
        """What some articles say, or all when none is named; and how long the search took, in milliseconds."""
        started = time.perf_counter()
        ranking = search(index, query, only=index.chunks_of(article_ids) if article_ids else None)
        search_ms = _ms_since(started)
        findings = Findings.of(index, query, ranking)
        evidence = _of_the_article(findings, article_ids)
        if evidence is None:
            reader = self._reader if self._reader and self._reader.understands(query.text, query.language) else None
            grounds = grounds_of(findings, multilingual=self._encoder.multilingual, read=reader is not None)
            evidence = weigh(findings, reader, grounds, self._encode)
        return compose(findings, evidence, question, self._minimum_confidence), search_ms

    def _current_index(self) -> Index | None:
        """The snapshot of the library as it is now; what another thread or process changed is read first."""
        if self._snapshot.generation != self._store.generation(self.name):
            with self._loading:
                if self._snapshot.generation != self._store.generation(self.name):
                    self._check_imprint()
                    before = self._snapshot.index
                    held = {segment.version_key: segment for segment in before.segments} if before else {}
                    generation, segments = self._store.segments(self.name, held)
                    # Both at once, and only when it is whole: who asks meanwhile must not take the one for the other.
                    self._snapshot = _Snapshot(generation, build(segments))
        return self._snapshot.index


def _of_the_article(findings: Findings, article_ids: Sequence[str]) -> Evidence | None:
    """What answers a question about an article as such, if it is one and it is clear which: it must be the only one named, or the only one.

    "Summary" may also be a topic that the article has.
    """
    index, shape = findings.index, findings.shape
    there = [at for at, each in enumerate(index.segments) if not article_ids or each.article.id in article_ids]
    if len(there) != 1:
        return None
    if shape.signed:
        return signature(index, there[0], shape.signed)
    has_it = (
        shape.is_topic and np.isin(findings.query.terms, np.concatenate(index.segments[there[0]].chunk_terms)).all()
    )
    return introduction(index, there[0]) if shape.is_overview and not has_it else None


def _speaks_of(reply: Reply, about: str, language: str) -> bool:
    """Whether an answer has any of these words in its first excerpt, its title or its headings. Replies that are no answers pass, and so
    do all where there are no words."""
    wanted = query_terms(about, language)
    if not isinstance(reply, Answer) or not wanted.size:
        return True
    first = reply.excerpts[0]
    said = " ".join((first.citation.title, *first.citation.heading, first.quote))
    return bool(np.isin(wanted, query_terms(said, language)).any())


def _present(index: Index, article_ids: Sequence[str]) -> list[str]:
    there = {segment.article.id for segment in index.segments}
    return [article_id for article_id in article_ids if article_id in there]


def _paragraphs_around(text: str, span: Span, count: int) -> Span:
    """``span`` widened to whole paragraphs and so many more before and after; blank lines part them."""
    start, end = text.rfind("\n\n", 0, span.start), text.find("\n\n", span.end)
    for _ in range(count):
        start = text.rfind("\n\n", 0, max(start, 0))
        end = text.find("\n\n", end + 2) if end >= 0 else end
    return Span(start + 2 if start >= 0 else 0, end if end >= 0 else len(text))


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
