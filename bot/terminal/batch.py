"""Questions from a file, answered in order."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.terminal.screen import progress
from embeddings.answer import to_json
from embeddings.errors import InputError, PullquoteError
from embeddings.library import Library
from embeddings.textfiles import read_text
from embeddings.types import NotFound, Question

# Batch size for encoding.
_TOGETHER = 32


def answer_lines(
    library: Library, path: Path, *, article_ids: Sequence[str] = (), top_k: int = 5
) -> Iterator[dict[str, Any]]:
    """The JSON answer to each line of a file of ``{"id", "question", "history"}``, with its id.

    A question that cannot be asked is refused, with the reason under ``error``; order and number of the lines are kept.

    Raises:
        InputError: the file cannot be read, or a line is not a question; then nothing has been answered.
    """
    records = [_record(path, number, line) for number, line in enumerate(_lines(path), 1) if line.strip()]
    questions = [
        Question(each["question"], tuple(each.get("history") or ()), tuple(article_ids), top_k) for each in records
    ]
    with progress("Answering") as report:
        for start in range(0, len(records), _TOGETHER):
            batch = questions[start : start + _TOGETHER]
            for record, question, reply in zip(
                records[start : start + _TOGETHER], batch, library.ask_many(batch), strict=True
            ):
                if isinstance(reply, PullquoteError):
                    refused = to_json(NotFound(question.text, question.text, 0.0, (), ()))
                    yield {"id": record.get("id"), **refused, "error": str(reply)}
                else:
                    yield {"id": record.get("id"), **to_json(reply)}
            report(min(start + _TOGETHER, len(records)), len(records))


def _lines(path: Path) -> list[str]:
    if str(path) != "-":
        return read_text(path).split("\n")
    try:
        # Decoded like a file, whatever encoding and line ends the terminal has.
        return sys.stdin.buffer.read().decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise InputError("Standard input is not UTF-8 text.") from error


def _record(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
        # NaN and infinities could be read but not written again.
        json.dumps(record, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}, line {number}: this is not JSON.") from error
    history = record.get("history") or [] if isinstance(record, dict) else None
    if (
        not isinstance(record, dict)
        or not isinstance(record.get("question"), str)
        or not isinstance(history, list)
        or not all(isinstance(each, str) for each in history)
    ):
        raise InputError(f'{path}, line {number}: write {{"id": …, "question": "…", "history": ["…"]}}.')
    return record
