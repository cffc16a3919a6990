"""The evaluation sets of ``../shared/data`` as articles and questions. They are read where they stand and are not part of the project."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from embeddings.types import Span

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a SQuAD article."""

    context: str
    questions: tuple["Question", ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and where the answers stand in its paragraph; none for one that cannot be answered."""

    id: str
    text: str
    answers: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class SquadArticle:
    """The paragraphs of one article."""

    title: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def text(self) -> str:
        """The paragraphs joined into one article."""
        return "\n\n".join(paragraph.context for paragraph in self.paragraphs)


def squad(path: Path) -> Iterator[SquadArticle]:
    """The articles of a file in SQuAD format, 1.1 or 2.0."""
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        paragraphs = tuple(
            Paragraph(paragraph["context"], tuple(_question(entry) for entry in paragraph["qas"]))
            for paragraph in article["paragraphs"]
        )
        yield SquadArticle(article.get("title", "").replace("_", " "), paragraphs)


def _question(entry: dict[str, object]) -> Question:
    answers = entry["answers"]
    assert isinstance(answers, list)
    spans = {Span(answer["answer_start"], answer["answer_start"] + len(answer["text"])) for answer in answers}
    return Question(
        str(entry["id"]), str(entry["question"]), tuple(sorted(spans, key=lambda span: (span.start, span.end)))
    )
