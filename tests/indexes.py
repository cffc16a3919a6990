"""An index of one article, without a database."""

from benchmarks.corpus import segment_of
from embeddings.index import Index, build
from embeddings.prepare import prepare
from embeddings.protocols import Encoder
from embeddings.types import Document


def index_of_one(document: Document, encoder: Encoder) -> Index:
    index = build([segment_of("a", 0, prepare(document, encoder))])
    assert index is not None
    return index
