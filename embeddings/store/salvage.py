"""Recovery from a damaged database: every article whose text still matches its hash, read row by row."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import apsw
from filelock import FileLock, Timeout

from embeddings.errors import BusyError, DataDirError, SourceError
from embeddings.loaders.plain import load_plain
from embeddings.store.database import FILE, LOCK
from embeddings.store.rows import blocks_from_json, sha256_of
from embeddings.types import About, Block, Document

# Where scans of the keys from both ends stop at damaged pages, at most this many keys between them are tried one by one; a damaged key
# may be any number.
_MOST_BETWEEN = 100_000


@dataclass(frozen=True, slots=True)
class Salvage:
    """What was recovered from a damaged database, which was moved aside."""

    documents: tuple[tuple[str, Document], ...]
    """Library and document of each intact article."""
    lost: int
    """How many articles were found damaged."""
    kept: Path
    """Where the damaged file is now."""


def salvage(data_dir: Path) -> Salvage:
    """Move the database aside and read what is intact. The articles have to be added again; older versions are not recovered.

    Raises:
        BusyError: another process is writing.
        DataDirError: the database cannot be moved aside.
    """
    path = data_dir / FILE
    try:
        with FileLock(data_dir / LOCK, timeout=0):
            kept = put_aside(path)
    except Timeout as error:
        raise BusyError(path, "Another pullquote") from error
    except OSError as error:
        raise DataDirError(data_dir, error.strerror or "it cannot be written to") from error
    rows = list(_rows(kept))
    whole = [(library, document) for library, document in rows if document is not None]
    return Salvage(tuple(whole), len(rows) - len(whole), kept)


def put_aside(path: Path) -> Path:
    """Rename a damaged database and the files beside it; returns its new path.

    Raises:
        DataDirError: it cannot be renamed.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    kept = path.with_name(f"{path.name}.damaged-{stamp}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        try:
            if part.exists():
                part.rename(kept.with_name(kept.name + suffix))
        except OSError as error:
            raise DataDirError(path.parent, error.strerror or "it cannot be written to") from error
    return kept


def _rows(path: Path) -> Iterator[tuple[str, Document | None]]:
    """The library of each article, and its document if it is intact."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        # The earliest release stored no author, date, site or language.
        known = "author" in {name for (name,) in connection.execute("SELECT name FROM pragma_table_info('articles')")}
        keys = _keys(connection)
    except apsw.Error:
        return
    about = "a.author, a.published, a.site, a.language" if known else "NULL, NULL, NULL, NULL"
    for key in keys:
        try:
            row = connection.execute(
                f"""SELECT l.name, a.title, v.text, v.blocks, a.source, a.url, v.sha256, {about} FROM versions v
                JOIN articles a ON a.key = v.article_key JOIN libraries l ON l.key = a.library_key
                WHERE v.key = ? AND v.present = 1""",
                (key,),
            ).fetchone()
            if row is not None:
                library, title, text, blocks, source, url, sha256, *rest = row
                document = (
                    _document(str(title), str(text), str(blocks), str(source)) if _is_whole(text, sha256) else None
                )
                said = About(*(each and str(each) for each in rest))
                yield str(library), document and replace(document, url=url and str(url), about=said)
        except (apsw.Error, SourceError, ValueError, TypeError, IndexError):
            yield "", None


def _is_whole(text: object, sha256: object) -> bool:
    return sha256_of(str(text)) == sha256


def _document(title: str, text: str, stored: str, source: str) -> Document:
    """An article from its intact text and, if they fit it, its blocks; otherwise it is loaded again as plain text."""
    try:
        blocks = blocks_from_json(stored)
    except (ValueError, TypeError, RecursionError):
        blocks = ()
    if _covers(blocks, text):
        return Document(title, text, blocks, source)
    return load_plain(text, source=source, title=title)


def _covers(blocks: Sequence[Block], text: str) -> bool:
    """Whether blocks fit a text: they are in order, and cover all of it but white space."""
    end = 0
    for block in blocks:
        if not (isinstance(block.span.start, int) and isinstance(block.span.end, int)):
            return False
        if not end <= block.span.start < block.span.end <= len(text) or text[end : block.span.start].strip():
            return False
        end = block.span.end
    return not text[end:].strip()


def _keys(connection: apsw.Connection) -> list[int]:
    """The keys of versions. A damaged page ends a scan, so they are scanned from both ends; the keys between are tried."""
    up = _walked(connection, "ASC")
    down = _walked(connection, "DESC")
    if up and down and up[-1] >= down[-1]:
        return sorted({*up, *down})
    first = up[-1] + 1 if up else 1
    last = down[-1] - 1 if down else _last_given(connection)
    between = range(first, min(last, first + _MOST_BETWEEN) + 1)
    return [*up, *between, *reversed(down)]


def _walked(connection: apsw.Connection, order: str) -> list[int]:
    found: list[int] = []
    with suppress(apsw.Error):
        # In the table itself: an index may have its own damage.
        for (key,) in connection.execute(f"SELECT key FROM versions NOT INDEXED ORDER BY key {order}"):
            if found and (key <= found[-1]) == (order == "ASC"):
                break
            found.append(int(key))
    return found


def _last_given(connection: apsw.Connection) -> int:
    """The greatest key that any version was ever given; 0 if unknown."""
    with suppress(apsw.Error):
        for (key,) in connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'versions'"):
            return int(key)
    return 0
