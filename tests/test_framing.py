"""Framing around a question, such as a greeting, does not prevent an answer: it is removed."""

import pytest

from embeddings.encoders import load_encoder
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.questions.framing import without_frame
from embeddings.readers import load_reader
from embeddings.store import Store
from embeddings.types import Answer

CLUB = b"""# The climbing club

## Visits

The hall opens at four in the afternoon and closes at ten. Guests pay six euros a visit, and members nothing.

## Gear

Shoes are lent at the desk. Ropes must be left hanging, since others use them. Chalk is sold by the warden.

## Joining

Whoever wants to join fills in a form, which Ada Lund keeps. A year costs ninety euros and is paid in January.
"""


@pytest.fixture(scope="module")
def club(store: Store) -> Library:
    library = Library(store, "framing", load_encoder(), load_reader())
    library.add(load(CLUB, source="club.md"))
    return library


@pytest.mark.parametrize("question", ["where can i get climbing shoes", "do you lend shoes"])
@pytest.mark.parametrize(
    "frame",
    [
        "hey guys, {}",
        "hi all! i was wondering, {}",
        "sorry if this was asked before but {}",
        "hi, i'm new here. quick question: {}",
        "could someone please tell me {} thanks in advance",
        "{} pls help",
    ],
)
def test_it_costs_no_answer(club: Library, frame: str, question: str) -> None:
    plain, framed = club.ask(question), club.ask(frame.format(question))
    assert isinstance(plain, Answer)
    assert isinstance(framed, Answer)
    assert framed.excerpts[0].quote == plain.excerpts[0].quote
    assert framed.confidence == pytest.approx(plain.confidence, abs=1e-3)


def test_an_earlier_question_is_leant_on_without_it(club: Library) -> None:
    reply = club.ask("and when does it close?", history=["hello! does anyone know when the hall opens? ty"])
    assert reply.interpreted_question == "when the hall opens? and when does it close?"


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("hey guys, when does the hall open?", "when does the hall open?"),
        ("yo is the hall open lol", "is the hall open"),
        ("Hi all, does anyone know if dogs may come in? Thanks a lot!", "dogs may come in?"),
        ("sorry to bother you, how do i join", "how do i join"),
        ("just a quick question - how do i join pls help me", "how do i join"),
        ("I'm new to this server, what may I post?", "what may I post?"),
        ("I was wondering whether I can bring a rope", "I can bring a rope"),
        ("i still don't know how to tie in", "how to tie in"),
        ("good evening! opening hours?", "opening hours?"),
        ("does anyone know when?", "when?"),
        ("when is it open? anyone?", "when is it open?"),
    ],
)
def test_what_asks_is_left(said: str, asked: str) -> None:
    assert without_frame(said) == asked


@pytest.mark.parametrize(
    "said",
    [
        "hey guys",
        "Thanks a lot!",
        "hello world example",
        "hi-res pictures",
        "can anyone join",
        "can you tell me the door code",
        "who knows the door code",
        "i have a question about the rope",
        "question marks in names?",
        "how do I say thank you",
        "May members climb as they please?",
        "who is ty",
        "how do i get help",
    ],
)
def test_what_a_question_is_about_is_kept(said: str) -> None:
    assert without_frame(said) == said
