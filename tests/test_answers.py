"""Answers by the real model: the right sentence first, exact quotes, and silence."""

from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import pytest

from embeddings.encoder import load_encoder
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.store import Store
from embeddings.types import Answer
from tests.real_questions import Case

REAL = Path(__file__).resolve().parents[2] / "shared" / "articles" / "000_1dbd51f3b86b072a.txt"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("data")) as opened:
        yield opened


@pytest.fixture(scope="module")
def sample(store: Store) -> Library:
    library = Library(store, "sample", load_encoder())
    library.add(load(files("embeddings").joinpath("data/sample_article.md").read_bytes(), source="sample_article.md"))
    return library


@pytest.fixture(scope="module")
def real(store: Store) -> Library:
    if not REAL.is_file():
        pytest.skip("the real article is not at hand")
    library = Library(store, "real", load_encoder())
    library.add(load(REAL.read_bytes(), source=str(REAL)))
    return library


def missed(library: Library, cases: Sequence[Case]) -> set[str]:
    """The questions whose first excerpt holds none of the phrases."""
    found = set()
    for case in cases:
        reply = library.ask(case.question)
        if not (isinstance(reply, Answer) and any(phrase in reply.excerpts[0].quote for phrase in case.answers)):
            found.add(case.question)
    return found


def answered(library: Library, questions: Sequence[str]) -> set[str]:
    return {question for question in questions if isinstance(library.ask(question), Answer)}
