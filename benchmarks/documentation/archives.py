"""Download the documentation of the packages in ``packages.tsv`` from their registries.

    python -m benchmarks.documentation.archives     ten minutes or more; run again, it fetches what is missing

The packages are those of the most downloaded 227,000 of npm and 15,000 of PyPI whose documentation has a question as a heading, and that
have a permissive licence. Texts are kept in ``benchmarks/.cache`` and are not part of the project.
"""

import json
import re
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from email import message_from_bytes
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from zipfile import ZipFile

from benchmarks.cache import FOLDER

PACKAGES = Path(__file__).with_name("packages.tsv")
DOCUMENTATION = FOLDER / "documentation.jsonl"
# Longest file that is read, in bytes: longer ones are mostly references of every function.
_LONGEST = 100_000
_AT_ONCE = 8
_SECONDS = 60
_NPM = "https://registry.npmjs.org"
_PYPI = "https://pypi.org/simple"
_SUFFIXES = (".md", ".markdown", ".rst", ".txt")
_OTHER_FILES = re.compile(r"(?:changelog|changes|history|news|licen[cs]e|code_of|requirements|sources|top_level)")


@dataclass(frozen=True, slots=True)
class Package:
    """A release of a package."""

    registry: str
    """npm; pypi, for the files of its source archive; or description, for the page of it on PyPI."""
    name: str
    version: str
    licence: str


@dataclass(frozen=True, slots=True)
class Page:
    """A file of documentation."""

    package: str
    path: str
    text: str


def packages() -> list[Package]:
    """The packages of the list."""
    lines = PACKAGES.read_text(encoding="utf-8").splitlines()
    return [Package(*line.split("\t")) for line in lines]


def pages() -> list[Page]:
    """What has been downloaded.

    Raises:
        FileNotFoundError: nothing has.
    """
    with DOCUMENTATION.open(encoding="utf-8") as lines:
        return [Page(**each) for line in lines for each in json.loads(line)["pages"]]


def _fetched(package: Package) -> list[Page] | None:
    """Its pages; None if the registry does not give them, of which a line is printed."""
    try:
        return _pages_of(package)
    except OSError as error:
        print(f"{package.name} {package.version}: {error}", flush=True)
        return None


def _pages_of(package: Package) -> list[Page]:
    if package.registry == "npm":
        archive = f"{_NPM}/{package.name}/-/{package.name.split('/')[-1]}-{package.version}.tgz"
        found = _files(_read(archive))
    elif package.registry == "pypi":
        found = _files(_read(next(each["url"] for each in _releases(package) if each["filename"].endswith(".tar.gz"))))
    else:
        found = iter([_description(min(_releases(package), key=lambda each: each["size"]))])
    return [Page(package.name, path, text) for path, text in found]


def _releases(package: Package) -> list[dict[str, Any]]:
    """The files of the release on PyPI (PEP 691)."""
    files = json.loads(_read(f"{_PYPI}/{package.name}/", accept="application/vnd.pypi.simple.v1+json"))["files"]
    version = f"-{package.version}"
    # In the name of a wheel, tags follow the version.
    return [each for each in files if f"{version}.tar.gz" in each["filename"] or f"{version}-" in each["filename"]]


def _description(release: dict[str, Any]) -> tuple[str, str]:
    """The page that PyPI shows: the body of the metadata in a wheel or source archive."""
    archive = BytesIO(_read(release["url"]))
    if release["filename"].endswith(".whl"):
        with ZipFile(archive) as files:
            metadata = files.read(next(name for name in files.namelist() if name.endswith(".dist-info/METADATA")))
    else:
        with tarfile.open(fileobj=archive) as members:
            (name, *_) = [name for name in members.getnames() if name.count("/") == 1 and name.endswith("/PKG-INFO")]
            file = members.extractfile(name)
            assert file is not None
            metadata = file.read()
    about = message_from_bytes(metadata)
    suffix = "md" if "markdown" in str(about["Description-Content-Type"]) else "rst"
    return f"README.{suffix}", bytes(about.get_payload(decode=True)).decode("utf-8")


def _files(archive: bytes) -> Iterator[tuple[str, str]]:
    """The files of documentation in an archive, with their paths."""
    with tarfile.open(fileobj=BytesIO(archive)) as members:
        for member in members:
            path = member.name.lower()
            name = path.rsplit("/", 1)[-1]
            is_page = name.startswith("readme") or "doc" in path or "faq" in path or name.endswith(_SUFFIXES[:2])
            if member.size > _LONGEST or not (is_page and name.endswith(_SUFFIXES)) or _OTHER_FILES.match(name):
                continue
            if file := members.extractfile(member):
                yield member.name, file.read().decode("utf-8", "replace")


def _read(address: str, *, accept: str = "*/*") -> bytes:
    with urlopen(Request(address, headers={"Accept": accept}), timeout=_SECONDS) as answer:
        read: bytes = answer.read()
        return read


def main() -> None:
    DOCUMENTATION.parent.mkdir(exist_ok=True)
    with DOCUMENTATION.open("a+", encoding="utf-8") as kept:
        kept.seek(0)
        done = {Package(**json.loads(line)["package"]) for line in kept}
        missing = [each for each in packages() if each not in done]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for number, (package, found) in enumerate(zip(missing, pool.map(_fetched, missing), strict=True)):
                if found is not None:
                    line = {"package": asdict(package), "pages": [asdict(page) for page in found if "?" in page.text]}
                    kept.write(json.dumps(line, ensure_ascii=False) + "\n")
                if number % 100 == 0:
                    print(f"{number} of {len(missing)}", flush=True)


if __name__ == "__main__":
    main()
