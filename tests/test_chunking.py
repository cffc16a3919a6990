"""Sentences to chunks: exact spans, whole sentences, the token budget, headings."""

from itertools import pairwise

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.chunking import chunks_of
from embeddings.errors import SourceError
from embeddings.loaders import load
from embeddings.types import Chunk, Document, Sentence
from tests.fakes import BagEncoder

BUDGET = 48


def cut(text: str, *, source: str = "a.md", budget: int = BUDGET) -> tuple[Document, list[Sentence], list[Chunk]]:
    document = load(text.encode(), source=source)
    return document, *chunks_of(document, BagEncoder().count_tokens, budget)


def check(document: Document, sentences: list[Sentence], chunks: list[Chunk], budget: int) -> None:
    count = BagEncoder().count_tokens
    held = set()
    for chunk in chunks:
        assert chunk.span.start == sentences[chunk.first].span.start
        assert chunk.span.end == sentences[chunk.last].span.end
        assert count([chunk.span.of(document.text)])[0] <= budget
        assert {sentences[at].heading for at in range(chunk.first, chunk.last + 1)} == {chunk.heading}
        held |= set(range(chunk.first, chunk.last + 1))
    assert held == set(range(len(sentences)))
    ends = 0
    for sentence in sentences:
        assert ends <= sentence.span.start < sentence.span.end <= len(document.text)
        ends = sentence.span.end


def test_a_chunk_never_crosses_a_heading_and_does_not_quote_it() -> None:
    document, _, chunks = cut("# Pool\n\n## Times\n\nOpen at seven.\n\n## Prices\n\nThree euros.")
    assert [chunk.span.of(document.text) for chunk in chunks] == ["Open at seven.", "Three euros."]
    assert [chunk.heading for chunk in chunks] == [("Times",), ("Prices",)]


def test_a_chunk_never_crosses_a_heading_that_stands_there_twice() -> None:
    document, _, chunks = cut("Welcome.\n\n# Pool\n\nOpen at seven.\n\n# Pool\n\nThree euros.")
    assert [chunk.span.of(document.text) for chunk in chunks] == ["Welcome.", "Open at seven.", "Three euros."]


def test_short_paragraphs_are_put_together_and_a_long_one_is_cut_with_overlap() -> None:
    document, sentences, chunks = cut("One short paragraph.\n\nAnother short one.")
    assert [chunk.span.of(document.text) for chunk in chunks] == [document.text]
    long = " ".join(f"Sentence number {number} has exactly seven words." for number in range(20))
    document, sentences, chunks = cut(long)
    check(document, sentences, chunks, BUDGET)
    assert len(chunks) > 2
    assert all(later.first == earlier.last for earlier, later in pairwise(chunks))


def test_captions_are_chunks_of_their_own() -> None:
    document, _, chunks = cut("Photo: Jo Marsh\n\nThe bridge is closed. It will open.", source="a.txt")
    assert [chunk.span.of(document.text) for chunk in chunks] == [
        "Photo: Jo Marsh",
        "The bridge is closed. It will open.",
    ]


def test_a_list_item_is_one_sentence_though_it_has_two() -> None:
    document, sentences, _ = cut("- Be kind. Be quick.\n- Be quiet.")
    assert [each.span.of(document.text) for each in sentences] == ["Be kind. Be quick.", "Be quiet."]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("word " * 5000, id="no sentence end in sight"),
        pytest.param("x" * 20_000, id="one word"),
        pytest.param("字" * 5000, id="no spaces"),
        pytest.param("👩‍👩‍👧‍👦" * 2000, id="emoji sequences"),
        pytest.param("e" + "\u0301" * 300 + "e", id="combining marks"),
        pytest.param("مرحبا بالعالم. " * 800, id="right to left"),
        pytest.param("- a\n" * 3000, id="a long list"),
        pytest.param("```\n" + "code line\n" * 900 + "```", id="a long code block"),
        pytest.param("\n\n".join(f"# H{n}\n\nText." for n in range(2000)), id="many headings"),
    ],
)
def test_hard_texts_keep_to_the_budget_and_are_cut_between_graphemes(text: str) -> None:
    document, sentences, chunks = cut(text)
    check(document, sentences, chunks, BUDGET)
    boundaries = {0, *(match.end() for match in regex.finditer(r"\X", document.text))}
    for sentence in sentences:
        assert {sentence.span.start, sentence.span.end} <= boundaries


@settings(max_examples=60)
@given(
    st.lists(st.text(alphabet="ab .!?\n#-*é字👍\u0301", min_size=1, max_size=120), min_size=1, max_size=12),
    st.integers(min_value=16, max_value=80),
)
def test_any_text_is_cut_exactly(paragraphs: list[str], budget: int) -> None:
    try:
        document, sentences, chunks = cut("\n\n".join(paragraphs), budget=budget)
    except SourceError:
        return
    check(document, sentences, chunks, budget)


@pytest.mark.parametrize("number", ["1,009,872", "10:30"])
def test_a_long_sentence_is_not_cut_inside_a_number(number: str) -> None:
    for before in range(20, 60):
        text = f"{'word ' * before}and {number} things, {'more ' * 40}end."
        document, sentences, _ = cut(text, source="a.txt")
        assert any(number in each.span.of(document.text) for each in sentences), before
