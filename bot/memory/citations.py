"""The excerpts in the record of an answer: their positions, and none of their words."""

import json

from bot.memory.records import Asked
from embeddings.types import Answer, Citation, Reply, Span


def citations_json(reply: Reply) -> str:
    """The positions of a reply's excerpts, as JSON."""
    excerpts = reply.excerpts if isinstance(reply, Answer) else ()
    return json.dumps(
        [
            {
                "number": each.number,
                "article_id": each.citation.article_id,
                "version": each.citation.version,
                "start": each.citation.span.start,
                "end": each.citation.span.end,
                "paragraph": each.citation.paragraph,
                "page": each.citation.page,
            }
            for each in excerpts
        ]
    )


def cited(asked: Asked) -> dict[int, Citation]:
    """An answer's citations by excerpt number; titles, sources, links and headings are not recorded, so they are empty here."""
    return {
        each["number"]: Citation(
            article_id=each["article_id"],
            title="",
            source="",
            url=None,
            version=each["version"],
            span=Span(each["start"], each["end"]),
            heading=(),
            paragraph=each["paragraph"],
            page=each["page"],
        )
        for each in json.loads(asked.citations)
    }
