"""Synthetic news reports: passages with quotations and attributions, generated from patterns, and questions about them.

The human-annotated sets have few sentences typical of news: who told whom, "…," the mayor added, according to whom. Patterns of such
sentences are in the ``newsroom*.toml`` next to this file, each with questions that it answers and some that it only seems to
answer. A passage consists of several sentences about the same two invented people.

In a pattern, ``{one}`` and ``{two}`` are these people, mostly by their last names. Any other slot is filled from the list of that name in
the files or in the pattern, with the same words throughout the pattern; ``{day2}`` differs from ``{day}``. ``{Claim}`` is ``{claim}``
capitalised.
"""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.reader.examples import Example
from embeddings.types import Span

_SENTENCES = (2, 6)
# Share of unanswerable questions; among these, shares of those that a sentence only seems to answer, and of those about an omitted
# sentence. The rest are questions that no pattern answers.
_UNANSWERED = 0.42
_SEEMING, _OMITTED = 0.5, 0.3
_SLOT = re.compile(r"\{(\w+)\}")
_NUMBERED = re.compile(r"\d+$")
# Numeric slots, with their least and greatest values.
_NUMBERS = {"n": (11, 900), "k": (2, 9), "percent": (2, 97), "year": (1985, 2025), "age": (17, 91)}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence in one or more wordings."""

    texts: tuple[str, ...]
    asks: tuple[tuple[str, str], ...]
    """Questions, each with the words that answer it; skipped if the wording that was drawn lacks these."""
    never: tuple[str, ...]
    """Questions that it only seems to answer."""
    pick: Mapping[str, tuple[str, ...]]
    """Fillers of slots that are its own."""


@dataclass(frozen=True, slots=True)
class Newsroom:
    """The material of the reports."""

    words: Mapping[str, tuple[str, ...]]
    patterns: tuple[Pattern, ...]
    never: tuple[str, ...]
    """Questions that no pattern answers."""


@cache
def newsroom() -> Newsroom:
    """The lists and patterns of all ``newsroom*.toml`` files."""
    words: dict[str, tuple[str, ...]] = {}
    patterns: list[Pattern] = []
    never: list[str] = []
    for path in sorted(Path(__file__).parent.glob("newsroom*.toml")):
        stored = tomllib.loads(path.read_text(encoding="utf-8"))
        words |= {name: tuple(each) for name, each in stored.get("words", {}).items()}
        never += stored.get("never", [])
        patterns += [
            Pattern(
                tuple(each["texts"]),
                tuple(each["asks"].items()),
                tuple(each.get("never", ())),
                {name: tuple(of) for name, of in each.get("pick", {}).items()},
            )
            for each in stored["pattern"]
        ]
    return Newsroom(words, tuple(patterns), tuple(never))


class _Scene:
    """Fills the slots of one pattern, each consistently with the same words."""

    def __init__(self, one: str, two: str, pick: Mapping[str, tuple[str, ...]], rng: random.Random) -> None:
        self._one, self._two, self._pick, self._rng = one, two, pick, rng
        self._drawn: dict[str, str] = {}

    def filled(self, text: str, in_full: bool = False) -> str:
        """The text with its slots filled; with ``in_full``, people sometimes have their first names too."""
        return _SLOT.sub(lambda match: self._slot(match[1], in_full), text)

    def _slot(self, name: str, in_full: bool) -> str:
        if name.lower() in {"one", "two"}:
            person = self._one if name.lower() == "one" else self._two
            return person if in_full and self._rng.random() < 0.2 else person.split()[-1]
        if name[0].isupper():
            found = self._slot(name[0].lower() + name[1:], in_full)
            return found[0].upper() + found[1:]
        if name not in self._drawn:
            self._drawn[name] = self._draw(_NUMBERED.sub("", name))
        return self._drawn[name]

    def _draw(self, name: str) -> str:
        while True:
            if name in self._pick:
                found = self._rng.choice(self._pick[name])
            elif name in _NUMBERS:
                found = str(self._rng.randint(*_NUMBERS[name]))
            else:
                found = self._rng.choice(newsroom().words[name])
            found = self.filled(found)
            if found not in self._drawn.values():
                return found


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A pattern with its slots filled."""

    text: str
    scene: _Scene
    pattern: Pattern


def _written(pattern: Pattern, one: str, two: str, rng: random.Random) -> _Sentence:
    scene = _Scene(one, two, pattern.pick, rng)
    return _Sentence(scene.filled(rng.choice(pattern.texts), in_full=True), scene, pattern)


def reports(count: int, rng: random.Random) -> Iterator[Example]:
    """At most ``count`` questions, each about a report of its own, some of them unanswerable."""
    room = newsroom()
    for number in range(count):
        one, two = (f"{rng.choice(room.words['first'])} {last}" for last in rng.sample(room.words["last"], 2))
        chosen = rng.sample(room.patterns, rng.randint(*_SENTENCES) + 1)
        omitted, *told = (_written(pattern, one, two, rng) for pattern in chosen)
        passage = " ".join(sentence.text for sentence in told)
        names = one.split()[-1], two.split()[-1]
        titled = f"{' and '.join(names)}. "
        context = titled if rng.random() < 0.7 else ""
        sentence = rng.choice(told)
        answer = None
        if rng.random() < _UNANSWERED:
            question = _unanswered(sentence, told, omitted, passage, rng)
            if question is None:
                continue
        else:
            question, words = (sentence.scene.filled(each) for each in rng.choice(sentence.pattern.asks))
            if words.lower() not in sentence.text.lower():
                continue
            start = passage.index(sentence.text) + sentence.text.lower().index(words.lower())
            answer = Span(start, start + len(words))
            # If the passage does not name the person in question, the title must.
            if any(name in question and name not in passage for name in names):
                context = titled
        if rng.random() < 0.15:
            question = question.lower().rstrip("?")
        yield Example(question, passage, answer, f"report {number}", "reported", context)


def _unanswered(
    sentence: _Sentence, told: Sequence[_Sentence], omitted: _Sentence, passage: str, rng: random.Random
) -> str | None:
    """A question that the report does not answer; None if the one that was drawn is answered."""
    way = rng.random()
    others = list(told)
    if way < _SEEMING and sentence.pattern.never:
        question = sentence.scene.filled(rng.choice(sentence.pattern.never))
        others.remove(sentence)
    elif way < _SEEMING + _OMITTED:
        question, words = (omitted.scene.filled(each) for each in rng.choice(omitted.pattern.asks))
        if words.lower() in passage.lower():
            return None
    else:
        question = sentence.scene.filled(rng.choice(newsroom().never))
    return None if any(_answers(each, question) for each in others) else question


def _answers(sentence: _Sentence, question: str) -> bool:
    """Whether the sentence answers this question or a less specific one: "Who won?" for "Who won the match?"."""
    words = question.rstrip("?").split()
    asked = (sentence.scene.filled(each).rstrip("?").split() for each, _ in sentence.pattern.asks)
    return any(each[0].lower() == words[0].lower() and set(words).issuperset(each) for each in asked)
