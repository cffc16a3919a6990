"""Substitution of a follow-up that only names a thing ("and the secretary?", "on Windows") for its counterpart in the previous question.

The counterpart is found by the follow-up's preposition, or else is the most similar of the things that the question names: offices, systems
and days of the week are close to one another. Nothing is parsed; a wrong substitution is seldom answered, and the follow-up is then taken
by itself.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.keywords import hashed, words
from embeddings.languages import ENGLISH_STOP_WORDS
from embeddings.questions.about_articles import ENDS

#: The similarity of a phrase to each of some others, from -1 to 1, according to an encoder.
Alike = Callable[[str, Sequence[str]], Sequence[float]]

# A phrase with more content words does more than name a thing; a question with more words is a story, most of which asks nothing.
_LONGEST = 4
_LONGEST_QUESTION = 30
# The minimum fit of a place.
_LEAST = 0.15
# Bonuses and penalties of a place, added to the similarity of meaning; see `_kinship`.
_AT_THE_END, _AS_LONG, _SAME_NOUN, _SAME_WRITING, _SAME_ARTICLE = 0.05, 0.15, 0.3, 0.2, 0.1
_NO_NAME, _ITSELF = -0.15, -0.5
# The minimum similarity to replace the verb: "buy" and "sell" reach it, "plywood" and "sell" do not.
_LIKE_A_VERB = 0.35
# The fit of a phrase that is appended, such as "for the council" to "how many members does it need".
_BEHIND = 0.4

_WORD = re.compile(r"[^\s?!,;()\"“”]+")
_SAID_TOO = re.compile(r",?\s(?:too|as well|also|then|instead|again)$", re.IGNORECASE)
_ARTICLES = frozenset("the a an my your our his her its their this that these those any some".split())
_PREPOSITIONS = frozenset(
    """about after against at before between by during for from in into near of on onto over per since to under until with
    without""".split()
)
# Interchangeable: "on Monday" replaces "at Christmas".
_WHERE = frozenset(["in", "on", "at"])
# In "the general ones" these stand for a noun of the previous question.
_ONES = frozenset(["one", "ones"])
_ASKING = frozenset("who whom whose what which when where why how".split())
_BE = frozenset("is are was were am".split())
_AUXILIARIES = _BE | frozenset(
    "do does did can could will would should may might must has have had don't doesn't can't".split()
)
_PRONOUNS = frozenset("i you he she it we they one there".split())
_VAGUE = frozenset("anything something everything nothing anyone someone everyone thing things".split())
# Predicates after a form of "be", like words in "-ed".
_PREDICATES = frozenset("born held sold made built kept sent paid shown found open closed free".split())


@dataclass(frozen=True, slots=True)
class _Thing:
    """The thing that a follow-up names."""

    phrase: str
    words: tuple[str, ...]
    naming: tuple[str, ...]
    """Its content words, without "one" and "ones"."""

    @classmethod
    def of(cls, phrase: str) -> "_Thing":
        phrase = phrase.strip().rstrip(ENDS)
        while said := _SAID_TOO.search(phrase):
            phrase = phrase[: said.start()]
        words = tuple(_WORD.findall(phrase))
        return cls(phrase, words, tuple(word for word in words if _names(word) and word.lower() not in _ONES))

    @property
    def opening(self) -> str:
        """Its first word, in lower case."""
        return self.words[0].lower()

    @property
    def has_article(self) -> bool:
        return self.opening in _ARTICLES

    @property
    def lacks_noun(self) -> bool:
        """Whether "one" or "ones" stands for its noun: "the general ones"."""
        return self.words[-1].lower() in _ONES


@dataclass(frozen=True, slots=True)
class _Question:
    """The previous question, word by word. A place in it is a half-open range of word indices, ``first`` to ``last``."""

    text: str
    found: tuple[re.Match[str], ...]
    words: tuple[str, ...]
    low: tuple[str, ...]
    """The words in lower case."""
    naming: tuple[bool, ...]
    """Whether each may name something."""

    @classmethod
    def of(cls, text: str) -> "_Question":
        found = tuple(_WORD.finditer(text.rstrip(ENDS)))
        words = tuple(each[0] for each in found)
        return cls(text, found, words, tuple(map(str.lower, words)), tuple(map(_names, words)))

    def having(self, phrase: str, first: int, last: int) -> str:
        """The question with a phrase in a place, instead of the words there."""
        before, after = (
            self.text[: self.found[first].start()],
            self.text[self.found[last - 1].end() : self.found[-1].end()],
        )
        return f"{before}{phrase}{after}?"

    def with_behind(self, phrase: str) -> str:
        """The question with a phrase at its end."""
        return f"{self.text[: self.found[-1].end()]} {phrase}?"

    def is_name(self, at: int) -> bool:
        """Whether a word is capitalised like a name."""
        return self.naming[at] and self.words[at][0].isupper()

    def has_article(self, at: int) -> bool:
        """Whether there is a word at this index and it is an article or similar determiner."""
        return at >= 0 and self.low[at] in _ARTICLES


def put_in(phrase: str, base: str, alike: Alike) -> tuple[str, float]:
    """The question ``base`` asked about what the phrase names, and how well that fits, 0 or more; empty where it does not fit at all."""
    thing, question = _Thing.of(phrase), _Question.of(base)
    if not 0 < len(thing.naming) <= _LONGEST or not 0 < len(question.words) <= _LONGEST_QUESTION:
        return "", 0.0
    if thing.opening in _PREPOSITIONS:
        place = _place_of(question, thing.opening)
        return (question.having(thing.phrase, *place), 1.0) if place else (question.with_behind(thing.phrase), _BEHIND)
    verb = _verb(question)
    fits, first, last = _likeliest(thing, question, verb, alike)
    if fits < _LEAST:
        return "", 0.0
    put = " ".join(thing.words[:-1]) if thing.lacks_noun else thing.phrase
    return question.having(put, *_widened(thing, question, verb, first, last)), fits


def _names(word: str) -> bool:
    """Whether a word may name something."""
    low = word.lower()
    if low in _AUXILIARIES | _PREPOSITIONS | _VAGUE or re.split("['’]", low)[0] in _ASKING:
        return False
    return any(each not in ENGLISH_STOP_WORDS for each in words(word))


def _place_of(question: _Question, preposition: str) -> tuple[int, int] | None:
    """Where the question last has this preposition, or else an interchangeable one, including the phrase that it governs."""
    similar = _WHERE if preposition in _WHERE else frozenset([preposition])
    same = [at for at, word in enumerate(question.low[:-1]) if word == preposition]
    near = same or [at for at, word in enumerate(question.low[:-1]) if word in similar]
    if not near:
        return None
    first = near[-1]
    last = first + 1
    while last < len(question.words) and (question.has_article(last) or question.naming[last]):
        last += 1
    return (first, last) if last > first + 1 else None


def _likeliest(thing: _Thing, question: _Question, verb: int | None, alike: Alike) -> tuple[float, int, int]:
    """The best fit of the thing, followed by its place; a fit of 0 if there is none."""
    places = list(_places(question, verb, before_a_noun=thing.lacks_noun))
    if verb is not None and len(thing.words) == 1:
        places.append((verb, verb + 1))
    there = [" ".join(question.words[first:last]) for first, last in places]
    likenesses = alike(" ".join(thing.naming), there) if places else []
    fitting = [
        (likeness + _kinship(thing, question, first, last), first, last)
        for likeness, (first, last) in zip(likenesses, places, strict=True)
        if first != verb or likeness >= _LIKE_A_VERB
    ]
    return max(fitting, default=(0.0, 0, 0))


def _places(question: _Question, verb: int | None, *, before_a_noun: bool) -> Iterator[tuple[int, int]]:
    """Where the question may name a thing: up to `_LONGEST` content words in a row, without its verb; if ``before_a_noun``, only single
    words that modify a noun: "topical" in "topical channels"."""
    naming = [is_naming and at != verb for at, is_naming in enumerate(question.naming)]
    for first in range(len(naming)):
        for last in range(first + 1, min(first + _LONGEST, len(naming)) + 1):
            if not all(naming[first:last]):
                break
            says_which = (
                last - first == 1 and any(naming[last : last + 1]) and not any(naming[max(first - 1, 0) : first])
            )
            if says_which or not before_a_noun:
                yield first, last


def _widened(thing: _Thing, question: _Question, verb: int | None, first: int, last: int) -> tuple[int, int]:
    """A place extended by what belongs to it: the rest of a name, the modifiers of a noun, and its article."""
    if thing.naming[0][0].isupper():
        while first and question.is_name(first - 1) and question.is_name(first):
            first -= 1
        while last < len(question.words) and question.is_name(last - 1) and question.is_name(last):
            last += 1
    if thing.has_article:
        while first and first - 1 != verb and question.naming[first - 1]:
            first -= 1
    return (first - 1 if question.has_article(first - 1) else first), last


def _verb(question: _Question) -> int | None:
    """Which of the words that look like content words is more likely the verb, or the predicate of "be"."""
    low, naming, count = question.low, question.naming, len(question.words)
    auxiliary = next((at for at, word in enumerate(low) if word in _AUXILIARIES or (at == 0 and _is_short(word))), None)
    if auxiliary is None:
        # "Who wrote …?"
        return 1 if count > 1 and low[0] in _ASKING and naming[1] else None
    first = next((at for at in range(auxiliary + 1, count) if naming[at]), count)
    subject = low[auxiliary + 1] if auxiliary + 1 < count else ""
    if subject in _PRONOUNS:
        # "Do you sell …?", "is it safe?"; but after "is there" comes a thing that a follow-up may replace.
        is_said = first < count and subject != "there" and low[first - 1] not in _ARTICLES | _PREPOSITIONS
        return first if is_said else None
    end = next((at for at in range(first, count) if not naming[at]), count)
    following = low[end] if end < count else ""
    if end - first < 2 or following in _AUXILIARIES:
        return None
    last = low[end - 1]
    if low[auxiliary] in _BE or _is_short(low[auxiliary]):
        # "Where are the rules posted?", "is the API free?"
        is_verb = last.endswith(("ed", "en")) or last in _PREDICATES or low[0] in _BE | {"why"}
    else:
        # "Does the pool open?", "does a simple lens consist of …?"; of three words without a preposition, any may be the verb.
        is_verb = end - first == 2 or following in _PREPOSITIONS
    return end - 1 if is_verb else None


def _is_short(word: str) -> bool:
    """Whether a word ends in a contracted "is": "who's"."""
    return word.endswith(("'s", "’s"))


def _kinship(thing: _Thing, question: _Question, first: int, last: int) -> float:
    """The bonuses and penalties of a place, apart from its similarity of meaning."""
    there = question.words[first:last]
    is_as_long = len(there) == len(thing.naming)
    written, put = _writing(there[0]), _writing(thing.naming[0])
    speaking = (
        (_AT_THE_END, last == len(question.words)),
        (_AS_LONG, is_as_long),
        # "The second team" for "the first team".
        (_SAME_NOUN, is_as_long and len(there) > 1 and _is_same(there[-1], thing.naming[-1])),
        # A number for a number, a name for a name.
        (_SAME_WRITING, bool(put) and put == written),
        # "The secretary" for a name or a number.
        (_NO_NAME, thing.has_article and bool(written) and not put),
        (_SAME_ARTICLE, thing.has_article and question.has_article(first - 1)),
        # The phrase for a part of itself.
        (_ITSELF, {*map(str.lower, there)} < {*map(str.lower, thing.naming)}),
    )
    return sum(weight for weight, holds in speaking if holds)


def _is_same(one: str, other: str) -> bool:
    """Whether two words are forms of the same word."""
    return np.array_equal(hashed(words(one)), hashed(words(other)))


def _writing(word: str) -> str:
    """A class of words spelt alike: numbers and versions, names, or files and channels by their first character; empty for other words."""
    if any(each.isdigit() for each in word):
        return "number"
    if word[0].isupper():
        return "name"
    return "" if word[0].isalnum() else word[0]
