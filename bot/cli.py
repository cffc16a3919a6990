"""The command tree. Heavy libraries are imported inside the commands that need them, so that ``--help`` is quick."""

import io
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.failures import FAILED, reported
from bot.session import Session
from embeddings.errors import PullquoteError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What the terminal's encoding does not have is shown as a question mark.
        sys.stdout.reconfigure(errors="replace")
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None, session: Session | None = None) -> int:
    """Run the command with a session, a new one if none is given; returns its status. Errors are one sentence on stderr."""
    session = session or Session("local")
    try:
        status = cli.main(arguments, prog_name="pullquote", standalone_mode=False, obj=session)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except (Exception, KeyboardInterrupt) as error:
        return reported(error, lambda: session.settings)
    finally:
        session.close()


def _print_json(document: object) -> None:
    words = json.dumps(document, ensure_ascii=False)
    try:
        words.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        # The same document, in escapes.
        words = json.dumps(document)
    click.echo(words)


def _complete_ids(ctx: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    root = ctx.find_root().params
    session = Session(root.get("library") or "local", _folder(root.get("data_dir")))
    try:
        # Completion looks; it does not create a library.
        articles = session.store.articles(session.library_name) if session.settings.data_dir.is_dir() else ()
    except PullquoteError:
        return []
    finally:
        session.close()
    return [CompletionItem(each.id, help=each.title) for each in articles if each.id.startswith(incomplete)]


def _named(_: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """An option's value as it is; an empty one is most often a variable that was never set."""
    if value is not None and not value.strip():
        raise click.BadParameter("it is empty", param=parameter)
    if value is not None and value.encode(errors="replace").decode() != value:
        raise click.BadParameter("it is not UTF-8", param=parameter)
    return value


def _folder(value: str | None) -> Path | None:
    return Path(value).expanduser() if value else None


_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--data-dir", metavar="DIR", callback=_named, help="The folder that holds the articles (PULLQUOTE_DATA_DIR)."
)
@click.option(
    "--library",
    default="local",
    show_default=True,
    metavar="NAME",
    callback=_named,
    help="The library to use; a Discord server's is named by its id.",
)
@click.version_option(package_name="pullquote", message="%(prog)s %(version)s")
@click.pass_obj
def cli(session: Session, data_dir: str | None, library: str) -> None:
    """Answers questions from your own articles, in the articles' own words, with citations."""
    session.library_name = library
    session.data_dir = _folder(data_dir)


@cli.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--title", help="The article's title, in place of the one it states itself.")
@_json_option
@click.pass_obj
def add(session: Session, sources: tuple[str, ...], title: str | None, as_json: bool) -> int:
    """Add articles from files, folders, web addresses or standard input (-).

    Files may be text, Markdown, web pages, PDF, Word, Excel, PowerPoint, OpenDocument, EPUB, CSV, subtitles or e-mail, or ZIP
    archives of these. A feed or sitemap adds the pages it names. What is there unchanged is left alone; what has changed becomes a
    new version.
    """
    from bot.ingest import add_all, expanded

    if title is not None and len(sources) > 1:
        raise click.UsageError("--title goes with one SOURCE")
    found, failed = expanded(sources)
    if title is not None and len(found) > 1:
        raise click.UsageError("--title goes with one article, and this folder holds several")
    with session.store.writing():
        outcome = add_all(session.library, session.fetcher, found, failed, title=title)
    _report(outcome.to_json(), outcome.lines(), as_json=as_json)
    return FAILED if outcome.failed else 0


@cli.command("list")
@_json_option
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """List the articles."""
    from dataclasses import asdict

    from bot.terminal import NO_ARTICLES, list_view, output

    articles = session.store.articles(session.library_name)
    if as_json:
        _print_json({"articles": [asdict(each) for each in articles]})
    elif articles:
        output().print(list_view(articles))
    else:
        click.echo(NO_ARTICLES)


@cli.command()
@click.argument("article_id", metavar="ID", shell_complete=_complete_ids)
@_json_option
@click.pass_obj
def show(session: Session, article_id: str, as_json: bool) -> None:
    """Show an article's stored text."""
    from dataclasses import asdict

    from bot.terminal import article_view, output

    stored = session.store.stored(session.library_name, article_id)
    if not as_json:
        # In a file or a pipe, the lines of the article are its own.
        output().print(article_view(stored), soft_wrap=not sys.stdout.isatty())
        return
    article = stored.article
    chunks = [{"start": each.span.start, "end": each.span.end, "heading": list(each.heading)} for each in stored.chunks]
    _print_json(
        {
            "id": article.id,
            "title": article.title,
            "source": article.source,
            "url": article.url,
            "version": article.version,
            "versions": [asdict(each) for each in session.library.history(article.id)],
            "about": asdict(article.about),
            "gone": article.gone,
            "text": stored.text,
            "chunks": chunks,
        }
    )


@cli.command()
@click.argument("article_ids", nargs=-1, required=True, metavar="ID...", shell_complete=_complete_ids)
@click.option("--yes", is_flag=True, help="Do not ask before removing.")
@_json_option
@click.pass_obj
def remove(session: Session, article_ids: tuple[str, ...], yes: bool, as_json: bool) -> int:
    """Remove articles with every version of them."""
    from bot.terminal import printable

    named = [session.store.article(session.library_name, one) for one in article_ids]
    articles = list({each.id: each for each in named}.values())
    titles = printable(", ".join(f"“{each.title}”" for each in articles), lines=False)
    if not yes and sys.stdin.isatty() and not click.confirm(f"Remove {titles}?", err=True):
        click.echo("Nothing was removed.", err=True)
        return FAILED
    with session.store.writing():
        session.store.remove(session.library_name, [each.id for each in articles])
    removed = [{"id": each.id, "title": each.title, "source": each.source} for each in articles]
    _report({"removed": removed}, [("removed", each.title, each.id) for each in articles], as_json=as_json)
    return 0


@cli.command()
@click.argument("article_ids", nargs=-1, metavar="[ID...]", shell_complete=_complete_ids)
@_json_option
@click.pass_obj
def refresh(session: Session, article_ids: tuple[str, ...], as_json: bool) -> int:
    """Read articles again from where they came.

    All of them when no ID is given. What has changed becomes a new version; what is gone is marked, reported and kept.
    """
    from bot.ingest import refresh_all

    chosen = [session.library.article(one) for one in article_ids] or list(session.library.articles())
    outcome = refresh_all(session.library, session.fetcher, chosen)
    _report(outcome.to_json(), outcome.lines(), as_json=as_json)
    return FAILED if outcome.failed else 0


@cli.command()
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER...")
@click.option(
    "--every",
    type=click.FloatRange(min=0.1),
    default=2.0,
    metavar="SECONDS",
    help="From one look to the next; 2 unless given.",
)
@click.pass_obj
def watch(session: Session, folders: tuple[str, ...], every: float) -> int:
    """Keep the articles as the files of folders are, until Ctrl-C.

    What is put into a folder or changed there is taken in; what is deleted is marked as gone, and stays until you remove it. The bot
    may run meanwhile: with --library SERVER_ID, before the command, the folder is that server's.
    """
    from bot.terminal import output, printable
    from bot.watch import Watch

    watching = Watch(session.library, session.fetcher, [Path(each) for each in folders])
    try:
        while True:
            for outcome, title, detail in watching.look():
                output().print(f"{outcome:<9} {printable(title)}  ({printable(detail)})", markup=False)
            time.sleep(every)
    except KeyboardInterrupt:
        return 0


@cli.command()
@click.argument("article_id", metavar="ID", shell_complete=_complete_ids)
@click.argument("version", metavar="[VERSION]", required=False)
@_json_option
@click.pass_obj
def history(session: Session, article_id: str, version: str | None, as_json: bool) -> None:
    """Show which versions an article has had, oldest first; or what one of them changed.

    VERSION is the beginning of one that is shown without it.
    """
    from dataclasses import asdict

    from bot.terminal import changes_view, history_view, output

    if version is not None:
        changes = session.library.changes(article_id, version)
        if as_json:
            _print_json({"id": session.library.article(article_id).id, **asdict(changes)})
        else:
            output().print(changes_view(changes))
        return
    versions = session.library.history(article_id)
    if as_json:
        _print_json({"id": session.library.article(article_id).id, "versions": [asdict(each) for each in versions]})
    else:
        output().print(history_view(versions))


@cli.command()
@click.argument("article_id", metavar="ID", shell_complete=_complete_ids)
@click.argument("version", metavar="VERSION")
@_json_option
@click.pass_obj
def rollback(session: Session, article_id: str, version: str, as_json: bool) -> None:
    """Answer from an earlier version of an article again.

    VERSION is one that `history` shows, or its beginning. A later refresh changes the article only when its source has changed
    since it was last read.
    """
    article = session.library.roll_back(article_id, version).article
    record = {"id": article.id, "title": article.title, "source": article.source, "version": article.version}
    detail = f"{article.id}, version {article.version[:12]}"
    _report({"restored": [record]}, [("restored", article.title, detail)], as_json=as_json)


@cli.command()
@click.argument("words", nargs=-1, metavar="[QUESTION]")
@click.option(
    "--article",
    "article_ids",
    multiple=True,
    metavar="ID",
    shell_complete=_complete_ids,
    help="Answer from this article only; may be repeated.",
)
@click.option(
    "--top",
    default=5,
    show_default=True,
    type=click.IntRange(1, 100),
    metavar="N",
    help="How many passages to return with --json, 1 to 100.",
)
@click.option(
    "--batch", metavar="FILE", callback=_named, help="Answer each line of a JSONL file, or of - ; needs --json."
)
@_json_option
@click.pass_obj
def ask(
    session: Session, words: tuple[str, ...], article_ids: tuple[str, ...], top: int, batch: str | None, as_json: bool
) -> None:
    """Ask a question, best in quotation marks: the shell takes ? and ' for its own.

    A line of a batch is {"id": …, "question": "…", "history": ["…", …]}, the history being earlier questions; each is
    answered by one line with the same id.
    """
    if bool(words) == (batch is not None):
        raise click.UsageError("Give either a QUESTION or --batch FILE")
    if batch is not None:
        if not as_json:
            raise click.UsageError("--batch needs --json")
        from bot.batch import answer_lines

        for line in answer_lines(session.library, Path(batch), article_ids=article_ids, top_k=top):
            _print_json(line)
        return
    from bot.terminal import output, reply_view, waiting
    from embeddings.answer import to_json

    with waiting("Looking it up"):
        reply = session.library.ask(" ".join(words), article_ids=article_ids, top_k=top)
    if as_json:
        _print_json(to_json(reply))
    else:
        output().print(reply_view(reply))


@cli.command()
@click.pass_obj
def chat(session: Session) -> None:
    """Talk with the articles.

    Follow-up questions lean on those before them, and citations open in their context.
    """
    from bot.chat import Chat

    Chat(session.library).run()


@cli.command()
@click.pass_obj
def demo(session: Session) -> None:
    """Try it on a sample article, in a library that is thrown away."""
    from bot.demo import run_demo

    run_demo(session.encoder, session.reader)


@cli.command("eval")
@click.argument("source", metavar="SOURCE", type=click.Path())
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a page with the curves and the failures, such as report.html.",
)
@_json_option
@click.pass_obj
def eval_(session: Session, source: str, report: Path | None, as_json: bool) -> None:
    """Measure the answers to labelled questions.

    SOURCE is a file or folder, or the word votes: then what members of a Discord server voted on is asked again (--library ID).

    A line of the file is {"id": …, "question": "…", "answers": ["…", …], "history": ["…", …]}; the answers are words of the
    articles, and there are none where the articles do not answer. A file in SQuAD format, or a folder of such files
    (.json), brings its own articles; they go into a library that is thrown away.
    """
    from bot.evaluation import VOTES, measured, voted
    from bot.report import page, votes_page, write_page
    from bot.terminal import evaluation_view, output, progress, votes_view

    if source == VOTES:
        votes = voted(session, progress)
        document, view = votes.to_json(), votes_view(votes)
        html = votes_page(votes, session.library_name) if report else ""
    else:
        found = measured(session, Path(source), progress)
        document, view = found.to_json(), evaluation_view(found)
        html = page(found, Path(source).name) if report else ""
    if report:
        write_page(report, html)
    if as_json:
        _print_json(document)
    else:
        output().print(view)
        if report:
            click.echo(f"The report is in {report}.", err=True)


@cli.command()
@click.option("--repair", is_flag=True, help="Save what a damaged database still holds; encode articles anew.")
@_json_option
@click.pass_obj
def doctor(session: Session, repair: bool, as_json: bool) -> int:
    """Check that all is well, and say what to do where it is not.

    Looks at the configuration, the data, the model, the index and the form of the Discord token.
    """
    from bot.doctor import examine, mend
    from bot.terminal import checks_view, output

    if repair:
        mend(session)
    checks = examine(session)
    if as_json:
        _print_json({"checks": [each.to_json() for each in checks]})
    else:
        output().print(checks_view(checks))
    return 0 if all(each.ok for each in checks) else FAILED


@cli.command("run")
@click.pass_obj
def run_(session: Session) -> int:
    """Run the Discord bot."""
    session.settings.token()
    from bot.hosting import run as run_bot

    return run_bot(session.settings)


@cli.command()
@click.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a completion script for bash, zsh or fish.

    It completes commands, options and article ids. For bash, put this into ~/.bashrc: eval "$(pullquote completion bash)"
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(cli, {}, "pullquote", "_PULLQUOTE_COMPLETE").source())


def _report(document: object, lines: Sequence[tuple[str, str, str]], *, as_json: bool) -> None:
    """What became of each article: outcome, title and detail."""
    from bot.terminal import printable

    if as_json:
        _print_json(document)
        return
    for outcome, title, detail in lines:
        click.echo(printable(f"{outcome:10}{title}  ({detail})", lines=False), err=outcome == "failed")
