"""Output to a terminal, and what must be kept from it."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

# Control characters, which move the cursor, ring or colour; directional overrides and isolates, which reorder what is beside
# them; lone surrogates, which cannot be written at all. Joiners, which Persian and emoji need, are not among these.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def put(view: RenderableType = "") -> None:
    """Show data, on stdout. A terminal gets colours, and lines wrapped to its width, except for what must stay whole.

    In a file or a pipe nothing is wrapped.
    """
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    console.print(view, crop=False, soft_wrap=not sys.stdout.isatty())


def log() -> Console:
    """The console for progress, on stderr."""
    return Console(file=sys.stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def printable(words: str, *, lines: bool = True) -> str:
    """Words of an article, a file name or a user, with a replacement character for what a terminal would act upon.

    Without ``lines``, all of it is put on one line.
    """
    words = _UNPRINTABLE.sub("�", words)
    return words if lines else words.replace("\n", " ")


@contextmanager
def waiting(task: str) -> Iterator[None]:
    """A spinner on stderr, if that is a terminal, for work that cannot be counted."""
    if not sys.stderr.isatty():
        yield
        return
    with log().status(task):
        yield


@contextmanager
def progress(task: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, if that is a terminal; yields a function that takes the done and total counts."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[count]}"),
        _Rate(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=log(), transient=True, disable=not sys.stderr.isatty()) as bar:
        number = bar.add_task(task, total=None, count="")
        yield lambda done, total: bar.update(number, completed=done, total=total, count=f"{done:,} of {total:,}")


class _Rate(ProgressColumn):
    """The recent rate per second."""

    def render(self, task: Task) -> Text:
        """The rate of a task, once there is one."""
        return Text(f"{task.speed:.1f} a second" if task.speed else "", style="dim")
