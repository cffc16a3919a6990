"""Turns ranked chunks and weighed sentences into an answer with citations, or into `NotFound`."""

from embeddings.answer.excerpts import choose
from embeddings.answer.highlights import highlights
from embeddings.answer.links import link_to_quote
from embeddings.answer.passages import Passage, span_of
from embeddings.evidence import Evidence
from embeddings.evidence.findings import Findings
from embeddings.evidence.reading import READ
from embeddings.search.index import Index
from embeddings.types import Answer, Citation, Excerpt, Heading, Hit, NotFound, Question, Span

# How many nearest headings are suggested when there is no answer.
_MOST_NEAREST = 3
# Share of a chunk's score that breaks ties between chunks with the same best sentence.
_TIE = 0.001


def compose(
    findings: Findings, evidence: Evidence, question: Question, minimum_confidence: float | None
) -> Answer | NotFound:
    """The reply to the question, interpreted as ``findings.query.text``; ``minimum_confidence`` None means the fitted threshold."""
    index, understood = findings.index, findings.query.text
    passages = tuple(
        Hit(index.segment(row).article.id, index.chunks[row].span, round(score, 6))
        for row, score in _reranked(findings, evidence)[: question.top_k]
    )
    confidence = round(evidence.confidence, 4)
    is_sure = confidence >= (evidence.threshold if minimum_confidence is None else minimum_confidence)
    chosen = choose(findings, evidence) if is_sure else []
    if not chosen:
        return NotFound(question.text, understood, confidence, _nearest(findings), passages)
    excerpts = tuple(
        _excerpt(index, number, passage, () if evidence.introduces else highlights(findings, passage, evidence.words))
        for number, passage in enumerate(chosen, 1)
    )
    return Answer(question.text, understood, confidence, excerpts, passages)


def _excerpt(index: Index, number: int, passage: Passage, marks: tuple[Span, ...]) -> Excerpt:
    segment = index.segment_of(passage.best)
    article, sentence, span = segment.article, index.sentences[passage.best], span_of(index, passage)
    # A quote that crosses a page break is cited by its first page, like its link.
    opening = next(each for each in segment.sentences if each.span.end > span.start)
    citation = Citation(
        article.id,
        article.title,
        article.source,
        link_to_quote(article.url, segment.text, span, segment.sentences),
        article.version,
        span,
        sentence.heading,
        sentence.paragraph,
        opening.page,
    )
    echoes = (index.segments[at].article for at in passage.also)
    also_in = tuple(Heading(each.id, each.title, ()) for each in echoes)
    return Excerpt(number, span.of(segment.text), marks, round(passage.score, 6), citation, also_in)


def _reranked(findings: Findings, evidence: Evidence) -> list[tuple[int, float]]:
    """Chunks and scores, best first: those whose sentences were weighed, by their best sentence, then the others in search order.

    Chunks overlap, so several may have the same best sentence; the fused score breaks such ties.
    """
    index, ranking = findings.index, findings.ranking
    scored = list(zip(ranking.rows.tolist(), ranking.fused_score.tolist(), strict=True))
    # Two tiers, [0.5, 1] and [0, 0.5], since scores of sentences and of chunks are not comparable.
    weighed = [
        (chunk, (1 + (1 - _TIE) * _best_score(index, evidence, chunk) + _TIE * fused) / 2)
        for chunk, fused in scored[:READ]
    ]
    return sorted(weighed, key=lambda each: -round(each[1], 6)) + [(chunk, fused / 2) for chunk, fused in scored[READ:]]


def _best_score(index: Index, evidence: Evidence, chunk: int) -> float:
    rows = evidence.sentences
    inside = (rows >= index.first_sentence[chunk]) & (rows <= index.last_sentence[chunk])
    return float(evidence.scores[inside].max(initial=0.0))


def _nearest(findings: Findings) -> tuple[Heading, ...]:
    found: dict[Heading, None] = {}
    for row in findings.ranking.rows.tolist():
        article = findings.index.segment(row).article
        found.setdefault(Heading(article.id, article.title, findings.index.chunks[row].heading))
        if len(found) == _MOST_NEAREST:
            break
    return tuple(found)
