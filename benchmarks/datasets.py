"""The evaluation sets of ``../shared/data`` as articles and questions. They are read where they stand and are not part of the project."""

import json
from collections.abc import Callable, Iterator
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

    def keeping(self, wanted: Callable[["Question"], bool]) -> "SquadArticle":
        """The article with those of its questions that are wanted."""
        kept = (
            Paragraph(each.context, tuple(question for question in each.questions if wanted(question)))
            for each in self.paragraphs
        )
        return SquadArticle(self.title, tuple(kept))


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


def passages(path: Path) -> Iterator[SquadArticle]:
    """ClapNQ: each question's passage as an article; the sentences marked as the answer's are where it stands."""
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        passage = record["passages"][0]
        text = " ".join(passage["text"].split())
        marked = [
            " ".join(each.split()) for output in record["output"] for each in output.get("selected_sentences", [])
        ]
        spans = [Span(text.find(each), text.find(each) + len(each)) for each in marked if each and each in text]
        yield SquadArticle(
            passage["title"], (Paragraph(text, (Question(str(record["id"]), record["input"], tuple(spans)),)),)
        )


def chunking(folder: Path) -> Iterator[SquadArticle]:
    """The chunking evaluation: each text as one article of one paragraph, its questions' references as the answers."""
    questions: dict[str, list[Question]] = {}
    for number, line in enumerate((folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()):
        record = json.loads(line)
        spans = tuple(Span(each["start_index"], each["end_index"]) for each in record["references"])
        questions.setdefault(record["corpus_id"], []).append(Question(f"chunking-{number}", record["question"], spans))
    for name, asked in questions.items():
        text = (folder / f"{name}.md").read_text(encoding="utf-8")
        yield SquadArticle(name, (Paragraph(text, tuple(asked)),))
