"""How replies, lists and articles look on a terminal. Text of articles is shown as it is: markup and control codes in it do nothing."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from embeddings.answer import place
from embeddings.prepare import Progress as Report
from embeddings.types import Answer, Article, Context, Excerpt, NotFound, Reply, StoredArticle

_ANSWERS = "bold"
_NUMBER = "bold cyan"
_QUIET = "dim"


def output() -> Console:
    """Where data go: colours only on a terminal, and wrapped to its width."""
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=False)


def log() -> Console:
    """Where progress and errors go."""
    return Console(file=sys.stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def safe(words: str) -> Text:
    """Words of an article or a user; what would move the cursor or colour the terminal is shown as a replacement character."""
    return Text("".join(char if char.isprintable() or char in "\n\t" else "�" for char in words))


def reply_view(reply: Reply) -> RenderableType:
    """An answer with its sources, or why there is none."""
    parts: list[RenderableType] = []
    if reply.interpreted_question != reply.question:
        parts.append(Text.assemble(("Understood as: ", _QUIET), safe(reply.interpreted_question), "\n"))
    if isinstance(reply, Answer):
        for excerpt in reply.excerpts:
            parts.extend((_Quote(excerpt), Text()))
        parts.append(_sources(reply.excerpts))
    elif isinstance(reply, NotFound):
        parts.append(Text("The articles do not seem to answer that."))
        if reply.nearest:
            parts.append(Text("\nNearest places to look:"))
            places = Table.grid(padding=(0, 1, 0, 0))
            for each in reply.nearest:
                places.add_row("  ·", safe(" › ".join((each.title, *each.heading))))
            parts.append(places)
    else:
        parts.append(Text("There are no articles yet; add one with `pullquote add FILE`."))
    return Group(*parts)


def context_view(number: int, excerpt: Excerpt, context: Context) -> RenderableType:
    """An excerpt among its neighbours, marked."""
    before, marked = context.text[: context.excerpt.start], context.excerpt.of(context.text)
    words = Text.assemble(
        safe(before), Text(safe(marked).plain, style="reverse"), safe(context.text[context.excerpt.end :])
    )
    note = "\nThe article has changed since; this is the version that was quoted." if context.changed else ""
    return Group(
        Text.assemble((f"[{number}] ", _NUMBER), safe(place(excerpt.citation)), (note, "yellow")),
        Padding(words, (1, 2, 0, 2)),
    )


def list_view(articles: Sequence[Article]) -> RenderableType:
    """A table of articles."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style=_QUIET)
    table.add_column("id", no_wrap=True)
    table.add_column("title", ratio=2, overflow="fold")
    table.add_column("characters", justify="right", no_wrap=True)
    table.add_column("updated", no_wrap=True)
    table.add_column("source", ratio=2, overflow="fold", style=_QUIET)
    for each in articles:
        table.add_row(each.id, safe(each.title), f"{each.characters:,}", each.updated[:10], safe(each.source))
    return table


def article_view(stored: StoredArticle) -> RenderableType:
    """An article with its text."""
    article = stored.article
    facts = f"{article.characters:,} characters, {article.sentences} sentences, {article.chunks} chunks"
    return Group(
        Text(safe(article.title).plain, style=_ANSWERS),
        Text.assemble(
            (f"{article.id} · version {article.version[:12]} · {facts}\n", _QUIET), (safe(article.source).plain, _QUIET)
        ),
        Padding(safe(stored.text), (1, 0, 0, 0)),
    )


def measures_view(rows: Sequence[tuple[str, float | None]]) -> RenderableType:
    """A table of measures."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    for name, value in rows:
        table.add_row(name, "–" if value is None else f"{value:.3f}")
    return table


@contextmanager
def progress(task: str) -> Iterator[Report]:
    """A bar on stderr while stderr is a terminal; the function it gives is told how much is done and how much there is."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=log(), transient=True, disable=not sys.stderr.isatty()) as bar:
        number = bar.add_task(safe(task).plain, total=None)
        yield lambda done, total: bar.update(number, completed=done, total=total)


@contextmanager
def waiting(task: str) -> Iterator[None]:
    """A sign of life on stderr, while stderr is a terminal, for what cannot be counted."""
    if not sys.stderr.isatty():
        yield
        return
    with log().status(safe(task)):
        yield


@dataclass(frozen=True, slots=True)
class _Quote:
    """An excerpt behind a bar, wrapped to whatever width there is."""

    excerpt: Excerpt

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        words = Text()
        for piece, answers in self.excerpt.marked():
            words.append(safe(piece).plain, style=_ANSWERS if answers else "")
        # The number stands on the last line of the quote, so that neither is ever seen without the other.
        words.append(f"\N{NO-BREAK SPACE}[{self.excerpt.number}]", style=_NUMBER)
        for line in words.wrap(console, options.max_width - 2):
            line.rstrip()
            yield Text.assemble(("│ ", _NUMBER), line)


def _sources(excerpts: Sequence[Excerpt]) -> RenderableType:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    for excerpt in excerpts:
        where = Text(safe(place(excerpt.citation)).plain)
        where.append(f"\n{safe(excerpt.citation.url or excerpt.citation.source).plain}", style=_QUIET)
        table.add_row(Text(f"[{excerpt.number}]", style=_NUMBER), where)
    return table
