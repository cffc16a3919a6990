"""Small complete files of each packed format, generated from their contents."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Protocol

import docx
import openpyxl
import pptx
from docx.document import Document as WordDocument

OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ODT_TYPE = "application/vnd.oasis.opendocument.text"
EPUB_TYPE = "application/epub+zip"


def packed(parts: Mapping[str, str | bytes], *, mimetype: str = "") -> bytes:
    """A ZIP file; the media type comes first and uncompressed, as EPUB and OpenDocument require."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        if mimetype:
            archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


class Savable(Protocol):
    """Common interface of office documents."""

    def save(self, file: BytesIO, /) -> None: ...


def saved(document: WordDocument | Savable) -> bytes:
    """The bytes of an office document."""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def word(*paragraphs: str) -> bytes:
    """A Word document of plain paragraphs."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


def workbook(*rows: tuple[object, ...]) -> bytes:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def slides(*texts: tuple[str, str]) -> bytes:
    """A presentation; each slide has a title and a text."""
    deck = pptx.Presentation()
    for title, text in texts:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text_frame.text = text
    return saved(deck)


def odt(body: str, *, styles: str = "", doctype: str = "") -> bytes:
    """An OpenDocument text with this body."""
    names = " ".join(
        f'xmlns:{prefix}="{OFFICE}:{name}:1.0"'
        for prefix, name in (
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("style", "style"),
            ("draw", "drawing"),
        )
    )
    content = (
        f'<?xml version="1.0"?>{doctype}<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles>'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    meta = (
        f'<office:document-meta {names} xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<office:meta><dc:title>Pool rules</dc:title><dc:creator>Ada Lind</dc:creator></office:meta></office:document-meta>"
    )
    return packed({"content.xml": content, "meta.xml": meta, "META-INF/manifest.xml": "<manifest/>"}, mimetype=ODT_TYPE)


def epub(*chapters: str, extra: Mapping[str, str | bytes] | None = None, package: str = "") -> bytes:
    """An EPUB; each chapter is given as the content of its body element."""
    items = "".join(
        f'<item id="c{number}" href="text/c%20{number}.xhtml" media-type="application/xhtml+xml"/>'
        for number in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{number}"/>' for number in range(len(chapters)))
    package = package or (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>The harbour</dc:title><dc:creator>Ada Lind</dc:creator><dc:language>en</dc:language></metadata>"
        f'<manifest><item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>{items}</manifest>'
        f'<spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    container = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    page = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{}</body></html>'
    return packed(
        {
            "META-INF/container.xml": container,
            "OEBPS/book.opf": package,
            "OEBPS/nav.xhtml": page.format("<p>Contents</p>"),
            **{f"OEBPS/text/c {number}.xhtml": page.format(text) for number, text in enumerate(chapters)},
            **(extra or {}),
        },
        mimetype=EPUB_TYPE,
    )
