"""Make questions unanswerable by a word that their article uses in the same context: "steam-powered" for "engine-powered"."""

import random
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from embeddings.keywords import terms
from embeddings.languages import ENGLISH_STOP_WORDS

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d[\d,.]*\d|\d|[^\w\s]")
# Shorter words are rarely what a question is about.
_SHORTEST = 4
# Words with the same ending are more often of the same type.
_ENDINGS = ("ing", "ed", "ly", "ion", "er", "al", "ity", "ist", "ism", "ic", "ous", "ive", "s", "")


@dataclass(frozen=True, slots=True)
class Usage:
    """The content words of an article, in lower case, by the word before them and by the word after them."""

    after: Mapping[str, frozenset[str]]
    before: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, text: str) -> "Usage":
        """The usage of words in a text."""
        said = [match[0].lower() for match in _WORD.finditer(text)]
        after, before = defaultdict(set), defaultdict(set)
        for first, second in pairwise(said):
            if _is_matter(second):
                after[first].add(second)
            if _is_matter(first):
                before[second].add(first)
        return cls(
            {word: frozenset(found) for word, found in after.items()},
            {word: frozenset(found) for word, found in before.items()},
        )

    def between(self, first: str, second: str) -> frozenset[str]:
        """The words that occur between these two; if none, those next to either that is a content word."""
        behind, ahead = self.after.get(first, frozenset()), self.before.get(second, frozenset())
        if both := behind & ahead:
            return both
        return (behind if _is_matter(first) else frozenset()) | (ahead if _is_matter(second) else frozenset())


def swapped(question: str, passage: str, answer: str, usage: Usage, rng: random.Random) -> str | None:
    """The question with one word that it shares with the passage replaced by one that the article uses in the same context; None if there
    is none. Words of the ``answer``, the sentence that answers, are excluded as replacements, since they may be synonyms.
    """
    held = set(terms(passage).tolist())
    barred = set(terms(f"{question} {answer}").tolist())
    found = list(_WORD.finditer(question))
    places = list(range(1, len(found)))
    rng.shuffle(places)
    for at in places:
        word = found[at][0]
        if not (_is_matter(word) and word.islower()) or held.isdisjoint(terms(word).tolist()):
            continue
        second = found[at + 1][0].lower() if at + 1 < len(found) else "."
        ending = _ending(word)
        others = sorted(
            other
            for other in usage.between(found[at - 1][0].lower(), second)
            if _ending(other) == ending and barred.isdisjoint(terms(other).tolist())
        )
        if others:
            return question[: found[at].start()] + rng.choice(others) + question[found[at].end() :]
    return None


def _is_matter(word: str) -> bool:
    return len(word) >= _SHORTEST and word.isalpha() and word not in ENGLISH_STOP_WORDS


def _ending(word: str) -> str:
    return next(ending for ending in _ENDINGS if word.endswith(ending))
