"""Turns a question into its reply by search, evidence and answer; a follow-up in each way that it may be meant."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from embeddings.answer import compose
from embeddings.evidence import Evidence, introduction, nothing, signature, weigh
from embeddings.evidence.findings import Findings
from embeddings.evidence.grounds import grounds_of
from embeddings.evidence.headings import Encode
from embeddings.keywords import query_terms
from embeddings.protocols import Reader
from embeddings.questions.about_articles import is_of_the_article
from embeddings.questions.followups import Understood
from embeddings.questions.shapes import shape_of
from embeddings.questions.small_talk import is_small_talk
from embeddings.search import Query, search
from embeddings.search.index import Index
from embeddings.types import Answer, NotFound, Question, Reply, Timings

# How much more confidence another interpretation of a follow-up, or all articles together, must have than what the conversation
# suggests (`python -m benchmarks.followups`).
_RATHER = 0.1


@dataclass(frozen=True, slots=True)
class Responder:
    """Makes replies; its fields do not depend on the question or the index."""

    reader: Reader | None
    encode: Encode
    multilingual: bool
    """Whether the encoder knows more than English."""
    minimum_confidence: float | None
    """None means the fitted threshold."""

    def reply(
        self, index: Index, question: Question, queries: Sequence[Query], found: Understood, named: Sequence[str]
    ) -> Answer | NotFound:
        """The reply to a question, from the ``named`` articles or else from all, with the time that search and evidence took.

        ``queries`` has one query, or two for a question that depends on earlier ones: completed from them, as in ``found``, and as it was
        asked.
        """
        started = time.perf_counter()
        query, *alone = queries
        reply = self._within(index, question, query, named)
        tried = [reply]
        leans = bool(alone) or is_of_the_article(query.asks)
        lately = _present(index, question.lately) if leans and not named else []
        if lately and not _is_from(reply, lately):
            within = self._within(index, question, query, lately)
            tried.append(within)
            if isinstance(within, Answer) and within.confidence >= reply.confidence - _RATHER:
                reply = within
        for each in alone:
            other = self._within(index, question, each, named)
            tried.append(other)
            if _is_meant(other, each, reply, found) or not _speaks_of(reply, found.adds, query.language):
                reply = other
        search_ms = sum(each.timings.search for each in tried)
        return replace(reply, timings=Timings(search=search_ms, evidence=_ms_since(started) - search_ms))

    def _within(self, index: Index, question: Question, query: Query, article_ids: Sequence[str]) -> Answer | NotFound:
        """The reply from some articles, or from all if none is given; with the time that the search took."""
        started = time.perf_counter()
        ranking = search(index, query, only=index.chunks_of(article_ids) if article_ids else None)
        timings = Timings(search=_ms_since(started))
        findings = Findings.of(index, query, ranking)
        # "Thanks" asks for no sentence in which somebody thanks.
        evidence = nothing() if is_small_talk(query.text) else _of_the_article(findings, article_ids)
        if evidence is None:
            reader = self.reader if self.reader and self.reader.understands(query.text, query.language) else None
            grounds = grounds_of(findings, multilingual=self.multilingual, read=reader is not None)
            evidence = weigh(findings, reader, grounds, self.encode)
        return replace(compose(findings, evidence, question, self.minimum_confidence), timings=timings)


def _of_the_article(findings: Findings, article_ids: Sequence[str]) -> Evidence | None:
    """What answers a question about an article as such; None for any other question.

    Which article is meant is known only if just one is named or there at all. "Summary" may also be a topic of an article.
    """
    index, shape = findings.index, findings.shape
    there = [at for at, each in enumerate(index.segments) if not article_ids or each.article.id in article_ids]
    if len(there) != 1:
        return nothing() if shape.is_overview and not shape.is_topic else None
    if shape.signed:
        return signature(index, there[0], shape.signed)
    has_it = (
        shape.is_topic and np.isin(findings.query.terms, np.concatenate(index.segments[there[0]].chunk_terms)).all()
    )
    return introduction(index, there[0]) if shape.is_overview and not has_it else None


def _is_from(reply: Reply, article_ids: Sequence[str]) -> bool:
    """Whether the reply is an answer from these articles alone."""
    return isinstance(reply, Answer) and {each.citation.article_id for each in reply.excerpts} <= {*article_ids}


def _is_meant(other: Answer | NotFound, query: Query, reply: Answer | NotFound, found: Understood) -> bool:
    """Whether a follow-up is meant by itself, with the reply ``other``, rather than completed from earlier questions: it may have changed
    the subject after all.

    A mere topic does not, as long as the completed question is answered.
    """
    is_part = shape_of(query.asks).is_topic and isinstance(reply, Answer)
    # A question that may stand alone needs more confidence when completed, and one that may not needs more by itself, if that leads to
    # another place.
    rather = -_RATHER if found.may_stand else 0.0 if _is_the_same(other, reply) else _RATHER
    return other.confidence > reply.confidence + rather and not is_part


def _is_the_same(reply: Reply, other: Reply) -> bool:
    """Whether both are answers that begin with the same excerpt."""
    return (
        isinstance(reply, Answer)
        and isinstance(other, Answer)
        and reply.excerpts[0].citation == other.excerpts[0].citation
    )


def _speaks_of(reply: Reply, about: str, language: str) -> bool:
    """Whether an answer has any of these words in its first excerpt, or the title or headings of that. Replies that are not answers pass,
    and so do all if there are no words."""
    wanted = query_terms(about, language)
    if not isinstance(reply, Answer) or not wanted.size:
        return True
    first = reply.excerpts[0]
    said = " ".join((first.citation.title, *first.citation.heading, first.quote))
    return bool(np.isin(wanted, query_terms(said, language)).any())


def _present(index: Index, article_ids: Sequence[str]) -> list[str]:
    there = {segment.article.id for segment in index.segments}
    return [article_id for article_id in article_ids if article_id in there]


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
