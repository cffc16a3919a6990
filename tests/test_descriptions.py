"""Descriptions: what a sentence says that somebody or something is."""

import pytest

from embeddings.questions.descriptions import described_in


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        ("who is mira adler", "It is cold, said Mira Adler, a teacher from Oban.", "a teacher from Oban"),
        ("Who is Mira Adler?", "Mira Adler, Head of Pools at Oban, said so.", "Head of Pools at Oban"),
        ("Who is Mira Adler?", "He met his Greek colleague, Mira Adler.", "his Greek colleague"),
        ("who is adler", "He met his Greek colleague, Mira Adler.", "his Greek colleague"),
        ("Who is Adler?", "Ott and Adler, the mayors of Oban and Bute, met.", "the mayors of Oban and Bute"),
        (
            "Who is Mira Adler?",
            "They came for a meeting with the head of the pool, Mira Adler.",
            "the head of the pool",
        ),
        ("Who is Mira Adler?", "Gov. Mira Adler came late.", "Gov. Mira Adler"),
        ("Who is Adler?", "Deputy Mayor Mira Adler came late.", "Deputy Mayor Mira Adler"),
        ("Who is Ina Ott?", "U.S. Sen. Ina Ott came late.", "U.S. Sen. Ina Ott"),
        ("Who is Mira Adler?", "It is cold, said Adler, 51, the mayor.", "the mayor"),
        ("Who was Adler?", "Adler was one of the first swimmers of Oban.", "one of the first swimmers of Oban"),
        ("what's a rill", "A rill (a small stream) runs there.", "a small stream"),
        ("What are rills?", "The rills — the streams of the hill — are dry.", "the streams of the hill"),
        ("what does CPU stand for?", "The central processing unit (CPU) is hot.", "central processing unit"),
        ("What does CPU mean?", "The CPU (central processing unit) is hot.", "central processing unit"),
    ],
)
def test_what_is_said_of_a_name_is_found(question: str, sentence: str, found: str) -> None:
    span = described_in(question, sentence)
    assert span is not None
    assert span.of(sentence) == found


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        pytest.param("Who is Adler?", "Adler, Ott and Novak came.", id="a list of names"),
        pytest.param("Who is the coach of Oban?", "Oban, the port, has a pool.", id="what an office belongs to"),
        pytest.param("Who is Adler?", "Adler (Адлер Adler?) came.", id="how it is said elsewhere"),
        pytest.param("Who is Mira Adler?", "Yesterday Mira Adler came.", id="a word that begins the sentence"),
        pytest.param("Who is Adler?", "Mira Adler came.", id="a first name"),
        pytest.param("Who is Adler?", "Ott is a swimmer.", id="somebody else"),
        pytest.param("When was Adler a swimmer?", "Adler, a swimmer, came.", id="nobody asks who she is"),
    ],
)
def test_what_says_nothing_of_it_is_not(question: str, sentence: str) -> None:
    assert described_in(question, sentence) is None
