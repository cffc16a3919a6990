"""The commands that manage a library: add, list, show, remove, refresh, watch, history, rollback."""

import sys
from pathlib import Path

import click

from bot.session import Session
from bot.terminal.failures import FAILED
from bot.terminal.options import complete_ids, json_option, print_json, report, report_line


@click.command(short_help="Add articles: files, folders, web addresses.")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--title", help="The article's title, instead of its own.")
@json_option
@click.pass_obj
def add(session: Session, sources: tuple[str, ...], title: str | None, as_json: bool) -> int:
    """Add articles from files, folders, web addresses or standard input (-).

    Files can be text, Markdown, reStructuredText, web pages, PDF, Word, Excel, PowerPoint, OpenDocument, EPUB, CSV, subtitles or
    e-mail, or ZIP archives of these. A feed or sitemap adds the pages it names. Articles that have not changed are left
    alone; those that have get a new version.
    """
    from bot.terminal.ingest import add_all, expanded, outcome_json, outcome_lines, tell_passed_over

    if title is not None and len(sources) > 1:
        raise click.UsageError("--title goes with one SOURCE")
    found, failed = expanded(sources)
    if title is not None and len(found) > 1:
        raise click.UsageError("--title goes with one article, and this folder holds several")
    with session.store.writing():
        outcome = add_all(session.library, session.fetcher, found, failed, title=title)
    report(outcome_json(outcome), outcome_lines(outcome), as_json=as_json)
    tell_passed_over(sources)
    return FAILED if outcome.failures else 0


@click.command("list")
@json_option
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """List the articles."""
    from dataclasses import asdict

    from bot.terminal.look import list_view, no_articles
    from bot.terminal.screen import put

    articles = session.store.articles(session.library_name)
    if as_json:
        print_json({"articles": [asdict(each) for each in articles]})
    elif articles:
        put(list_view(articles))
    else:
        put(no_articles(session.library_name))


@click.command()
@click.argument("article_id", metavar="ID", shell_complete=complete_ids)
@json_option
@click.pass_obj
def show(session: Session, article_id: str, as_json: bool) -> None:
    """Show an article's stored text."""
    from dataclasses import asdict

    from bot.terminal.look import article_view
    from bot.terminal.screen import put

    stored = session.store.stored(session.library_name, article_id)
    if not as_json:
        put(article_view(stored))
        return
    article = stored.article
    chunks = [{"start": each.span.start, "end": each.span.end, "heading": list(each.heading)} for each in stored.chunks]
    print_json(
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


@click.command()
@click.argument("article_ids", nargs=-1, required=True, metavar="ID...", shell_complete=complete_ids)
@click.option("--yes", is_flag=True, help="Remove without asking first.")
@json_option
@click.pass_obj
def remove(session: Session, article_ids: tuple[str, ...], yes: bool, as_json: bool) -> int:
    """Remove articles, with all their versions.

    This cannot be undone. On a terminal it asks first; a script is not asked.
    """
    from bot.terminal.screen import printable

    named = [session.store.article(session.library_name, one) for one in article_ids]
    articles = list({each.id: each for each in named}.values())
    titles = printable(", ".join(f"“{each.title}”" for each in articles), lines=False)
    if not yes and sys.stdin.isatty() and not click.confirm(f"Remove {titles}?", err=True):
        click.echo("Nothing was removed.", err=True)
        return FAILED
    with session.store.writing():
        session.store.remove(session.library_name, [each.id for each in articles])
    removed = [{"id": each.id, "title": each.title, "source": each.source} for each in articles]
    report({"removed": removed}, [("removed", each.title, each.id) for each in articles], as_json=as_json)
    return 0


@click.command()
@click.argument("article_ids", nargs=-1, metavar="[ID...]", shell_complete=complete_ids)
@json_option
@click.pass_obj
def refresh(session: Session, article_ids: tuple[str, ...], as_json: bool) -> int:
    """Read articles again from their sources.

    Without an ID, reads all of them again. Articles that have changed get a new version; those whose source is gone are kept,
    marked and reported.
    """
    from bot.terminal.ingest import outcome_json, outcome_lines, refresh_all

    chosen = [session.library.article(one) for one in article_ids] or list(session.library.articles())
    outcome = refresh_all(session.library, session.fetcher, chosen)
    report(outcome_json(outcome), outcome_lines(outcome), as_json=as_json)
    return FAILED if outcome.failures else 0


@click.command()
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER...")
@click.option(
    "--every",
    type=click.FloatRange(min=0.1),
    default=2.0,
    metavar="SECONDS",
    help="How long to wait between two looks. Default: 2.",
)
@click.pass_obj
def watch(session: Session, folders: tuple[str, ...], every: float) -> None:
    """Keep the articles in step with folders, until Ctrl-C.

    New and changed files are added; deleted ones are marked as gone, and stay until you remove them. The bot can run at the same
    time: with --library SERVER_ID before the command, the folder fills that server's library.
    """
    from bot.terminal.interrupts import stopping
    from bot.terminal.watch import Watch

    with stopping() as stop:
        watching = Watch(session.library, session.fetcher, [Path(each) for each in folders])
        while not stop.wished:
            for line in watching.look():
                report_line(*line)
                if stop.wished:
                    break
            stop.pause(every)


@click.command(short_help="Show an article's versions, or what one changed.")
@click.argument("article_id", metavar="ID", shell_complete=complete_ids)
@click.argument("version", metavar="[VERSION]", required=False)
@json_option
@click.pass_obj
def history(session: Session, article_id: str, version: str | None, as_json: bool) -> None:
    """Show an article's versions, oldest first, or what one of them changed.

    VERSION is one from the list that is shown without it, or its first characters.
    """
    from dataclasses import asdict

    from bot.terminal.look import changes_view, history_view
    from bot.terminal.screen import put

    if version is not None:
        changes = session.library.changes(article_id, version)
        if as_json:
            print_json({"id": session.library.article(article_id).id, **asdict(changes)})
        else:
            put(changes_view(changes))
        return
    versions = session.library.history(article_id)
    if as_json:
        print_json({"id": session.library.article(article_id).id, "versions": [asdict(each) for each in versions]})
    else:
        put(history_view(versions))


@click.command()
@click.argument("article_id", metavar="ID", shell_complete=complete_ids)
@click.argument("version", metavar="VERSION")
@json_option
@click.pass_obj
def rollback(session: Session, article_id: str, version: str, as_json: bool) -> None:
    """Go back to an earlier version of an article.

    VERSION is one that `history` shows, or its first characters. A later refresh changes the article only if its source has
    changed since it was last read.
    """
    article = session.library.roll_back(article_id, version).article
    record = {"id": article.id, "title": article.title, "source": article.source, "version": article.version}
    detail = f"{article.id}, version {article.version[:12]}"
    report({"restored": [record]}, [("restored", article.title, detail)], as_json=as_json)
