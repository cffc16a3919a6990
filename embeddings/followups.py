"""A question that leans on earlier ones ("and when?", "whom do they assist?") made to stand alone, by rules and in the asker's own words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.keywords import words
from embeddings.languages import ENGLISH_STOP_WORDS
from embeddings.questions import is_of_the_article

_OPENING = re.compile(r"^(?:(?:and|but|or|so|then|also|ok|okay|well)\b[\s,]*)+", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:what|how) about\s+", re.IGNORECASE)
_BARE = re.compile(
    r"^(?:(?:since|until|by|from|to|with|for|in|at|on)\s+)?(?:when|where|why|how(?:\s+(?:many|much|long|often|so|come))?|who|whom|whose(?:\s+\w+)?|which(?:\s+\w+)?|what(?:\s+(?:year|date|day|time|place|country|city))?)"
    r"(?:\s+(?:exactly|precisely|else))?\s*\?*$",
    re.IGNORECASE,
)
_AUXILIARY = r"(?:did|do|does|was|were|is|are|has|have|had|will|would|can|could|should|may|might)"
_VERB = re.compile(rf"\b{_AUXILIARY}\b|'s\b", re.IGNORECASE)
# "Who built it", "how many people died there": whole without an auxiliary.
_WHOLE = re.compile(r"^(?:who|what|which|how)(?:\s+\S+){2,}", re.IGNORECASE)
_ASKING = re.compile(
    rf"^(?:(?:in|at|on|since|by|from|to|with|for)\s+)?(?:when|where|why|how(?:\s+(?:many|much|long|often)(?:\s+\w+)?)?|whom?|what\s+(?:year|date|day|time|place|country|city))\s+(?={_AUXILIARY}\b)",
    re.IGNORECASE,
)
_LEANING = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|there|then|the same|the former|the latter|such|one|ones)\b",
    re.IGNORECASE,
)
# "One of them", "one goal", "there's …", "are there rules …", "it is raining", "that he said": these lean on nothing.
_IDLE = re.compile(
    rf"\bone\s+(?!{_AUXILIARY}\b|(?:for|in|on|with|from|to|at)\b)(?=\w)|"
    r"\bthere(?:['’]s|\s+(?:is|are|was|were|will|would|has|have|had|can|could|may|might|must|should))\b|"
    r"\b(?:is|are|was|were)\s+there\b(?=\s+[^\W\d_]\w+)|"
    r"\b(?:is|are|was|were|will|would|has|have|had|can|could|does|did)\s+(?:it|there)\b(?=\s+(?:a|an|any|no|be|been|possible|true|allowed|ok|raining)\b)|\bthat\s+(?=\w+\s+\w+)",
    re.IGNORECASE,
)
# What these stand for may be said in their own clause: "the king and his army".
_OF_THE_CLAUSE = frozenset(
    ["his", "her", "hers", "its", "their", "theirs", "the same", "the former", "the latter", "such", "then"]
)
_CLAUSE_BEGINS = re.compile(
    r"[,;:]|(?<!^)\b(?:if|when|whenever|while|before|after|because|since|until|unless|although|though|as|that|who|which|whose|where|how|why|"
    r"what|whether|and|but|or|so|than|to)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it was understood."""

    text: str
    """What is searched for."""
    asks: str
    """The part of it that asks."""
    adds: str = ""
    """Of what an answer must speak, if of anything: "what about parking?" is not answered by what answered the question before."""
    may_stand: bool = False
    """Whether it may lean on the earlier question and may as well not: "who sent it to the mayor?"."""


def interpret(question: str, history: Sequence[str]) -> Understood:
    """The question itself when it stands alone, else with what is missing from the earlier questions.

    "And when?" after "Where did they meet?" becomes "When did they meet?"; another follow-up is put behind the last question
    that stood alone, and where it is a whole question it alone asks, so that the earlier one is not answered again. Follow-ups
    do not lean on one another: a chain of them would soon be about everything.
    """
    question = " ".join(question.split())
    standing = ""
    for earlier in (" ".join(each.split()) for each in history):
        if earlier and (not standing or says_enough(earlier)):
            standing = earlier
    return _joined(question, standing)


def stands_alone(question: str) -> bool:
    """Whether a question says what it is about, and nothing in it may stand for what was said before."""
    return says_enough(question, strictly=True)


def says_enough(question: str, *, strictly: bool = False) -> bool:
    """Whether a question says what it is about, so that another may lean on it; ``strictly``, that it leans on no other itself."""
    opened = _ABOUT.sub("", _OPENING.sub("", question))
    content = [word for word in words(opened) if word not in ENGLISH_STOP_WORDS]
    if not content or _BARE.match(opened) or _ABOUT.match(_OPENING.sub("", question)):
        return False
    # "And in 2019?", "at whose request?": one thing, and no verb to say what of it.
    if len(content) < 2 and (opened != question or not _VERB.search(opened)):
        return False
    leaning = _LEANING.search(_IDLE.sub(" ", opened))
    if not leaning:
        return True
    # A name or two things said before the pronoun are what it stands for; but seldom is that said in the same clause: "which option do I
    # need for that?" is not about the option.
    before = opened[: leaning.start()]
    if strictly and leaning[0].lower() not in _OF_THE_CLAUSE:
        before = before[: max((found.start() for found in _CLAUSE_BEGINS.finditer(before)), default=0)]
    named = re.search(r"(?<!^)\b[A-Z]\w+", before)
    return bool(named) or len([word for word in words(before) if word not in ENGLISH_STOP_WORDS]) >= 2


def _joined(question: str, base: str) -> Understood:
    if not base or is_of_the_article(question) or stands_alone(question):
        return Understood(question, question)
    bare = _OPENING.sub("", question).rstrip("? ")
    asking = _ASKING.match(base)
    if _BARE.match(bare) and asking and not base.rstrip("?").count("?"):
        whole = bare[0].upper() + bare[1:] + " " + base[asking.end() :]
        return Understood(whole, whole)
    both = f"{base.rstrip()} {question}"
    opened = _OPENING.sub("", question)
    if _BARE.match(opened):
        return Understood(both, both)
    if not _ABOUT.match(opened) and (_VERB.search(opened) or _WHOLE.match(opened)):
        return Understood(both, opened, may_stand=says_enough(question))
    return Understood(both, both, _ABOUT.sub("", opened))
