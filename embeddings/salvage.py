"""What can be saved of a damaged database: every article whose text still has its hash, row by row."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import apsw
from filelock import FileLock, Timeout

from embeddings.database import FILE, LOCK
from embeddings.errors import BusyError
from embeddings.rows import blocks_from_json, sha256_of
from embeddings.types import About, Document


@dataclass(frozen=True, slots=True)
class Salvage:
    """What was read from a damaged database, which now stands aside."""

    documents: tuple[tuple[str, Document], ...]
    """Library and document of each article that is whole."""
    lost: int
    """How many articles were seen and are not."""
    kept: Path
    """Where the damaged file is now."""


def salvage(data_dir: Path) -> Salvage:
    """Put the database aside and read from it what is whole. The articles have to be added anew, and older versions are not saved.

    Raises:
        BusyError: another process is writing.
    """
    path = data_dir / FILE
    try:
        with FileLock(data_dir / LOCK, timeout=0):
            kept = put_aside(path)
    except Timeout as error:
        raise BusyError(path, "Another pullquote") from error
    rows = list(_rows(kept))
    whole = [(library, document) for library, document in rows if document is not None]
    return Salvage(tuple(whole), len(rows) - len(whole), kept)


def put_aside(path: Path) -> Path:
    """Rename a damaged database with the files beside it; returns where it is now."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    kept = path.with_name(f"{path.name}.damaged-{stamp}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(kept.with_name(kept.name + suffix))
    return kept


def _rows(path: Path) -> Iterator[tuple[str, Document | None]]:
    """Each article's library, and its document if it is whole; keys are tried one by one, as a damaged page ends a scan."""
    try:
        connection = apsw.Connection(str(path))
        last = max((_greatest(connection, table) for table in ("articles", "versions")), default=0)
        # The earliest release knew nothing about an article but its title.
        known = "author" in {name for (name,) in connection.execute("SELECT name FROM pragma_table_info('articles')")}
        about = "a.author, a.published, a.site, a.language" if known else "NULL, NULL, NULL, NULL"
    except apsw.Error:
        return
    for key in range(1, last + 1):
        try:
            row = connection.execute(
                f"""SELECT l.name, a.title, v.text, v.blocks, a.source, a.url, v.sha256, {about} FROM versions v
                JOIN articles a ON a.key = v.article_key JOIN libraries l ON l.key = a.library_key
                WHERE v.key = ? AND v.present = 1""",
                (key,),
            ).fetchone()
            if row is None:
                continue
            library, title, text, blocks, source, url, sha256, *rest = row
            if sha256_of(str(text)) != sha256:
                yield str(library), None
                continue
            yield (
                str(library),
                Document(
                    str(title),
                    str(text),
                    blocks_from_json(str(blocks)),
                    str(source),
                    url and str(url),
                    About(*(each and str(each) for each in rest)),
                ),
            )
        except (apsw.Error, json.JSONDecodeError, ValueError, UnicodeDecodeError):
            yield "", None


def _greatest(connection: apsw.Connection, table: str) -> int:
    row = connection.execute(f"SELECT max(key) FROM {table}").fetchone()
    return int(row[0] or 0) if row else 0
