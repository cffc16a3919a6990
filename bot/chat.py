"""A conversation on the terminal: follow-up questions, and citations opened in their context."""

import sys
from collections.abc import Callable

from rich.console import RenderableType
from rich.text import Text

from bot.terminal import context_view, output, reply_view, waiting
from embeddings.answer import place
from embeddings.errors import InputError
from embeddings.library import Library
from embeddings.types import Answer, Reply

_HELP = """Ask anything about the articles; a follow-up ("and when?") may lean on the question before.
  /open N    the citation [N] of the last answer in its context
  /sources   the citations of the last answer
  /history   the questions so far
  /new       forget them, and change the subject
  /help      this help
  /quit      leave (or press Ctrl-D)"""
_OPENING = "Ask a question. /help tells what else can be typed; Ctrl-D leaves."


class Chat:
    """The questions so far, and the last reply, whose citations can be opened."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._questions: list[str] = []
        self._reply: Reply | None = None
        self._commands: dict[str, Callable[[str], RenderableType]] = {
            "/open": self._open,
            "/sources": self._sources,
            "/history": self._history,
            "/new": self._new,
            "/help": lambda _: Text(_HELP),
        }

    def run(self) -> None:
        """Read lines until the end of input, answering each; the prompt is shown on a terminal only."""
        interactive = sys.stdin.isatty()
        if interactive:
            # Importing it gives `input` line editing and a history of lines.
            import readline  # noqa: F401

            output().print(Text(_OPENING, style="dim"))
        while True:
            try:
                line = input("\n› " if interactive else "").strip()
            except (EOFError, KeyboardInterrupt):
                break
            if line in ("/quit", "/exit"):
                break
            if line:
                output().print()
                output().print(self.respond(line))

    def respond(self, line: str) -> RenderableType:
        """What is shown for a line that was typed."""
        if line.startswith("/"):
            command, _, argument = line.partition(" ")
            known = self._commands.get(command)
            return known(argument.strip()) if known else Text(f"There is no {command}; /help tells what there is.")
        try:
            with waiting("Looking it up"):
                self._reply = self._library.ask(line, history=self._questions)
        except InputError as error:
            return Text(str(error))
        self._questions.append(line)
        return reply_view(self._reply)

    def _open(self, argument: str) -> RenderableType:
        excerpts = self._reply.excerpts if isinstance(self._reply, Answer) else ()
        chosen = next((each for each in excerpts if argument.strip("[]") == str(each.number)), None)
        if chosen is None:
            numbers = ", ".join(str(each.number) for each in excerpts)
            return Text(
                f"Give the number of a citation: {numbers}." if numbers else "There is no citation to open yet."
            )
        try:
            return context_view(chosen.number, chosen, self._library.context(chosen.citation))
        except InputError as error:
            return Text(str(error))

    def _sources(self, _: str) -> RenderableType:
        excerpts = self._reply.excerpts if isinstance(self._reply, Answer) else ()
        lines = [
            f"[{each.number}] {place(each.citation)}\n    {each.citation.url or each.citation.source}"
            for each in excerpts
        ]
        return Text("\n".join(lines) or "There is no citation yet.")

    def _history(self, _: str) -> RenderableType:
        return Text("\n".join(self._questions) or "Nothing has been asked yet.")

    def _new(self, _: str) -> RenderableType:
        self._questions.clear()
        return Text("The questions so far are forgotten.")
