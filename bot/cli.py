"""The command tree. Heavy libraries are imported inside the commands that need them, so that ``--help`` is quick."""

import json
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.session import Session
from embeddings.errors import DataDirError, InputError, PullquoteError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from embeddings.types import Article

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its status; errors are one sentence on stderr."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its status."""
    try:
        status = cli.main(arguments, prog_name="pullquote", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "pullquote"
        return _complain(f"{_sentence(error.format_message())} See `{command} --help`.", BAD_INPUT)
    except click.exceptions.Exit as error:
        return error.exit_code
    except PullquoteError as error:
        return _complain(str(error), BAD_INPUT if _is_bad_input(error) else FAILED)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing may be written at exit either.
        sys.stdout = None
        return 0


def _is_bad_input(error: PullquoteError) -> bool:
    from bot.config import ConfigError

    return isinstance(error, (InputError, DataDirError, ConfigError))


def _complain(sentence: str, status: int) -> int:
    click.echo(f"pullquote: {sentence}", err=True)
    return status


def _sentence(text: str) -> str:
    first = " ".join(text.split())
    return first if first.endswith((".", "!", "?")) else f"{first}."


def _print_json(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False))


def _complete_ids(ctx: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    from embeddings.store import Store

    root = ctx.find_root().params
    session = Session(root.get("library") or "local", root.get("data_dir"))
    try:
        with Store.open(session.settings.data_dir) as store:
            articles = store.articles(session.library_name)
    except PullquoteError:
        return []
    return [CompletionItem(each.id, help=each.title) for each in articles if each.id.startswith(incomplete)]


_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--data-dir", type=click.Path(path_type=Path), help="The folder that holds the articles (PULLQUOTE_DATA_DIR)."
)
@click.option(
    "--library", default="local", show_default=True, help="The library to use; a Discord server's is named by its id."
)
@click.version_option(version("pullquote"), package_name="pullquote", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, data_dir: Path | None, library: str) -> None:
    """Answers questions from your own articles, in the articles' own words, with citations."""
    ctx.obj = ctx.with_resource(_Closing(Session(library, data_dir)))


class _Closing:
    def __init__(self, session: Session) -> None:
        self._session = session

    def __enter__(self) -> Session:
        return self._session

    def __exit__(self, *_: object) -> None:
        self._session.close()


@cli.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--title", help="The article's title, in place of the one it states itself.")
@_json_option
@click.pass_obj
def add(session: Session, sources: tuple[str, ...], title: str | None, as_json: bool) -> int:
    """Add articles: files (.txt, .md), folders, or - for standard input."""
    from bot.ingest import add_all, expanded

    if title is not None and len(sources) > 1:
        raise click.UsageError("--title goes with one SOURCE.")
    found, failed = expanded(sources)
    if title is not None and len(found) > 1:
        raise click.UsageError("--title goes with one article, and this folder holds several.")
    with session.store.writing():
        outcome = add_all(session.library, found, failed, title=title)
    return _report(outcome.to_json(), outcome.lines(), as_json=as_json, failed=bool(outcome.failed))


@cli.command("list")
@_json_option
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """List the articles."""
    from dataclasses import asdict

    from bot.terminal import list_view, output

    articles = session.store.articles(session.library_name)
    if as_json:
        _print_json({"articles": [asdict(each) for each in articles]})
    elif articles:
        output().print(list_view(articles))
    else:
        click.echo("There are no articles yet; add one with `pullquote add FILE`.")


@cli.command()
@click.argument("article_id", metavar="ID", shell_complete=_complete_ids)
@_json_option
@click.pass_obj
def show(session: Session, article_id: str, as_json: bool) -> None:
    """Show an article's stored text."""
    from bot.terminal import article_view, output

    stored = session.store.stored(session.library_name, article_id)
    if not as_json:
        output().print(article_view(stored))
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
            "text": stored.text,
            "chunks": chunks,
        }
    )


@cli.command()
@click.argument("article_ids", nargs=-1, required=True, metavar="ID...", shell_complete=_complete_ids)
@click.option("--yes", is_flag=True, help="Do not ask before removing.")
@_json_option
@click.pass_obj
def remove(session: Session, article_ids: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Remove articles with every version of them."""
    articles = list(
        {each.id: each for each in (session.store.article(session.library_name, one) for one in article_ids)}.values()
    )
    if not (yes or as_json) and sys.stdin.isatty():
        click.confirm(f"Remove {', '.join(repr(each.title) for each in articles)}?", abort=True, err=True)
    with session.store.writing():
        session.store.remove(session.library_name, [each.id for each in articles])
    removed = [_brief(each) for each in articles]
    _report(
        {"removed": removed}, [("removed", each.title, each.id) for each in articles], as_json=as_json, failed=False
    )


@cli.command()
@click.argument("article_ids", nargs=-1, metavar="[ID...]", shell_complete=_complete_ids)
@_json_option
@click.pass_obj
def refresh(session: Session, article_ids: tuple[str, ...], as_json: bool) -> int:
    """Read articles again from where they came; all of them when no ID is given."""
    from bot.ingest import refresh_all

    chosen = [session.library.article(one) for one in article_ids] or list(session.library.articles())
    with session.store.writing():
        outcome = refresh_all(session.library, chosen)
    return _report(outcome.to_json(), outcome.lines(), as_json=as_json, failed=bool(outcome.failed))


@cli.command()
@click.argument("question", required=False)
@click.option(
    "--article",
    "article_ids",
    multiple=True,
    metavar="ID",
    shell_complete=_complete_ids,
    help="Answer from this article only; may be repeated.",
)
@click.option(
    "--top", default=5, show_default=True, type=click.IntRange(1, 100), help="How many passages to return with --json."
)
@click.option(
    "--batch", type=click.Path(path_type=Path, allow_dash=True), help="Answer each line of a JSONL file; needs --json."
)
@_json_option
@click.pass_obj
def ask(
    session: Session, question: str | None, article_ids: tuple[str, ...], top: int, batch: Path | None, as_json: bool
) -> int:
    """Ask a question."""
    if (question is None) == (batch is None):
        raise click.UsageError("Give one QUESTION in quotation marks, or --batch FILE.")
    if batch is not None:
        if not as_json:
            raise click.UsageError("--batch needs --json.")
        from bot.batch import answer_lines

        for line in answer_lines(session.library, batch, article_ids=article_ids, top_k=top):
            _print_json(line)
        return 0
    from bot.terminal import output, reply_view, waiting
    from embeddings.answer import to_json

    assert question is not None
    with waiting("Looking it up"):
        reply = session.library.ask(question, article_ids=article_ids, top_k=top)
    if as_json:
        _print_json(to_json(reply))
    else:
        output().print(reply_view(reply))
    return 0


@cli.command()
@click.pass_obj
def chat(session: Session) -> None:
    """Talk with the articles: follow-up questions, and citations opened in their context."""
    from bot.chat import Chat

    Chat(session.library).run()


@cli.command()
@click.pass_obj
def demo(session: Session) -> None:
    """Try it on a sample article, in a library that is thrown away."""
    from bot.demo import run_demo

    run_demo(session.encoder)


@cli.command("eval")
@click.argument("file", type=click.Path(path_type=Path))
@_json_option
@click.pass_obj
def eval_(session: Session, file: Path, as_json: bool) -> None:
    """Measure the answers to labelled questions: a JSONL file of {"question", "answers", "history"}."""
    from bot.terminal import measures_view, output, progress
    from embeddings.evaluate import evaluate, load_cases

    cases = load_cases(file)
    with progress("Asking") as report:
        found = evaluate(session.library, cases, progress=report)
    if as_json:
        _print_json(found.to_json())
        return
    output().print(measures_view(found.rows()))
    for each in found.failures():
        expected = "; ".join(each.case.answers) or "no answer"
        click.echo(f"\n{each.case.id}: {each.case.question}\n  expected: {expected}\n  got: {each.got}")


@cli.command()
@click.option("--repair", is_flag=True, help="Mend what can be mended: save a damaged database, encode articles anew.")
@_json_option
@click.pass_obj
def doctor(session: Session, repair: bool, as_json: bool) -> int:
    """Check the configuration, the data, the model and the token's form, and say what to do."""
    from bot.doctor import examine, mend

    if repair:
        mend(session)
    checks = examine(session)
    if as_json:
        _print_json({"checks": [each.to_json() for each in checks]})
    else:
        for each in checks:
            click.echo(each.line())
    return 0 if all(each.ok for each in checks) else FAILED


@cli.command("run")
@click.pass_obj
def run_(session: Session) -> int:
    """Run the Discord bot."""
    session.settings.token()
    from bot.client import run as run_client

    return run_client(session.settings)


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a script that completes commands, options and article ids; put it into your shell's start-up file."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(cli, {}, "pullquote", "_PULLQUOTE_COMPLETE").source())


def _brief(article: "Article") -> dict[str, Any]:
    return {"id": article.id, "title": article.title, "source": article.source}


def _report(document: object, lines: Sequence[tuple[str, ...]], *, as_json: bool, failed: bool) -> int:
    if as_json:
        _print_json(document)
    else:
        for outcome, title, detail in lines:
            click.echo(f"{outcome:10}{title}  ({detail})", err=outcome == "failed")
    return FAILED if failed else 0
