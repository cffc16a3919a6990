"""The sources that ``add`` accepts: a file, a folder, an archive, a web address, or standard input."""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import webencodings

from embeddings.archives import SUFFIX as ARCHIVE_SUFFIX
from embeddings.archives import is_archive, members, read_member, split
from embeddings.clean import normalise
from embeddings.errors import GoneError, SourceError
from embeddings.fetching.addresses import is_address, normalised
from embeddings.fetching.forges import raw_address
from embeddings.fetching.pages import Page, Validators
from embeddings.listings import Listing, listing_of
from embeddings.loaders import LARGEST_BINARY, RULES, SUFFIXES, check_size, foreign, load, most_bytes
from embeddings.types import Document

if TYPE_CHECKING:
    from embeddings.fetching.fetch import Fetcher

STDIN = "-"
_STDIN_SOURCE = "stdin:"
_UPLOAD_SOURCE = "upload:"
# "Apache-2.0" has no file extension, "page.1" has one.
_VERSION = re.compile(r"\d\.\d+$")
# Bytes that suffice to identify an unsupported type of file.
_MARK = 16


@dataclass(frozen=True, slots=True)
class Loaded:
    """The article at a source, and validators to check later whether the source has changed."""

    document: Document
    validators: Validators = field(default_factory=Validators)


def uploaded(name: str) -> str:
    """The source of an upload with this name; another upload with the same name is a new version of it."""
    return _UPLOAD_SOURCE + name


def file_name(source: str) -> str | None:
    """The last part of the name of an upload; None for any other source."""
    return source.rpartition("/")[2].removeprefix(_UPLOAD_SOURCE) if source.startswith(_UPLOAD_SOURCE) else None


def is_lasting(source: str) -> bool:
    """Whether a source can be read again."""
    return not source.startswith((_STDIN_SOURCE, _UPLOAD_SOURCE))


def is_missing(source: str) -> bool:
    """Whether a source's file, or the archive that contains it, is no longer on disk."""
    if not is_lasting(source) or is_address(source):
        return False
    try:
        return not (split(source) or Path(source).exists())
    except OSError:
        # A path that may not be accessed may well exist.
        return False


def expand(source: str) -> list[str]:
    """The readable sources that ``source`` names, files of a folder or archive sorted by path.

    Raises:
        SourceError: there is nothing there, or nothing in it that can be read.
    """
    if not source.strip():
        raise SourceError(source, "it has no name; give a file, a folder or a web address")
    if source == STDIN:
        return [source]
    _check_lasting(source)
    if is_address(source):
        return [normalised(source)]
    path = Path(os.path.expanduser(source))
    try:
        if path.is_dir():
            return _files_in(path)
        if is_archive(str(path)):
            return members(os.path.abspath(path))
        if split(str(path)):
            return [os.path.abspath(path)]
        if not path.exists():
            raise SourceError(source, _missing(source))
    except (OSError, ValueError) as error:
        raise SourceError(source, _reason(error)) from error
    if not path.is_file():
        raise SourceError(source, "this is neither a file nor a folder")
    # README, LICENSE and the like are read only if given by name; a folder holds too much else without an extension.
    if path.suffix and path.suffix.lower() not in SUFFIXES and not _VERSION.search(path.name):
        raise SourceError(source, _refusal(path))
    return [os.path.abspath(path)]


def visit(
    source: str,
    fetcher: "Fetcher",
    *,
    title: str | None = None,
    stdin: BinaryIO | None = None,
    known: Validators | None = None,
) -> Loaded | Listing | None:
    """The article at a source that `expand` returned, or the addresses in a feed or sitemap there; None when ``known``, the validators
    from when it was last read, still hold.

    Raises:
        GoneError: it does not exist, or no longer exists.
        SourceError: it cannot be read, or is not an article.
    """
    if not is_address(source):
        data, name = _bytes_of(source, title, stdin)
        # The same bytes loaded by the same rules make the same article, and need not be loaded again.
        validators = Validators(etag=f"{RULES}:{hashlib.sha256(data).hexdigest()}")
        return None if known == validators else Loaded(load(data, source=name, title=title), validators)
    read_at = raw_address(source)
    page = fetcher.fetch(read_at, known)
    if page is None:
        return None
    if listing := listing_of(page):
        return listing
    # Readers are linked to the page of a file, not to the raw file.
    url = page.url if read_at == source else source
    document = load(_marked(page), source=source, title=title, media_type=page.media_type, url=url)
    return Loaded(replace(document, url=document.url or url), page.validators)


def read(source: str, *, title: str | None = None, stdin: BinaryIO | None = None) -> Document:
    """The article at a source that `expand` returned and that is not an address.

    Raises:
        GoneError: it does not exist, or no longer exists.
        SourceError: it cannot be read, or is not an article.
    """
    if is_address(source):
        raise SourceError(source, "it is a web address, which `Library.read_in` reads")
    data, name = _bytes_of(source, title, stdin)
    return load(data, source=name, title=title)


def check_name(source: str) -> None:
    """Check that a source can be stored by its name.

    Raises:
        SourceError: it cannot.
    """
    try:
        source.encode()
    except UnicodeEncodeError as error:
        raise SourceError(source, "its name is not UTF-8; rename it") from error


def _check_lasting(source: str) -> None:
    if source.startswith(_STDIN_SOURCE):
        raise SourceError(source, "it came from standard input and cannot be read again; give it anew with `-`")
    if source.startswith(_UPLOAD_SOURCE):
        raise SourceError(source, "it was uploaded and cannot be read again; upload it anew under the same name")


def _bytes_of(source: str, title: str | None, stdin: BinaryIO | None) -> tuple[bytes, str]:
    """The content of a source, and the name it is known by.

    Standard input is known by its title if one is given, otherwise by a hash of its content.
    """
    if source == STDIN:
        if stdin is None:
            raise SourceError(source, "there is no standard input to read")
        data = stdin.read(LARGEST_BINARY + 1)
        name = normalise(title or "") or hashlib.sha256(data).hexdigest()[:16]
        return data, _STDIN_SOURCE + name
    _check_lasting(source)
    try:
        if inside := split(source):
            return read_member(*inside), source
        if is_archive(source):
            # An archive is a source itself only if `expand` could not open it; the reason is reported now.
            members(source)
        # An oversized file is rejected by its size, without reading it.
        check_size(Path(source).stat().st_size, source, most_bytes(source))
        return Path(source).read_bytes(), source
    except FileNotFoundError as error:
        raise GoneError(source, _reason(error)) from error
    except OSError as error:
        raise SourceError(source, _reason(error)) from error


def _marked(page: Page) -> bytes:
    """A page as UTF-8 with a byte-order mark, if the server named its encoding, which overrides what the page declares itself."""
    encoding = webencodings.lookup(page.charset) if page.charset and page.media_type.endswith("html") else None
    if encoding is None:
        return page.data
    text: str = webencodings.decode(page.data, encoding)[0]
    return f"\ufeff{text.removeprefix(chr(0xFEFF))}".encode()


def _refusal(path: Path) -> str:
    with suppress(OSError), path.open("rb") as file:
        if what := foreign(file.read(_MARK)):
            return what
    return f"files of this kind cannot be read; give one of {', '.join(sorted({*SUFFIXES, ARCHIVE_SUFFIX}))}"


def passed_over(source: str) -> list[Path]:
    """The files of a folder that `expand` leaves out because of their extensions; none if it is not a folder."""
    if is_address(source):
        return []
    read = {*SUFFIXES, ARCHIVE_SUFFIX}
    return [path for path in _visible(Path(os.path.expanduser(source))) if path.suffix.lower() not in read]


def _files_in(folder: Path) -> list[str]:
    found: list[str] = []

    def unreadable(error: OSError) -> None:
        # It is reported when its turn comes, and does not stop the rest.
        found.append(os.path.abspath(error.filename))

    for path in _visible(folder, unreadable):
        if path.suffix.lower() in SUFFIXES:
            found.append(os.path.abspath(path))
        elif path.suffix.lower() == ARCHIVE_SUFFIX:
            found += _members_in(os.path.abspath(path))
    if not found:
        raise SourceError(
            str(folder),
            f"there is nothing in it to read; articles end in {', '.join(sorted(SUFFIXES))}, or are given by name",
        )
    return found


def _visible(folder: Path, unreadable: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    for directory, subfolders, names in os.walk(folder, onerror=unreadable):
        # Hidden folders hold tools' files, and links may lead anywhere; sorting makes the order the same on every system.
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for path in (Path(directory, name) for name in sorted(names)):
            if not path.name.startswith(".") and not _is_link(path):
                yield path


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:
        # That it may not be accessed is reported when its turn comes.
        return False


def _members_in(archive: str) -> list[str]:
    try:
        return members(archive)
    except SourceError:
        # An unreadable archive is reported when its turn comes, and does not stop the rest of the folder.
        return [archive]


def _missing(source: str) -> str:
    """The message for a path that does not exist, which may be an address as people write them, such as example.org/rules."""
    host, slash, _ = source.partition("/")
    is_like_address = "." in host.strip(".") and bool(slash or host.startswith("www."))
    return "there is no such file or folder" + (
        f"; if it is a web page, give https://{source}" if is_like_address else ""
    )


def _reason(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "it may not be read; check its permissions"
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder"
    if isinstance(error, IsADirectoryError):
        return "it is a folder; `expand` names the files in it"
    return f"it cannot be read ({getattr(error, 'strerror', None) or error})"
