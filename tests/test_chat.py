"""The terminal conversation: follow-ups, citations opened in their context, and wrong input."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from bot.terminal.chat import Chat
from bot.terminal.screen import put
from embeddings.library import Library
from embeddings.questions.small_talk import is_small_talk
from embeddings.sources import read
from embeddings.store import Store
from tests.command import POOL
from tests.fakes import BagEncoder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    (tmp_path / "pool.md").write_text(POOL, encoding="utf-8")
    with Store.open(tmp_path / "data") as store:
        library = Library(store, "local", BagEncoder())
        library.add(read(str(tmp_path / "pool.md")))
        yield library


@pytest.fixture
def talk(library: Library, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> "Talk":
    return Talk(library, capsys, monkeypatch)


class Talk:
    """Types lines into a chat and returns what is printed."""

    def __init__(self, library: Library, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.library, self._capsys, self._monkeypatch = library, capsys, monkeypatch

    def __call__(self, *lines: str | bytes) -> str:
        typed = b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed), encoding="utf-8"))
        Chat(self.library).run()
        printed = self._capsys.readouterr()
        assert printed.err == ""
        return printed.out


def test_a_follow_up_leans_on_the_question_before(talk: Talk) -> None:
    said = talk("Who built the pool?", "and when?", "/history")
    assert said.count("│ Mira Okafor built the pool in 1987. [1]") == 2
    assert said.count("Understood as: Who built the pool? and when?") == 1
    assert said.endswith("Who built the pool?\nand when?\n")


def test_small_talk_is_not_looked_up_nor_leant_on(talk: Talk) -> None:
    said = talk("Who built the pool?", "Thanks a lot! 🙂", "and when?")
    assert said.count("That is no question for the articles") == 1
    assert "Understood as: Who built the pool? and when?" in said


@pytest.mark.parametrize(
    "words",
    [
        "Thanks!",
        "hi bot",
        "ok, got it",
        "Very good, thank you so much.",
        "thanks, that helped",
        "Great, that’s all",
        "haha nice",
        "no worries",
        "thanks a bunch for the quick answer",
        "that's exactly what i needed, thx",
    ],
)
def test_small_talk_asks_nothing(words: str) -> None:
    assert is_small_talk(words)


@pytest.mark.parametrize(
    "words",
    [
        "help",
        "pool",
        "thanks, and when?",
        "thanks, how do I swim",
        "the answer",
        "ok i needed help",
        "Is that so?",
        "good swimmers",
        "7",
        "ok?",
        "!",
    ],
)
def test_what_asks_is_no_small_talk(words: str) -> None:
    assert not is_small_talk(words)


def test_forgotten_questions_are_not_leant_on(talk: Talk) -> None:
    assert "Understood as" not in talk("Who built the pool?", "/new", "and when?")


def test_a_citation_opens_among_its_neighbours_also_after_a_question_without_an_answer(talk: Talk) -> None:
    said = talk("Who built the pool?", "What do sharks eat?", "/open [1]")
    opened = said.split("do not seem to answer")[1]
    assert "[1] Pool, paragraph 2\n" in opened
    assert "  The pool opens at seven in the morning.\n\n  ⟦Mira Okafor built the pool in 1987.⟧\n" in opened


def test_a_citation_of_an_article_that_has_changed_says_so(
    talk: Talk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chat = Chat(talk.library)
    chat.respond("Who built the pool?")
    (tmp_path / "pool.md").write_text(POOL.replace("1987", "1988"), encoding="utf-8")
    talk.library.add(read(str(tmp_path / "pool.md")))
    put(chat.respond("/open 1"))
    opened = capsys.readouterr().out
    assert "⟦Mira Okafor built the pool in 1987.⟧" in opened
    assert "has changed since" in opened


def test_a_citation_of_an_article_that_is_gone_is_told(talk: Talk) -> None:
    chat = Chat(talk.library)
    chat.respond("Who built the pool?")
    talk.library.remove([each.id for each in talk.library.articles()])
    assert "There is no article with the id" in str(chat.respond("/open 1"))


def test_what_is_typed_wrongly_is_told_and_the_conversation_goes_on(talk: Talk) -> None:
    said = talk(
        "/open 1", "/sources", "/nothing", "/open nine", " ", "?!", b"\xff\xfe", "Who built the pool?", "/open 9"
    )
    assert "There is no citation to open yet; ask a question first." in said
    assert "There is no citation yet; ask a question first." in said
    assert "There is no command /nothing; /help shows those there are." in said
    assert said.count("The question has no words") == 2
    assert (
        said.endswith("Type the number of a citation of the last answer: 1.\n")
        or "Type the number of a citation of the last answer: 1, 2." in said
    )


def test_help_names_every_command(talk: Talk) -> None:
    said = talk("/help")
    assert all(name in said for name in ("/open N", "/sources", "/history", "/new", "/help", "/quit"))


@pytest.mark.parametrize("word", ["/quit", "/exit", "quit", "exit", "Quit"])
def test_it_ends_with_quit_or_with_the_input(talk: Talk, word: str) -> None:
    assert talk(word, "Who built the pool?") == ""
    assert talk() == ""


def test_help_hangs_on_a_narrow_terminal(talk: Talk) -> None:
    console = Console(width=40)
    with console.capture() as captured:
        console.print(Chat(talk.library).respond("/help"))
    _, *lines = captured.get().partition("/open N")[2].splitlines()
    assert all(line.startswith(("  /", " " * 13)) for line in lines)


def test_help_needs_no_slash(talk: Talk) -> None:
    assert talk("help") == talk("Help") == talk("/help")


@pytest.mark.parametrize("number", ["9", "[9]", "0"])
def test_a_number_that_no_citation_has_is_not_asked_of_the_articles(talk: Talk, number: str) -> None:
    said = talk("Who built the pool?", number, "/history")
    assert "Type the number of a citation of the last answer: 1" in said
    assert said.endswith("Who built the pool?\n")


@pytest.mark.parametrize("number", ["1", "[1]"])
def test_the_number_of_a_citation_opens_it(talk: Talk, number: str) -> None:
    assert talk("Who built the pool?", number) == talk("Who built the pool?", f"/open {number}")


@pytest.mark.parametrize("before", ["/help", "Who built the pool?"])
def test_a_number_without_a_citation_is_a_question(talk: Talk, before: str) -> None:
    assert talk(before, "1987", "/history").endswith("\n1987\n")
