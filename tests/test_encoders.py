"""The default encoder: its path for questions must agree with its path for passages."""

import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread

import numpy as np
import pytest

from embeddings.encoders import load_encoder
from embeddings.encoders.bundled import BundledEncoder
from embeddings.encoders.models import default_model_folder
from embeddings.encoders.sentence import SentenceEncoder
from embeddings.errors import ModelChangedError, ModelMissingError
from embeddings.protocols import Encoder

TEXTS = ("Who?", "Why is the pool closed on Mondays?", "İstanbul’da 25 °C \N{SNOWMAN}", "a pool " * 400)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


@pytest.fixture(scope="module")
def named() -> Encoder:
    """The same model, loaded like one that a host names."""
    return load_encoder(str(default_model_folder()))


def test_questions_have_the_vectors_that_sentence_transformers_gives_them(encoder: Encoder, named: Encoder) -> None:
    assert isinstance(named, SentenceEncoder)
    cosines = (encoder.encode_queries(TEXTS) * named.encode_queries(TEXTS)).sum(axis=1)
    # The named model computes in bfloat16 on processors that support it.
    assert cosines.min() > 0.9998


def test_a_question_has_the_same_vector_in_company(encoder: Encoder) -> None:
    together = encoder.encode_queries(TEXTS)
    alone = np.concatenate([encoder.encode_queries([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_it_is_what_the_named_model_is(encoder: Encoder, named: Encoder) -> None:
    assert (encoder.max_tokens, encoder.identity.dimension) == (named.max_tokens, named.identity.dimension)
    assert encoder.identity.sha256 == named.identity.sha256
    assert encoder.count_tokens(TEXTS) == named.count_tokens(TEXTS)


def test_another_tokenizer_with_the_same_weights_is_refused(tmp_path: Path) -> None:
    """Its tokens, and so its vectors, would differ from those of articles added before."""
    folder = default_model_folder()
    words = (folder / "tokenizer.json").read_text(encoding="utf-8")
    (tmp_path / "tokenizer.json").write_text(words.replace('"lowercase":true', '"lowercase":false'), encoding="utf-8")
    encoder = BundledEncoder(tmp_path, "", SentenceEncoder("", folder, ""))
    with pytest.raises(ModelChangedError, match="install it again"):
        encoder.count_tokens(["Who?"])


@pytest.mark.parametrize("_", range(3))
def test_two_threads_may_need_the_model_first(_: int) -> None:
    encoder = load_encoder(str(default_model_folder()))
    both = Barrier(2)

    def identify() -> None:
        both.wait()
        assert encoder.identity.dimension == 384

    def encode() -> None:
        both.wait()
        assert len(encoder.encode_passages(["Who?"])) == 1

    threads = [Thread(target=work, daemon=True) for work in (identify, encode)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)


def test_a_folder_of_nobody_is_no_model() -> None:
    with pytest.raises(ModelMissingError, match="neither a folder here nor a model"):
        load_encoder("~nobodyhere/model")


def test_nothing_makes_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode_queries([]).shape == encoder.encode_passages([]).shape == (0, encoder.identity.dimension)
    assert encoder.count_tokens([]) == []


def test_a_question_is_answered_without_torch(tmp_path: Path) -> None:
    script = """
import sys
from bot.cli import run
assert run(["--data-dir", sys.argv[1], "ask", "Who runs the pool?"]) == 0
print(sorted({"torch", "transformers", "sentence_transformers", "discord"} & set(sys.modules)))
"""
    article = tmp_path / "pool.txt"
    article.write_text("Mira Okafor runs the pool.")
    command = [sys.executable, "-m", "bot", "--data-dir", str(tmp_path / "data"), "add", str(article)]
    subprocess.run(command, check=True, capture_output=True)
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "data")], capture_output=True, text=True, check=True
    )
    assert "Mira Okafor" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"
