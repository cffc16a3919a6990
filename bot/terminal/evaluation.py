"""Evaluates labelled questions, from any source, on the library that they belong to."""

import json
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from bot.memory.community import Community
from bot.memory.notebook import FILE
from bot.session import Session
from bot.terminal.votes import VotesReport, asked_again
from embeddings.errors import InputError
from embeddings.evaluate import Report, evaluate
from embeddings.evaluate.cases import parse_cases
from embeddings.evaluate.squad import SquadArticle, fill, parse_squad, squad
from embeddings.library import Library
from embeddings.store import Store
from embeddings.textfiles import read_text

#: The source name for the votes; a file of that name is `./votes`.
VOTES = "votes"
_NO_VOTES = "Nobody has voted on an answer of the library {!r} yet; name a server's library by its id: pullquote --library ID eval votes."

#: Opens a progress bar for a task, and yields a function that takes the done and total counts.
Progress = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]


def measured(session: Session, path: Path, progress: Progress) -> Report:
    """Evaluate the questions in a file or folder.

    Lines of JSON are asked of the session's library. Files in SQuAD format bring their own articles, in a temporary library.

    Raises:
        PullquoteError: there are no such questions, or they cannot be asked.
    """
    if path.is_dir():
        return _with_articles(session, _folder(path), progress)
    text = read_text(path)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict) and "data" in document:
        return _with_articles(session, parse_squad(document, path), progress)
    cases = parse_cases(text, path)
    with progress("Asking") as report:
        return evaluate(session.library, cases, progress=report)


def voted(session: Session, progress: Progress) -> VotesReport:
    """Ask the questions whose answers members voted on in Discord again.

    Raises:
        PullquoteError: there are none, or they cannot be asked.
    """
    name = session.library_name
    if not (session.settings.data_dir / FILE).is_file():
        raise InputError(_NO_VOTES.format(name))
    with Community(session.settings.data_dir) as records:
        votes, settings = records.voted(name), records.settings(name)
    if not votes:
        raise InputError(_NO_VOTES.format(name))
    with progress("Asking") as report:
        return asked_again(session.library, votes, settings, progress=report)


def _folder(path: Path) -> list[SquadArticle]:
    found = [article for file in sorted(path.glob("*.json")) for article in squad(file)]
    if not found:
        raise InputError(f"{path} holds no articles; a folder should have files in SQuAD format that end in .json.")
    return found


def _with_articles(session: Session, articles: Sequence[SquadArticle], progress: Progress) -> Report:
    with tempfile.TemporaryDirectory(prefix="pullquote-eval-") as folder, Store.open(Path(folder)) as store:
        library = Library(store, "eval", session.encoder, session.reader)
        with progress("Reading the articles") as report:
            cases = fill(library, articles, report)
        if not cases:
            raise InputError("The articles come with no questions whose answers stand in them.")
        with progress("Asking") as report:
            return evaluate(library, cases, progress=report)
