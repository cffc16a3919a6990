"""Run every regular expression of the product on texts that would show whether it takes more than linear time.

`python -m tests.regexes` tries them all. If one takes longer than a linear pattern could, a CPU timer kills the process, and the last line
of its output names the pattern.
"""

import ast
import importlib
import pkgutil
import re
import signal
import string
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import regex

import bot
import embeddings

# For a text of this length a linear pattern takes milliseconds, a quadratic one at least half a second.
_LENGTH = 40_000
_SECONDS = 0.4
_USUAL = " a0\n.,"
_MOST_LETTERS = 12

Trial = Callable[[str], object]


def trials() -> Iterator[tuple[str, str, Trial]]:
    """The module of each pattern, the pattern, and a function that applies it as the module does."""
    for package in (embeddings, bot):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if info.name in {"bot.__main__", "embeddings.loaders.child"}:
                continue
            module = importlib.import_module(info.name)
            assert module.__file__ is not None
            source = Path(module.__file__).read_text(encoding="utf-8")
            for name, value in vars(module).items():
                used = set(re.findall(rf"\b{re.escape(name)}\.(\w+)\(", source))
                for pattern in _held(value):
                    yield info.name, pattern.pattern, _use(pattern, used)
            for pattern, method in _inline(source):
                yield info.name, pattern.pattern, _use(pattern, {method})


def texts(pattern: str) -> Iterator[str]:
    """Long repetitions of the characters and words in the pattern: a character, two alternating, one followed by many of another, a
    letter alternating with one of them, a word, a word followed by spaces.
    """
    special = [each for each in dict.fromkeys(pattern) if each not in string.ascii_letters + string.digits + "\\?*+|"]
    # Few patterns name a line end, but negated character classes match it.
    letters = list(dict.fromkeys(["\n", *special, *_USUAL]))[:_MOST_LETTERS]
    for letter in letters:
        yield letter * _LENGTH
    for one, other in permutations(letters, 2):
        yield (one + other) * (_LENGTH // 2)
        yield one + other * _LENGTH
    # Patterns match letters and capitals by classes, so no literal one may be in the pattern.
    for letter in "aA":
        yield letter * _LENGTH
        for other in letters:
            yield (letter + other) * (_LENGTH // 2)
    for word in dict.fromkeys(re.findall(r"[A-Za-z]{2,}", pattern)):
        yield f"{word} " * (_LENGTH // len(word))
        yield word + " " * _LENGTH


def _use(pattern: Any, methods: set[str]) -> Trial:
    """Apply the pattern as it is used: at the start only, or anywhere."""
    if methods and methods <= {"match", "fullmatch"}:
        return lambda text: (pattern.match(text), pattern.fullmatch(text))
    return lambda text: sum(1 for _ in pattern.finditer(text))


def _held(value: Any, depth: int = 0) -> Iterator[Any]:
    if isinstance(value, re.Pattern | regex.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif depth < 3 and isinstance(value, dict | tuple | list | set | frozenset):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _held(each, depth + 1)


def _inline(source: str) -> Iterator[tuple[Any, str]]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re" | "regex" as library), attr=method),
                args=[ast.Constant(value=str(written)), *_],
            ) if method != "compile":
                yield (re if library == "re" else regex).compile(written), method


def attempt(pattern: str, trial: Trial) -> None:
    """Try a pattern on every text; the process is killed if it takes too long."""
    for text in texts(pattern):
        signal.setitimer(signal.ITIMER_PROF, _SECONDS)
        # The extra character makes a match up to the end fail, which forces backtracking.
        trial(f"{text}\x01")
    signal.setitimer(signal.ITIMER_PROF, 0)


def main() -> None:
    """Print each pattern, then try it."""
    for where, pattern, trial in trials():
        print(f"{where}: {pattern!a}", flush=True)
        attempt(pattern, trial)


if __name__ == "__main__":
    main()
