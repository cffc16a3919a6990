"""Follow-ups that depend on earlier questions ("and when?", "whom do they assist?"), made to stand alone by rules in the asker's own words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from embeddings.keywords import words
from embeddings.languages import ENGLISH_STOP_WORDS
from embeddings.questions.about_articles import is_of_the_article
from embeddings.questions.ellipsis import Alike, put_in

_OPENING = re.compile(r"^(?:(?:and|but|or|so|then|also|ok|okay|well)\b[\s,]*)+", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:what|how) about\s+", re.IGNORECASE)
_BARE = re.compile(
    r"^(?:(?:since|until|by|from|to|with|for|in|at|on)\s+)?(?:when|where|why|how(?:\s+(?:many|much|long|often|so|come))?|who|whom|whose(?:\s+\w+)?|which(?:\s+\w+)?|what(?:\s+(?:year|date|day|time|place|country|city))?)"
    r"(?:\s+(?:exactly|precisely|else))?\s*\?*$",
    re.IGNORECASE,
)
_AUXILIARY = r"(?:did|do|does|was|were|is|are|has|have|had|will|would|can|could|should|may|might)"
# "Who's there?" has a verb, "and Ann's hat?" has none.
_VERB = re.compile(
    rf"\b{_AUXILIARY}\b|\b(?:who|what|when|where|why|how|it|that|this|there|here|he|she)['’]s\b", re.IGNORECASE
)
# "Who built it", "how many people died there": complete without an auxiliary.
_WHOLE = re.compile(r"^(?:who|what|which|how)(?:\s+\S+){2,}", re.IGNORECASE)
_ASKING = re.compile(
    rf"^(?:(?:in|at|on|since|by|from|to|with|for)\s+)?(?:when|where|why|how(?:\s+(?:many|much|long|often)(?:\s+\w+)?)?|whom?|what\s+(?:year|date|day|time|place|country|city))\s+(?={_AUXILIARY}\b)",
    re.IGNORECASE,
)
_LEANING = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|there|then|the same|the former|the latter|such|one|ones)\b",
    re.IGNORECASE,
)
# Uses that refer to nothing earlier: "one of them", "one goal", "there's …", "are there rules …", "is it raining", "that he said".
_IDLE = re.compile(
    rf"\bone\s+(?!{_AUXILIARY}\b|(?:for|in|on|with|from|to|at)\b)(?=\w)|"
    r"\bthere(?:['’]s|\s+(?:is|are|was|were|will|would|has|have|had|can|could|may|might|must|should))\b|"
    r"\b(?:is|are|was|were)\s+there\b(?=\s+[^\W\d_]\w+)|"
    r"\b(?:is|are|was|were|will|would|has|have|had|can|could|does|did)\s+(?:it|there)\b(?=\s+(?:a|an|any|no|be|been|possible|true|allowed|ok|raining)\b)|\bthat\s+(?=\w+\s+\w+)",
    re.IGNORECASE,
)
# Words whose antecedent may be in their own clause: "the king and his army".
_OF_THE_CLAUSE = frozenset(
    ["his", "her", "hers", "its", "their", "theirs", "the same", "the former", "the latter", "such", "then"]
)
_CLAUSE_BEGINS = re.compile(
    r"[,;:]|(?<!^)\b(?:if|when|whenever|while|before|after|because|since|until|unless|although|though|as|that|who|which|whose|where|how|why|"
    r"what|whether|and|but|or|so|than|to)\b",
    re.IGNORECASE,
)
# The first word is capitalised whatever it is.
_NAME = re.compile(r"(?<!^)\b[A-Z]\w+")

# "No, I meant the second one", "Linux too?", "on Windows?" only name what is asked about.
_MEANT = re.compile(
    r"^(?:(?:no|sorry|oh|wait|ok|okay|yes|yeah|nope)\b[\s,.]*)*i\s+(?:mean|meant)\b[\s,:]*", re.IGNORECASE
)
_SAID_TOO = re.compile(r"\s(?:too|as well)\W*$", re.IGNORECASE)
_PLACED = re.compile(
    r"^(?:on|in|at|for|from|with|without|of)\s+(?!what|which|who|where|when|how)(?:\S+\s+){0,2}\S+$", re.IGNORECASE
)
# "What about him?" names nothing, "and if it rains?" more than a thing.
_NO_THING = re.compile(
    r"^(?:if|when|while|because|since|unless|until|why|how|where|who|what|which|not|just|only)\b|"
    r"\b(?:he|she|it|they|him|them|that|this|there|then)\b",
    re.IGNORECASE,
)
# A follow-up is put into the last question that says enough, rather than a later one, if it fits there better by more than this.
_LATER = 0.1


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it was understood."""

    text: str
    """What is searched for."""
    asks: str
    """The part of it that asks."""
    adds: str = ""
    """What an answer must mention, if anything: "what about parking?" is not answered by what answered the previous question."""
    may_stand: bool = False
    """Whether it may just as well not depend on the earlier question: "who sent it to the mayor?"."""


def interpret(question: str, history: Sequence[str], alike: Alike | None = None) -> Understood:
    """The question itself if it stands alone, else completed from the earlier questions.

    "And when?" after "Where did they meet?" becomes "When did they meet?", and, given a similarity ``alike``, "and the mayor?" after "What
    does the bishop say?" becomes "What does the mayor say?". Any other follow-up is appended to the last question that says enough to be
    depended on; if it is a complete question, only it asks, so that the earlier one is not answered again. Follow-ups do not depend on one
    another: a chain of them would soon be about everything.
    """
    before = _Before()
    for earlier in (" ".join(each.split()) for each in history):
        before = _after(before, earlier, alike)
    question = " ".join(question.split())
    if put := _put(question, before, alike):
        return Understood(put.text, put.whole, put.phrase)
    return _joined(question, before.enough)


@dataclass(frozen=True, slots=True)
class _Before:
    """The earlier questions that a question may depend on."""

    enough: str = ""
    """The last question that says enough to be depended on."""
    last: str = ""
    """The last complete question, which may depend on that one; usually the same."""


@dataclass(frozen=True, slots=True)
class _Put:
    """A thing put into an earlier question."""

    phrase: str
    whole: str
    context: str
    """The question that the earlier one depends on; empty if there is none."""

    @property
    def text(self) -> str:
        """The whole question with its context."""
        return f"{self.context} {self.whole}".strip()


def _after(before: _Before, question: str, alike: Alike | None) -> _Before:
    """What the next question may depend on, once this one was asked."""
    if not question:
        return before
    if put := _put(question, before, alike):
        return _Before(put.context or put.whole, put.whole)
    is_thing = before.enough and alike and _named_alone(question)
    # A thing that fits nowhere is a new topic.
    if not before.enough or is_thing or says_enough(question):
        return _Before(question, question)
    return replace(before, last=question) if _is_whole(question) else before


def _put(question: str, before: _Before, alike: Alike | None) -> _Put | None:
    """A follow-up that only names a thing, put into the last question that says enough, or into a later one that depends on it."""
    phrase = _named_alone(question) if before.enough and alike else ""
    if not (phrase and alike):
        return None
    whole, fits = put_in(phrase, before.enough, alike)
    if before.last != before.enough:
        later, fits_later = put_in(phrase, before.last, alike)
        if later and fits_later + _LATER >= fits:
            return _Put(phrase, later, before.enough)
    return _Put(phrase, whole, "") if whole else None


def _named_alone(question: str) -> str:
    """The thing that a follow-up names without saying what is asked about it; empty for all other questions."""
    about = _ABOUT.sub("", _OPENING.sub("", _MEANT.sub("", question)))
    if about == question and not _SAID_TOO.search(question) and not _PLACED.match(question):
        return ""
    says_more = _BARE.match(about) or _VERB.search(about) or _WHOLE.match(about) or _NO_THING.search(about)
    return "" if says_more or is_of_the_article(question) or not _content(about) else about


def _is_whole(question: str) -> bool:
    opened = _OPENING.sub("", question)
    return not _BARE.match(opened) and bool(_VERB.search(opened) or _WHOLE.match(opened))


def stands_alone(question: str) -> bool:
    """Whether a question says what it is about, and nothing in it may refer to what was said before."""
    return says_enough(question, strictly=True)


def says_enough(question: str, *, strictly: bool = False) -> bool:
    """Whether a question says what it is about, so that another may depend on it; ``strictly``, that it depends on no other itself."""
    opened = _OPENING.sub("", question)
    content = _content(opened)
    if not content or _BARE.match(opened) or _ABOUT.match(opened):
        return False
    # "And in 2019?", "at whose request?": one thing, and no verb to say what is asked about it.
    if len(content) < 2 and (opened != question or not _VERB.search(opened)):
        return False
    leaning = _LEANING.search(_IDLE.sub(" ", opened))
    if not leaning:
        return True
    # A name or two content words before a pronoun count as its antecedent, which is seldom in the same clause: "which option do I need for
    # that?" is not about the option.
    before = opened[: leaning.start()]
    if strictly and leaning[0].lower() not in _OF_THE_CLAUSE:
        before = before[: max((found.start() for found in _CLAUSE_BEGINS.finditer(before)), default=0)]
    return _NAME.search(before) is not None or len(_content(before)) >= 2


def _content(said: str) -> list[str]:
    """The content words."""
    return [word for word in words(said) if word not in ENGLISH_STOP_WORDS]


def _joined(question: str, base: str) -> Understood:
    if not base or is_of_the_article(question) or stands_alone(question):
        return Understood(question, question)
    opened = _OPENING.sub("", question)
    bare = opened.rstrip("? ")
    both = f"{base} {question}"
    if _BARE.match(bare):
        asking = _ASKING.match(base)
        if asking is None or "?" in base.rstrip("?"):
            return Understood(both, both)
        whole = f"{bare[0].upper()}{bare[1:]} {base[asking.end() :]}"
        return Understood(whole, whole)
    if not _ABOUT.match(opened) and _is_whole(question):
        return Understood(both, opened, may_stand=says_enough(question))
    return Understood(both, both, _ABOUT.sub("", opened))
