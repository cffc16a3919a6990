"""Randomly corrupted files: each gives a consistent document, or an error of one sentence."""

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings.clean import normalise
from embeddings.errors import SourceError
from embeddings.loaders import load
from embeddings.loaders.formats import Format, recognise
from embeddings.loaders.parse import parse
from embeddings.loaders.wire import from_wire, to_wire
from embeddings.types import Document, Kind
from tests.makers import epub, odt, packed, slides, word, workbook
from tests.pdf_maker import both, lines, pdf, two_columns

COLUMNS = two_columns(["A line of the left column here."] * 6, ["And one of the right one there."] * 6, by_rows=True)
SEEDS: dict[Format, bytes] = {
    Format.PLAIN: "A title\n\nSome words – of text.\nMore.\n\n- item\n- item\n".encode(),
    Format.MARKDOWN: b"---\ntitle: T\n---\n# A\n\n> b\n\n1. c\n\n| d | e |\n|---|---|\n| f | g |\n\n```\nh\n```\n<b>i</b>\n",
    Format.RST: b"A\n=\n\n:Date: 2024-03-14\n\n.. note:: b :ref:`c`\n\n.. glossary::\n\n   d\n      e\n\n#. f\n\n== ==\ng  h\n== ==\n\n::\n\n    i\n",
    Format.ASCIIDOC: b"= A\n:toc:\n\n[[b]]\n== C\n\nhttps://d.example[E] +f+ <<b,C>>\n\n----\ng()\n----\n",
    Format.HTML: (
        "<!doctype html><html lang=en><title>T</title><body><article><h1>A</h1><p>" + "Some words. " * 40 + "</article>"
    ).encode(),
    Format.CSV: b'a,"b, c",d\n1,"2\n3",4\n',
    Format.SUBTITLES: b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>Hello.\n\n1:00:01.000 --> 1:00:02.000\nBye.\n",
    Format.MAIL: b"From: A <a@b.example>\nSubject: =?utf-8?q?c?=\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=x\n\n"
    b"--x\nContent-Type: text/plain; charset=utf-8\n\nHello.\n--x\nContent-Type: text/html\n\n<p>Hello.</p>\n--x--\n",
    Format.PDF: pdf(both(lines("A heading", size=18), COLUMNS), lines("The end of it."), title="T", compress=False),
    Format.DOCX: word("One paragraph.", "And another one."),
    Format.XLSX: workbook(("Who", "Price"), ("Adults", 4.5)),
    Format.PPTX: slides(("A heading", "Some words."), ("Another", "And others.")),
    Format.ODT: odt(
        "<text:h>A</text:h><text:p>B <text:span>c</text:span>.</text:p><text:list><text:list-item><text:p>D</text:p></text:list-item></text:list>"
    ),
    Format.EPUB: epub("<h1>A</h1><p>B<br/>c &amp; d</p>", "<ul><li>E</li></ul><table><tr><td>F</td></tr></table>"),
}
SUFFIX = {
    Format.PLAIN: ".txt",
    Format.MARKDOWN: ".md",
    Format.RST: ".rst",
    Format.ASCIIDOC: ".adoc",
    Format.HTML: ".html",
    Format.CSV: ".csv",
    Format.SUBTITLES: ".vtt",
    Format.MAIL: ".eml",
    Format.PDF: ".pdf",
    Format.DOCX: ".docx",
    Format.XLSX: ".xlsx",
    Format.PPTX: ".pptx",
    Format.ODT: ".odt",
    Format.EPUB: ".epub",
}
FUZZ = settings(max_examples=60, suppress_health_check=list(HealthCheck))

Change = Callable[[bytes], bytes]


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """A random corruption of a file."""
    where, length = draw(st.floats(0, 1, exclude_max=True)), draw(st.integers(0, 40))
    what = draw(st.sampled_from(["put in", "take out", "write over", "cut off", "say again"]))
    other = draw(
        st.binary(max_size=12)
        | st.sampled_from([b"<", b">", b"\x00", b"\xff\xfe", b"9" * 12, b"<p>", b"--", b"(", b"\n\n"])
    )

    def change(data: bytes) -> bytes:
        at = int(where * len(data))
        return {
            "put in": data[:at] + other + data[at:],
            "take out": data[:at] + data[at + length :],
            "write over": data[:at] + other + data[at + len(other) :],
            "cut off": data[:at],
            "say again": data[:at] + data[at : at + length] * 20 + data[at:],
        }[what]

    return change


def in_a_part(data: bytes, which: float, change: Change) -> bytes:
    """A packed file with one of its parts corrupted, and the archive itself intact."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != "mimetype"}
        mimetype = archive.read("mimetype").decode() if "mimetype" in archive.namelist() else ""
    name = sorted(parts)[int(which * len(parts))]
    return packed({**parts, name: change(parts[name])}, mimetype=mimetype)


def check(document: Document) -> None:
    assert document.title
    assert normalise(document.text) == document.text
    ends = 0
    for block in document.blocks:
        assert ends <= block.span.start < block.span.end <= len(document.text)
        assert block.span.of(document.text).strip()
        assert (block.paragraph == 0) == (block.kind is Kind.HEADING)
        ends = block.span.end
    pages = [block.page for block in document.blocks if block.page is not None]
    assert all(earlier <= later for earlier, later in pairwise(pages))
    assert from_wire(json.loads(to_wire(document)), document.source) == document


def read(data: bytes, form: Format | None, source: str) -> None:
    document, reason = None, ""
    try:
        document = parse(data, form, source=source)
    except SourceError as error:
        reason = error.reason
    assert "\n" not in reason
    if document:
        check(document)


@pytest.mark.parametrize("form", SEEDS, ids=str)
def test_the_seeds_are_sound(form: Format) -> None:
    assert recognise(SEEDS[form], f"a{SUFFIX[form]}") is form
    check(load(SEEDS[form], source=f"a{SUFFIX[form]}"))


@pytest.mark.parametrize("form", SEEDS, ids=str)
@FUZZ
@given(wrong=st.lists(changes(), min_size=1, max_size=3))
def test_a_file_that_chance_has_broken(form: Format, wrong: list[Change]) -> None:
    data = SEEDS[form]
    for change in wrong:
        data = change(data)
    read(data, form, f"a{SUFFIX[form]}")


@pytest.mark.parametrize("form", [Format.DOCX, Format.XLSX, Format.PPTX, Format.ODT, Format.EPUB], ids=str)
@FUZZ
@given(which=st.floats(0, 1, exclude_max=True), change=changes())
def test_a_packed_file_with_a_broken_part(form: Format, which: float, change: Change) -> None:
    read(in_a_part(SEEDS[form], which, change), form, f"a{SUFFIX[form]}")


@pytest.mark.parametrize("form", SEEDS, ids=str)
@FUZZ
@given(data=st.binary(max_size=300))
def test_anything_at_all(form: Format, data: bytes) -> None:
    read(data, form, f"a{SUFFIX[form]}")


@FUZZ
@given(
    form=st.sampled_from(list(SEEDS)),
    other=st.sampled_from([*SUFFIX.values(), ".xyz", ""]),
    media_type=st.sampled_from([None, "text/plain", "application/pdf", "text/html", "application/zip", "nonsense"]),
    change=changes(),
)
def test_the_format_of_anything_is_told_or_refused(
    form: Format, other: str, media_type: str | None, change: Change
) -> None:
    reason = ""
    try:
        recognise(change(SEEDS[form]), f"a{other}", media_type)
    except SourceError as error:
        reason = error.reason
    assert "\n" not in reason
