"""Spans of a sentence that are of the type that is asked for: times, numbers, places, persons, reasons."""

import re
from collections.abc import Iterator

import regex

from embeddings.keywords import words
from embeddings.languages import ENGLISH_STOP_WORDS
from embeddings.questions.shapes import Asked, Shape
from embeddings.questions.statements import NAME, NAMES
from embeddings.types import Span

_NUMBER_WORDS = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion
    trillion dozen half quarter third twice once double
    """.split()
# "May" in lower case is the auxiliary verb.
MONTHS = r"january|february|march|april|(?-i:May|MAY)|june|july|august|september|october|november|december"
_DAYS = r"monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_DAY_OF_MONTH = r"\d{1,2}(?:st|nd|rd|th)?"
# "On Monday, 9 May 1931", "May 9th".
_DATE = rf"(?:(?:{_DAYS}),?\s)?(?:\b{_DAY_OF_MONTH}\s(?:of\s)?)?\b(?:{MONTHS})\b(?:\s{_DAY_OF_MONTH}\b(?!:))?(?:,?\s(?:1\d{{3}}|20\d\d)\b)?"
_PERIODS = r"(?:years?|months?|weeks?|days?)"
_WHEN = "last|next|this|that|each|every|per|previous|following|past|coming|in|within|after|before|for|during|since|until|over|first|once a|twice a"
TIMES = re.compile(
    rf"{_DATE}|\b(?:1\d{{3}}|20\d\d)s?\b|\b(?:{_DAYS})\b|\b(?:today|yesterday|tomorrow|century|centuries|decade|morning|evening|noon|midnight|"
    rf"spring|summer|autumn|winter|ago|daily|weekly)\b|\b\d{{1,2}}(?::\d\d(?: ?[ap]\.?m\b)?| ?[ap]\.?m\b)"
    # "Ten years" is not a time, but "after ten years", "last year" and "a week earlier" are.
    rf"|\b(?:{_WHEN})\s(?:\w+\s){{0,2}}{_PERIODS}\b|\b{_PERIODS}\s(?:later|earlier|before|after)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
NUMBERS = re.compile(rf"\d+(?:[.,:]\d+)*%?|\b(?:{'|'.join(_NUMBER_WORDS)})s?\b", re.IGNORECASE)
# "(1)", "(1, 2)" and "[12]" refer to notes; "(42)" may be an age.
_REFERENCE = re.compile(r"\((?:\d|\d{1,3}(?:(?:, ?|[–-])\d{1,3})+)\)|\[\d{1,3}(?:(?:, ?|[–-])\d{1,3})*\]")
# Item numbers are not counts either.
ITEM_NUMBER = re.compile(r"^[^\w\n]*\d{1,3}(?:\.\d{1,3})*[.):](?=\s)", re.MULTILINE)
# What a number must be of where the words of `_UNITS` ask for it.
_PEOPLE = re.compile(
    r"\b(?:people|persons|inhabitants|residents|citizens|souls|population|populous|live[ds]?|living|home to)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"%|\bper ?cent|\b(?:half|third|quarter|fifth|tenth)s?\b|\bshare\b", re.IGNORECASE)
_WEIGHT = re.compile(
    r"\b(?:kg|kilo\w*|g|grams?|lbs?|pounds?|oz|ounces?|tons?|tonnes?)\b|\d(?:kg|g|lbs?|oz|t)\b", re.IGNORECASE
)
_UNITS = {
    "population": _PEOPLE, "inhabitants": _PEOPLE, "live": _PEOPLE, "percentage": _SHARE, "percent": _SHARE, "proportion": _SHARE,
    "heavy": _WEIGHT, "weigh": _WEIGHT, "weight": _WEIGHT,
}  # fmt: skip
_NAMES = regex.compile(rf"\b{NAMES}")
_PLACES = regex.compile(
    rf"\b(?:in|at|near|from|to|into|outside|inside|across|around|through|on)\s+(?:the\s+)?(?:(?:north|south|east|west|central|northern|southern|eastern|"
    rf"western|northeast|northwest|southeast|southwest)\w*\s+)?(?P<place>{NAME}(?:\s+(?:of\s+|the\s+)*{NAME})*)"
    # Channels, pages and files are places, too.
    r"|(?<!\S)[(\"'“‘]?(?P<place>#\p{L}[\w-]+|https?://[^\s)\]]{3,}|~?/?(?:[\w.-]+/)+[\w.-]*\w)"
)
_REASONS = re.compile(
    r"\b(?:because|due to|owing to|as a result|in order to|so that|so as to|thanks to|caused by|led to|therefore|thus|hence|since|the reason|"
    r"reasons?|to avoid|to prevent|to make|to help|blam\w+|in response)\b",
    re.IGNORECASE,
)
_FINDERS: dict[Asked, re.Pattern[str] | regex.Pattern[str]] = {
    Asked.TIME: TIMES,
    Asked.NUMBER: NUMBERS,
    Asked.PLACE: _PLACES,
    Asked.PERSON: _NAMES,
    Asked.REASON: _REASONS,
}


def counts_else(shape: Shape, words: str) -> bool:
    """Whether the question asks for a number of something particular that these words do not mention: "900 soldiers" are not a population."""
    units = [unit for word, unit in _UNITS.items() if word in shape.words]
    return Asked.NUMBER in shape.asked and not all(unit.search(words) for unit in units)


def answering_spans(shape: Shape, asked: Asked, sentence: str) -> Iterator[Span]:
    """The spans of a sentence that are of a type that was asked for, except what the question names itself."""
    if asked is Asked.NUMBER and counts_else(shape, sentence):
        return
    if asked is Asked.NUMBER:
        # Blanks in their place keep all other offsets.
        for no_count in (_REFERENCE, ITEM_NUMBER):
            sentence = no_count.sub(lambda found: " " * len(found[0]), sentence)
    for match in _FINDERS[asked].finditer(sentence):
        group = "place" if asked is Asked.PLACE else 0
        said = [word for word in words(match[group]) if word not in ENGLISH_STOP_WORDS]
        # A year tells when, not how many.
        if asked is Asked.NUMBER and _YEAR.fullmatch(match[0]):
            continue
        # "On Monday" and "in May" are not places.
        if asked is Asked.PLACE and TIMES.search(match[group]):
            continue
        if asked is Asked.REASON or any(word.removesuffix("'s") not in shape.words for word in said):
            yield Span(*match.span(group))
