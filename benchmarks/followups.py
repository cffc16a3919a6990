"""How well follow-ups are answered, and changes of subject that look like follow-ups: ``python -m benchmarks.followups [QUESTIONS]``.

No public set of conversations is available, so they are generated from articles that the reader was not trained on. A follow-up is the
second of two successive questions about a paragraph that share a name, which is replaced by a pronoun: "When was the Old Mill built?", "Who
owns it?". A "thing named" is the second of two questions about an article that differ in a few words, reduced to these: "How wide is the
Drake Passage?" after "How wide is the Bolivian flexure?" becomes "and the Drake Passage?". A change of subject is a question about another
article than the one before it, which contains a pronoun as written or is made to begin with "and".
"""

import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np

from benchmarks.cache import CachingEncoder
from benchmarks.datasets import DATA, held_out
from embeddings.evaluate import Case, evaluate
from embeddings.evaluate.squad import SquadArticle, fill, squad
from embeddings.library import Library
from embeddings.questions.followups import stands_alone
from embeddings.readers import load_reader
from embeddings.store import Store

_SEED = 1
_NAME = re.compile(r"(?<=[a-z,] )(?:the )?[A-Z][\w'’-]+(?: (?:of |the )*[A-Z][\w'’-]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
# Of two questions, the most words in which they may differ, and the fewest that they must share.
_DIFFERENT, _SHARED = 4, 4
# A difference with one of these is more likely a verb phrase than a thing.
_VERBAL = re.compile(r"\b(?:is|are|was|were|do|does|did|has|have|had|\w+ed|\w+ing)\b")
_ARTICLES = frozenset(["the", "a", "an"])
_OPENED = 80


@dataclass(frozen=True, slots=True)
class _Turn:
    before: str
    case: Case
    """The question as asked after ``before``."""
    alone: Case
    """The question as its authors wrote it."""


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
        for name, turns in (
            ("follow-ups", _follow_ups(articles, cases)),
            ("things named", _things(articles, cases)),
            ("changes of subject", _changes(cases)),
            ('changes of subject with "and"', _opened(cases)),
        ):
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


def _things(articles: Sequence[SquadArticle], cases: dict[str, Case]) -> Iterator[_Turn]:
    for article in articles:
        asked = [question.text for paragraph in article.paragraphs for question in paragraph.questions]
        used = set()
        for before, text in combinations(asked, 2):
            thing = _difference(before, text)
            if thing and text in cases and text not in used:
                used.add(text)
                yield _Turn(before, replace(cases[text], question=f"and {thing}?"), cases[text])


def _difference(before: str, text: str) -> str:
    """The words in which ``text`` differs from ``before``, with their article; empty if the two are too different."""
    one, two = (each.strip().rstrip("? ").split() for each in (before, text))
    shortest = min(len(one), len(two))
    same = [first.lower() == second.lower() for first, second in zip(one, two, strict=False)]
    first = next((at for at, is_same in enumerate(same) if not is_same), shortest)
    ahead = [here.lower() == there.lower() for here, there in zip(one[::-1], two[::-1], strict=False)][
        : shortest - first
    ]
    last = next((at for at, is_same in enumerate(ahead) if not is_same), len(ahead))
    parts = one[first : len(one) - last], two[first : len(two) - last]
    if (
        first < 2
        or first + last < _SHARED
        or not all(0 < len(part) <= _DIFFERENT and not _VERBAL.search(" ".join(part)) for part in parts)
    ):
        return ""
    return " ".join((*(each for each in two[first - 1 : first] if each.lower() in _ARTICLES), *parts[1]))


def _opened(cases: dict[str, Case]) -> Iterator[_Turn]:
    asked = list(cases.values())
    others = np.random.default_rng(_SEED + 1).permutation(len(asked))
    for case, at in zip(asked[:: len(asked) // _OPENED], others, strict=False):
        question = case.question.strip()
        yield _Turn(asked[at].question, replace(case, question=f"and {question[0].lower()}{question[1:]}"), case)


def _changes(cases: dict[str, Case]) -> Iterator[_Turn]:
    asked = list(cases.values())
    others = np.random.default_rng(_SEED).permutation(len(asked))
    for case, at in zip(asked, others, strict=True):
        if not stands_alone(case.question):
            yield _Turn(asked[at].question, case, case)


if __name__ == "__main__":
    main()
