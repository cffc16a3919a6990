"""Health checks as data, and repair."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import click

from bot.config import ConfigError
from bot.memory.notebook import FILE as NOTEBOOK
from bot.memory.notebook import Notebook
from bot.session import Session
from bot.terminal.screen import progress, waiting
from embeddings.errors import DamagedError, NewerSchemaError, PullquoteError
from embeddings.protocols import NO_READER
from embeddings.types import Document

# Below this much free space a large article may not fit, in bytes.
_LITTLE_SPACE = 200_000_000
_REPAIR = "`pullquote doctor --repair`"


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check."""

    name: str
    ok: bool
    message: str
    """The finding."""
    remedy: str = ""
    """What to do about a failure, if the message does not say it."""

    def to_json(self) -> dict[str, object]:
        """For scripts."""
        return asdict(self)


def examine(session: Session) -> list[Check]:
    """All checks, in order of dependency; those whose prerequisites failed are left out."""
    checks: list[Check] = []
    for name, step, needed in _STEPS:
        if any(not each.ok for each in checks if each.name in needed):
            continue
        try:
            checks.extend(step(session))
        except PullquoteError as error:
            checks.append(Check(name, False, str(error)))
    return checks


def mend(session: Session) -> None:
    """Salvage a damaged database's articles into a new one, and encode anew what another model encoded.

    Raises:
        PullquoteError: it cannot be repaired.
    """
    from embeddings.library import Library

    _begin_notebook_anew(session)
    for library, document in _salvaged(session):
        Library(session.store, library, session.encoder).add(document)
    for name in session.store.libraries():
        found = Library(session.store, name, session.encoder)
        if not found.is_current():
            with progress(f"Encoding {name} anew") as report:
                count = found.rebuild(progress=report)
            click.echo(f"Encoded {count} articles of {name} anew.", err=True)


def _begin_notebook_anew(session: Session) -> None:
    from embeddings.store.salvage import put_aside

    try:
        for _ in _records(session):
            pass
    except DamagedError:
        kept = put_aside(session.settings.data_dir / NOTEBOOK)
        click.echo(f"What the bot remembered begins anew; the damaged file is kept at {kept}.", err=True)


def _salvaged(session: Session) -> tuple[tuple[str, Document], ...]:
    from embeddings.store.salvage import salvage

    try:
        damage = session.store.damage()
    except DamagedError as error:
        damage = (error.detail,)
    if not damage:
        return ()
    with waiting("Loading the model"):
        # First, because without it nothing could be added to the new database, and the old one would already be moved aside.
        _ = session.encoder.identity
    session.close()
    session.__dict__.pop("store", None)
    found = salvage(session.settings.data_dir)
    saved = f"Saved {len(found.documents)} articles, lost {found.lost}"
    if not found.documents:
        saved = "No article could be read from the damaged file; add them anew from where they came"
    click.echo(f"{saved}; the damaged file is kept at {found.kept}.", err=True)
    return found.documents


def _configuration(session: Session) -> Iterator[Check]:
    yield Check("configuration", True, f"the data directory is {session.settings.data_dir}")


def _data(session: Session) -> Iterator[Check]:
    try:
        damage = session.store.damage()
    except (DamagedError, NewerSchemaError) as error:
        yield Check("database", False, str(error))
        return
    yield Check("data directory", True, "can be written to")
    if damage:
        # SQLite puts a heading above its findings, and reports one damaged page many times.
        first = next((line for line in "\n".join(damage).splitlines() if not line.startswith("***")), damage[0])
        yield Check("database", False, f"damaged ({first})", f"{_REPAIR} saves what can be saved")
    else:
        yield Check("database", True, "sound")
    free = shutil.disk_usage(session.settings.data_dir).free
    enough = free > _LITTLE_SPACE
    yield Check("free space", enough, f"{free / 1e9:.1f} GB", "" if enough else "make room on that disk")


def _records(session: Session) -> Iterator[Check]:
    if not (session.settings.data_dir / NOTEBOOK).is_file():
        return
    with Notebook(session.settings.data_dir) as notebook:
        notebook.check()
    yield Check("records", True, "sound")


def _model(session: Session) -> Iterator[Check]:
    with waiting("Loading the model"):
        identity = session.encoder.identity
    yield Check("model", True, f"{identity.name}, {identity.dimension} dimensions, SHA-256 {identity.sha256[:12]}…")


def _reader(session: Session) -> Iterator[Check]:
    if session.settings.reader == NO_READER:
        yield Check("reader", True, "none, as PULLQUOTE_READER says")
    elif session.reader is None:
        missing = "the bundled one is missing, so answers are chosen by words and meaning alone"
        yield Check("reader", False, missing, "install Pullquote again")
    else:
        yield Check("reader", True, f"{session.settings.reader}, SHA-256 {session.reader.sha256[:12]}…")


def _index(session: Session) -> Iterator[Check]:
    from embeddings.library import Library

    names = session.store.libraries()
    stale = [name for name in names if not Library(session.store, name, session.encoder).is_current()]
    if stale:
        articles = f"the articles of {', '.join(stale)} were encoded by another model"
        yield Check("index", False, articles, f"{_REPAIR} encodes them again")
    else:
        yield Check("index", True, f"libraries encoded by this model: {len(names)}" if names else "no articles yet")


def _token(session: Session) -> Iterator[Check]:
    if session.settings.discord_token is None:
        yield Check("Discord token", True, "not set; only `pullquote run` needs it")
        return
    try:
        session.settings.token()
    except ConfigError as error:
        yield Check("Discord token", False, str(error))
    else:
        yield Check("Discord token", True, "has the form of one")


# Each step: the check that fails if it raises, its function, and the checks that it depends on.
_STEPS: tuple[tuple[str, Callable[[Session], Iterator[Check]], frozenset[str]], ...] = (
    ("configuration", _configuration, frozenset()),
    ("data directory", _data, frozenset({"configuration"})),
    ("records", _records, frozenset({"configuration", "data directory"})),
    ("model", _model, frozenset({"configuration"})),
    ("reader", _reader, frozenset({"configuration"})),
    ("index", _index, frozenset({"configuration", "data directory", "database", "model"})),
    ("Discord token", _token, frozenset({"configuration"})),
)
