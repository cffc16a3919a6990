"""Other scripts than the default models know: found by their words, whatever a model makes of them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.keywords import terms
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.scripts import is_latin
from embeddings.store import Store
from embeddings.types import Answer, Reading
from tests.fakes import BagEncoder

RUSSIAN = """Бассейн открывается в семь часов утра.

Мира Окафор построила бассейн в 1987 году.

Дети до шести лет плавают бесплатно.
"""


class EnglishOnly(BagEncoder):
    """Takes every text in another script for the same."""

    def understands(self, text: str, /) -> bool:
        return is_latin(text)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return super().encode_passages([text if is_latin(text) else "?" for text in texts])


class Unasked:
    """A reader of English that must not be given anything else."""

    sha256 = "0" * 64

    def understands(self, text: str, /) -> bool:
        return is_latin(text)

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


def test_what_the_encoder_does_not_understand_is_found_by_its_words(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        library = Library(store, "local", EnglishOnly(), Unasked())
        library.add(load(RUSSIAN.encode(), source="pool.txt", title="Бассейн"))

        reply = library.ask("Кто построил бассейн?")

        assert isinstance(reply, Answer)
        assert "Мира Окафор" in reply.excerpts[0].quote
