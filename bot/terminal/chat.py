"""A conversation on the terminal: follow-up questions, and citations opened in their context."""

import io
import sys
from collections.abc import Callable
from contextlib import suppress

from rich.console import RenderableType
from rich.text import Text

from bot.terminal.look import context_view, help_view, reply_view, sources_view
from bot.terminal.screen import printable, put, waiting
from embeddings.errors import InputError
from embeddings.library import Library
from embeddings.questions.small_talk import is_small_talk
from embeddings.types import Answer, Excerpt

_HELP = 'Ask anything about the articles; a follow-up ("and when?") can build on the question before. Help and quit work without a slash.'
_COMMANDS = (
    ("/open N", "show citation [N] of the last answer in its context; N alone works too"),
    ("/sources", "show the citations of the last answer"),
    ("/history", "show the questions so far"),
    ("/new", "forget them, to change the subject"),
    ("/help", "show this help"),
    ("/quit", "leave (or press Ctrl-D)"),
)
# The most digits of a citation's number; longer ones, such as years, may be looked for in the articles.
_DIGITS = 2
_LEAVING = ("/quit", "/exit", "quit", "exit")
_OPENING = "Ask a question. /help shows what else you can type; Ctrl-D leaves."


class Chat:
    """The questions so far, and the last answer, whose citations can be opened."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._questions: list[str] = []
        self._answer: Answer | None = None
        self._commands: dict[str, Callable[[str], RenderableType]] = {
            "/open": self._open,
            "/sources": self._sources,
            "/history": self._history,
            "/new": self._new,
            "/help": lambda _: help_view(_HELP, _COMMANDS),
        }

    def run(self) -> None:
        """Read lines until the end of input, answering each; the prompt is shown on a terminal only."""
        interactive = sys.stdin.isatty()
        if isinstance(sys.stdin, io.TextIOWrapper):
            # An invalid byte must not end the conversation.
            sys.stdin.reconfigure(errors="replace")
        if interactive:
            # Importing it gives `input` line editing and a history, where available.
            with suppress(ImportError):
                import readline  # noqa: F401

            put(Text(_OPENING, style="dim"))
        while True:
            try:
                line = input("\n› " if interactive else "").strip()
            except (EOFError, KeyboardInterrupt):
                if interactive:
                    # The cursor is still behind the prompt.
                    put()
                break
            if line.lower() in _LEAVING:
                break
            if line:
                put()
                put(self.respond(line))

    def respond(self, line: str) -> RenderableType:
        """What to show for a typed line."""
        line = self._with_slash(line)
        if line.startswith("/"):
            command, _, argument = line.partition(" ")
            known = self._commands.get(command)
            if known is None:
                return Text(f"There is no command {printable(command)}; /help shows those there are.")
            return known(argument.strip())
        if is_small_talk(line):
            return Text("That is no question for the articles; /help shows what you can type.")
        try:
            with waiting("Looking it up"):
                reply = self._library.ask(
                    line, history=self._questions, lately=self._cited() if self._questions else ()
                )
        except InputError as error:
            return Text(printable(str(error)))
        self._questions.append(line)
        if isinstance(reply, Answer):
            self._answer = reply
        return reply_view(reply, self._library.name)

    def _with_slash(self, line: str) -> str:
        """A line that can only be meant as a command, turned into one: "help", or after an answer a short number alone, even one
        that the answer does not cite.
        """
        if line.lower() == "help":
            return "/help"
        number = line.strip("[]")
        is_number = number.isdecimal() and len(number) <= _DIGITS
        return f"/open {number}" if is_number and self._answer else line

    @property
    def _excerpts(self) -> tuple[Excerpt, ...]:
        return self._answer.excerpts if self._answer else ()

    def _numbered(self, number: str) -> Excerpt | None:
        return next((each for each in self._excerpts if number.strip("[]") == str(each.number)), None)

    def _cited(self) -> list[str]:
        return [each.citation.article_id for each in self._excerpts]

    def _open(self, argument: str) -> RenderableType:
        chosen = self._numbered(argument)
        if chosen is None:
            numbers = ", ".join(str(each.number) for each in self._excerpts)
            return Text(
                f"Type the number of a citation of the last answer: {numbers}."
                if numbers
                else "There is no citation to open yet; ask a question first."
            )
        try:
            return context_view(chosen, self._library.context(chosen.citation))
        except InputError as error:
            return Text(printable(str(error)))

    def _sources(self, _: str) -> RenderableType:
        return (
            sources_view(self._excerpts) if self._excerpts else Text("There is no citation yet; ask a question first.")
        )

    def _history(self, _: str) -> RenderableType:
        return Text(printable("\n".join(self._questions)) or "Nothing has been asked yet.")

    def _new(self, _: str) -> RenderableType:
        self._questions.clear()
        return Text("The questions so far are forgotten.")
