"""The evaluation sets in ``../shared/data`` as articles and questions. They are read in place and are not part of the project."""

import json
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path

from embeddings.evaluate.squad import LabelledQuestion, Paragraph, SquadArticle
from embeddings.types import Span

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


class Use(Enum):
    """What questions are used for that are not of the sets."""

    READER = "the reader is trained on them"
    EVIDENCE = "the evidence models are fitted to them"
    MEASURE = "what is measured is said of them"


def held_out(articles: Sequence[SquadArticle]) -> tuple[list[SquadArticle], list[SquadArticle]]:
    """(training, held out): every fourth article by title is held out, and the reader is never trained on it."""
    ordered = sorted(articles, key=lambda article: article.title)
    return [each for at, each in enumerate(ordered) if at % 4 != 1], ordered[1::4]


def passages(path: Path) -> Iterator[SquadArticle]:
    """ClapNQ: the passage of each question as an article; the sentences marked as selected are the answer spans."""
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        passage = record["passages"][0]
        text = " ".join(passage["text"].split())
        marked = [
            " ".join(each.split()) for output in record["output"] for each in output.get("selected_sentences", [])
        ]
        spans = [Span(text.find(each), text.find(each) + len(each)) for each in marked if each and each in text]
        yield SquadArticle(
            passage["title"], (Paragraph(text, (LabelledQuestion(str(record["id"]), record["input"], tuple(spans)),)),)
        )


def chunking(folder: Path) -> Iterator[SquadArticle]:
    """The chunking evaluation: each text as an article of one paragraph, the references of its questions as the answers."""
    questions: dict[str, list[LabelledQuestion]] = {}
    for number, line in enumerate((folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()):
        record = json.loads(line)
        spans = tuple(Span(each["start_index"], each["end_index"]) for each in record["references"])
        questions.setdefault(record["corpus_id"], []).append(
            LabelledQuestion(f"chunking-{number}", record["question"], spans)
        )
    for name, asked in questions.items():
        text = (folder / f"{name}.md").read_text(encoding="utf-8")
        yield SquadArticle(name, (Paragraph(text, tuple(asked)),))
