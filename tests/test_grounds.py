"""The grounds of judging a question: each is detected, and the English reader is not asked in other languages."""

from collections.abc import Sequence

import numpy as np
import pytest

from benchmarks.datasets import DATA
from benchmarks.language_examples import LANGUAGES, articles_of, questions_of
from embeddings.evidence.findings import Findings
from embeddings.evidence.grounds import Grounds, grounds_of
from embeddings.languages import is_foreign_to, language_among
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.prepare import prepare
from embeddings.protocols import Reading
from embeddings.search import Query, search
from embeddings.search.index import Index, build
from embeddings.store import Store
from tests.fakes import BagEncoder
from tests.indexes import segment_of

ENGLISH = "The pool opens at seven. Mira Okafor built it in 1987. Children under six swim for nothing."
GERMAN = "Die Bücherei hat dienstags geöffnet. Wer ein Buch verliert, zahlt zwanzig Mark. Kinder lesen umsonst."

XQUAD = DATA / "xquad"


def index_of(*texts: str) -> Index:
    index = build(
        [
            segment_of(str(at), at, prepare(load(text.encode(), source=f"{at}.txt", title="?"), BagEncoder()))
            for at, text in enumerate(texts)
        ]
    )
    assert index is not None
    return index


def judged(
    index: Index, question: str, *, multilingual: bool = True, read: bool = False, known: bool = True
) -> Grounds:
    vector = BagEncoder().encode_queries([question])[0] * np.float32(known)
    query = Query.of(question, vector, language_among(question, index.languages))
    return grounds_of(Findings.of(index, query, search(index, query)), multilingual=multilingual, read=read)


@pytest.mark.parametrize(
    "question",
    ["Wann öffnet das Freibad morgens?", "Кто построил бассейн?", "游泳池几点开门？", "Bể bơi mở cửa lúc mấy giờ?"],
)
def test_a_question_in_another_language_is_judged_by_its_meaning(question: str) -> None:
    index = index_of(ENGLISH)
    assert judged(index, question) is Grounds.MEANING
    assert judged(index, question, read=True) is Grounds.MEANING


def test_by_the_language_of_the_best_article_where_there_are_several() -> None:
    index = index_of(ENGLISH, GERMAN)
    assert judged(index, "Wer war Mira Okafor, und was hat sie 1987 gebaut?") is Grounds.MEANING
    assert judged(index, "Wann hat die Bücherei geöffnet?") is Grounds.SEARCH
    assert judged(index, "Who built the pool?") is Grounds.SEARCH


@pytest.mark.parametrize("question", ["Who constructed the swimming baths?", "Mira Okafor?", "Okafor 1987"])
def test_a_question_in_the_language_of_the_articles_is_not(question: str) -> None:
    assert judged(index_of(ENGLISH), question) is Grounds.SEARCH
    assert judged(index_of(ENGLISH), question, read=True) is Grounds.READING


def test_an_encoder_of_one_language_has_no_meaning_to_judge_others_by() -> None:
    assert judged(index_of(ENGLISH), "Wann öffnet das Freibad morgens?", multilingual=False) is Grounds.SEARCH
    assert judged(index_of(GERMAN), "Wann öffnet die Bücherei?", multilingual=False, known=False) is Grounds.WORDS


@pytest.mark.skipif(not XQUAD.is_dir(), reason="the evaluation sets are not here")
def test_foreign_questions_are_told_from_others_in_twelve_languages() -> None:
    """XQuAD questions: next to none is foreign to articles in its own language, nearly all others are foreign to English articles."""
    english = articles_of("en")[0].text
    for language in LANGUAGES:
        questions = questions_of(articles_of(language)).values()
        own = articles_of(language)[0].text
        assert np.mean([is_foreign_to(each, own) for each in questions]) <= 0.003, language
        assert language == "en" or np.mean([is_foreign_to(each, english) for each in questions]) >= 0.98, language


class Sure:
    """A reader that finds the answer in the first character of every passage."""

    sha256 = "0" * 64

    def __init__(self) -> None:
        self.asked: list[str] = []

    def understands(self, _: str, language: str, /) -> bool:
        return language == "en"

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        self.asked.append(question)
        found = np.array([5.0], dtype=np.float32)
        return [Reading(5.0, found, found, np.array([[0, 1]])) for _ in passages]


@pytest.mark.parametrize(("multilingual", "read"), [(True, False), (False, True)])
def test_a_reader_is_not_asked_in_another_language(store: Store, multilingual: bool, read: bool) -> None:
    reader = Sure()
    library = Library(store, "local", BagEncoder(multilingual=multilingual), reader)
    library.add(load(ENGLISH.encode(), source="pool.txt", title="The pool"))
    library.ask("Wann öffnet das Freibad morgens?")
    assert bool(reader.asked) is read
    library.ask("When does the pool open?")
    assert "When does the pool open?" in reader.asked
