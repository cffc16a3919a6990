"""Questions for a statement: its speaker and topic, and that it is found even if the report says "he" or uses the first person."""

import numpy as np
import pytest

from embeddings.encoders import load_encoder
from embeddings.evidence.features import described, stated
from embeddings.library import Library
from embeddings.loaders.markdown import load_markdown
from embeddings.questions.statements import (
    is_by_the_last_speaker,
    matter_asked,
    says,
    speaker_asked,
    speaker_named,
    without_speakers,
)
from embeddings.readers import load_reader
from embeddings.store import Store
from embeddings.types import Answer, NotFound
from tests.fakes import BagEncoder
from tests.indexes import found_in, index_of_one

REPORT = """# The council meets

The old bridge will be closed in May, Paul Novak said on Tuesday. He also complained of the ferry, which is slow and dear.

Mira Adler told the council that the pools are too cold for children.

My own children have not been in the ferry harbour since last summer, when the water was brown.

The library stays open on Sundays. Visitors from the northern states, blind or not, find a lift there.

## The library

When I am here, he said, the lift is broken.
"""


@pytest.fixture(scope="module")
def library(store: Store) -> Library:
    found = Library(store, "statements", load_encoder(), load_reader())
    found.add(load_markdown(REPORT, source="report.md"))
    return found


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        pytest.param("What did Adler say of the pool?", "The pool is cold, Adler said.", 1.0, id="said behind"),
        pytest.param("What did Adler say of the pool?", "Adler told Novak that it is cold.", 1.0, id="told before"),
        pytest.param("What did Novak say of the pool?", "Adler told Novak that it is cold.", -1.0, id="who listens"),
        pytest.param("What is cold according to Adler?", "According to Adler, it is cold.", 1.0, id="according to"),
        pytest.param("What is cold in Adler's opinion?", '"So cold," said the mayor, Novak.', -1.0, id="another"),
        pytest.param("What did Adler say of the pool?", "It is cold, he added.", 0.0, id="a pronoun may be anybody"),
        pytest.param("When does the pool open?", "It opens at seven, Adler said.", 0.0, id="nobody's statement"),
        pytest.param("What did Adler say of it?", "Mayor Mira Adler said it is cold.", 1.0, id="a longer name"),
        pytest.param("What did Mira Adler say of it?", "Adler said it is cold.", 1.0, id="a shorter name"),
        pytest.param("What did Mira Adler say of it?", "Paul Adler said it is cold.", 0.0, id="perhaps another one"),
        pytest.param(
            "What did Adler say of it?", "According to the Greek leader, it is cold.", 0.0, id="a title is no name"
        ),
        pytest.param(
            "What did Adler say of it?", "It is cold in the United States, too.", 0.0, id="states say nothing"
        ),
        pytest.param("What did Adler say of it?", "It is cold, with Adler saying so.", 1.0, id="saying"),
        pytest.param("What did Adler say of it?", "All blamed Adler, the mayor, for it.", 0.0, id="who is blamed"),
        pytest.param("What did Adler say of it?", "The pool is called Adler.", 0.0, id="what is called so"),
        pytest.param("What did Żurek say of it?", "It is cold, Żurek said.", 1.0, id="any capital"),
        pytest.param(
            "What did Adler say of it?",
            "Mira Adler, who teaches at Port Ellen Co. in Oban, and wrote the book, said it is cold.",
            1.0,
            id="with more about her between",
        ),
        pytest.param("What did Adler say of it?", "Adler (Oban East) joked it is cold.", 1.0, id="a bracket between"),
        pytest.param(
            "What did Ott say of it?", "The club's CTO, Ina Ott, said it is cold.", 1.0, id="an office before"
        ),
        pytest.param(
            "What did Oban say of it?", "At Oban, the port, Adler said it is cold.", -1.0, id="where it was said"
        ),
    ],
)
def test_whose_statement_a_sentence_is(question: str, sentence: str, found: float) -> None:
    assert says(speaker_asked(question), sentence) == found


@pytest.mark.parametrize(
    ("question", "name"),
    [
        pytest.param("what did ott say about the ferry", {"ott"}, id="in small letters"),
        pytest.param("according to ina ott, who paid?", {"ina", "ott"}, id="two words of a name"),
        pytest.param("what did the mayor say", set(), id="an office"),
        pytest.param("what do members say", set(), id="several"),
        pytest.param("what does rule 5 say about trades", set(), id="a number"),
        pytest.param("what opens at noon?", set(), id="nobody says anything"),
    ],
)
def test_who_is_asked_for_a_statement_by_name_is_told_without_capitals(question: str, name: set[str]) -> None:
    assert speaker_named(question) == name


def test_who_speaks_is_not_what_is_spoken_of() -> None:
    assert (
        without_speakers("Adler said that Ott is late, Novak added.").split() == "said that Ott is late, added.".split()
    )


@pytest.mark.parametrize(
    ("question", "found"),
    [
        pytest.param("Who is Adler?", [False, True], id="who somebody is"),
        pytest.param("What is Adler?", [False, False], id="what something is, which a reader knows better"),
    ],
)
def test_who_somebody_is_is_answered_by_what_says_that(question: str, found: list[bool]) -> None:
    text = "# Pool\n\nAdler came late. The keys are with our treasurer, Mira Adler.\n"
    index = index_of_one(load_markdown(text, source="pool.md"), BagEncoder())
    assert described(found_in(index, question), np.array([0, 1])).tolist() == found


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Adler said that Ott is late.", True),
        ("It is late, Ott said, and Adler added that it is cold.", False),
    ],
)
def test_a_statement_of_somebody_is_not_one_beside_theirs(sentence: str, found: bool) -> None:
    index = index_of_one(load_markdown(f"# Pool\n\n{sentence}\n", source="pool.md"), BagEncoder())
    question = "What did Adler say about Ott?"
    assert stated(found_in(index, question), np.array([0])).tolist() == [found]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("He also complained that it is cold, she said.", True),
        ("My pools have been cold since I was a child.", True),
        ('They say that "my pools" are warm.', False),
        ("They are closed in May.", False),
        ("“The water is brown.”", True),
        ("Novak said he has seen it.", False),
        ("Novak said he has told them.", False),
        ("My wife, Adler said, has seen it.", False),
        ("Our pool opens at seven.", False),
        ("World War I destroyed it.", False),
        ("Elizabeth I ruled.", False),
        ("Yesterday, when I came, it was closed.", True),
    ],
)
def test_what_is_told_by_somebody_named_before(sentence: str, found: bool) -> None:
    assert is_by_the_last_speaker(sentence) is found


@pytest.mark.parametrize(
    ("question", "matter"),
    [
        ("What did Adler say about the cold pools?", ("pools", "cold")),
        ("what does adler think of the sanctions on Greece", ("sanctions", "greece")),
        ("How did Adler describe the bridge?", ("bridge",)),
        ("What did Adler tell Novak about the pools?", ("pools",)),
        ("How does Adler feel about the pools?", ("pools",)),
        ("What did Adler remark on the pools?", ("pools",)),
        ("What did Adler warn about?", ()),
        ("What did Adler warn Novak about the pools?", ("pools",)),
        pytest.param("What did Adler thank Novak for?", (), id="not any statement would do"),
        pytest.param("Why did Adler say that?", (), id="a reason"),
        pytest.param("When did Adler say that of the pools?", (), id="a time"),
    ],
)
def test_what_a_statement_is_asked_of(question: str, matter: tuple[str, ...]) -> None:
    assert matter_asked(question) == matter
    assert "adler" in speaker_asked(question)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        pytest.param("What did Adler say about the pools?", "too cold for children", id="by name"),
        pytest.param("What did Novak say about the ferry?", "slow and dear", id="by a pronoun"),
        pytest.param("What did Adler say about the ferry harbour?", "the water was brown", id="in the first person"),
        pytest.param("What does Novak think of the old bridge?", "closed in May", id="thinks"),
    ],
)
def test_what_somebody_says_of_something_is_found(library: Library, question: str, words: str) -> None:
    reply = library.ask(question)
    assert isinstance(reply, Answer)
    assert words in reply.excerpts[0].quote


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("What did Novak say about the pools?", id="only another speaks of it"),
        pytest.param("What did Adler say about the theatre?", id="it is not mentioned"),
        pytest.param("What did Adler say about the library?", id="nobody speaks of it"),
        pytest.param("What did Ott say about the ferry?", id="who is asked for says nothing"),
        pytest.param("What did Adler say about the lift?", id="what stands below another heading is not hers"),
    ],
)
def test_what_somebody_does_not_say_is_not_answered(library: Library, question: str) -> None:
    assert isinstance(library.ask(question), NotFound)
