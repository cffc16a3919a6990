"""Reports that nobody filed: passages with quotations and attributions, made up by rule, and questions about them.

The sets that people made have few sentences of the kind that news is made of: who told whom, "…," the mayor added, according to whom. The
patterns of such sentences are in the ``newsroom*.toml`` beside this file, each with the questions that it answers, and with some that it
only looks as if it answered. A passage is some sentences about the same two invented people.

In a pattern ``{one}`` and ``{two}`` are these people, mostly by their last names; any other name in braces is drawn from the list of that name
in the files or in the pattern, the same within a pattern, and ``{day2}`` is another one than ``{day}``. ``{Claim}`` begins with a capital.
"""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.reader.examples import Example
from embeddings.types import Span

_SENTENCES = (2, 6)
# How many questions are not answered by their report; how many of these only seem to be answered by one of its sentences, ask for what another
# sentence would have told, or for what none would.
_UNANSWERED = 0.42
_SEEMING, _OMITTED = 0.5, 0.3
_SLOT = re.compile(r"\{(\w+)\}")
_NUMBERED = re.compile(r"\d+$")
# Numbers: the slot's name, the least and the greatest.
_NUMBERS = {"n": (11, 900), "k": (2, 9), "percent": (2, 97), "year": (1985, 2025), "age": (17, 91)}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence in one or more wordings."""

    texts: tuple[str, ...]
    asks: tuple[tuple[str, str], ...]
    """Questions, each with the words that answer it; where a wording has them not, it is not asked."""
    never: tuple[str, ...]
    """Questions that it looks as if it answered."""
    pick: Mapping[str, tuple[str, ...]]
    """Words for slots of its own."""


@dataclass(frozen=True, slots=True)
class Newsroom:
    """All that reports are made of."""

    words: Mapping[str, tuple[str, ...]]
    patterns: tuple[Pattern, ...]
    never: tuple[str, ...]
    """Questions that no pattern answers."""


@cache
def newsroom() -> Newsroom:
    """The lists and patterns of all files beside this one."""
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
    """Fills the slots of one pattern, each always with the same words."""

    def __init__(self, one: str, two: str, pick: Mapping[str, tuple[str, ...]], rng: random.Random) -> None:
        self._one, self._two, self._pick, self._rng = one, two, pick, rng
        self._drawn: dict[str, str] = {}

    def filled(self, text: str, in_full: bool = False) -> str:
        """The text with its slots filled; people now and then with their first names where that is wanted."""
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


def reports(count: int, rng: random.Random) -> Iterator[Example]:
    """About so many questions about made-up reports, some of which are not answered by theirs."""
    room = newsroom()
    for number in range(count):
        one, two = (f"{rng.choice(room.words['first'])} {last}" for last in rng.sample(room.words["last"], 2))
        written: list[tuple[str, _Scene, Pattern]] = []
        for pattern in rng.sample(room.patterns, rng.randint(*_SENTENCES) + 1):
            scene = _Scene(one, two, pattern.pick, rng)
            written.append((scene.filled(rng.choice(pattern.texts), in_full=True), scene, pattern))
        omitted, told = written[0], written[1:]
        passage = " ".join(sentence for sentence, _, _ in told)
        names = one.split()[-1], two.split()[-1]
        titled = f"{' and '.join(names)}. "
        context = titled if rng.random() < 0.7 else ""
        sentence, scene, pattern = rng.choice(told)
        question, words = "", ""
        if rng.random() < _UNANSWERED:
            way = rng.random()
            if way < _SEEMING and pattern.never:
                question = scene.filled(rng.choice(pattern.never))
            elif way < _SEEMING + _OMITTED:
                question, left_out = (omitted[1].filled(each) for each in rng.choice(omitted[2].asks))
                if left_out.lower() in passage.lower():
                    continue
            else:
                question = scene.filled(rng.choice(room.never))
        else:
            question, words = (scene.filled(each) for each in rng.choice(pattern.asks))
            if words.lower() not in sentence.lower():
                continue
            # Of whom a passage speaks that names nobody, its title tells.
            if any(name in question and name not in passage for name in names):
                context = titled
        if rng.random() < 0.15:
            question = question.lower().rstrip("?")
        answer = None
        if words:
            start = passage.index(sentence) + sentence.lower().index(words.lower())
            answer = Span(start, start + len(words))
        yield Example(question, passage, answer, f"report {number}", "reported", context)
