"""Languages other than English, and scripts that the default models do not know: search works by words, whatever the vectors are."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.keywords import query_terms, terms, words
from embeddings.languages import SNOWBALL, UNSTEMMED, language_among, language_of
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.protocols import Reading
from embeddings.scripts import is_latin
from embeddings.store import Store
from embeddings.types import Answer
from tests.fakes import BagEncoder

RUSSIAN = """Бассейн открывается в семь часов утра.

Мира Окафор построила бассейн в 1987 году.

Дети до шести лет плавают бесплатно.
"""


class EnglishOnly(BagEncoder):
    """Gives all texts in other scripts the same vector."""

    def __init__(self) -> None:
        super().__init__(multilingual=False)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return super().encode_passages([text if is_latin(text) else "?" for text in texts])


class Unasked:
    """An English reader that fails when it is asked anything."""

    sha256 = "0" * 64

    def understands(self, question: str, language: str, /) -> bool:
        return language == "en" and is_latin(question)

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        raise AssertionError(f"it was to read {passages} for {question}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Who?", True), ("42", True), ("Кто?", False), ("谁建了泳池？", False), ("Où est « Москва » exactement ?", True)],
)
def test_a_text_is_latin_when_most_letters_are(text: str, expected: bool) -> None:
    assert is_latin(text) is expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("бассейн", "бассейна"), ("πόλη", "πόλης"), ("الكتاب", "كتاب"), ("किताब", "किताबें"), ("pool", "pools")],
)
def test_forms_of_a_word_are_one_term_in_every_script(one: str, other: str) -> None:
    assert terms(one).tolist() == terms(other).tolist()


ARTICLES = {
    "de": "Das Freibad wurde im Jahr 1987 von Mira Okafor gebaut. Am 3. Mai öffnet es um sieben Uhr, z. B. für die Frühschwimmer der Vereine.",
    "es": "La piscina fue construida en 1987 por Mira Okafor. Los niños menores de seis años nadan gratis todos los días de la semana.",
    "fr": "La piscine a été construite en 1987 par Mira Okafor. Les enfants de moins de six ans nagent gratuitement chaque jour de la semaine.",
    "en": "The pool was built in 1987 by Mira Okafor. Children under six swim for nothing on every day of the week.",
}


@pytest.mark.parametrize(("language", "text"), ARTICLES.items(), ids=ARTICLES)
def test_the_language_of_an_article_is_told(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "42", "| 7 | 8 |", "Мира Окафор построила бассейн", "Pool", "a" * 5000])
def test_what_is_in_no_known_language_is_taken_for_english(text: str) -> None:
    assert language_of(text) == "en"


def test_a_question_is_in_one_of_the_languages_of_the_articles() -> None:
    assert language_among("Wer hat das Freibad gebaut?", ("de", "en")) == "de"
    assert language_among("Who built the pool?", ("de", "en")) == "en"
    assert language_among("Who built the pool?", ("de",)) == "de"
    assert language_among("Who built the pool?", ()) == "en"


def test_scripts_without_spaces_are_searched_by_neighbouring_characters() -> None:
    assert words("游泳池 pool's 1,000") == ["游泳", "泳池", "pool's", "1000"]
    assert words("น้ำ ปลา ก") == ["น้ำ", "ปลา", "ก"]
    assert words("ปลาทู") == ["ปลา", "ลาท", "าทู"]


def test_what_nobody_stems_is_not_taken_for_english_either() -> None:
    text = (
        "Bể bơi được Mira Okafor xây dựng vào năm 1987. Trẻ em dưới sáu tuổi được bơi miễn phí vào mọi ngày trong tuần."
    )
    assert language_of(text) == "vi"
    assert terms("bơi", "vi").tolist() == terms("BƠI", "vi").tolist()
    assert query_terms("Ai là Mira Okafor?", "vi").tolist() == sorted(terms("mira okafor", "vi").tolist())


@pytest.mark.parametrize("language", [*SNOWBALL, *UNSTEMMED])
def test_every_known_language_has_its_words_and_can_be_told(language: str) -> None:
    assert terms("pool", language).shape == (1,)
    assert query_terms("pool", language).shape == (1,)
    assert language_among("?", (language, "xx")) == language


def test_forms_of_a_word_are_one_term_in_its_own_language() -> None:
    assert terms("Häuser", "de").tolist() == terms("Hauses", "de").tolist()
    assert terms("l'eau", "fr").tolist() == terms("eaux", "fr").tolist()
    assert query_terms("Wer hat das Haus?", "de").tolist() == terms("haus", "de").tolist()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Store.open(tmp_path) as store:
        library = Library(store, "local", EnglishOnly(), minimum_confidence=0)
        for language, text in ARTICLES.items():
            library.add(load(text.encode(), source=f"{language}.txt", title=f"Text {language}"))
        yield library


@pytest.mark.parametrize(
    ("question", "language", "words"),
    [
        ("Wer baute das Freibad?", "de", "Mira Okafor gebaut"),
        ("¿Quién construyó las piscinas?", "es", "construida en 1987 por Mira Okafor"),
        ("Who built the pools?", "en", "built in 1987 by Mira Okafor"),
    ],
)
def test_a_question_is_answered_in_its_own_language(library: Library, question: str, language: str, words: str) -> None:
    reply = library.ask(question, top_k=1)
    article = library.article(reply.passages[0].article_id)  # type: ignore[union-attr]
    assert article.title == f"Text {language}"
    assert isinstance(reply, Answer)
    assert words in reply.excerpts[0].quote


def test_sentences_end_where_they_do_in_their_language(library: Library) -> None:
    (article,) = [each for each in library.articles() if each.title == "Text de"]
    assert article.sentences == 2


def test_what_the_encoder_does_not_understand_is_found_by_its_words(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        library = Library(store, "local", EnglishOnly(), Unasked())
        library.add(load(RUSSIAN.encode(), source="pool.txt", title="Бассейн"))

        reply = library.ask("Кто построил бассейн?")

        assert isinstance(reply, Answer)
        assert "Мира Окафор" in reply.excerpts[0].quote
