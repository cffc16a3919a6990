"""How replies, lists and articles look on a terminal. Text of articles is shown literally: markup and control codes do nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from bot.session import DEFAULT
from bot.terminal.options import advised
from bot.terminal.screen import printable
from bot.words import counted, is_reworded, size
from embeddings.types import Answer, Article, Changes, Context, Excerpt, NotFound, Reply, StoredArticle, Version

if TYPE_CHECKING:
    from bot.terminal.doctor import Check
    from bot.terminal.votes import VotesReport
    from embeddings.evaluate import Report

# How many failures of an evaluation are shown.
_MOST_FAILURES = 20

_ANSWERS = "bold"
_NUMBER = "bold cyan"
_QUIET = "dim"


def no_articles(library: str) -> Text:
    """The message for an empty library."""
    where = "" if library == DEFAULT else f" in the library {library}"
    return Text(
        printable(f"There are no articles{where} yet; add one with {advised(library, 'add FILE')}.", lines=False)
    )


def reply_view(reply: Reply, library: str = DEFAULT) -> RenderableType:
    """An answer with its sources, or why there is none."""
    parts: list[RenderableType] = []
    if is_reworded(reply.question, reply.interpreted_question):
        parts.append(Text.assemble(("Understood as: ", _QUIET), printable(reply.interpreted_question), "\n"))
    if isinstance(reply, Answer):
        for excerpt in reply.excerpts:
            parts.extend((_quoted(excerpt), Text()))
        parts.append(sources_view(reply.excerpts))
    elif isinstance(reply, NotFound):
        parts.append(Text("The articles do not seem to answer that."))
        if reply.nearest:
            parts.append(Text("\nNearest places to look:"))
            paths = (" › ".join((each.title, *each.heading)) for each in reply.nearest)
            parts.extend(_Hanging(Text(printable(path)), Text("  · "), Text("    ")) for path in paths)
    else:
        parts.append(no_articles(library))
    return Group(*parts)


def sources_view(excerpts: Sequence[Excerpt]) -> RenderableType:
    """The numbered list of where excerpts were taken from."""
    return Group(*(_source(each) for each in excerpts))


def context_view(excerpt: Excerpt, context: Context) -> RenderableType:
    """An excerpt marked in its context."""
    before, after = context.text[: context.excerpt.start], context.text[context.excerpt.end :]
    # The brackets show where the excerpt begins and ends even without styles.
    excerpted = f"⟦{printable(context.excerpt.of(context.text))}⟧"
    words = Text.assemble(printable(before), (excerpted, _ANSWERS), printable(after))
    parts: list[RenderableType] = [_source(excerpt), Text(), _Hanging(words, Text("  "), Text("  "))]
    if context.changed:
        parts.append(Text("\nThe article has changed since; this is the version that was quoted.", style="yellow"))
    return Group(*parts)


def help_view(about: str, commands: Sequence[tuple[str, str]]) -> RenderableType:
    """What can be typed, each with its meaning."""
    column = Text(" " * 13)
    lines = (_Hanging(Text(meaning), Text(f"  {typed:11}"), column) for typed, meaning in commands)
    return Group(Text(about), *lines)


def list_view(articles: Sequence[Article]) -> RenderableType:
    """Articles, each with its id and, on a line of its own, its source."""
    return Group(*(_listed(each) for each in articles))


def _listed(article: Article) -> RenderableType:
    gone = f", gone since {article.gone[:10]}" if article.gone else ""
    facts = f" ({counted(article.characters, 'character')}, {article.updated[:10]}{gone})"
    identity = Text(f"{article.id}  ")
    indent = Text(" " * identity.cell_len)
    words = Text.assemble(printable(article.title, lines=False), (facts, _QUIET))
    return Group(_Hanging(words, identity, indent), _whole(article.source, indent))


def history_view(versions: Sequence[Version]) -> RenderableType:
    """The versions of an article, each with what it changed."""
    return Group(*(_version(each, is_first=not number) for number, each in enumerate(versions)))


def _version(version: Version, *, is_first: bool) -> RenderableType:
    changes = counted(version.new, "paragraph") + ("" if is_first else f" new, {version.gone:,} gone")
    stored = version.stored[:16].replace("T", " ")
    words = Text(f"{stored}, {counted(version.characters, 'character')}, {changes}")
    if version.present:
        words.append(" (current)", style=_ANSWERS)
    identity = Text(f"{version.sha256[:12]}  ")
    return _Hanging(words, identity, Text(" " * identity.cell_len))


def changes_view(changes: Changes) -> RenderableType:
    """The paragraphs that were removed and added, each with its sign."""
    lines = [
        _Hanging(Text(printable(each), style), Text(sign, style), Text("  "))
        for sign, style, paragraphs in (("- ", "red", changes.gone), ("+ ", "green", changes.new))
        for each in paragraphs
    ]
    return Group(*lines) if lines else Text("The paragraphs are the same, in another order.", _QUIET)


def article_view(stored: StoredArticle) -> RenderableType:
    """An article with its text, in which the headings stand out."""
    article = stored.article
    facts = f"{counted(article.characters, 'character')}, {size(article)}"
    headings = {name for chunk in stored.chunks for name in chunk.heading}
    text = Text("\n").join(
        Text(printable(line), style=_ANSWERS if line in headings else "") for line in stored.text.split("\n")
    )
    return Group(
        Text(printable(article.title), style=_ANSWERS),
        Text(f"{article.id} · version {article.version[:12]} · {facts}", style=_QUIET),
        _whole(article.source, Text()),
        Text(),
        _Hanging(text, Text(), Text()),
    )


def evaluation_view(report: "Report") -> RenderableType:
    """A table of measures, and the failures."""
    parts = [_measures(report.rows())]
    failures = report.failures()
    for each in failures[:_MOST_FAILURES]:
        expected = "; ".join(each.case.answers) or "no answer"
        parts.append(Text())
        parts.append(_Hanging(Text(printable(f"{each.case.id}: {each.case.question}")), Text(), Text("  ")))
        parts.extend((_said("expected", expected), _said("got", each.got)))
    if len(failures) > _MOST_FAILURES:
        parts.append(_rest(len(failures)))
    return Group(*parts)


def votes_view(report: "VotesReport") -> RenderableType:
    """A table of measures, and the failures."""
    parts = [_measures(report.rows())]
    failures = report.failures()
    for each in failures[:_MOST_FAILURES]:
        parts.append(Text())
        parts.append(_Hanging(Text(printable(each.question)), Text(), Text("  ")))
        parts.append(_Hanging(Text(each.outcome.title, style=_QUIET), Text("  "), Text("    ")))
        parts.extend((_said("before", each.before or "(no longer kept)"), _said("now", each.now or "no answer")))
    if len(failures) > _MOST_FAILURES:
        parts.append(_rest(len(failures)))
    return Group(*parts)


def _measures(rows: Sequence[tuple[str, float | int | None]]) -> RenderableType:
    """Names and values: shares to three digits, counts as they are, and a dash for what could not be measured."""
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column()
    table.add_column(justify="right")
    for name, value in rows:
        table.add_row(name, "–" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value))
    return table


def _said(when: str, words: str) -> RenderableType:
    return _Hanging(Text.assemble((f"{when}: ", _QUIET), printable(words)), Text("  "), Text("    "))


def _rest(failures: int) -> Text:
    return Text(f"\n… and {failures - _MOST_FAILURES:,} more; --report FILE or --json has them.", style=_QUIET)


def checks_view(checks: Sequence["Check"]) -> RenderableType:
    """Health checks, each failure with its remedy."""
    parts = []
    for each in checks:
        mark = Text("ok    ", style="green") if each.ok else Text("FAIL  ", style="bold red")
        remedy = f"; {each.remedy}" if each.remedy else ""
        words = Text.assemble((each.name, _ANSWERS), f": {printable(each.message + remedy)}")
        parts.append(_Hanging(words, mark, Text(" " * mark.cell_len)))
    return Group(*parts)


def _quoted(excerpt: Excerpt) -> RenderableType:
    words = Text()
    for piece, answers in excerpt.marked():
        words.append(printable(piece), style=_ANSWERS if answers else "")
    words.append(f" [{excerpt.number}]", style=_NUMBER)
    bar = Text("│ ", style=_NUMBER)
    return _Hanging(words, bar, bar)


def _source(excerpt: Excerpt) -> RenderableType:
    number = Text(f"[{excerpt.number}] ", style=_NUMBER)
    indent = Text(" " * number.cell_len)
    citation = excerpt.citation
    place = Text(printable(_place(excerpt), lines=False))
    return Group(_Hanging(place, number, indent), _whole(citation.url or citation.source, indent))


def _whole(source: str, indent: Text) -> Text:
    """A source on a line of its own, to be clicked and copied: only the terminal itself wraps it."""
    return Text.assemble(indent, (printable(source, lines=False), _QUIET), no_wrap=True, overflow="ignore")


def _place(excerpt: Excerpt) -> str:
    # Imported here because it imports the search, which a list of articles does not need.
    from embeddings.answer import also_in, place

    return place(excerpt.citation) + also_in(excerpt)


@dataclass(frozen=True, slots=True)
class _Hanging:
    """Words wrapped to the available width, with ``first`` before the first line and ``rest``, which is no narrower, before the
    others; no line ends in spaces.
    """

    words: Text
    first: Text
    rest: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        words = self.words.copy()
        # Text without spaces that is longer than a line is broken, as Chinese has to be; URLs and paths are left whole.
        words.overflow = "ignore" if {"/", "\\"} & set(words.plain) else "fold"
        width = max(options.max_width - self.rest.cell_len, 1)
        lines = words.wrap(console, width, overflow=options.overflow, no_wrap=options.no_wrap)
        for number, line in enumerate(lines):
            whole = Text.assemble(self.rest if number else self.first, line)
            whole.rstrip()
            # Already wrapped: a line that is longer must not be broken after all.
            whole.no_wrap, whole.overflow = True, "ignore"
            yield whole
