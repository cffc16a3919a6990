"""Parse bytes in a known format into a document. Each format's library is imported on first use."""

from collections.abc import Callable
from dataclasses import replace

from embeddings.errors import SourceError
from embeddings.loaders.formats import Format
from embeddings.loaders.limits import LARGEST_TEXT, MOST_LINES
from embeddings.types import Document


def parse(
    data: bytes, form: Format | None, *, source: str, title: str | None = None, url: str | None = None
) -> Document:
    """Parse a file into an article; without a known format it is treated as text.

    Raises:
        SourceError: it is damaged, locked, empty, or holds no text.
    """
    document = _parsed(data, form, source, title, url)
    if len(document.text) > LARGEST_TEXT:
        raise SourceError(source, f"it has more than {LARGEST_TEXT / 1e6:.0f} million letters; split it into several")
    return replace(document, url=document.url or url)


def _parsed(data: bytes, form: Format | None, source: str, title: str | None, url: str | None) -> Document:
    loader: Callable[..., Document]
    match form:
        case Format.HTML:
            from embeddings.loaders.html import load_html

            return load_html(data, source=source, title=title, url=url)
        case Format.PDF:
            from embeddings.loaders.pdf import load_pdf

            loader = load_pdf
        case Format.DOCX:
            from embeddings.loaders.docx import load_docx

            loader = load_docx
        case Format.XLSX:
            from embeddings.loaders.sheets import load_xlsx

            loader = load_xlsx
        case Format.PPTX:
            from embeddings.loaders.slides import load_pptx

            loader = load_pptx
        case Format.ODT:
            from embeddings.loaders.odt import load_odt

            loader = load_odt
        case Format.EPUB:
            from embeddings.loaders.epub import load_epub

            loader = load_epub
        case Format.MAIL:
            from embeddings.loaders.mail import load_mail

            loader = load_mail
        case _:
            return _text(data, form, source, title)
    return loader(data, source=source, title=title)


def _text(data: bytes, form: Format | None, source: str, title: str | None) -> Document:
    from embeddings.loaders.decode import decode

    text = decode(data, source)
    if not text.strip("\ufeff \t\r\n"):
        raise SourceError(source, "it is empty; give an article with at least one sentence")
    if text.count("\n") > MOST_LINES:
        raise SourceError(source, f"it has more than {MOST_LINES:,} lines; split it into several")
    if form is Format.CSV:
        from embeddings.loaders.separated import load_separated

        return load_separated(text, source=source, title=title)
    if form is Format.RST:
        from embeddings.loaders.rst import load_rst

        return load_rst(text, source=source, title=title)
    from embeddings.loaders.subtitles import load_subtitles, looks_like_subtitles

    if form is Format.SUBTITLES or (form is None and looks_like_subtitles(text)):
        return load_subtitles(text, source=source, title=title)
    from embeddings.loaders.markdown import load_markdown, looks_like_markdown

    if form is Format.MARKDOWN or (form is None and looks_like_markdown(text)):
        return load_markdown(text, source=source, title=title)
    from embeddings.loaders.plain import load_plain

    if form is Format.ASCIIDOC:
        from embeddings.loaders.asciidoc import without_markup

        text = without_markup(text)
    return load_plain(text, source=source, title=title)
