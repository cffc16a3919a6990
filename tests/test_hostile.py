"""Hostile and broken files: each gives one clear sentence, in bounded time and memory, and disturbs nothing else."""

import signal
import stat
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from embeddings.errors import SourceError
from embeddings.loaders import load
from embeddings.loaders.formats import Format
from embeddings.loaders.jail import parse_apart
from embeddings.loaders.separated import MOST_ROWS
from embeddings.sources import expand, read
from tests.makers import EPUB_TYPE, epub, odt, packed, slides, word, workbook
from tests.pdf_maker import lines, pdf

ROOT = Path(__file__).parents[1]
PAGE = b"<!doctype html><html><body><p>Text.</p></body></html>"
LOCKED_CHAPTER = (
    '<encryption><EncryptedData><CipherReference URI="OEBPS/text/c%200.xhtml"/></EncryptedData></encryption>'
)
BILLION = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def _bomb_of_parts(good_file: bytes) -> bytes:
    """An office document of a few kilobytes that unpacks to a quarter of a gigabyte."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(good_file)) as good, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in good.namelist():
            bad.writestr(name, good.read(name))
        with bad.open("media/image1.xml", "w", force_zip64=True) as part:
            for _ in range(250):
                part.write(bytes(1_000_000))
    return file.getvalue()


def _with_part(file: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(BytesIO(file)) as archive:
        parts: dict[str, str | bytes] = {each: archive.read(each) for each in archive.namelist()}
    return packed({**parts, name: change(bytes(parts[name]))})  # type: ignore[arg-type]


def _with_doctype(file: bytes, name: str) -> bytes:
    """An office document with a part that declares exponentially growing entities and uses them."""
    return _with_part(
        file, name, lambda part: BILLION.encode() + part.replace(b"<v>", b"<v>&i;").replace(b"Text", b"&i;")
    )


def _with_row(file: bytes, number: int) -> bytes:
    sheet = "xl/worksheets/sheet1.xml"
    return _with_part(
        file, sheet, lambda part: part.replace(b'r="1"', b'r="%d"' % number).replace(b"A1", b"A%d" % number)
    )


def _lying_part() -> bytes:
    """An EPUB with a chapter that claims ten bytes in the central directory and has sixty million."""
    data = bytearray(epub("<p>" + "a" * 60_000_000 + "</p>"))
    name = b"OEBPS/text/c 0.xhtml"
    at = data.rindex(name) - 46  # its entry in the central directory
    struct.pack_into("<I", data, at + 24, 10)
    return bytes(data)


def _pdf_of(stream: bytes, *, head: bytes = b"", pages: bytes = b"[3 0 R]") -> bytes:
    """A PDF of one page with this compressed content stream."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids " + pages + b">>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    file = head + b"%PDF-1.4\n"
    offsets = []
    for number, each in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(file),
    )
    return file + end


def _deflated(megabytes: int, of: bytes) -> bytes:
    packer = zlib.compressobj(9)
    piece = of * (1_000_000 // len(of))
    return b"".join(packer.compress(piece) for _ in range(megabytes)) + packer.flush()


BOMBS = [
    pytest.param(lambda: _bomb_of_parts(word("Text.")), "a.docx", "unpacks to more", id="ZIP bomb in a Word document"),
    pytest.param(
        lambda: _bomb_of_parts(workbook(("Text.",))), "a.xlsx", "unpacks to more", id="ZIP bomb in a workbook"
    ),
    pytest.param(lambda: _bomb_of_parts(slides(("a", "b"))), "a.pptx", "unpacks to more", id="ZIP bomb in slides"),
    pytest.param(lambda: workbook(("Text.",))[:-30], "a.xlsx", "damaged or cut short", id="truncated workbook"),
    pytest.param(lambda: slides(("a", "b"))[:-30], "a.pptx", "damaged or cut short", id="truncated slides"),
    pytest.param(
        lambda: _with_doctype(workbook(("Text.",)), "xl/worksheets/sheet1.xml"),
        "a.xlsx",
        "damaged",
        id="billion laughs in a sheet",
    ),
    pytest.param(
        lambda: _with_row(workbook(("Text.",)), 60_000), "a.xlsx", "more than 50,000 rows", id="a row beyond bounds"
    ),
    pytest.param(_lying_part, "a.epub", "damaged or cut short", id="a part that lies about its size"),
    pytest.param(lambda: epub("<p>" + "a" * 60_000_000 + "</p>"), "a.epub", "unpacks to more", id="ZIP bomb in a book"),
    pytest.param(
        lambda: _pdf_of(zlib.compress(b""), pages=b"[2 0 R]"),
        "a.pdf",
        "damaged|no text",
        id="PDF whose pages hold themselves",
    ),
    pytest.param(lambda: odt("<text:p>&i;</text:p>", doctype=BILLION), "a.odt", "XML entities", id="billion laughs"),
    pytest.param(
        lambda: odt("<text:p>&a;</text:p>", doctype=OUTSIDE), "a.odt", "XML entities", id="an entity of another file"
    ),
    pytest.param(
        lambda: epub("<p>x</p>", package=BILLION + "<package>&i;</package>"),
        "a.epub",
        "XML entities",
        id="billion laughs in a book",
    ),
    pytest.param(
        lambda: odt("<text:span>" * 100_000 + "</text:span>" * 100_000),
        "a.odt",
        "damaged|no text",
        id="ODT nested deeply",
    ),
    pytest.param(lambda: b"a,b\n" * (MOST_ROWS + 1), "a.csv", "more than 50,000 rows", id="a million rows"),
    pytest.param(lambda: b"a\n" * 400_000, "a.txt", "more than .* lines", id="a million lines"),
    pytest.param(lambda: b"# a\n" * 400_000, "a.md", "more than .* lines", id="a million headings"),
    pytest.param(lambda: word("Text.")[:-30], "a.docx", "damaged or cut short", id="truncated Word document"),
    pytest.param(
        lambda: word("Text.")[:800] + word("Text.")[900:], "a.docx", "damaged", id="Word document with a hole"
    ),
    pytest.param(lambda: epub("<p>Text.</p>")[:-100], "a.epub", "damaged or cut short", id="truncated book"),
    pytest.param(
        lambda: packed({"META-INF/container.xml": "<x/>"}, mimetype=EPUB_TYPE),
        "a.epub",
        "damaged",
        id="book without chapters",
    ),
    pytest.param(
        lambda: pdf(lines("Text.")) + epub("<p>Text.</p>"), "a.pdf", "two formats at once", id="PDF and book at once"
    ),
    pytest.param(lambda: PAGE + pdf(lines("Text.")), "a.html", "two formats at once", id="PDF and page at once"),
    pytest.param(
        lambda: epub("<p>T</p>", extra={"META-INF/encryption.xml": LOCKED_CHAPTER}),
        "a.epub",
        "copy protection",
        id="protected book",
    ),
    pytest.param(lambda: b"From: a\x00b\nSubject: \xff\n\n\x00\x00", "a.eml", ".", id="NULs in a message"),
    pytest.param(
        lambda: b"WEBVTT\n\n00:01.000 --> 00:02.000\n\x00\x01", "a.vtt", "not a text file", id="NULs in subtitles"
    ),
    pytest.param(lambda: b'a,"b\x00', "a.csv", "not a text file", id="NULs in a table"),
]


@pytest.mark.parametrize(("make", "source", "said"), BOMBS)
def test_a_bomb_or_a_broken_file_gets_one_sentence(make: Callable[[], bytes], source: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as refused:
        load(make(), source=source)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("tags", [b"<div>" * 100_000, b"<table><tr><td>" * 60_000], ids=["nested", "a million tables"])
def test_a_page_of_nothing_but_markup_ends(tags: bytes) -> None:
    try:
        said = load(b"<html><body>" + tags + b"Text.", source="a.html").text
    except SourceError as error:
        said = error.reason
    assert "\n" not in said


def test_what_takes_too_long_is_killed() -> None:
    with pytest.raises(SourceError, match=r"longer than 0 seconds|breaks the program"):
        parse_apart(pdf(lines("Text.")), Format.PDF, source="a.pdf", seconds=0.01)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows starts no Python without some of its own variables")
def test_no_secret_of_the_environment_reaches_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    told = tmp_path / "told"
    spy = tmp_path / "python"
    spy.write_text(f"#!/bin/sh\nenv > {told}\nexit 1\n")
    spy.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(spy))
    with pytest.raises(SourceError):
        load(pdf(lines("Text.")), source="a.pdf")
    assert "PYTHONPATH" in told.read_text()
    assert "secret" not in told.read_text()


def test_no_process_to_be_had_fails_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("subprocess.run", refuse)
    with pytest.raises(SourceError, match="Too many open files"):
        load(pdf(lines("Text.")), source="a.pdf")


def test_what_takes_too_much_memory_is_told() -> None:
    bomb = _pdf_of(_deflated(300, bytes(100)))
    assert len(bomb) < 500_000
    with pytest.raises(SourceError, match="too much memory"):
        parse_apart(bomb, Format.PDF, source="a.pdf", memory=200_000_000)


def test_the_process_that_parses_is_small_and_knows_nothing(tmp_path: Path) -> None:
    script = (
        "import sys, runpy, io, os\n"
        'class In: buffer = io.BytesIO(b\'{"format":"PDF","source":"a","title":null,"url":null,"seconds":9,"memory":1000000000}\\nx\')\n'
        "sys.stdin = In\n"
        "runpy.run_module('embeddings.loaders.child', run_name='__main__')\n"
        "print()\n"
        "print(sorted({'torch', 'numpy', 'transformers', 'discord', 'click', 'rich', 'trafilatura', 'docx'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    # A module in the current folder must not shadow one of the standard library.
    (tmp_path / "json.py").write_text("raise SystemExit('imported')")
    script = "from embeddings.loaders import load; from tests.pdf_maker import *; print(load(pdf(lines('Text.')), source='a.pdf').text)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.append({str(ROOT)!r}); {script}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "Text.\n"


def test_archives_are_read_like_folders(tmp_path: Path) -> None:
    archive = tmp_path / "club.zip"
    archive.write_bytes(
        packed(
            {
                "rules.md": "# Rules\n\nSwim.",
                "b/c.pdf": pdf(lines("Text of it.")),
                "x.exe": "MZ",
                "__MACOSX/._a.txt": "x",
                ".a.txt": "x",
            }
        )
    )
    found = expand(str(archive))
    assert found == [f"{archive}/b/c.pdf", f"{archive}/rules.md"]
    assert [read(each).text for each in found] == ["Text of it.", "Rules\n\nSwim."]
    assert expand(found[1]) == [found[1]]
    assert expand(str(tmp_path)) == found


@pytest.mark.parametrize("name", ["Chapter 1: Intro.md", "10:30.md", "b/a: c.md"])
def test_a_name_with_a_colon_leads_nowhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "club.zip").write_bytes(packed({name: "# Intro\n\nSwim."}))
    assert [read(each).title for each in expand(str(tmp_path / "club.zip"))] == ["Intro"]


@pytest.mark.parametrize("name", ["İstanbul.zip", "İ.zip.d/CLUB.ZIP"])
def test_an_archive_whose_name_is_longer_in_lower_case_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(packed({"a.txt": "Swim."}))
    assert [read(each).text for each in expand(str(path))] == ["Swim."]


def test_links_and_hidden_files_of_a_folder_are_passed_over(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("SECRET")
    folder = tmp_path / "articles"
    (folder / ".tools").mkdir(parents=True)
    (folder / ".tools" / "a.txt").write_text("SECRET")
    (folder / ".b.txt").write_text("SECRET")
    (folder / "c.txt").symlink_to(outside)
    (folder / "d").symlink_to(tmp_path)
    (folder / "good.txt").write_text("Good words.")
    assert expand(str(folder)) == [str(folder / "good.txt")]


def _link(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("a.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, "/etc/passwd")


def _lying(archive: zipfile.ZipFile) -> None:
    archive.writestr("a.txt", "a" * 9_000_000, zipfile.ZIP_DEFLATED)


@pytest.mark.parametrize(
    ("put", "said"),
    [
        pytest.param(lambda archive: archive.writestr("../../a.txt", "x"), "leads outside", id="zip-slip"),
        pytest.param(lambda archive: archive.writestr("/a.txt", "x"), "leads outside", id="an absolute name"),
        pytest.param(lambda archive: archive.writestr("C:\\a.txt", "x"), "leads outside", id="a drive"),
        pytest.param(_link, "links in archives are not followed", id="symlink"),
        pytest.param(
            lambda archive: archive.writestr("b.zip", packed({"a.txt": "x"})), "within an archive", id="nested"
        ),
        pytest.param(_lying, "9.0 MB and an article may have 5", id="a member too large"),
    ],
)
def test_what_is_wrong_in_an_archive_is_told_and_the_rest_is_read(
    tmp_path: Path, put: Callable[[zipfile.ZipFile], None], said: str
) -> None:
    path = tmp_path / "club.zip"
    with zipfile.ZipFile(path, "w") as archive:
        put(archive)
        archive.writestr("good.txt", "Good words.")
    texts, refused = [], []
    for source in expand(str(path)):
        try:
            texts.append(read(source).text)
        except SourceError as error:
            refused.append(str(error))
    assert texts == ["Good words."]
    assert len(refused) == 1
    assert said in refused[0]
    assert [each.name for each in tmp_path.rglob("*")] == ["club.zip"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"PK\x03\x04" + bytes(100), "no ZIP file, or cut short", id="truncated"),
        pytest.param(b"no archive at all", "no ZIP file", id="text"),
        pytest.param(
            b"PK\x05\x06" + bytes(8) + b"\xff" * 10, "no ZIP file|unpacks to more", id="a directory beyond bounds"
        ),
        pytest.param(packed({"a.exe": "x"}), "nothing in it to read", id="no articles"),
    ],
)
def test_a_broken_archive_is_told_and_its_folder_is_read(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "club.zip"
    path.write_bytes(data)
    (tmp_path / "good.txt").write_text("Good words.")
    with pytest.raises(SourceError, match=said):
        expand(str(path))
    assert expand(str(tmp_path)) == [str(path), str(tmp_path / "good.txt")]
    with pytest.raises(SourceError):
        read(str(path))


def test_an_archive_that_says_it_holds_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "club.zip"
    data = bytearray(packed({f"{number}.txt": "x" for number in range(3)}))
    for number in range(3):
        at = data.rindex(f"{number}.txt".encode()) - 46
        struct.pack_into("<I", data, at + 24, 1_000_000_000)
    path.write_bytes(data)
    with pytest.raises(SourceError, match="more than 2 GB"):
        expand(str(path))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on processor time")
@pytest.mark.parametrize(
    ("text", "source"),
    [
        pytest.param("Text.\n\n<div>\n" + "<!-- " * 80_000, "a.md", id="comments that do not end"),
        pytest.param("Text.\n\n<div>\n" + "<?a" * 130_000, "a.md", id="instructions that do not end"),
        pytest.param("---\na: [" + "b, " * 500_000 + "]\n---\nText.", "a.md", id="front matter"),
        pytest.param(
            "".join(f"00:01.000 --> 00:02.000\nand so on {number}\n\n" for number in range(60_000)),
            "a.vtt",
            id="subtitles in which no sentence ends",
        ),
    ],
)
def test_what_is_read_without_a_process_of_its_own_is_read_at_once(text: str, source: str) -> None:
    def too_long(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, too_long)
    # Several times the linear time, and a fraction of what quadratic time would be.
    signal.setitimer(signal.ITIMER_PROF, 8)
    try:
        assert load(text.encode(), source=source).blocks
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
