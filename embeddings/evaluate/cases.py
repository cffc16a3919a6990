"""Labelled questions, and the JSON Lines files that hold them."""

import json
from dataclasses import dataclass
from pathlib import Path

from embeddings.errors import InputError
from embeddings.textfiles import read_text
from embeddings.types import Span


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled question."""

    id: str
    question: str
    answers: tuple[str, ...]
    """Texts from the articles, any of which answers; empty if the articles do not answer."""
    history: tuple[str, ...] = ()
    places: tuple[tuple[str, Span], ...] = ()
    """Where the answers are: article id and span. If given, only these places count, otherwise the texts anywhere."""
    article_ids: tuple[str, ...] = ()
    """The articles that it is asked of; all of them if empty."""


def load_cases(path: Path) -> list[Case]:
    """The cases in a file with one JSON object per line.

    Each has ``question`` and ``answers`` (empty: unanswerable), and optionally ``id`` and ``history``.

    Raises:
        InputError: the file cannot be read, or a line is not such an object.
    """
    return parse_cases(read_text(path), path)


def parse_cases(text: str, path: Path) -> list[Case]:
    """The cases in text that was read from ``path``, as `load_cases` reads it.

    Raises:
        InputError: a line is not such an object, or there is none.
    """
    cases = [_case(path, number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not cases:
        raise InputError(f"{path} holds no questions; give one JSON object a line.")
    return cases


def _case(path: Path, number: int, line: str) -> Case:
    try:
        record = json.loads(line)
        question, answers, history = record["question"], record["answers"], record.get("history", [])
        # A string in place of a list would be taken for a sequence of its letters.
        if not (isinstance(question, str) and isinstance(answers, list) and isinstance(history, list)):
            raise TypeError
        if not all(isinstance(each, str) for each in (*answers, *history)):
            raise TypeError
        return Case(str(record.get("id", number)), question, tuple(answers), tuple(history))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(
            f'{path}, line {number}: this is not a labelled question; write {{"question": "…", "answers": ["…"]}}.'
        ) from error
