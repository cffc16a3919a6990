"""End-to-end evaluation on the sets in ``../shared/data``: articles are added to a library, questions asked and replies measured.

python -m benchmarks.sets [--questions N] [--only NAME] [--typed] [--without-reader] [--show] [--record] [--json FILE] [--report FOLDER]
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.asking import Asking, parser_of
from benchmarks.datasets import DATA, chunking, held_out, passages
from bot.terminal.report import page, write_page
from embeddings.evaluate import Case
from embeddings.evaluate.squad import SquadArticle, fill, squad
from embeddings.library import Library

_SEED = 1
#: Name, articles with their questions, and questions about other articles.
Set = tuple[str, Sequence[SquadArticle], Sequence[Case]]


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--questions", type=int, default=6000, help="questions of each set, drawn by a fixed seed")
    parser.add_argument("--only", metavar="NAME", default="", help="sets whose name has these words in it")
    parser.add_argument("--json", type=Path, help="write the measures there")
    parser.add_argument("--report", metavar="FOLDER", type=Path, help="write a page about each set there")
    arguments = parser.parse_args()
    asking = Asking.by(arguments)
    measured: dict[str, Mapping[str, float | None]] = {}
    for name, articles, others in _sets():
        if arguments.only not in name:
            continue
        report = asking.ask(name, partial(_filled, articles, others, arguments.questions))
        measured[name] = {"questions": float(len(report.results)), **report.measures}
        if arguments.report:
            arguments.report.mkdir(parents=True, exist_ok=True)
            write_page(arguments.report / f"{name.replace(', ', '-').replace(' ', '-')}.html", page(report, name))
    if arguments.json:
        arguments.json.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")


def _filled(articles: Sequence[SquadArticle], others: Sequence[Case], count: int, library: Library) -> list[Case]:
    """At most ``count`` of the questions about the articles, which it adds, and of the others, drawn by a fixed seed."""
    cases = [*fill(library, articles), *others]
    return [cases[at] for at in np.random.default_rng(_SEED).permutation(len(cases))[:count]]


def _sets() -> Iterator[Set]:
    squad2 = list(squad(DATA / "squad2/squad2_dev.json"))
    wiki = list(squad(DATA / "squadshifts/new_wiki.json"))
    yield _mixed(squad2, wiki)
    yield "squad2_dev, adversarial", squad2, ()
    yield "squad2_dev, off topic", [_answerable(each) for each in squad2], _unanswerable(wiki)[:2900]
    yield "new_wiki, off topic", wiki, _unanswerable(squad2)[:2900]
    for path in sorted((DATA / "xquad").glob("*.json")):
        yield path.stem, list(squad(path)), ()
    yield (
        "clapnq",
        [*passages(DATA / "clapnq/clapnq_answerable.jsonl"), *passages(DATA / "clapnq/clapnq_unanswerable.jsonl")],
        (),
    )
    yield "chunking", list(chunking(DATA / "chunking")), ()


def _mixed(squad2: Sequence[SquadArticle], wiki: Sequence[SquadArticle]) -> Set:
    """Articles that the reader was not trained on, with as many answerable as unanswerable questions; of the latter, half are adversarial
    and half about other articles."""
    training, measuring = held_out(squad2)
    wiki_training, wiki_measuring = held_out(wiki)
    random = np.random.default_rng(_SEED)

    def drawn(count: int, cases: Sequence[SquadArticle], *, answerable: bool) -> set[str]:
        ids = sorted(
            question.id
            for article in cases
            for paragraph in article.paragraphs
            for question in paragraph.questions
            if bool(question.answers) is answerable
        )
        return {ids[at] for at in random.permutation(len(ids))[:count]}

    adversarial = drawn(10_000, measuring, answerable=False)
    answerable = drawn(len(adversarial), measuring, answerable=True)
    more = drawn(2 * len(adversarial) - len(answerable), wiki_measuring, answerable=True)
    foreign = _unanswerable([*training, *wiki_training])
    others = [foreign[at] for at in random.permutation(len(foreign))[: len(adversarial)]]
    kept = adversarial | answerable | more
    articles = [each.keeping(lambda question: question.id in kept) for each in (*measuring, *wiki_measuring)]
    return "held out, mixed", articles, others


def _answerable(article: SquadArticle) -> SquadArticle:
    return article.keeping(lambda question: bool(question.answers))


def _unanswerable(articles: Sequence[SquadArticle]) -> list[Case]:
    return [
        Case(f"other-{question.id}", question.text, ())
        for article in articles
        for each in article.paragraphs
        for question in each.questions
    ]


if __name__ == "__main__":
    main()
