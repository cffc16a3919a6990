"""The speaker whose statement a question asks for, and the one whom a sentence quotes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile, takewhile

import regex

from embeddings.keywords import words
from embeddings.languages import ENGLISH_STOP_WORDS

#: A capitalised name, of bounded length because each capital of "A.A.A.A" may begin one.
NAME = r"\p{Lu}[\w'’.&-]{0,50}\w"
#: One or several in a row, such as "the Bank of Greece".
NAMES = rf"{NAME}(?:\s+(?:(?:of|the|and|de|von|van|al|bin)\s+)?{NAME})*"

_SPEECH = (
    r"(?:said|say(?:s|ing)?|told|tells?|add(?:ed|s)?|stated|claim(?:ed|s)?|argue[ds]?|note[ds]?|announce[ds]?|acknowledge[ds]?|"
    r"admit(?:ted|s)?|thank(?:ed|s)?|congratulate[ds]?|remind(?:ed|s)?|call(?:ed|s)?|describe[ds]?|explain(?:ed|s)?|"
    r"warn(?:ed|s)?|insist(?:ed|s)?|stress(?:ed|es)?|believe[ds]?|thinks?|thought|hope[ds]?|wr[io]tes?|written|ask(?:ed|s)?|"
    r"repl(?:y|ied|ies)|respond(?:ed|s)?|suggest(?:ed|s)?|declare[ds]?|mention(?:ed|s)?|den(?:y|ied|ies)|promise[ds]?|"
    r"voice[ds]?|praise[ds]?|critici[sz]e[ds]?|point(?:ed|s)? out|conclude[ds]?|confirm(?:ed|s)?|express(?:ed|es)?|"
    r"complain(?:ed|s)?|blame[ds]?|accuse[ds]?|urge[ds]?|vow(?:ed|s)?|predict(?:ed|s)?|emphasi[sz]e[ds]?|demand(?:ed|s)?|"
    r"tweet(?:ed|s)?|reveal(?:ed|s)?|recall(?:ed|s)?|blast(?:ed|s)?|denounce[ds]?|condemn(?:ed|s)?|slam(?:med|s)?|"
    r"portray(?:ed|s)?|encourage[ds]?|joke[ds]?|propose[ds]?|advise[ds]?|declin(?:ed|es?) to (?:comment|say))"
)
_HELPERS = r"(?:\s+(?:has|have|had|also|later|then|reportedly))*"
# Verbs that the speaker may follow ("…, said the mayor, Novak"); after others, such as "thanked", comes the person spoken of.
_SAID = (
    r"(?:said|says?|added|adds|wrote|writes|told|warned|warns|explained|explains|asked|asks|replied|replies|noted|notes|argued|argues|stated|"
    r"claimed|claims|insisted|insists|announced|announces|concluded|concludes|suggested|suggests)"
)
_OFFICE = (
    r"(?:\s+(?P<{}>(?:leader|president|prime minister|minister|spokes\w+|official|government|army|ministry)s?)\b)?"
)
_NOT_OF = r"(?<!\b[Ii]n )(?<!\b[Aa]t )(?<!\b[Oo]f )(?<!\b[Ff]rom )"
_SPEAKERS = regex.compile(
    rf"\b{_NOT_OF}(?P<before>{NAME}){_OFFICE.format('office')}(?:\s\([^()]{{1,40}}\))?(?:,[^;:“”\"]{{0,160}},|,?{_HELPERS})\s+{_SPEECH}\b|"
    rf"\b{_SAID}\s+(?:(?:the|a|an|[\w’'-]+,?)\s+){{0,4}}?(?P<after>{NAME})(?=[.,;”\"]|\s*$)|"
    rf"\b[Aa]ccording to (?:(?:the|a|an|[\w’'-]+)\s+){{0,3}}?(?P<source>{NAME})\b{_OFFICE.format('role')}"
)
_BY_A_PRONOUN = regex.compile(rf"\b(?:he|she){_HELPERS}\s+{_SPEECH}\b", regex.IGNORECASE)
# "World War I" and "Elizabeth I" are not the first person, and "our pool" may be any club's.
_FIRST_PERSON = regex.compile(
    r"\b(?:[Mm]y|[Mm]e|[Mm]ine)\b|^\W*I\s+\p{Ll}|\b(?:\p{Ll}\w*|And|As|But|If|Now|So|That|Then|What|When|While),?\s+I\s+\p{Ll}"
)
_QUOTED = regex.compile(r"[\"“„«][^\"“„«”»]*[\"”»]?")

_ASKED_SPEAKER = regex.compile(
    r"\b(?:what|how|why|whom?|when|where)\b(?:\s+(?:else|exactly|reason))?\s+(?:did|does|do|has|had)\s+(?P<subject>[^?,]{1,60}?)\s+"
    rf"(?:{_SPEECH}|feel|felt|comment(?:ed)?|remark(?:ed)?|view(?:ed)?)\b|"
    r"\baccording to (?P<source>[^?,]{1,40})|\bin (?P<holder>[^?,]{1,40}?)['’]s? (?:opinion|view|words|eyes|mind)",
    regex.IGNORECASE,
)
_ASKED_MATTER = regex.compile(
    r"\b(?:what|how)\b(?:\s+(?:else|exactly))?\s+(?:did|does|do|has|had)\s+[^?,]{1,60}?\s+"
    rf"(?:(?:{_SPEECH}|feel|felt|comment|remark)\b[^?]{{0,40}}?\s(?:about|of|on|regarding)|describe|described|view)\s+"
    r"(?P<matter>[^?]+)",
    regex.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Speaker:
    start: int
    """An offset in the sentence, as is ``end``."""
    end: int
    words: frozenset[str]
    is_name: bool
    """"The Greek leader" is not, and may be anybody."""


def speaker_asked(question: str) -> frozenset[str]:
    """The words, in lower case, that name the speaker whose statement is asked for: "assad" in "what did Assad say of …"."""
    return _telling(_subject(question))


def speaker_named(question: str) -> frozenset[str]:
    """The words of `speaker_asked` if they are a name, even in lower case: "assad" in "what did assad say", but nothing in "what did the
    mayor say" and "what do members say".
    """
    said = words(_subject(question))
    is_name = all(word.isalpha() and word not in ENGLISH_STOP_WORDS for word in said) and not "".join(said).endswith(
        "s"
    )
    return frozenset(said) if is_name else frozenset()


def _subject(question: str) -> str:
    found = _ASKED_SPEAKER.search(question)
    return (found["subject"] or found["source"] or found["holder"]) if found else ""


def matter_asked(question: str) -> tuple[str, ...]:
    """The words, in lower case, for the subject of the statement asked for, the noun first: "sanctions, american" in "what did Assad say of
    American sanctions?"; none where not every statement on a subject would do, as in "why did Assad thank …".
    """
    found = _ASKED_MATTER.search(question)
    if not found:
        return ()
    said = list(dropwhile(ENGLISH_STOP_WORDS.__contains__, words(found["matter"])))
    phrase = list(takewhile(lambda word: word not in ENGLISH_STOP_WORDS, said))
    rest = (word for word in said[len(phrase) :] if word not in ENGLISH_STOP_WORDS)
    return (*reversed(phrase), *rest)


def says(speaker: frozenset[str], sentence: str) -> float:
    """1 when a sentence is attributed by name to the speaker that the question asks about, -1 when only to others; else 0.

    Either name may be part of the other: "Ms Adler" is "Adler" for certain, but only perhaps "Mira Adler", which counts as 0.
    """
    if not speaker:
        return 0.0
    found = list(_speakers(sentence))
    if any(speaker <= each.words or each.words <= speaker for each in found):
        return 1.0
    return -1.0 if found and all(each.is_name and speaker.isdisjoint(each.words) for each in found) else 0.0


def without_speakers(sentence: str) -> str:
    """A sentence without the names of its speakers: "…, Adler said" says nothing about Adler."""
    for start, end in sorted(((each.start, each.end) for each in _speakers(sentence)), reverse=True):
        sentence = f"{sentence[:start]} {sentence[end:]}"
    return sentence


def is_by_the_last_speaker(sentence: str) -> bool:
    """Whether the speaker is somebody whom an earlier sentence names: "he" or "she" before any speaker is named, or, where none is named,
    the first person or a sentence entirely in quotation marks.
    """
    named = next(_speakers(sentence), None)
    pronoun = _BY_A_PRONOUN.search(sentence)
    if pronoun:
        return named is None or pronoun.start() < named.start
    told = _QUOTED.sub("", sentence)
    return named is None and (not words(told) or _FIRST_PERSON.search(told) is not None)


def _speakers(sentence: str) -> Iterator[_Speaker]:
    """The speakers of a sentence, by their full names: of "Russian President Vladimir Putin" the pattern itself finds only one word."""
    # Overlapping matches, since the first in "The bank's CTO, Adler, said" is the one farther from the verb.
    for match in _SPEAKERS.finditer(sentence, overlapped=True):
        start, end = match.span("before" if match["before"] else "after" if match["after"] else "source")
        office = match["office"] or match["role"] or ""
        ahead = takewhile(_is_capital, reversed(sentence[:start].split()))
        behind = takewhile(_is_capital, sentence[end:].split())
        if said := _telling(" ".join((*ahead, sentence[start:end], office, *behind))):
            yield _Speaker(start, end, said, not office)


def _is_capital(word: str) -> bool:
    return word[:1].isupper()


def _telling(named: str) -> frozenset[str]:
    return frozenset(word for word in words(named) if word not in ENGLISH_STOP_WORDS)
