"""Rules that make an answerable question unanswerable: another name or number, an antonym, a negation."""

import random
import re
from collections.abc import Sequence

from embeddings.languages import ENGLISH_STOP_WORDS

_OPPOSITES = """
    first/last before/after most/least more/less more/fewer highest/lowest largest/smallest biggest/smallest greatest/least
    higher/lower larger/smaller bigger/smaller longer/shorter older/younger oldest/youngest earliest/latest early/late
    increase/decrease increased/decreased increases/decreases rise/fall rose/fell gain/lose gained/lost win/lose won/lost
    north/south northern/southern east/west eastern/western begin/end began/ended started/stopped start/stop
    allow/forbid allowed/forbidden accept/reject accepted/rejected support/oppose supported/opposed include/exclude
    included/excluded male/female men/women man/woman father/mother husband/wife son/daughter king/queen
    good/bad best/worst better/worse positive/negative strong/weak stronger/weaker hot/cold public/private
    major/minor maximum/minimum always/never with/without inside/outside internal/external above/below
    import/export imported/exported buy/sell bought/sold cause/prevent caused/prevented open/closed advantage/disadvantage
    love/hate loved/hated like/dislike easy/difficult fast/slow cheap/expensive common/rare simple/complex true/false
    """.split()
_OPPOSITE = {word: other for pair in _OPPOSITES for word, other in (pair.split("/"), reversed(pair.split("/")))}
_WORD = re.compile(r"[A-Za-z]+")
_HELPER = re.compile(r"\b(did|does|do|was|were|is|are|has|have|had|can|could|will|would|should)\b", re.IGNORECASE)
_SUBJECT_QUESTION = re.compile(r"^(who|what|which \w+|what \w+) (?=[a-z]+(?:ed|s)\b)", re.IGNORECASE)
_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w'’-]+)(?: (?:of |the )*[A-Z][\w'’-]+)*")
_YEAR = re.compile(r"\b1\d{3}\b|\b20\d\d\b")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")


def names_in(text: str) -> list[str]:
    """The distinct names within the sentences of a text, in order."""
    return list(dict.fromkeys(match[0] for match in _NAME.finditer(text) if match[0].lower() not in ENGLISH_STOP_WORDS))


def renamed(question: str, passage: str, names: Sequence[str], rng: random.Random) -> str | None:
    """The question with a name, year or number replaced by one that the passage does not mention; None if that is impossible."""
    years = list(_YEAR.finditer(question))
    if years:
        year = rng.choice(years)
        other = str(int(year[0]) + rng.choice([-30, -12, -7, -3, -1, 1, 2, 4, 9, 20]))
        return None if other in passage else _spliced(question, year, other)
    numbers = list(_NUMBER.finditer(question))
    if numbers and rng.random() < 0.5:
        number = rng.choice(numbers)
        other = str(rng.randint(2, 99))
        return None if other in passage else _spliced(question, number, other)
    found = [match for match in _NAME.finditer(question) if match[0].lower() not in ENGLISH_STOP_WORDS]
    if not found:
        return None
    name = rng.choice(found)
    low = passage.lower()
    others = [other for other in names if other.lower() not in low and other not in question]
    # A name with the same number of words is more likely of the same type.
    alike = [other for other in others if other.count(" ") == name[0].count(" ")] or others
    return _spliced(question, name, rng.choice(alike)) if alike else None


def opposed(question: str, rng: random.Random) -> str | None:
    """The question with one word replaced by its antonym; None if no word has one."""
    found = [match for match in _WORD.finditer(question) if match[0].lower() in _OPPOSITE]
    if not found:
        return None
    word = rng.choice(found)
    return _spliced(question, word, _OPPOSITE[word[0].lower()])


def negated(question: str, rng: random.Random) -> str | None:
    """The question negated with "not" or "never"; None if there is no place for it."""
    if re.search(r"\bnot\b|n't\b|\bnever\b|\bor\b", question):
        return None
    if subject := _SUBJECT_QUESTION.match(question):
        return f"{subject[0]}never {question[subject.end() :]}"
    helpers = list(_HELPER.finditer(question))
    if not helpers:
        return None
    helper = helpers[0]
    if helper[0].lower() in {"is", "are", "was", "were", "has", "have", "had"} and rng.random() < 0.5:
        return f"{question[: helper.end()]} not{question[helper.end() :]}"
    contracted = {"will": "won't", "can": "can't"}.get(helper[0].lower(), f"{helper[0]}n't")
    return _spliced(question, helper, contracted)


def _spliced(question: str, match: "re.Match[str]", other: str) -> str:
    return question[: match.start()] + other + question[match.end() :]
