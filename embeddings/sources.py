"""What can be given to ``add``: a file, a folder, or standard input."""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from embeddings.errors import SourceError
from embeddings.loaders import LARGEST, SUFFIXES, load
from embeddings.types import Document

STDIN = "-"
_STDIN_SOURCE = "stdin:"


def expand(source: str) -> list[str]:
    """The readable sources that ``source`` names, files of a folder in order of their paths.

    Raises:
        SourceError: there is nothing there, or nothing in it that can be read.
    """
    if source == STDIN:
        return [source]
    if source.startswith(_STDIN_SOURCE):
        raise SourceError(source, "it came from standard input and cannot be read again; give it anew with `-`")
    if "://" in source:
        raise SourceError(source, "addresses cannot be fetched yet; save the page as text and give the file")
    path = Path(source).expanduser()
    try:
        if path.is_dir():
            return _files_in(path)
        if not path.exists():
            raise SourceError(source, "there is no such file or folder")
    except (OSError, ValueError) as error:
        raise SourceError(source, _reason(error)) from error
    if not path.is_file():
        raise SourceError(source, "this is neither a file nor a folder")
    if path.suffix.lower() not in SUFFIXES:
        raise SourceError(source, f"files of this kind cannot be read; give one of {', '.join(sorted(SUFFIXES))}")
    return [os.path.abspath(path)]


def read(source: str, *, title: str | None = None, stdin: BinaryIO | None = None) -> Document:
    """The article at a source that `expand` returned.

    Text from standard input is known by its title when one is given, and else by its content.

    Raises:
        SourceError: it cannot be read, or is not an article.
    """
    if source == STDIN:
        if stdin is None:
            raise SourceError(source, "there is no standard input to read")
        data = stdin.read(LARGEST + 1)
        name = title or hashlib.sha256(data).hexdigest()[:16]
        return load(data, source=_STDIN_SOURCE + name, title=title)
    if source.startswith(_STDIN_SOURCE):
        raise SourceError(source, "it came from standard input and cannot be read again; give it anew with `-`")
    try:
        size = Path(source).stat().st_size
        # An oversized file is told by its size, and not read.
        data = b"" if size > LARGEST else Path(source).read_bytes()
    except OSError as error:
        raise SourceError(source, _reason(error)) from error
    if size > LARGEST:
        raise SourceError(
            source, f"it has {size / 1e6:.1f} MB and an article may have {LARGEST / 1e6:.0f}; split it into several"
        )
    return load(data, source=source, title=title)


def _files_in(folder: Path) -> list[str]:
    found: list[str] = []
    for directory, subfolders, names in os.walk(folder):
        # Hidden folders hold tools' files, and links may lead anywhere; the order is the same everywhere.
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for path in (Path(directory, name) for name in sorted(names)):
            if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and not path.is_symlink():
                found.append(os.path.abspath(path))
    if not found:
        raise SourceError(str(folder), f"there is nothing in it to read; articles end in {', '.join(sorted(SUFFIXES))}")
    return found


def _reason(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "it may not be read; check its permissions"
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder"
    return f"it cannot be read ({getattr(error, 'strerror', None) or error})"
