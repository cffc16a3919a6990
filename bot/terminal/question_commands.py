"""The commands that ask a library: ask, chat, demo, eval."""

from pathlib import Path

import click

from bot.session import Session
from bot.terminal.failures import complain
from bot.terminal.options import complete_ids, json_option, named, print_json


@click.command(short_help="Ask a question, best in quotation marks.")
@click.argument("words", nargs=-1, metavar="[QUESTION]")
@click.option(
    "--article",
    "article_ids",
    multiple=True,
    metavar="ID",
    shell_complete=complete_ids,
    help="Answer from this article only; can be repeated.",
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
    "--batch", metavar="FILE", callback=named, help="Answer each line of a JSONL file, or of - ; needs --json."
)
@json_option
@click.pass_obj
def ask(
    session: Session, words: tuple[str, ...], article_ids: tuple[str, ...], top: int, batch: str | None, as_json: bool
) -> None:
    """Ask a question, best in quotation marks: ? and ' mean something to the shell.

    Each line of a batch is {"id": …, "question": "…", "history": ["…", …]}, where the history holds earlier questions. Each is
    answered by one line with the same id.
    """
    if bool(words) == (batch is not None):
        raise click.UsageError("Give either a QUESTION or --batch FILE")
    if batch is not None:
        if not as_json:
            raise click.UsageError("--batch needs --json")
        from bot.terminal.batch import answer_lines

        is_empty = True
        for line in answer_lines(session.library, Path(batch), article_ids=article_ids, top_k=top):
            is_empty = False
            print_json(line)
        if is_empty:
            complain(f"{'Standard input' if batch == '-' else batch} holds no questions.", 0)
        return
    from bot.terminal.look import reply_view
    from bot.terminal.screen import put, waiting
    from embeddings.answer import to_json
    from embeddings.questions.small_talk import is_small_talk
    from embeddings.types import NotFound

    with waiting("Looking it up"):
        reply = session.library.ask(" ".join(words), article_ids=article_ids, top_k=top)
    if as_json:
        print_json(to_json(reply))
    elif isinstance(reply, NotFound) and is_small_talk(reply.question):
        put("That is no question for the articles; ask about something that they cover.")
    else:
        put(reply_view(reply, session.library_name))


@click.command()
@click.pass_obj
def chat(session: Session) -> None:
    """Ask questions in a conversation.

    Follow-up questions build on the ones before them, and citations can be opened in their context.
    """
    from bot.terminal.chat import Chat

    Chat(session.library).run()


@click.command()
@click.pass_obj
def demo(session: Session) -> None:
    """Try it on a sample article; nothing is kept."""
    from bot.terminal.demo import run_demo

    run_demo(session.encoder, session.reader)


@click.command("eval")
@click.argument("source", metavar="SOURCE", type=click.Path())
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a web page with the curves and the failures, such as report.html.",
)
@json_option
@click.pass_obj
def eval_(session: Session, source: str, report: Path | None, as_json: bool) -> None:
    """Measure the answers to labelled questions.

    SOURCE is a file or folder, or the word votes, which asks again what members of a Discord server voted on (--library ID).

    Each line of the file is {"id": …, "question": "…", "answers": ["…", …], "history": ["…", …]}. The answers are words from the
    articles; the list is empty where the articles do not answer. A file in SQuAD format, or a folder of such files (.json),
    brings its own articles, which are not kept.
    """
    from bot.terminal.evaluation import VOTES, measured, voted
    from bot.terminal.look import evaluation_view, votes_view
    from bot.terminal.report import page, votes_page, write_page
    from bot.terminal.screen import progress, put

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
        print_json(document)
    else:
        put(view)
        if report:
            click.echo(f"The report is in {report}.", err=True)
