"""Synthetic rules of communities: what one may do and what one must, and questions of members who want to know whether they may or must.

The human-annotated sets have next to no question like "May I bring my bike?", and rules seldom have a word of it: "Bicycles go into the
racks at the entrance." ``rules.toml`` has activities and duties, each with the words that a rule has for it, the words of somebody who asks,
and things like it that are not meant; and rules that say something about any activity, each with what it leaves open. A passage consists of
several rules of one kind of place, each about another activity.
"""

import random
import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.reader.examples import Example
from embeddings.types import Span

_RULES = (2, 6)
# Share of unanswerable questions; among these, shares of those about something like the activity of a rule, and of those about what a rule
# leaves open. The rest are about an activity of which no rule speaks.
_UNANSWERED = 0.5
_LIKE, _OPEN = 0.4, 0.3
# Share of the answerable questions that ask whether one may or must; the rest are about what else a rule tells.
_WHETHER = 0.8
# Share of the questions in small letters without a question mark, as many members write.
_TYPED = 0.3


@dataclass(frozen=True, slots=True)
class Matter:
    """An activity or a duty."""

    words: Mapping[str, Sequence[str]]
    """Slots of rules and questions, each with its fillers: ``do`` and ``doing`` in a rule's words, ``ask`` in a member's."""
    where: str
    """The kind of place where there may be a rule about it."""
    is_duty: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in several wordings, about any activity or any duty."""

    texts: tuple[str, ...]
    is_duty: bool
    left_open: tuple[str, ...]
    """Aspects about which it says nothing."""
    tells: Mapping[str, str]
    """Aspects about which it says something, each with the words that do."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The material of the rules."""

    matters: tuple[Matter, ...]
    rules: tuple[Rule, ...]
    kinds: Mapping[str, Mapping[str, Sequence[str]]]
    """Kinds of places, each with slots and their fillers."""
    whether: Mapping[bool, Sequence[str]]
    """Questions that any rule answers: of a duty whether one must, of an activity whether one may."""
    aspects: Mapping[str, Sequence[str]]
    """What else can be asked, by aspect."""
    words: Mapping[str, Sequence[str]]
    """Slots that have the same fillers everywhere."""


@cache
def rulebook() -> Rulebook:
    """The material of ``rules.toml``."""
    stored = tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))
    matters = [
        Matter({name: [of] if isinstance(of, str) else of for name, of in each.items()}, each["where"], name == "duty")
        for name in ("activity", "duty")
        for each in stored[name]
    ]
    rules = [
        Rule(tuple(each["texts"]), each.get("is_duty", False), tuple(each["open"]), each.get("tells", {}))
        for each in stored["rule"]
    ]
    whether = {False: stored["may"], True: stored["must"]}
    return Rulebook(tuple(matters), tuple(rules), stored["kinds"], whether, stored["aspects"], stored["words"])


class Scene:
    """Fills the slots of a rule and of the question about it, each consistently with the same words."""

    def __init__(self, matter: Matter, rng: random.Random) -> None:
        self._fillers = {**rulebook().words, **rulebook().kinds[matter.where], **matter.words}
        self._rng = rng
        self._drawn: dict[str, str] = {}

    def filled(self, text: str) -> str:
        """The text with its slots filled; ``{Doing}`` is ``{doing}`` capitalised."""
        return "".join(
            before + (self._slot(name) if name else "") for before, name, _, _ in string.Formatter().parse(text)
        )

    def _slot(self, name: str) -> str:
        if name[0].isupper():
            found = self._slot(name.lower())
            return found[0].upper() + found[1:]
        if name not in self._drawn:
            self._drawn[name] = self._draw(name)
        return self._drawn[name]

    def _draw(self, name: str) -> str:
        ranges = {"n": (2, 90), "k": (2, 9), "year": (2015, 2025), "age": (12, 21)}
        if name in ranges:
            return str(self._rng.randint(*ranges[name]))
        return self.filled(self._rng.choice(self._fillers[name]))


@dataclass(frozen=True, slots=True)
class _Told:
    """A rule about a matter, as it is written."""

    text: str
    rule: Rule
    matter: Matter
    scene: Scene


def rules(count: int, rng: random.Random) -> Iterator[Example]:
    """At most ``count`` questions, each about a page of rules of its own, half of them unanswerable."""
    book = rulebook()
    for number in range(count):
        kind = rng.choice(sorted(book.kinds))
        matters = [each for each in book.matters if each.where == kind]
        left_out, *chosen = rng.sample(matters, rng.randint(*_RULES) + 1)
        told = [_told(matter, rng) for matter in chosen]
        passage = rng.choice((" ", " ", "\n")).join(each.text for each in told)
        about = rng.choice(told)
        context = f"{about.scene.filled(rng.choice(book.kinds[kind]['title']))}. " if rng.random() < 0.8 else ""
        answer = None
        if rng.random() < _UNANSWERED:
            question = _unanswered(about, left_out, rng)
        else:
            question, words = _answered(about, rng)
            if words not in about.text:
                continue
            start = passage.index(about.text) + about.text.index(words)
            answer = Span(start, start + len(words))
        if rng.random() < _TYPED:
            question = question.lower().rstrip("?")
        yield Example(question, passage, answer, f"rules {number}", "ruled", context)


def _told(matter: Matter, rng: random.Random) -> _Told:
    rule = rng.choice([each for each in rulebook().rules if each.is_duty == matter.is_duty])
    scene = Scene(matter, rng)
    return _Told(scene.filled(rng.choice(rule.texts)), rule, matter, scene)


def _answered(told: _Told, rng: random.Random) -> tuple[str, str]:
    """A question that the rule answers, and the words that do if this wording of it has them."""
    book = rulebook()
    if told.rule.tells and rng.random() > _WHETHER:
        aspect, words = rng.choice(sorted(told.rule.tells.items()))
        return told.scene.filled(rng.choice(book.aspects[aspect])), told.scene.filled(words)
    return told.scene.filled(rng.choice(book.whether[told.matter.is_duty])), told.text.rstrip(".")


def _unanswered(told: _Told, left_out: Matter, rng: random.Random) -> str:
    book = rulebook()
    way = rng.random()
    if way < _LIKE:
        other = {"ask": told.matter.words["unlike"]}
        asks = [each for each in book.whether[told.matter.is_duty] if "{ask}" in each]
        return Scene(Matter(other, told.matter.where, told.matter.is_duty), rng).filled(rng.choice(asks))
    if way < _LIKE + _OPEN:
        return told.scene.filled(rng.choice(book.aspects[rng.choice(told.rule.left_open)]))
    return Scene(left_out, rng).filled(rng.choice(book.whether[left_out.is_duty]))
