"""Many files at once: failures are reported and the rest is added; an interrupted run can be resumed; unchanged files cost little."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings import sources
from embeddings.errors import SourceError
from embeddings.protocols import Encoder
from embeddings.types import Document
from tests.command import BagSession, Command, command
from tests.fakes import BagEncoder
from tests.makers import epub, odt, packed, word
from tests.pdf_maker import lines, pdf

ROOT = Path(__file__).parents[1]
FILES = {
    "a.txt": b"The harbour freezes in January.",
    "b.md": b"# Market\n\nThe market opens on Fridays.",
    "c.pdf": pdf(lines("The bridge was built in 1902.")),
    "d.docx": word("The ferry runs every hour."),
    "e.odt": odt("<text:p>The tower has nine bells.</text:p>"),
    "f.epub": epub("<p>The keeper wrote of storms.</p>"),
    "g.csv": b"Day,Price\nMonday,3\n",
    "h.srt": b"1\n00:00:01,000 --> 00:00:02,000\nThe film begins.\n",
    "i.eml": b"From: Ada <a@b.example>\nSubject: News\n\nThe road is open again.\n",
    "j.html": b"<!doctype html><html><body><article><h1>Pool</h1><p>"
    + b"The pool opens at seven. " * 20
    + b"</p></article></body></html>",
    "k.zip": packed({"one.txt": "The mill grinds barley.", "two.pdf": pdf(lines("The school has a garden."))}),
}
BROKEN = {
    "x.pdf": pdf(lines("Text."))[:200],
    "x.docx": word("Text.")[:-50],
    "x.txt": b"\x00\x01\x02",
    "x.zip": b"PK\x03\x04" + bytes(50),
    "x.epub": b"no book at all",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    for name, data in {**FILES, **BROKEN}.items():
        (made / name).write_bytes(data)
    return made


def test_what_fails_is_told_and_the_rest_is_added(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pullquote = command(tmp_path / "data", capsys)
    done = pullquote("add", str(folder), "--json")
    assert done.status == 1
    assert len(done.json["added"]) == len(FILES) + 1
    assert {Path(each["source"]).name for each in done.json["failed"]} == set(BROKEN)
    again = _without_parsing(pullquote, folder, monkeypatch)
    assert again == {each["source"] for each in done.json["added"]}


READ = """
import sys
from embeddings.errors import SourceError
from embeddings.sources import expand, read
for source in expand(sys.argv[1]):
    try:
        print(f"{source}: {len(read(source).text)} characters")
    except SourceError as error:
        print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
@pytest.mark.parametrize("mode", [0o000, 0o444], ids=["may not be listed", "may be listed only"])
@pytest.mark.parametrize("given", ["club", "club/inner"])
def test_a_folder_that_may_not_be_read_is_told_and_the_rest_is_read(tmp_path: Path, mode: int, given: str) -> None:
    inner = tmp_path / "club" / "inner"
    inner.mkdir(parents=True)
    (inner / "secret.md").write_text("The safe is behind the stove.")
    (inner / "more.zip").write_bytes(packed({"one.txt": "The mill grinds barley."}))
    (inner.parent / "rules.md").write_text("Swim.")
    # Root bypasses permissions unless it drops these capabilities.
    alike = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    if alike and not shutil.which("setpriv"):
        pytest.skip("root may read everything here")
    inner.chmod(mode)
    try:
        done = subprocess.run(
            [*alike, sys.executable, "-c", READ, str(tmp_path / given)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        inner.chmod(0o755)
    files = [inner] if mode == 0o000 else [inner / "more.zip", inner / "secret.md"]
    refused = [f"{each}: it may not be read; check its permissions" for each in files]
    others = [f"{inner.parent / 'rules.md'}: 5 characters"] if given == "club" else []
    assert (done.stdout.splitlines(), done.stderr) == ([*others, *refused], "")


def test_a_file_without_an_ending_is_read_when_it_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "README").write_text("The harbour freezes in January.")
    (tmp_path / "Rules-2.0").write_text("The harbour freezes in February.")
    (tmp_path / "program").write_bytes(b"\x7fELF\x01\x02")
    (tmp_path / "page.1").write_text("The harbour freezes in January.")
    done = command(tmp_path / "data", capsys)(
        "add", *(str(tmp_path / name) for name in ("README", "Rules-2.0", "program", "page.1")), "--json"
    )
    assert [Path(each["source"]).name for each in done.json["added"]] == ["README", "Rules-2.0"]
    assert [Path(each["source"]).name for each in done.json["failed"]] == ["page.1", "program"]


def test_a_name_may_begin_with_a_tilde(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("~$report.txt").write_text("The harbour freezes in January.")
    done = command(tmp_path / "data", capsys)("add", "~$report.txt", "~nobodyhere/x.txt", "--json")
    assert [each["source"] for each in done.json["added"]] == [str(tmp_path / "~$report.txt")]
    assert [each["error"] for each in done.json["failed"]] == ["there is no such file or folder"]


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("harbour.example/rules", "; if it is a web page, give https://harbour.example/rules"),
        ("www.harbour.example", "; if it is a web page, give https://www.harbour.example"),
        ("rules.md", ""),
        ("../rules.md", ""),
        ("notes/rules.md", ""),
    ],
)
def test_an_address_without_its_beginning_is_told_from_a_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, hint: str
) -> None:
    failed = command(tmp_path, capsys)("add", source, "--json").json["failed"]
    assert [each["error"] for each in failed] == [f"there is no such file or folder{hint}"]


def test_files_of_other_kinds_in_a_folder_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "articles"
    (folder / ".git").mkdir(parents=True)
    for name in ("old.doc", "older.DOC", "letter.rtf", "LICENSE", ".hidden.rtf", ".git/config", "rules.md"):
        (folder / name).write_text("The harbour freezes in January.")
    done = command(tmp_path / "data", capsys)("add", str(folder), "--json")
    assert [Path(each["source"]).name for each in done.json["added"]] == ["rules.md"]
    assert done.status == 0
    assert done.errors == (
        "Passed over 4 files of other kinds (2 .doc, 1 without an ending, 1 .rtf); add one by its name to be told why.\n"
    )
    assert command(tmp_path / "data", capsys)("add", str(folder / "rules.md")).errors == ""


def test_whoever_reads_one_file_in_python_is_told_how_to_read_more(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="it is a folder; `expand` names the files in it"):
        sources.read(str(tmp_path))
    with pytest.raises(SourceError, match=r"it is a web address, which `Library\.read_in` reads"):
        sources.read("https://harbour.example/rules")


def test_a_packed_file_is_told_from_one_of_another_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "guide.txt.gz").write_bytes(b"\x1f\x8b\x08\x00")
    (tmp_path / "page.1").write_text("The harbour freezes in January.")
    done = command(tmp_path / "data", capsys)("add", str(tmp_path / "guide.txt.gz"), str(tmp_path / "page.1"), "--json")
    packed_one, other = (each["error"] for each in done.json["failed"])
    assert packed_one == "this is a compressed file; unpack it first"
    assert other.startswith("files of this kind cannot be read; give one of .adoc, ")


def _without_parsing(pullquote: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The sources that are recognised as unchanged without parsing."""

    def load(data: bytes, *, source: str, title: str | None = None) -> Document:
        raise SourceError(source, "it was parsed")

    monkeypatch.setattr(sources, "load", load)
    return {each["source"] for each in pullquote("add", str(folder), "--json").json["unchanged"]}


def test_what_was_interrupted_is_resumed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Tired(BagEncoder):
        left = 2

        def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            return super().encode_passages(texts)

    class Interrupted(BagSession):
        @cached_property
        def encoder(self) -> Encoder:
            return Tired()

    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.txt").write_text(f"Here stands what file number {number} has to say.")
    done = command(tmp_path / "data", capsys, Interrupted)("add", str(folder))
    assert done.status == 130
    assert "Stopped at 2 of 5: 2 were stored." in done.errors
    resumed = command(tmp_path / "data", capsys)("add", str(folder), "--json").json
    assert (len(resumed["added"]), len(resumed["unchanged"]), resumed["failed"]) == (3, 2, [])


def test_a_file_that_changed_becomes_a_new_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pullquote = command(tmp_path / "data", capsys)
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(lines("The bridge was built in 1902.")))
    pullquote("add", str(path))
    path.write_bytes(pdf(lines("The bridge was built in 1903.")))
    assert len(pullquote("add", str(path), "--json").json["updated"]) == 1
