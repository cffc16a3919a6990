"""What a question asks for, judged by its words: a time, a number, a place, a person, a reason; or whether it only names a topic, or is of
a kind that is recognised by the whole question.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

import regex

from embeddings.keywords import words
from embeddings.languages import ENGLISH_STOP_WORDS
from embeddings.questions.about_articles import ENDS, is_overview, signed_of
from embeddings.questions.small_talk import is_small_talk
from embeddings.questions.statements import matter_asked, speaker_asked, speaker_named
from embeddings.types import Kind


class Asked(StrEnum):
    """The expected type of answer."""

    TIME = "time"
    NUMBER = "number"
    PLACE = "place"
    PERSON = "person"
    REASON = "reason"


# Phrases that explicitly ask for an amount.
_HOW_MUCH = r"\bhow (?:many|much|large|big|long|old|far|tall|high|deep|often|fast|heavy|wide)\b|\bwhat (?:do|does|did) [^?]{1,60} cost\b"
_ASKED = (
    (Asked.NUMBER, re.compile(_HOW_MUCH + r"|\b(?:what|which) (?:\w+ ){0,2}(?:number|percentage|percent|share|proportion|amount|population|price|cost|age|size|length|height|area|total|rate)\b|^(?:and |the )?(?:prices?|costs?|population|percentage|share|number|amount|size|age) of\b|^(?:what(?:'s| is) )?(?:the )?(?:max|min)(?:imum)?\b")),
    (Asked.TIME, re.compile(r"\bwhen\b|\b(?:what|which|in what|in which|since what) (?:\w+ ){0,2}(?:year|date|day|month|century|decade|time|era|period)\b|\bhow (?:recently|soon|long ago)\b")),
    (Asked.PLACE, re.compile(r"\bwhere\b|\b(?:what|which) (?:\w+ ){0,2}(?:countr(?:y|ies)|cit(?:y|ies)|states?|places?|regions?|towns?|location|continent|province|county|area|island|capital|venue)\b")),
    (Asked.PERSON, re.compile(r"\bwho(?:m|se)?\b|\b(?:what|which) (?:\w+ ){0,2}(?:person|man|woman|king|queen|president|leader|author|scientist|player|actor|company|organi[sz]ation|group|team|name)\b")),
    (Asked.REASON, re.compile(r"\bwhy\b|\bfor what reason\b|\bhow come\b|\bwhat (?:was|is|were|are) the (?:reason|cause|purpose)\b|\bwhat (?:caused|led)\b")),
)  # fmt: skip
# "What's the price?" becomes "what is the price?".
_SHORTENED = re.compile(r"\b(what|who|where|when|why|how|which)['’]s\b", re.IGNORECASE)
# In "what do I lose when I die?" the "when" asks nothing: after a question word, or a verb that begins a question, these ask only if joined
# by "and" or "or", or after words such as "tell me" and "know".
_OPENING = re.compile(
    r"\W*(?:(?:and|but|or|so|also|then|ok|okay|please)\W+)*"
    r"(?:how|what|which|why|do|does|did|is|are|was|were|am|can|could|will|would|should|may|must|has|have|had)\b"
)
_RELATIVE = re.compile(r"\b(?:when|where|who|whom|whose)\b")
_ASKS_TOO = frozenset(["and", "or", "me", "us", "tell", "know", "knows", "say", "said", "remember", "explain", "idea"])
_AMOUNT_ASKED = re.compile(_HOW_MUCH, re.IGNORECASE)
# "What time period" asks for a name rather than a time.
_TIME_ASKED = re.compile(r"\b(?:what|which)\s+(?:time|date|day|year|month)\b(?! (?:period|length)\b)", re.IGNORECASE)
# An answer to one of these needs more than the question's own words; "is it free?" does not: "It is free."
_OPEN = re.compile(r"\W*(?:\w+\W+){0,2}(?:what|when|where|who|whom|whose|how|which|why)\b", re.IGNORECASE)
_CODE_ASKED = frozenset(
    "how command commands code example examples syntax snippet script line lines config configuration url link".split()
)
# A name that somebody or something has ("its name") is capitalised; "the name of the process" may not be.
_NAME_ASKED = re.compile(
    r"\bwhat(?:['’]?s|\s+(?:is|was|are|were))\s(?:[^?]{1,60}?['’]s|his|her|its|their|your)\s(?:\w+\s)?names?\b",
    re.IGNORECASE,
)
_FOCUS = re.compile(
    r"\b(?:how (?:many|much)|wh(?:at|ich)(?: (?:is|was|are|were|s)|'s)? (?:the|a|an|her|his|its|their)|which|what kinds? of|what) (?P<focus>\w+(?: \w+)?)",
    re.IGNORECASE,
)
# "And in 2019?", "what about the parking?", "opening hours" ask nothing, but name what an answer has to be about.
_BEFORE_TOPIC = re.compile(r"^(?:(?:and|but|or|so|also|then)\b\W*)*(?:(?:what|how) about\b)?", re.IGNORECASE)
_BETWEEN_TOPICS = frozenset(
    ["the", "a", "an", "and", "or", "in", "on", "at", "of", "for", "from", "to", "with", "by", "about"]
)
_LONGEST_TOPIC = 4
_IDENTITY = regex.compile(r"(?i:who(?:['’]?s|\s+(?:is|was|are|were)))(?:\s+\p{Lu}[^\s?]*){1,4}")
# The first word is capitalised whatever it is.
_NAMED = regex.compile(r"(?<!^)\b(?:\p{Lu}\w+|\w*\d\w*(?:[.,]\d+)*)")


@dataclass(frozen=True, slots=True)
class Shape:
    """A question's shape: what it asks for, and what an answer to it has to mention."""

    asked: tuple[Asked, ...]
    """More than one for "when and where"; none for "what does he say of it"."""
    words: frozenset[str]
    """All words of the question, in lower case."""
    names: frozenset[str]
    """Those that begin with a capital or contain a digit, except the first word, and the name of the speaker (`speaker_named`)."""
    is_amount: bool
    """Whether it explicitly asks for an amount, and for nothing else: "how many", "how long"."""
    is_open: bool
    """Whether it asks for more than yes or no."""
    is_time: bool
    """Whether it explicitly asks for a time: "what date", "which year"."""
    is_name: bool
    """Whether it asks for the proper name of somebody or something."""
    focus: tuple[str, ...]
    """The noun it asks for: "population" in "what is the population of …", "doses" in "how many doses …"."""
    speaker: frozenset[str]
    """See `speaker_asked`."""
    matter: tuple[str, ...]
    """See `matter_asked`."""
    is_identity: bool
    """Whether it asks who a person that it names is, which another name does not answer."""
    is_how: bool
    """Whether it asks how something is done or written, which code answers."""
    is_overview: bool
    """Whether it asks what an article is about, which its opening answers."""
    signed: Kind | None
    """See `signed_of`."""
    is_topic: bool
    """Whether it asks nothing and only names a topic: "opening hours", "and in 2019?"."""


def shape_of(question: str) -> Shape:
    """The shape of a question; of several joined by a follow-up, the last with a question word decides what is asked."""
    question = _SHORTENED.sub(r"\1 is", question)
    asked: tuple[Asked, ...] = ()
    for clause in re.split(r"(?<=[?!.])\s+", question.lower()):
        said = _without_relative(clause)
        asked = tuple(kind for kind, pattern in _ASKED if pattern.search(said)) or asked
    names = {word for match in _NAMED.finditer(question) for word in words(match[0]) if word not in ENGLISH_STOP_WORDS}
    focus = _FOCUS.search(question)
    named = [word for word in words(focus["focus"]) if word not in ENGLISH_STOP_WORDS] if focus else []
    return Shape(
        asked=asked,
        words=frozenset(words(question)),
        names=frozenset(names | speaker_named(question)),
        is_amount=asked == (Asked.NUMBER,) and _AMOUNT_ASKED.search(question) is not None,
        is_open=_OPEN.match(question) is not None,
        is_time=_TIME_ASKED.search(question) is not None,
        is_name=_NAME_ASKED.search(question) is not None,
        focus=tuple(named[-1:]),
        speaker=speaker_asked(question),
        matter=matter_asked(question),
        is_identity=_is_identity(question),
        is_how=not _CODE_ASKED.isdisjoint(words(question)),
        is_overview=is_overview(question),
        signed=signed_of(question),
        is_topic=_is_topic(question),
    )


def _without_relative(clause: str) -> str:
    """A clause, in lower case, without each "when", "where" and "who" that asks nothing."""
    if not _OPENING.match(clause):
        return clause
    return _RELATIVE.sub(
        lambda found: found[0] if _ASKS_TOO.intersection(clause[: found.start()].split()[-1:]) else "", clause
    )


def _is_identity(question: str) -> bool:
    return _IDENTITY.fullmatch(question.strip(ENDS)) is not None


def _is_topic(question: str) -> bool:
    # "What's" is not a topic either.
    said = [re.split("['’]", word)[0] for word in words(_BEFORE_TOPIC.sub("", question))]
    named = [word for word in said if word not in _BETWEEN_TOPICS]
    return 0 < len(named) <= _LONGEST_TOPIC and ENGLISH_STOP_WORDS.isdisjoint(named) and not is_small_talk(question)
