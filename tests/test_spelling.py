"""Misspelt questions: what is corrected, and what must be left alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.answer import to_json
from embeddings.encoders import load_encoder
from embeddings.keywords import words
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.readers import load_reader
from embeddings.spelling import Vocabulary, with_apostrophes
from embeddings.store import Store
from embeddings.types import Answer

ARTICLE = (
    "The harbour pool opens in April. The meeting about its accessibility took place in Iran. Qzorblax is its mascot. "
    "Open doors await his wife.\n"
)
HAS = frozenset(ARTICLE.casefold().replace(".", "").split())


def corrected(question: str, language: str = "en") -> str:
    return Vocabulary([ARTICLE]).corrected(question, language, HAS.__contains__)


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        pytest.param("where was the meetng?", "where was the meeting?", id="a letter left out"),
        pytest.param("when does the haarbour open?", "when does the harbour open?", id="a letter too many"),
        pytest.param("which plsce?", "which place?", id="another letter"),
        pytest.param("is the harbuor open?", "is the harbour open?", id="two swapped"),
        pytest.param("how is the acessiblity?", "how is the accessibility?", id="two slips in a long word"),
        pytest.param("Qzorblx?", "Qzorblax?", id="a name that no dictionary knows"),
        pytest.param("HARBUOR?", "HARBOUR?", id="in capitals"),
        pytest.param("the harbuor's pool", "the harbour's pool", id="before a possessive"),
    ],
)
def test_a_slip_is_put_right_by_the_words_of_the_articles(question: str, meant: str) -> None:
    assert corrected(question) == meant


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        pytest.param("where do u meet?", "where do you meet?", id="of what names nothing"),
        pytest.param("how many ppl meet?", "how many people meet?", id="as the articles have it"),
        pytest.param("which mods meet?", "which mods meet?", id="not what they have themselves"),
        pytest.param("where is the fridge?", "where is the fridge?", id="nor what they have neither way"),
        pytest.param("the u-turn and @ppl", "the u-turn and @ppl", id="nor a part of a word"),
    ],
)
def test_what_is_in_short_is_written_out(question: str, meant: str) -> None:
    has = {"moderators", "mods", "people", "where", "meet", "do", "the"}
    assert Vocabulary(["no text"]).corrected(question, "en", has.__contains__) == meant
    assert Vocabulary(["no text"]).corrected(question, "fr", has.__contains__) == question


CLUB = (
    b"# The chess club\n\nForty people come on a usual evening. Moderators who break a rule are warned like all others. "
    b"The refrigerator in the kitchen is emptied on Mondays. Whoever wants a picture of the hall may take one.\n"
)


@pytest.mark.parametrize("question", ["how many ppl show up", "what about the fridge"])
def test_what_is_in_short_is_answered(question: str, store: Store) -> None:
    library = Library(store, question, load_encoder(), load_reader())
    library.add(load(CLUB, source="club.md"))
    assert isinstance(library.ask(question), Answer)


def test_of_very_many_unknown_words_the_first_are_put_right() -> None:
    misspelt = ["accessibility"[:at] + "q" + "accessibility"[at:] for at in range(1, 13)]
    assert corrected(" ".join([*misspelt, misspelt[0], "meetng"])) == "accessibility " * 13 + "meetng"


HYPHENED = "His re-election was told by e-mail. The Straße-Bahn was re-signed. Who co‑opted it? The well-known cofounder has Covid-19. A recreation ground, for re-creation.\n"


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        pytest.param("was he reelected?", "was he re-elected?", id="in another form"),
        pytest.param("whose Email?", "whose E-mail?", id="with a capital"),
        pytest.param("who has covid19?", "who has covid-19?", id="before a number"),
        pytest.param("who is the co-founder?", "who is the cofounder?", id="the other way round"),
        pytest.param("where is the recreation ground?", "where is the recreation ground?", id="the articles have both"),
        pytest.param("what is well-known?", "what is well-known?", id="as it is written"),
        pytest.param("write to email@x.example", "write to email@x.example", id="part of an address"),
        pytest.param("a co-pilot?", "a co-pilot?", id="neither is there"),
        pytest.param("the Straßebahn", "the Straße-bahn", id="a letter that is two in lower case"),
        pytest.param("who coopted it?", "who co-opted it?", id="another sort of hyphen"),
        pytest.param("when did he resign?", "when did he resign?", id="another word with a hyphen"),
    ],
)
def test_a_word_with_a_hyphen_is_found_without_it_and_the_other_way_round(question: str, meant: str) -> None:
    known = frozenset(words(HYPHENED))
    assert Vocabulary([HYPHENED]).corrected(question, "en", known.__contains__) == meant


def test_a_hyphen_that_makes_another_word_is_not_taken_away() -> None:
    article = "He may resign. The cofounder stays."
    known = frozenset(words(article))
    assert Vocabulary([article]).corrected("when did he re-sign?", "en", known.__contains__) == "when did he re-sign?"
    assert Vocabulary([article]).corrected("the co-founder?", "en", known.__contains__) == "the cofounder?"


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Where is Iraq?", id="another word of the language, however near"),
        pytest.param("Is the inaccessibility known?", id="an opposite"),
        pytest.param("Isn't the pool hasn't?", id="contractions"),
        pytest.param("the pol", id="words too short to tell"),
        pytest.param("is there wifi?", id="a short word with a letter far from the other's key"),
        pytest.param("what does OPEC sell", id="an abbreviation near a word"),
        pytest.param("frobnicator", id="nothing is near"),
        pytest.param("v1.2.meetng_2 https://x.example/harbuor_1", id="identifiers"),
        pytest.param("Wann öffnet das Schwimmbad?", id="another language's words"),
    ],
)
def test_what_is_no_slip_stays(question: str) -> None:
    assert corrected(question) == question


def test_the_beginning_of_a_longer_word_is_no_slip() -> None:
    found = Vocabulary(["The guildhallsouth is open."])
    assert found.corrected("where is the guildhallsou?", "en", HAS.__contains__) == "where is the guildhallsou?"
    assert found.corrected("where is the guildhallsoth?", "en", HAS.__contains__) == "where is the guildhallsouth?"


def test_a_language_without_a_dictionary_is_left_alone() -> None:
    assert corrected("meetng", "tr") == "meetng"


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("whats open?", "what's open?"),
        ("Dont they leave", "Don't they leave"),
        ("WHATS OPEN", "WHAT'S OPEN"),
        ("why isnt it, and whos there", "why isn't it, and who's there"),
        ("were its lets well ill wed hell", "were its lets well ill wed hell"),
        ("what's whats.example/dont", "what's whats.example/dont"),
        ("Whatſ open, whereſ he", "Whatſ open, whereſ he"),
    ],
)
def test_contractions_get_their_apostrophes_where_they_are_no_other_words(question: str, meant: str) -> None:
    assert with_apostrophes(question) == meant


def test_a_negation_without_its_apostrophe_stays_one(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        library = Library(store, "local", load_encoder())
        library.add(load(b"The work is done. Adults pay at the pool.\n", source="pool.txt"))
        reply = library.ask("which of the adults dont pay")
    assert reply.interpreted_question == "which of the adults don't pay"


@given(st.text(max_size=60))
def test_nothing_but_latin_words_is_touched(question: str) -> None:
    again = corrected(question)
    assert [each for each in again if not each.isalpha()] == [each for each in question if not each.isalpha()]


def test_a_misspelt_question_is_answered_and_says_how_it_was_understood(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        library = Library(store, "local", load_encoder())
        library.add(load(ARTICLE.encode(), source="pool.txt"))
        reply = library.ask("when does the harbuor pool open")
    assert isinstance(reply, Answer)
    assert to_json(reply)["interpreted_question"] == "when does the harbour pool open"
    assert reply.question == "when does the harbuor pool open"
