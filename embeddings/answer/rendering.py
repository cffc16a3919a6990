"""Renders a reply as JSON and as plain text."""

from collections.abc import Sequence

from embeddings.types import Answer, Citation, Excerpt, Hit, NotFound, Reply


def to_json(reply: Reply) -> dict[str, object]:
    """The reply as data for JSON, in the form of the terminal contract."""
    passages: Sequence[Hit] = () if reply.status == "empty_library" else reply.passages
    nearest = reply.nearest if isinstance(reply, NotFound) else ()
    return {
        "question": reply.question,
        "status": reply.status,
        "confidence": reply.confidence,
        "excerpts": [_excerpt_json(excerpt) for excerpt in reply.excerpts] if isinstance(reply, Answer) else [],
        "passages": [
            {"article_id": hit.article_id, "start": hit.span.start, "end": hit.span.end, "score": hit.score}
            for hit in passages
        ],
        "nearest": [
            {"article_id": each.article_id, "title": each.title, "heading": list(each.heading)} for each in nearest
        ],
        "interpreted_question": reply.interpreted_question,
        "timings_ms": {
            "encode": round(reply.timings.encode, 2),
            "search": round(reply.timings.search, 2),
            "evidence": round(reply.timings.evidence, 2),
            "total": round(reply.timings.total, 2),
        },
    }


def _excerpt_json(excerpt: Excerpt) -> dict[str, object]:
    citation = excerpt.citation
    return {
        "number": excerpt.number,
        "article_id": citation.article_id,
        "title": citation.title,
        "source": citation.source,
        "url": citation.url,
        "version": citation.version,
        "start": citation.span.start,
        "end": citation.span.end,
        "quote": excerpt.quote,
        "highlights": [[span.start, span.end] for span in excerpt.highlights],
        "heading": list(citation.heading),
        "paragraph": citation.paragraph,
        "page": citation.page,
        "score": excerpt.score,
    }


def place(citation: Citation) -> str:
    """Where an excerpt is from, for display: title, headings, and page or paragraph."""
    where = f"page {citation.page}" if citation.page is not None else f"paragraph {citation.paragraph}"
    return ", ".join((" › ".join((citation.title, *citation.heading)), where))


def also_in(excerpt: Excerpt) -> str:
    """Which other articles say the same, for display; empty if none does."""
    return f" · also in {'; '.join(each.title for each in excerpt.also_in)}" if excerpt.also_in else ""


def to_text(reply: Reply) -> str:
    """The reply as plain text."""
    if isinstance(reply, Answer):
        quotes = [f"“{excerpt.quote}” [{excerpt.number}]" for excerpt in reply.excerpts]
        sources = [f"[{excerpt.number}] {place(excerpt.citation)}{also_in(excerpt)}" for excerpt in reply.excerpts]
        return "\n\n".join([*quotes, "\n".join(sources)])
    if isinstance(reply, NotFound):
        lines = ["The articles do not seem to answer that."]
        if reply.nearest:
            lines.append(
                "Nearest: " + "; ".join(" › ".join((each.title, *each.heading)) for each in reply.nearest) + "."
            )
        return " ".join(lines)
    return "There are no articles yet."
