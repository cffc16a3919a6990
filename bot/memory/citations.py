"""The excerpts in the record of an answer: their places, and none of their words."""

import json

from bot.memory.records import Asked
from embeddings.types import Answer, Citation, Reply, Span


def citations_json(reply: Reply) -> str:
    """The places of a reply's excerpts, as JSON."""
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
    """The places that an answer cited, by excerpt number; titles and headings are not kept, so they are empty here."""
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
