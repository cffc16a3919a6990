"""Indexes of articles without a database, and search in them."""

from embeddings.evidence.findings import Findings
from embeddings.prepare import Prepared, prepare
from embeddings.protocols import Encoder
from embeddings.search import Query, search
from embeddings.search.index import Index, build
from embeddings.store.rows import Segment
from embeddings.types import Article, Document
from tests.fakes import BagEncoder


def segment_of(article_id: str, number: int, prepared: Prepared) -> Segment:
    """A prepared document as a segment of an index."""
    document = prepared.document
    article = Article(article_id, document.title, document.source, None, "", "", "", len(document.text), 0, 0)
    return Segment(
        prepared.sentences,
        prepared.chunks,
        prepared.sentence_terms,
        prepared.chunk_terms,
        prepared.sentence_vectors,
        prepared.chunk_vectors,
        prepared.language,
        article,
        number,
        document.text,
    )


def index_of_one(document: Document, encoder: Encoder) -> Index:
    index = build([segment_of("a", 0, prepare(document, encoder))])
    assert index is not None
    return index


def found_in(index: Index, question: str) -> Findings:
    """The findings for a question in an index built with a `BagEncoder`."""
    query = Query.of(question, BagEncoder().encode_queries([question])[0])
    return Findings.of(index, query, search(index, query))
