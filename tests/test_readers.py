"""Readers: the bundled model, models that a host names, and the use of their readings."""

import json
import pickle
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings.encoders import load_encoder
from embeddings.encoders.models import default_model_folder, default_tokenizer
from embeddings.errors import ModelChangedError, ModelMissingError
from embeddings.protocols import Reading
from embeddings.readers import load_reader
from embeddings.readers.bundled import PATH, find_bundled, open_session, read_passage, shortened
from embeddings.readers.named import PassageReader, SpanReader
from embeddings.readers.sums import PATH as SUMS
from embeddings.readers.sums import adds_up_exactly
from embeddings.types import Span

PASSAGE = "The lighthouse was built in 1811 by Ada Marsh. Its lamp burns whale oil. The harbour master lives beside it."


def best(reading: Reading) -> Span:
    """The likeliest answer of at most ten tokens."""
    scores = reading.starts[:, None] + reading.ends[None, :]
    scores[~np.triu(np.tri(len(scores), k=9, dtype=bool))] = -np.inf
    first, last = divmod(int(scores.argmax()), len(scores))
    return Span(int(reading.offsets[first, 0]), int(reading.offsets[last, 1]))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When was the lighthouse built?", "1811"),
        ("Who built it?", "Ada Marsh"),
        ("What does its lamp burn?", "whale oil"),
    ],
)
def test_the_bundled_reader_finds_the_words_that_answer(question: str, answer: str) -> None:
    reader = load_reader()
    assert reader is not None
    (reading,) = reader.read(question, [PASSAGE])
    assert answer in best(reading).of(PASSAGE)


@pytest.mark.parametrize(
    ("question", "begins", "ends"),
    [
        pytest.param("Once upon a time " * 40 + "who built it?", "", "who built it?", id="the end of a long message"),
        pytest.param(
            "Who built this: https://x.example/" + "a" * 400, "Who built this:", "a", id="but not of an address"
        ),
        pytest.param("Who built it?", "Who built it?", "Who built it?", id="a short one whole"),
    ],
)
def test_of_a_long_question_a_part_is_read_that_asks(question: str, begins: str, ends: str) -> None:
    found = shortened(question)
    assert found.startswith(begins)
    assert found.endswith(ends)
    assert 0 < len(found) <= 300


def test_a_passage_that_answers_has_better_odds_than_one_that_does_not() -> None:
    reader = load_reader()
    assert reader is not None
    answering, other = reader.read("When was the lighthouse built?", [PASSAGE, "Its lamp burns whale oil every night."])
    assert answering.answers > 0 > other.answers


def test_every_processor_reads_alike() -> None:
    """Processors without VNNI by default sum 8-bit products in 16 bits, with saturation, which changes the log-odds of an answer: with an
    earlier reader they were higher by .68 and .43."""
    reader = load_reader()
    assert reader is not None
    passage = files("embeddings").joinpath("data/sample_article.md").read_text(encoding="utf-8")[1800:2700]
    (answered,) = reader.read("How many American troops remain in Syria?", [passage])
    (missing,) = reader.read("What is the population of Syria?", [passage])
    assert (answered.answers, missing.answers) == pytest.approx((5.38, 0.34), abs=0.15)


def test_it_is_known_whether_this_processor_cuts_off_large_sums() -> None:
    """If it does, exact sums give another reading; if not, both readings are the same to the last bit."""
    tokenizer = default_tokenizer(default_model_folder())
    encoding = tokenizer.encode("When was the lighthouse built?", PASSAGE * 5)
    ways = [read_passage(open_session(PATH.read_bytes(), exact=exact), encoding) for exact in (True, False)]
    assert adds_up_exactly() == (ways[0].answers == ways[1].answers)


def test_sums_that_are_not_what_they_are_by_themselves_are_found_out(tmp_path: Path) -> None:
    sums = SUMS.read_bytes()
    (less := tmp_path / "less.onnx").write_bytes(sums.replace(bytes([127]) * 1024, bytes([126]) * 1024))
    assert len(sums.replace(bytes([127]) * 1024, b"")) == len(sums) - 1024
    assert not adds_up_exactly(less)


def test_readings_come_in_the_order_of_their_passages() -> None:
    """Internally, the longest passage is read first."""
    reader = load_reader()
    assert reader is not None
    passages = ["Its lamp burns whale oil.", PASSAGE * 2, PASSAGE]
    read = reader.read("Who built it?", passages)
    assert [int(each.offsets[-1, 1]) for each in read] == [len(passage) for passage in passages]


def test_a_passage_is_read_alike_alone_and_among_others() -> None:
    reader = load_reader()
    assert reader is not None
    (alone,) = reader.read("Who built it?", [PASSAGE])
    _, among = reader.read("Who built it?", [PASSAGE * 2, PASSAGE])
    assert best(alone) == best(among)


def test_a_long_question_and_a_long_passage_are_cut_to_what_the_model_can_read() -> None:
    reader = load_reader()
    assert reader is not None
    (reading,) = reader.read("well, " * 300 + "who built the lighthouse?", [PASSAGE * 40])
    assert 0 < int(reading.offsets[-1, 1]) < len(PASSAGE * 40)
    assert "Ada Marsh" in best(reading).of(PASSAGE * 40)


MANY_TOKENS = ("q한" * 25 + " ") * 6


def test_a_question_of_more_tokens_than_fit_is_cut_as_well() -> None:
    reader = load_reader()
    assert reader is not None
    (reading,) = reader.read(MANY_TOKENS, [PASSAGE])
    assert len(reading.offsets) > 0


def test_a_question_of_more_tokens_than_a_named_model_takes_is_cut_as_well(tmp_path: Path) -> None:
    reader = load_reader(tiny(tmp_path, "span"))
    assert reader is not None
    (reading,) = reader.read("a." * 150, [PASSAGE.lower()])
    assert len(reading.offsets) > 0


def test_an_altered_model_is_refused(tmp_path: Path) -> None:
    (copy := tmp_path / "reader.onnx").write_bytes(PATH.read_bytes()[:-1] + b"!")
    with pytest.raises(ModelChangedError, match="install it again"):
        find_bundled(copy)


def test_there_is_no_reader_where_none_is_installed_or_wanted(tmp_path: Path) -> None:
    assert find_bundled(tmp_path / "reader.onnx") is None
    assert load_reader("none") is None


def tiny(folder: Path, kind: str) -> str:
    """A model of this kind with random weights and a vocabulary of letters."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import (
        BertConfig,
        BertForMaskedLM,
        BertForQuestionAnswering,
        BertForSequenceClassification,
        PreTrainedTokenizerFast,
    )

    letters = "abcdefghijklmnopqrstuvwxyz0123456789.?,"
    vocabulary = {
        word: at
        for at, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *("##" + each for each in letters)])
    }
    inner = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    inner.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=inner,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=256,
    )
    torch.manual_seed(0)
    sizes: dict[str, Any] = {
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
    }
    labels: dict[str, Any] = {"num_labels": 1 if kind == "passage" else 2}
    config = BertConfig(vocab_size=len(vocabulary), max_position_embeddings=256, **sizes, **labels)
    made = {"span": BertForQuestionAnswering, "passage": BertForSequenceClassification, "other": BertForMaskedLM}[kind]
    made(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def test_a_question_answering_model_in_a_folder_reads(tmp_path: Path) -> None:
    reader = load_reader(tiny(tmp_path, "span"))
    assert isinstance(reader, SpanReader)
    one, other = reader.read("who built it?", [PASSAGE.lower(), "nobody."])
    assert len(one.starts) == len(one.ends) == len(one.offsets)
    assert PASSAGE.lower()[slice(*one.offsets[1])] == "h"
    assert other.offsets[-1].tolist() == [6, 7]
    assert len(reader.sha256) == 64


def test_a_cross_encoder_in_a_folder_tells_passages_apart_without_spans(tmp_path: Path) -> None:
    reader = load_reader(tiny(tmp_path, "passage"))
    assert isinstance(reader, PassageReader)
    one, other = reader.read("who built it?", [PASSAGE.lower(), "nobody."])
    assert one.answers != other.answers
    assert len(one.offsets) == 0


@pytest.mark.parametrize("kind", ["span", "passage", "encoder"])
def test_a_pickle_is_never_opened(tmp_path: Path, kind: str) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return exec, (f"open({str(tmp_path / 'exploded')!r}, 'w').close()",)

    folder = Path(tiny(tmp_path / "model", "span" if kind == "encoder" else kind))
    (folder / "elsewhere").mkdir()
    (folder / "model.safetensors").rename(folder / "elsewhere" / "model.safetensors")
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Bomb()))
    opened = {"encoder": lambda: load_encoder(str(folder)).identity}.get(kind, lambda: load_reader(str(folder)))
    with pytest.raises(ModelMissingError):
        opened()
    assert not (tmp_path / "exploded").exists()


def test_code_that_comes_with_a_model_is_never_run(tmp_path: Path) -> None:
    folder = Path(tiny(tmp_path / "model", "span"))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config |= {"auto_map": {"AutoConfig": "bomb.Bomb"}, "model_type": "bomb"}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "bomb.py").write_text(f"open({str(tmp_path / 'exploded')!r}, 'w').close()", encoding="utf-8")
    with pytest.raises(ModelMissingError):
        load_reader(str(folder))
    with pytest.raises(ModelMissingError):
        _ = load_encoder(str(folder)).identity
    assert not (tmp_path / "exploded").exists()


def test_a_model_that_cannot_read_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="neither a question-answering model nor a cross-encoder"):
        load_reader(tiny(tmp_path / "model", "other"))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text(json.dumps({"architectures": ["Nothing"]}))
    with pytest.raises(ModelMissingError):
        load_reader(str(tmp_path / "broken"))
