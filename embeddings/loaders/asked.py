"""Paragraphs that ask and paragraphs that answer, as they follow each other in lists of questions: "Q: …", "A: …"."""

import re
from collections.abc import Sequence

#: Of a question as a heading: below all others, so that it stands under each of them and ends with the next.
LEVEL = 7

_QUESTION = re.compile(r"(?:Q|Question|QUESTION)(?:\s?\d{1,3})?\s?[:.]\s+\S")
_ANSWER = re.compile(r"(?:A|Answer|ANSWER)(?:\s?\d{1,3})?\s?[:.]\s+\S")
# What is longer is no heading.
_LONGEST = 500


def questions_among(paragraphs: Sequence[str]) -> set[int]:
    """The places of the questions, where there are two and as many answers; what follows each answers it.

    Where one is too long to be a heading there are none, as what answers it would stand under the one before.
    """
    asked = {place for place, each in enumerate(paragraphs) if _QUESTION.match(each)}
    answered = sum(bool(_ANSWER.match(each)) for each in paragraphs)
    if len(asked) < 2 or answered < 2 or any(len(paragraphs[place]) > _LONGEST for place in asked):
        return set()
    return asked


def begins_anew(line: str) -> bool:
    """Whether a line begins a question or an answer, and so does not go on with the line before."""
    return bool(_QUESTION.match(line) or _ANSWER.match(line))
