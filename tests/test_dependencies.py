"""The installed dependencies: every file is pinned by hash, and every licence is compatible with the product's.

`python -m tests.test_dependencies` writes `docs/licences.md`.
"""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "licences.md"
LOCKS = ("requirements.txt", "requirements-dev.txt")

# Names, as packages state them, of licences that do not restrict users of a package. MPL and LGPL cover only the package's own files.
COMPATIBLE = re.compile(
    r"any-OSI|0BSD|(?:The )?MIT(?:-CMU| License)?|(?:BSD-)?[23]-Clause(?: BSD License)?|BSD License|Apache(?:-| )2\.0(?: License)?"
    r"|Apache Software License|ISC License \(ISCL\)|Python Software Foundation License|PSF-2\.0|Apache-2\.0 WITH LLVM-exception|BSL-1\.0|CNRI-Python|CC0-1\.0|Zlib"
    r"|MPL-(?:1\.1|2\.0)|Mozilla Public License 2\.0 \(MPL 2\.0\)|LGPL-[0-9.]+-or-later|dependency licenses"
)
# Packages of other systems, or of other builds of Python, than the one on which the page is written.
ELSEWHERE = {"audioop-lts": "PSF-2.0", "colorama": "BSD License"}


def locked(name: str) -> Iterator[tuple[Requirement, str]]:
    """Each requirement of a lock file, with its hashes."""
    for entry in re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").strip()):
        if not entry.startswith("#"):
            written, _, hashes = entry.partition(" \\\n")
            yield Requirement(written), hashes


def licence(found: Distribution) -> str:
    """The licence as the package states it: an SPDX expression, classifiers, or free text."""
    said = found.metadata
    if said["License-Expression"]:
        return str(said["License-Expression"])
    classifiers = [each.split(" :: ")[-1] for each in said.get_all("Classifier", []) if each.startswith("License")]
    return " OR ".join(classifiers) or str(said["License"])


def is_compatible(stated: str) -> bool:
    """Whether every licence that applies is compatible, or has a compatible alternative."""
    parts = re.split(r" AND |, ", stated)
    return all(any(COMPATIBLE.fullmatch(each) for each in part.split(" OR ")) for part in parts)


def installed(name: str) -> Iterator[tuple[str, str]]:
    """The packages of a lock file that are installed here, with their licences; and torch, which is in no lock file."""
    for each in [requirement.name for requirement, _ in locked(name)] + ["torch"]:
        try:
            yield canonicalize_name(each), licence(distribution(each))
        except PackageNotFoundError:
            continue


def page() -> str:
    rows = {**dict(installed("requirements.txt")), **ELSEWHERE}
    table = "\n".join(f"| {name} | {stated} |" for name, stated in sorted(rows.items()))
    return f"""# Licences

The packages that `make demo` installs, on any system, each with the licence that it states itself.
[decisions.md](decisions.md) says why each direct dependency is there.

PyPI's torch for Linux also brings NVIDIA's libraries, under their own terms; the build for CPUs has none of them.

`python -m tests.test_dependencies` writes this page. Tests check that it matches the installed packages, and that software
under the MIT licence may depend on every one of these licences.

| package | licence |
|---|---|
{table}
"""


@pytest.mark.parametrize("name", LOCKS)
def test_every_file_that_is_installed_is_known_by_its_hash(name: str) -> None:
    found = list(locked(name))
    assert len(found) > 80
    for requirement, hashes in found:
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert re.fullmatch(r"(?: +--hash=sha256:[0-9a-f]{64}(?: \\\n)?)+", hashes), requirement


def test_the_locks_agree() -> None:
    product, development = ({each.name: (each.specifier, hashes) for each, hashes in locked(name)} for name in LOCKS)
    assert product.items() <= development.items()


@pytest.mark.parametrize("name", LOCKS)
def test_every_licence_is_compatible(name: str) -> None:
    assert [(each, stated) for each, stated in installed(name) if not is_compatible(stated)] == []


@pytest.mark.parametrize("stated", ["AGPL-3.0", "GPL-3.0-or-later", "MIT AND GPL-2.0-only", "Proprietary", "None"])
def test_a_licence_that_is_not_is_found(stated: str) -> None:
    assert not is_compatible(stated)


def test_the_page_on_licences_names_every_package_with_its_licence() -> None:
    rows = dict(re.findall(r"^\| ([a-z0-9-]+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    del rows["package"]
    # Packages for browsers only are never installed.
    expected = {
        canonicalize_name(each.name)
        for each, _ in locked("requirements.txt")
        if "== 'emscripten'" not in str(each.marker).replace('"', "'")
    }
    assert set(rows) == expected | {"torch"}
    assert {name: rows[name] for name, _ in installed("requirements.txt")} == dict(installed("requirements.txt"))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
