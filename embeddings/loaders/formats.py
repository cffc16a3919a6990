"""Detect a file's format: from its content if possible, else from its media type or name."""

import re
import struct
from enum import StrEnum
from pathlib import PurePath

from embeddings.errors import SourceError


class Format(StrEnum):
    """A supported format; the value is its display name."""

    PLAIN = "plain text"
    MARKDOWN = "Markdown"
    RST = "reStructuredText"
    ASCIIDOC = "AsciiDoc"
    HTML = "HTML"
    CSV = "CSV"
    SUBTITLES = "subtitles"
    MAIL = "e-mail"
    PDF = "PDF"
    DOCX = "Word"
    XLSX = "Excel"
    PPTX = "PowerPoint"
    ODT = "OpenDocument"
    EPUB = "EPUB"


SUFFIXES = {
    ".txt": Format.PLAIN,
    ".text": Format.PLAIN,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".rst": Format.RST,
    ".adoc": Format.ASCIIDOC,
    ".asciidoc": Format.ASCIIDOC,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".srt": Format.SUBTITLES,
    ".vtt": Format.SUBTITLES,
    ".eml": Format.MAIL,
    ".pdf": Format.PDF,
    ".docx": Format.DOCX,
    ".xlsx": Format.XLSX,
    ".pptx": Format.PPTX,
    ".odt": Format.ODT,
    ".epub": Format.EPUB,
}
# `text/plain` and `application/octet-stream` are what servers send when they do not know, so they are ignored.
_MEDIA_TYPES = {
    "text/markdown": Format.MARKDOWN,
    "text/x-rst": Format.RST,
    "text/prs.fallenstein.rst": Format.RST,
    "text/asciidoc": Format.ASCIIDOC,
    "text/html": Format.HTML,
    "application/xhtml+xml": Format.HTML,
    "text/csv": Format.CSV,
    "text/tab-separated-values": Format.CSV,
    "text/vtt": Format.SUBTITLES,
    "application/x-subrip": Format.SUBTITLES,
    "message/rfc822": Format.MAIL,
    "application/pdf": Format.PDF,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": Format.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": Format.XLSX,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": Format.PPTX,
    "application/vnd.oasis.opendocument.text": Format.ODT,
    "application/epub+zip": Format.EPUB,
}
#: Binary formats: most of such a file may be pictures and fonts.
BINARY = frozenset({Format.PDF, Format.DOCX, Format.XLSX, Format.PPTX, Format.ODT, Format.EPUB})

# How many bytes may precede a PDF's signature (ISO 32000-1, annex H).
_PDF_REACH = 1024
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP_END = b"PK\x05\x06"
#: How far from the end of a ZIP file its end record may begin, and the maximum size of its central directory, in bytes.
ZIP_END_REACH, LARGEST_DIRECTORY = 65_557, 10_000_000
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)

#: Unsupported formats, by their first bytes.
_FOREIGN = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "this is an old or locked Office file; save it as .docx, .xlsx or .pptx without a password",
    ),
    (b"{\\rtf", "this is an RTF file; save it as .docx"),
    (b"\x1f\x8b", "this is a compressed file; unpack it first"),
    (b"BZh", "this is a compressed file; unpack it first"),
    (b"\xfd7zXZ\x00", "this is a compressed file; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "this is a compressed file; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "this is a 7z archive; unpack it first"),
    (b"Rar!\x1a\x07", "this is a RAR archive; unpack it first"),
    (b"\x89PNG\r\n\x1a\n", "this is a picture, not a text file"),
    (b"\xff\xd8\xff", "this is a picture, not a text file"),
    (b"GIF8", "this is a picture, not a text file"),
    (b"II*\x00", "this is a picture, not a text file"),
    (b"MM\x00*", "this is a picture, not a text file"),
    (b"%!PS", "this is a PostScript file; save it as PDF"),
    (b"SQLite format 3\x00", "this is a database, not a text file"),
    (b"\x7fELF", "this is a program, not a text file"),
)
CUT_SHORT = "it is damaged or cut short; copy or download it again"
ARCHIVE = "this is an archive of files; unpack it, or add it by its path with a name that ends in .zip"


def recognise(data: bytes, source: str, media_type: str | None = None) -> Format | None:
    """The format, or None for text that nothing identifies further.

    Raises:
        SourceError: it is in an unsupported format, in two at once, or in another than its name or media type claims.
    """
    said, how = _claim(source, media_type)
    found = _found(data, source)
    if found is None and said in BINARY:
        raise SourceError(source, f"{how} and is not {_a(said)} file; it may be cut short or wrongly named")
    if found and said and found is not said and (found in BINARY or said is not Format.MAIL):
        remedy = (
            "name it for what it is" if how.startswith("it is named") else "save it and give the file by its right name"
        )
        raise SourceError(source, f"{how} and holds {_a(found)} file; {remedy}")
    return found or said


def foreign(data: bytes) -> str | None:
    """What an unsupported file is and what to do with it, judged by its first bytes; None for any other file."""
    return next((what for mark, what in _FOREIGN if data.startswith(mark)), None)


def _claim(source: str, media_type: str | None) -> tuple[Format | None, str]:
    """The format that the media type or the name claims, and the words for it in an error message."""
    kind = (media_type or "").split(";")[0].strip().lower()
    if kind in _MEDIA_TYPES:
        return _MEDIA_TYPES[kind], f"it is served as {kind}"
    # A URL may have a query; only its path is a name.
    name = re.split(r"[?#]", source)[0] if "://" in source else source
    suffix = PurePath(name).suffix.lower()
    return SUFFIXES.get(suffix), f"it is named {suffix}"


def _found(data: bytes, source: str) -> Format | None:
    pdf = data.find(b"%PDF-", 0, _PDF_REACH)
    if data.startswith(_ZIP_MARKS):
        packed = _packed(data, source)
        if pdf >= 0:
            raise SourceError(source, "it is two formats at once (PDF and ZIP); save it as one of them")
        return packed
    if pdf >= 0:
        if _HTML.match(data, 0, pdf):
            raise SourceError(source, "it is two formats at once (PDF and HTML); save it as one of them")
        if _ends_as_zip(data):
            raise SourceError(source, "it is two formats at once (PDF and ZIP); save it as one of them")
        return Format.PDF
    if what := foreign(data):
        raise SourceError(source, what)
    return Format.HTML if _HTML.match(data) else None


def _packed(data: bytes, source: str) -> Format:
    """The format of a ZIP file, from the names in its directory."""
    directory = _directory(data)
    if directory is None:
        raise SourceError(source, CUT_SHORT)
    first = data[30:100]
    for name, form in (
        (b"word/document.xml", Format.DOCX),
        (b"xl/workbook.xml", Format.XLSX),
        (b"ppt/presentation.xml", Format.PPTX),
    ):
        if name in directory:
            return form
    if first.startswith(b"mimetypeapplication/epub+zip") or b"META-INF/container.xml" in directory:
        return Format.EPUB
    if first.startswith(b"mimetypeapplication/vnd.oasis.opendocument.text"):
        return Format.ODT
    for name, what in (
        (b"xl/workbook.bin", "this is a binary workbook; save it as .xlsx"),
        (b"META-INF/manifest.xml", "this is an OpenDocument file other than a text; save it as PDF, .xlsx or .csv"),
    ):
        if name in directory:
            raise SourceError(source, what)
    raise SourceError(source, ARCHIVE)


def zip_end(data: bytes) -> tuple[int, int] | None:
    """Offset of a ZIP file's end record and the size of its central directory (APPNOTE 4.3.16); None if there is no such record."""
    at = data.rfind(_ZIP_END, max(0, len(data) - ZIP_END_REACH))
    return (at, struct.unpack_from("<I", data, at + 12)[0]) if 0 <= at <= len(data) - 22 else None


def _directory(data: bytes) -> bytes | None:
    """The central directory of a ZIP file (APPNOTE 4.3.12), or None if there is none at its end."""
    at, size = zip_end(data) or (0, 1)
    directory = data[at - size : at] if size <= min(at, LARGEST_DIRECTORY) else b""
    return directory if directory.startswith(b"PK\x01\x02") else None


def _ends_as_zip(data: bytes) -> bool:
    """Whether a ZIP file ends where the data ends; one that is attached inside a PDF does not."""
    end = zip_end(data)
    if end is None or not _directory(data):
        return False
    return end[0] + 22 + int(struct.unpack_from("<H", data, end[0] + 20)[0]) == len(data)


def _a(form: Format) -> str:
    return f"an {form}" if form[0] in "HEOA" else f"a {form}"
