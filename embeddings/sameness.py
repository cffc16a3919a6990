"""Which stored article a document is a version of, wherever it came from this time."""

from embeddings.fetching.addresses import is_address
from embeddings.sources import is_missing
from embeddings.store import Store
from embeddings.types import Article, Document


def held_as(store: Store, library: str, document: Document, sha256: str) -> Article | None:
    """The stored article of a document whose text has this hash; None if the document is a new article.

    Two sources with the same text are two articles as long as both exist, since either may change.
    """
    if held := store.by_source(library, document.source):
        return held
    same_text = store.by_content(library, sha256)
    same_url = store.by_url(library, document.url) if document.url else ()
    pages = (each for each in (*same_url, *same_text) if _is_same_page(each, document, sha256))
    return next(pages, None) or next(filter(is_left, same_text), None)


def is_left(article: Article) -> bool:
    """Whether the source of an article no longer exists."""
    return article.gone is not None or is_missing(article.source)


def _is_same_page(held: Article, document: Document, sha256: str) -> bool:
    # A site may give several pages the same canonical address, title or text, but hardly two of these.
    agreeing = (held.url == document.url, held.title == document.title, held.version == sha256)
    return is_address(held.source) and is_address(document.source) and sum(agreeing) >= 2
