"""Errors as reported on the terminal: one sentence on stderr, and the exit status."""

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.config import ConfigError, Settings
from embeddings.errors import DataDirError, InputError, PullquoteError

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130

LOG = "errors.log"
"""The file in the data directory that holds the tracebacks of unexpected errors."""


def complain(sentence: str, status: int) -> int:
    """Print a sentence on stderr, on one line; returns the status."""
    from bot.terminal.screen import printable

    click.echo(f"pullquote: {printable(sentence, lines=False)}", err=True)
    return status


def reported(error: BaseException, settings: Callable[[], Settings]) -> int:
    """Report an error to the user, if there is anything to report; returns the exit status."""
    match error:
        case click.exceptions.NoArgsIsHelpError():
            click.echo(error.format_message(), err=True)
            return BAD_INPUT
        case click.ClickException():
            return complain(_usage(error), BAD_INPUT)
        case PullquoteError():
            bad_input = isinstance(error, (InputError, DataDirError, ConfigError))
            return complain(str(error), BAD_INPUT if bad_input else FAILED)
        case click.Abort() | KeyboardInterrupt():
            if error.__cause__ is None:
                # The cursor is still behind a prompt; otherwise click has already ended the line.
                click.echo(err=True)
            return INTERRUPTED
        case BrokenPipeError() | OSError(errno=errno.ENOSPC):
            # The rest of the output must not be flushed at exit either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            # A reader that closed the pipe has seen enough.
            has_gone = isinstance(error, BrokenPipeError)
            full = "The disk that was to be written to is full; make room and try again."
            return FAILED if has_gone else complain(full, FAILED)
    return complain(
        f"Something went wrong that should not have ({type(error).__name__}); "
        f"the details are in {_written_down(error, settings)}, please report them.",
        FAILED,
    )


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "pullquote"
    said = " ".join(error.format_message().split()).rstrip(".")
    # "No such command 'aks'. Did you mean 'ask'?" is already complete.
    return f"{said} See `{command} --help`." if said.endswith("?") else f"{said}; see `{command} --help`."


def _written_down(error: BaseException, settings: Callable[[], Settings]) -> Path:
    """Write the traceback, without the token, to a file in the data directory, or to a temporary one if that fails; returns its
    path.
    """
    details = f"{datetime.now(UTC).isoformat(timespec='seconds')}\n{''.join(traceback.format_exception(error))}\n"
    try:
        set_by_host = settings()
        if set_by_host.discord_token:
            details = details.replace(set_by_host.discord_token.reveal(), "…")
        path = set_by_host.data_dir / LOG
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(details)
    except (OSError, PullquoteError):
        with tempfile.NamedTemporaryFile(
            "w", prefix="pullquote-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as temporary:
            temporary.write(details)
        path = Path(temporary.name)
    return path
