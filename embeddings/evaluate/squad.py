"""Articles with labelled questions in the format of SQuAD, 1.1 or 2.0, and where the answers are once an article is stored.

The labels are per paragraph. An article's paragraphs are joined into one text, added as a user would add it and split by the
product's own chunker; an answer then counts only at its exact place.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embeddings.clean import normalise
from embeddings.errors import InputError
from embeddings.evaluate.cases import Case
from embeddings.library import Library
from embeddings.loaders.plain import load_plain
from embeddings.textfiles import read_text
from embeddings.types import Span

# How far normalisation may have moved an answer, in characters.
_MOVED = 300


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question and the spans of its answers in its paragraph; none for an unanswerable one."""

    id: str
    text: str
    answers: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and the questions about it."""

    context: str
    questions: tuple[LabelledQuestion, ...]


@dataclass(frozen=True, slots=True)
class SquadArticle:
    """The paragraphs of one article."""

    title: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def text(self) -> str:
        """The paragraphs joined into one article."""
        return "\n\n".join(paragraph.context for paragraph in self.paragraphs)

    def keeping(self, wanted: Callable[[LabelledQuestion], bool]) -> "SquadArticle":
        """The article with only the questions that are wanted."""
        kept = (
            Paragraph(each.context, tuple(question for question in each.questions if wanted(question)))
            for each in self.paragraphs
        )
        return SquadArticle(self.title, tuple(kept))


def squad(path: Path) -> list[SquadArticle]:
    """The articles of a file.

    Raises:
        InputError: it cannot be read, or is not in that format.
    """
    text = read_text(path)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not JSON ({error}).") from error
    return parse_squad(document, path)


def parse_squad(document: Any, path: Path) -> list[SquadArticle]:
    """The articles in JSON that was read from ``path``.

    Raises:
        InputError: it is not in that format.
    """
    try:
        return [_article(entry) for entry in document["data"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path} is not in SQuAD format; it should hold data, paragraphs, context, qas and answers."
        ) from error


def fill(
    library: Library, articles: Sequence[SquadArticle], progress: Callable[[int, int], None] | None = None
) -> list[Case]:
    """Add the articles to a library and return their questions, each with the places of its answers in the stored text."""
    cases = []
    for number, article in enumerate(articles):
        document = load_plain(article.text, source=f"{number}.txt", title=article.title or None)
        article_id = library.add(document).article.id
        for question, gold in places_of(article, document.text):
            answers = tuple(dict.fromkeys(span.of(document.text) for span in gold))
            cases.append(Case(question.id, question.text, answers, places=tuple((article_id, span) for span in gold)))
        if progress:
            progress(number + 1, len(articles))
    return cases


def places_of(article: SquadArticle, text: str) -> Iterator[tuple[LabelledQuestion, tuple[Span, ...]]]:
    """Each question with its answers' spans in the joined text; one whose answers cannot be located is left out.

    Each paragraph is searched for after the previous one, each answer near its expected offset.
    """
    position = 0
    for paragraph in article.paragraphs:
        opening = normalise(paragraph.context)[:40].split("\n")[0]
        start = text.find(opening, position)
        position = start if start >= 0 else position
        for question in paragraph.questions:
            words = [normalise(span.of(paragraph.context)) for span in question.answers]
            # Normalisation may have moved an answer by a few characters; of several occurrences the nearest is meant.
            expected = [max(start, 0) + span.start for span in question.answers]
            found = [_nearest(text, each, at) for each, at in zip(words, expected, strict=True)] if start >= 0 else []
            gold = [span for span in found if span is not None]
            if gold or not question.answers:
                yield question, tuple(gold)


def _nearest(text: str, words: str, expected: int) -> Span | None:
    window = max(expected - _MOVED, 0)
    places = [
        window + match.start() for match in re.finditer(re.escape(words), text[window : expected + _MOVED + len(words)])
    ]
    if not words or not places:
        return None
    start = min(places, key=lambda at: abs(at - expected))
    return Span(start, start + len(words))


def _article(entry: dict[str, Any]) -> SquadArticle:
    paragraphs = (
        Paragraph(_text(paragraph["context"]), tuple(_question(each) for each in paragraph["qas"]))
        for paragraph in entry["paragraphs"]
    )
    return SquadArticle(str(entry.get("title", "")).replace("_", " "), tuple(paragraphs))


def _question(entry: dict[str, Any]) -> LabelledQuestion:
    spans = {_span(each["answer_start"], _text(each["text"])) for each in entry["answers"]}
    return LabelledQuestion(
        str(entry["id"]), _text(entry["question"]), tuple(sorted(spans, key=lambda span: (span.start, span.end)))
    )


def _span(start: Any, words: str) -> Span:
    if not isinstance(start, int):
        raise TypeError
    return Span(start, start + len(words))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
