"""Options and output that the commands share."""

import json
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.session import DEFAULT, Session
from embeddings.errors import PullquoteError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def print_json(document: object) -> None:
    """Print a JSON document on stdout, in what the terminal's encoding allows."""
    words = json.dumps(document, ensure_ascii=False)
    try:
        words.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        # The same document, escaped.
        words = json.dumps(document)
    click.echo(words)


def report(document: object, lines: Sequence[tuple[str, str, str]], *, as_json: bool) -> None:
    """Print the outcomes of articles, as lines of outcome, title and detail or as JSON."""
    if as_json:
        print_json(document)
        return
    for line in lines:
        report_line(*line)


def report_line(outcome: str, title: str, detail: str) -> None:
    """Print the outcome of one article; failures go to stderr."""
    from bot.terminal.screen import printable

    click.echo(printable(f"{outcome:10}{title}  ({detail})", lines=False), err=outcome == "failed")


def advised(library: str, words: str) -> str:
    """A command for the user to type, which names the library unless it is the default."""
    return f"`pullquote {words}`" if library == DEFAULT else f"`pullquote --library {shlex.quote(library)} {words}`"


def complete_ids(ctx: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """The ids of articles that begin with ``incomplete``."""
    from click.shell_completion import CompletionItem

    root = ctx.find_root().params
    session = Session(root.get("library") or DEFAULT, folder(root.get("data_dir")))
    try:
        # Completion must not create the data directory.
        articles = session.store.articles(session.library_name) if session.settings.data_dir.is_dir() else ()
    except PullquoteError:
        return []
    finally:
        session.close()
    return [CompletionItem(each.id, help=each.title) for each in articles if each.id.startswith(incomplete)]


def named(_: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """An option's value; refused if not UTF-8, or if empty, which is most often a variable that was never set."""
    if value is not None and not value.strip():
        raise click.BadParameter("it is empty", param=parameter)
    if value is not None and value.encode(errors="replace").decode() != value:
        raise click.BadParameter("it is not UTF-8", param=parameter)
    return value


def folder(value: str | None) -> Path | None:
    """The named folder, if any."""
    return Path(os.path.expanduser(value)) if value else None
