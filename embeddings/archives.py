"""A ZIP file of articles, read like a folder: nothing is ever written to disk, so path traversal in its names is harmless."""

import re
import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from embeddings.errors import GoneError, SourceError
from embeddings.loaders import SUFFIXES, most_bytes
from embeddings.loaders.formats import LARGEST_DIRECTORY, ZIP_END_REACH, zip_end

SUFFIX = ".zip"
#: The most files an archive may hold, and the most they may unpack to, in bytes.
MOST_FILES, LARGEST_UNPACKED = 20_000, 2_000_000_000

_LOCKED_FLAG = 1
# Matched without lowering the name's case, which can shift offsets: "İstanbul" in lower case is one character longer.
_SUFFIX_WITHIN = re.compile(rf"{re.escape(SUFFIX)}(?=/)", re.ASCII | re.IGNORECASE)
# A Windows drive; a colon elsewhere is just a colon.
_DRIVE = re.compile("[A-Za-z]:")

NOT_AN_ARCHIVE = "it is no ZIP file, or cut short; copy or download it again"
TOO_MUCH = "it unpacks to more than 2 GB or 20,000 files; split it into several"
LINK = "it is a link, and links in archives are not followed; put the file itself in"
OUTSIDE = "its name leads outside of the archive, so it is not read; pack the files anew"
NESTED = "it is an archive within an archive; unpack it and add it by itself"
LOCKED = "it is locked by a password; pack it without one"
DAMAGED = "it is damaged in the archive; pack it anew"


def is_archive(source: str) -> bool:
    """Whether a path names an archive."""
    return source.lower().endswith(SUFFIX) and Path(source).is_file()


def members(archive: str) -> list[str]:
    """The sources in an archive, sorted by name: ``archive/name``, each of which `read_member` reads.

    Files that cannot be read for a reason worth reporting are included; files that are not articles are not.

    Raises:
        SourceError: it is not an archive, exceeds the limits, or contains nothing that can be read.
    """
    with _on_disk(archive) as file:
        return [f"{archive}/{name}" for name in names_in(file, archive)]


def names_in(file: BinaryIO, archive: str) -> list[str]:
    """The names in what `members` returns, of an open archive that is known as ``archive``.

    Raises:
        SourceError: as `members`.
    """
    with _opened(file, archive) as opened:
        infos = {info.filename: info for info in opened.infolist() if not info.is_dir()}
    if sum(info.file_size for info in infos.values()) > LARGEST_UNPACKED or len(infos) > MOST_FILES:
        raise SourceError(archive, TOO_MUCH)
    found = sorted(name for name in infos if _is_wanted(name))
    if not found:
        raise SourceError(archive, f"there is nothing in it to read; articles end in {', '.join(sorted(SUFFIXES))}")
    return found


def split(source: str) -> tuple[str, str] | None:
    """A source that `members` returned, split into the archive and the name in it; None for any other source."""
    for end in _SUFFIX_WITHIN.finditer(source):
        archive = source[: end.end()]
        if Path(archive).is_file():
            return archive, source[end.end() + 1 :]
    return None


def read_member(archive: str, name: str) -> bytes:
    """The bytes of a file in an archive.

    Raises:
        GoneError: it does not exist, or no longer exists.
        SourceError: it cannot or must not be read.
    """
    with _on_disk(archive) as file:
        return read_from(file, archive, name)


def read_from(file: BinaryIO, archive: str, name: str) -> bytes:
    """The bytes of a file in an open archive that is known as ``archive``.

    Raises:
        GoneError, SourceError: as `read_member`.
    """
    source = f"{archive}/{name}"
    with _opened(file, archive) as opened:
        info = opened.NameToInfo.get(name)
        if info is None:
            raise GoneError(source, "there is no such file in the archive")
        if reason := _refusal(info):
            raise SourceError(source, reason)
        most = most_bytes(name)
        if info.file_size > most:
            size = info.file_size / 1e6
            raise SourceError(
                source, f"it has {size:.1f} MB and an article may have {most / 1e6:.0f}; split it into several"
            )
        try:
            with opened.open(info) as member:
                # zipfile never unpacks more than the declared size.
                return member.read(most)
        except Exception as error:  # zipfile and its decompressors raise many types of errors
            raise SourceError(source, DAMAGED) from error


def _on_disk(archive: str) -> BinaryIO:
    try:
        return Path(archive).open("rb")
    except OSError as error:
        raise SourceError(archive, f"it cannot be read ({error.strerror or error})") from error


def _opened(file: BinaryIO, archive: str) -> zipfile.ZipFile:
    try:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - ZIP_END_REACH))
        # zipfile reads the whole central directory into memory.
        end = zip_end(file.read())
        if end is None:
            raise SourceError(archive, NOT_AN_ARCHIVE)
        if end[1] > LARGEST_DIRECTORY:
            raise SourceError(archive, TOO_MUCH)
        return zipfile.ZipFile(file)
    except SourceError:
        raise
    except OSError as error:
        raise SourceError(archive, f"it cannot be read ({error.strerror or error})") from error
    except Exception as error:  # zipfile raises many types of errors
        raise SourceError(archive, NOT_AN_ARCHIVE) from error


def _is_wanted(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    hidden = any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in path.parts)
    return not hidden and path.suffix.lower() in {*SUFFIXES, SUFFIX}


def _refusal(info: zipfile.ZipInfo) -> str | None:
    """Why a file is not read, or None."""
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if stat.S_ISLNK(info.external_attr >> 16):
        return LINK
    if path.is_absolute() or ".." in path.parts or _DRIVE.match(path.parts[0]):
        return OUTSIDE
    if path.suffix.lower() == SUFFIX:
        return NESTED
    return LOCKED if info.flag_bits & _LOCKED_FLAG else None
