"""Whose statement a question asks for, and whose a sentence is."""

import re
from collections.abc import Iterator
from itertools import dropwhile, takewhile

from embeddings.keywords import words
from embeddings.languages import ENGLISH_STOP_WORDS

#: A name as it is written: with a capital.
NAME = r"[A-Z\u00c0-\u00de\u0391-\u03a9\u0400-\u042f][\w'’.&-]*\w"
#: Several of them in a row, such as "the Bank of Greece".
NAMES = rf"{NAME}(?:\s+(?:(?:of|the|and|de|von|van|al|bin)\s+)?{NAME})*"

_SPEECH = (
    r"(?:said|say(?:s|ing)?|told|tells?|add(?:ed|s)?|stated|claim(?:ed|s)?|argue[ds]?|note[ds]?|announce[ds]?|acknowledge[ds]?|"
    r"admit(?:ted|s)?|thank(?:ed|s)?|congratulate[ds]?|remind(?:ed|s)?|call(?:ed|s)?|describe[ds]?|explain(?:ed|s)?|"
    r"warn(?:ed|s)?|insist(?:ed|s)?|stress(?:ed|es)?|believe[ds]?|thinks?|thought|hope[ds]?|wr[io]tes?|written|ask(?:ed|s)?|"
    r"repl(?:y|ied|ies)|respond(?:ed|s)?|suggest(?:ed|s)?|declare[ds]?|mention(?:ed|s)?|den(?:y|ied|ies)|promise[ds]?|"
    r"voice[ds]?|praise[ds]?|critici[sz]e[ds]?|point(?:ed|s)? out|conclude[ds]?|confirm(?:ed|s)?|express(?:ed|es)?|"
    r"complain(?:ed|s)?|blame[ds]?|accuse[ds]?|urge[ds]?|vow(?:ed|s)?|predict(?:ed|s)?|emphasi[sz]e[ds]?|demand(?:ed|s)?|"
    r"tweet(?:ed|s)?|reveal(?:ed|s)?|recall(?:ed|s)?|blast(?:ed|s)?|denounce[ds]?|condemn(?:ed|s)?|slam(?:med|s)?|"
    r"portray(?:ed|s)?)"
)
_HELPERS = r"(?:\s+(?:has|have|had|also|later|then|reportedly))*"
_TITLE = r"(?:\s+(?P<{}>(?:leader|president|prime minister|minister|spokes\w+|official|government|army|ministry)s?)\b)?"
_SPEAKERS = re.compile(
    rf"\b(?P<before>{NAME}){_TITLE.format('office')}(?:,[^,.]{{0,60}},|{_HELPERS})\s+{_SPEECH}\b|"
    rf"\b{_SPEECH}\s+(?:(?:the|a|an|[\w’'-]+,?)\s+){{0,4}}?(?P<after>{NAME})(?=[.,;”\"]|\s*$)|"
    rf"\b[Aa]ccording to (?:(?:the|a|an|[\w’'-]+)\s+){{0,3}}?(?P<source>{NAME})\b{_TITLE.format('role')}"
)
_PRONOUNS = frozenset(["he", "she", "it", "they", "we", "i", "this", "that"])
_BY_A_PRONOUN = re.compile(rf"\b(?:he|she){_HELPERS}\s+{_SPEECH}\b", re.IGNORECASE)
_FIRST_PERSON = re.compile(r"\b(?:I|[Mm]y|[Mm]e|[Mm]ine|[Ww]e|[Oo]ur|[Oo]urs)\b")
_QUOTED = re.compile(r"[\"“„«][^\"“„«”»]*[\"”»]")

_ASKED_SPEAKER = re.compile(
    rf"\b(?:what|how|why|whom?|when|where)\b(?:\s+(?:else|exactly|reason))?\s+(?:did|does|do|has|had)\s+(?P<subject>[^?,]{{1,60}}?)\s+{_SPEECH}\b|"
    rf"\baccording to (?P<source>[^?,]{{1,40}})|\bin (?P<holder>[^?,]{{1,40}}?)['’]s? (?:opinion|view|words|eyes|mind)",
    re.IGNORECASE,
)
_ASKED_MATTER = re.compile(
    r"\b(?:what|how)\b(?:\s+(?:else|exactly))?\s+(?:did|does|do|has|had)\s+[^?,]{1,60}?\s+"
    r"(?:(?:say|said|think|thought|tell|told|feel|comment|remark|mention|mentioned)\b[^?]{0,40}?\s(?:about|of|on|regarding)|describe|described|view)\s+"
    r"(?P<matter>[^?]+)",
    re.IGNORECASE,
)


def speaker_asked(question: str) -> frozenset[str]:
    """The words, in lower case, that name whose statement it asks for: "assad" in "what did Assad say of …"."""
    found = _ASKED_SPEAKER.search(question)
    return _telling(found["subject"] or found["source"] or found["holder"]) if found else frozenset()


def matter_asked(question: str) -> tuple[str, ...]:
    """The words, in lower case, that name what it asks somebody's statement of, the noun first: "sanctions, american" in "what did Assad
    say of American sanctions?"; none where not just any statement would do, as in "why did Assad thank …".
    """
    found = _ASKED_MATTER.search(question)
    if not found:
        return ()
    said = list(dropwhile(ENGLISH_STOP_WORDS.__contains__, words(found["matter"])))
    phrase = list(takewhile(lambda word: word not in ENGLISH_STOP_WORDS, said))
    rest = (word for word in said[len(phrase) :] if word not in ENGLISH_STOP_WORDS)
    return (*reversed(phrase), *rest)


def says(speaker: frozenset[str], sentence: str) -> float:
    """1 when a sentence says by name that it is a statement of whom the question asks about, -1 when of others only; else 0.

    Either may name more than the other: "Ms Adler" is "Mira Adler" perhaps, which says nothing, and "Adler" for certain.
    """
    if not speaker:
        return 0.0
    found = list(_speakers(sentence))
    if any(speaker <= each or each <= speaker for each, _ in found):
        return 1.0
    # "The Greek leader" may be anybody.
    return -1.0 if found and all(speaker.isdisjoint(each) and is_named for each, is_named in found) else 0.0


def is_by_the_last_speaker(sentence: str) -> bool:
    """Whether it is told by somebody whom an earlier sentence names: by "he" or "she", or in the first person outside quotation marks."""
    return bool(_BY_A_PRONOUN.search(sentence) or _FIRST_PERSON.search(_QUOTED.sub("", sentence)))


def _speakers(sentence: str) -> Iterator[tuple[frozenset[str], bool]]:
    """The words that tell who is said to speak, and whether they are a name, not "the Greek leader". The whole of it: of "Russian President
    Vladimir Putin" the pattern finds but one word.
    """
    for match in _SPEAKERS.finditer(sentence):
        start, end = match.span("before" if match["before"] else "after" if match["after"] else "source")
        office = match["office"] or match["role"] or ""
        ahead = takewhile(_is_capital, reversed(sentence[:start].split()))
        behind = takewhile(_is_capital, sentence[end:].split())
        said = _telling(" ".join((*ahead, sentence[start:end], office, *behind))) - _PRONOUNS
        if said:
            yield said, not office


def _is_capital(word: str) -> bool:
    return word[:1].isupper()


def _telling(named: str) -> frozenset[str]:
    return frozenset(word for word in words(named) if word not in ENGLISH_STOP_WORDS)
