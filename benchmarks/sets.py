"""The whole product on the sets of ``../shared/data``: articles are added to a library, questions asked, replies measured.

python -m benchmarks.sets [--questions N] [--json FILE]
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.cache import CachingEncoder
from benchmarks.corpus import places_of
from benchmarks.datasets import DATA, SquadArticle, chunking, passages, squad
from embeddings.evaluate import Case, evaluate
from embeddings.library import Library
from embeddings.loaders.plain import load_plain
from embeddings.store import Store

_SEED = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=6000, help="questions of each set, drawn by a fixed seed")
    parser.add_argument("--json", type=Path, help="write the measures there")
    arguments = parser.parse_args()
    encoder = CachingEncoder()
    found: dict[str, dict[str, float | None]] = {}
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        for name, articles, others in _sets():
            library = Library(store, name, encoder)
            cases = [*_filled(library, articles), *others]
            drawn = [cases[at] for at in np.random.default_rng(_SEED).permutation(len(cases))[: arguments.questions]]
            found[name] = {"questions": float(len(drawn)), **evaluate(library, drawn).measures}
            encoder.save()
            print(
                f"\n{name}: {len(library.articles())} articles, {len(drawn)} questions, {sum(bool(case.answers) for case in drawn)} answerable"
            )
            for measure, value in list(found[name].items())[1:]:
                print(f"  {measure:34}{'–' if value is None else f'{value:.3f}'}")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _sets() -> Iterator[tuple[str, Sequence[SquadArticle], Sequence[Case]]]:
    """Name, articles with their questions, and questions about something else."""
    squad2 = list(squad(DATA / "squad2/squad2_dev.json"))
    wiki = list(squad(DATA / "squadshifts/new_wiki.json"))
    yield "squad2_dev, adversarial", squad2, ()
    yield "squad2_dev, off topic", [_answerable(each) for each in squad2], _unanswerable(wiki)[:2900]
    yield "new_wiki, off topic", wiki, _unanswerable(squad2)[:2900]
    yield "xquad.en", list(squad(DATA / "xquad/xquad.en.json")), ()
    yield (
        "clapnq",
        [*passages(DATA / "clapnq/clapnq_answerable.jsonl"), *passages(DATA / "clapnq/clapnq_unanswerable.jsonl")],
        (),
    )
    yield "chunking", list(chunking(DATA / "chunking")), ()


def _filled(library: Library, articles: Sequence[SquadArticle]) -> list[Case]:
    cases = []
    for number, article in enumerate(articles):
        document = load_plain(article.text, source=f"{number}.txt", title=article.title or None)
        added = library.add(document).article
        for question, gold in places_of(article, document.text):
            answers = tuple(dict.fromkeys(span.of(document.text) for span in gold))
            cases.append(Case(question.id, question.text, answers, places=tuple((added.id, span) for span in gold)))
    return cases


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
