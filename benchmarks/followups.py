"""What becomes of follow-ups, and of changes of subject that look like some: ``python -m benchmarks.followups [QUESTIONS]``.

No public set of conversations is at hand, so they are made from articles that the reader never saw. A follow-up is the later one of two questions
about the same paragraph that name the same thing, with a pronoun in place of the name: "When was Ann Marsh born?", "What did she write?". A
change of subject is a question that has a pronoun as its authors wrote it, after one about another article.
"""

import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.cache import CachingEncoder
from benchmarks.datasets import DATA, held_out
from embeddings.evaluate import Case, evaluate
from embeddings.evaluate.squad import SquadArticle, fill, squad
from embeddings.followups import stands_alone
from embeddings.library import Library
from embeddings.readers import load_reader
from embeddings.store import Store

_SEED = 1
_NAME = re.compile(r"(?<=[a-z,] )(?:the )?[A-Z][\w'’-]+(?: (?:of |the )*[A-Z][\w'’-]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class _Turn:
    before: str
    case: Case
    """As it is asked after that."""
    alone: Case
    """As its authors wrote it."""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    articles = [
        article.keeping(lambda question: bool(question.answers))
        for path in ("squad2/squad2_dev.json", "squadshifts/new_wiki.json")
        for article in held_out(list(squad(DATA / path)))[1]
    ]
    encoder = CachingEncoder()
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        library = Library(store, "followups", encoder, load_reader())
        cases = {case.question: case for case in fill(library, articles)}
        for name, turns in (("follow-ups", _follow_ups(articles, cases)), ("changes of subject", _changes(cases))):
            drawn = list(_drawn(list(turns), count))
            print(f"{name}: {len(drawn)}")
            _print("with what came before", library, [replace(each.case, history=(each.before,)) for each in drawn])
            _print("without it", library, [each.case for each in drawn])
            _print("as its authors wrote it", library, [each.alone for each in drawn])
    encoder.save()


def _print(what: str, library: Library, cases: Sequence[Case]) -> None:
    measures = evaluate(library, cases).measures
    names = ("passage hit@1", "first excerpt holds the answer", "one of three does", "answerable answered")
    print(f"  {what:26}" + "".join(f"  {name.removeprefix('passage ')} {measures[name] or 0:.3f}" for name in names))


def _drawn(turns: Sequence[_Turn], count: int) -> Iterator[_Turn]:
    return (turns[at] for at in np.random.default_rng(_SEED).permutation(len(turns))[:count])


def _follow_ups(articles: Sequence[SquadArticle], cases: dict[str, Case]) -> Iterator[_Turn]:
    for article in articles:
        for paragraph in article.paragraphs:
            asked = [question.text for question in paragraph.questions]
            for before, text in pairwise(asked):
                common = [name[0] for name in _NAME.finditer(text) if name[0] in before]
                if not common or text not in cases or len(common) > 1:
                    continue
                leaning = text.replace(common[0], "its" if _POSSESSIVE.search(common[0]) else "it", 1)
                if not stands_alone(leaning):
                    yield _Turn(before, replace(cases[text], question=leaning), cases[text])


def _changes(cases: dict[str, Case]) -> Iterator[_Turn]:
    asked = list(cases.values())
    others = np.random.default_rng(_SEED).permutation(len(asked))
    for case, at in zip(asked, others, strict=True):
        if not stands_alone(case.question):
            yield _Turn(asked[at].question, case, case)


if __name__ == "__main__":
    main()
