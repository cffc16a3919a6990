"""Question and answer paragraphs of FAQ lists: "Q: …", "A: …"."""

import re
from collections.abc import Sequence

#: Heading level of a question: below all others, so that it nests under any of them and ends at the next.
LEVEL = 7

_QUESTION = re.compile(r"(?:Q|Question|QUESTION)(?:\s?\d{1,3})?\s?[:.]\s+\S")
_ANSWER = re.compile(r"(?:A|Answer|ANSWER)(?:\s?\d{1,3})?\s?[:.]\s+\S")
# A longer question is not made a heading.
_LONGEST = 500


def questions_among(paragraphs: Sequence[str]) -> set[int]:
    """Indices of the question paragraphs, if there are at least two questions and two answers; the paragraphs after each answer it.

    If any is too long for a heading the result is empty, since its answer would come under the question before it.
    """
    asked = {place for place, each in enumerate(paragraphs) if _QUESTION.match(each)}
    answered = sum(bool(_ANSWER.match(each)) for each in paragraphs)
    if len(asked) < 2 or answered < 2 or any(len(paragraphs[place]) > _LONGEST for place in asked):
        return set()
    return asked


def begins_anew(line: str) -> bool:
    """Whether a line begins a question or an answer, and so does not continue the line before."""
    return bool(_QUESTION.match(line) or _ANSWER.match(line))
