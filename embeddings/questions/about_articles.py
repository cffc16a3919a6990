"""Questions about an article as such rather than about facts in it: what it is about, who wrote it, and when."""

import re

from embeddings.types import Kind

#: Characters stripped from the ends of a question.
ENDS = " ?!.,…"
# Without "it": "what is it about?" may ask about anything mentioned before.
_TEXT = r"(?:(?:this|the|that|your)\s+)?(?:article|report|text|story|news|page|document|post|piece|this)"
_OVERVIEW = re.compile(
    rf"(?:(?:so|ok|okay|and|please|can you|could you)\b\W*)*(?:what(?:['’]?s|\s+(?:is|was))\s+{_TEXT}\s+(?:all\s+|mainly\s+)?about|"
    rf"what\s+(?:does|did)\s+{_TEXT}\s+(?:say|tell|report)|"
    rf"(?:give me\s+)?(?:(?:an?|the)\s+)?(?:(?:short|brief|quick)\s+)?(?:summari[sz]e|sum up|summary|overview|tl;?dr|gist)(?:\s+(?:of\s+)?(?:{_TEXT}|it|that))?)"
    r"(?:\W+please)?",
    re.IGNORECASE,
)
# "When was it published?" may ask about anything, too.
_DONE = r"(?:last\s+)?(?:written|published|posted|released|updated|reported|filed|made)"
_SIGNED = {
    Kind.BYLINE: re.compile(
        rf"(?:who\s+(?:wrote|authored|reported|published|made)\s+{_TEXT}|who\s+(?:is|was)\s+{_TEXT}\s+(?:written\s+)?by|"
        rf"who(?:['’]?s|\s+(?:is|are|was|were))\s+(?:the\s+)?(?:authors?|writers?|reporters?)(?:\s+of\s+{_TEXT})?|"
        rf"(?:the\s+)?authors?(?:\s+of\s+{_TEXT})?)",
        re.IGNORECASE,
    ),
    Kind.DATELINE: re.compile(
        rf"(?:when\s+(?:was|is)\s+{_TEXT}\s+{_DONE}(?:\s+on)?|how\s+(?:old|recent)\s+is\s+{_TEXT}|"
        rf"what\s+(?:date|day)\s+(?:is|was)\s+{_TEXT}(?:\s+(?:{_DONE}|from))?(?:\s+on)?|"
        rf"what(?:['’]?s|\s+(?:is|was))\s+the\s+(?:\w+\s+)?date\s+(?:of|on)\s+{_TEXT})",
        re.IGNORECASE,
    ),
}


def is_overview(question: str) -> bool:
    """Whether a question asks what an article is about: "what is this article about?", "tl;dr"."""
    return _OVERVIEW.fullmatch(question.strip(ENDS)) is not None


def signed_of(question: str) -> Kind | None:
    """The kind of line that answers a question for the author or the date of an article: "who wrote this?"."""
    asked = question.strip(ENDS)
    return next((kind for kind, pattern in _SIGNED.items() if pattern.fullmatch(asked)), None)


def is_of_the_article(question: str) -> bool:
    """Whether a question is about an article as such rather than about facts in it."""
    return is_overview(question) or signed_of(question) is not None
