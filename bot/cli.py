"""The command tree. Heavy libraries are imported inside the commands that need them, so that ``--help`` is quick."""

import io
import sys
from collections.abc import Sequence

import click

from bot.session import DEFAULT, Session
from bot.terminal import library_commands, question_commands
from bot.terminal.failures import FAILED, complain, reported
from bot.terminal.options import folder, json_option, named, print_json


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its status."""
    if sys.stdout is None:
        sys.exit(complain("Standard output is closed, so nothing can be printed.", FAILED))
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Characters that the terminal's encoding lacks are shown as question marks.
        sys.stdout.reconfigure(errors="replace")
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None, session: Session | None = None) -> int:
    """Run the command with the given session or a new one; returns the status. Errors become one sentence on stderr."""
    session = session or Session(DEFAULT)
    try:
        status = cli.main(arguments, prog_name="pullquote", standalone_mode=False, obj=session)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except (Exception, KeyboardInterrupt) as error:
        return reported(error, lambda: session.settings)
    finally:
        session.close()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--data-dir", metavar="DIR", callback=named, help="The folder that holds the articles (PULLQUOTE_DATA_DIR)."
)
@click.option(
    "--library",
    default=DEFAULT,
    show_default=True,
    metavar="NAME",
    callback=named,
    help="The library to use; a Discord server's is named by its id.",
)
@click.version_option(package_name="pullquote", message="%(prog)s %(version)s")
@click.pass_obj
def cli(session: Session, data_dir: str | None, library: str) -> None:
    """Answers questions from your own articles, in the articles' own words, with citations."""
    session.library_name = library
    session.data_dir = folder(data_dir)


for _command in (
    library_commands.add,
    library_commands.list_,
    library_commands.show,
    library_commands.remove,
    library_commands.refresh,
    library_commands.watch,
    library_commands.history,
    library_commands.rollback,
    question_commands.ask,
    question_commands.chat,
    question_commands.demo,
    question_commands.eval_,
):
    cli.add_command(_command)


@cli.command()
@click.option("--repair", is_flag=True, help="Rescue what a damaged database still holds; encode articles again.")
@json_option
@click.pass_obj
def doctor(session: Session, repair: bool, as_json: bool) -> int:
    """Check the setup, and say what to do about any problem.

    Looks at the configuration, the data, the model, the index and the form of the Discord token.
    """
    from bot.terminal.doctor import examine, mend
    from bot.terminal.look import checks_view
    from bot.terminal.screen import put

    if repair:
        mend(session)
    checks = examine(session)
    if as_json:
        print_json({"checks": [each.to_json() for each in checks]})
    else:
        put(checks_view(checks))
    return 0 if all(each.ok for each in checks) else FAILED


@cli.command("run")
@click.pass_obj
def run_(session: Session) -> int:
    """Run the Discord bot."""
    session.settings.token()
    from bot.hosting.running import run as run_bot

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
