"""Health checks as data, and mending."""

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import click

from bot.config import ConfigError
from bot.session import Session
from bot.terminal import progress, waiting
from embeddings.errors import DamagedError, PullquoteError

# Below this much free space a large article may not fit, in bytes.
_LITTLE_SPACE = 200_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    message: str
    """What is the case and, where it is not well, what to do."""

    def line(self) -> str:
        """For people."""
        return f"{'ok  ' if self.ok else 'FAIL'}  {self.name}: {self.message}"

    def to_json(self) -> dict[str, Any]:
        """For scripts."""
        return asdict(self)


def examine(session: Session) -> list[Check]:
    """All checks, in the order in which one needs the other; what cannot be looked at is left out."""
    checks: list[Check] = []
    for step in (_configuration, _data, _model, _index, _token):
        try:
            checks.extend(step(session))
        except PullquoteError as error:
            checks.append(Check(step.__name__.removeprefix("_"), False, str(error)))
            if step is _configuration:
                break
    return checks


def mend(session: Session) -> None:
    """Save a damaged database's articles into a new one, and encode anew what another model encoded.

    Raises:
        PullquoteError: it cannot be mended.
    """
    from embeddings.library import Library

    for library, document in _salvaged(session):
        Library(session.store, library, session.encoder).add(document)
    for name in session.store.libraries():
        library_found = Library(session.store, name, session.encoder)
        if not library_found.is_current():
            with progress(f"Encoding {name} anew") as report:
                count = library_found.rebuild(progress=report)
            click.echo(f"Encoded {count} articles of {name} anew.", err=True)


def _salvaged(session: Session) -> list[Any]:
    from embeddings.salvage import salvage

    try:
        damage = session.store.damage()
    except DamagedError as error:
        damage = (error.detail,)
    if not damage:
        return []
    session.close()
    session.__dict__.pop("store", None)
    found = salvage(session.settings.data_dir)
    click.echo(
        f"Saved {len(found.documents)} articles, lost {found.lost}; the damaged file is kept at {found.kept}.", err=True
    )
    return list(found.documents)


def _configuration(session: Session) -> Iterator[Check]:
    yield Check("configuration", True, f"the model is {session.settings.model}")


def _data(session: Session) -> Iterator[Check]:
    store = session.store
    folder = session.settings.data_dir
    yield Check("data directory", True, str(folder))
    free = shutil.disk_usage(folder).free
    yield Check(
        "free space", free > _LITTLE_SPACE, f"{free / 1e9:.1f} GB" + ("" if free > _LITTLE_SPACE else "; make room")
    )
    damage = store.damage()
    advice = "sound" if not damage else f"damaged ({damage[0]}); `pullquote doctor --repair` saves what can be saved"
    yield Check("database", not damage, advice)


def _model(session: Session) -> Iterator[Check]:
    with waiting("Loading the model"):
        identity = session.encoder.identity
    yield Check("model", True, f"{identity.name}, {identity.dimension} dimensions, SHA-256 {identity.sha256[:12]}…")


def _index(session: Session) -> Iterator[Check]:
    from embeddings.library import Library

    names = session.store.libraries()
    stale = [name for name in names if not Library(session.store, name, session.encoder).is_current()]
    if stale:
        message = f"{', '.join(stale)} was encoded by another model; `pullquote doctor --repair` encodes it anew"
        yield Check("index", False, message)
    else:
        yield Check("index", True, f"{len(names)} libraries, encoded by this model" if names else "no articles yet")


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
