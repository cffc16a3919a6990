"""PDF: from characters on a page to the headings, paragraphs, lists and tables that a reader sees there."""

from embeddings.loaders.pdf.document import load_pdf

__all__ = ["load_pdf"]
