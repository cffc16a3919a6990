"""Each tool set up as in its documentation's first example, behind one interface: given articles, a function from a question to results.

Where the documentation leaves chunking to the user (bm25s, txtai), paragraphs are used, which is the most favourable choice.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embeddings.types import Answer, EmptyLibrary, Span

# Everything is local; a tool that checks the hub for updates would only wait.
os.environ |= {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False", "TOKENIZERS_PARALLELISM": "false"}

_TOP = 5
Place = tuple[int, Span]


@dataclass(frozen=True, slots=True)
class Text:
    """An article."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """The results of a tool for a question."""

    passages: Sequence[Place]
    """Article number and span, best first."""
    score: float
    """The score by which it could refuse."""
    answer: Sequence[Place] | None = None
    """What is shown in place of the first passage, if a tool extracts answers; empty if it refuses."""

    @property
    def shown(self) -> Sequence[Place]:
        """What a user sees first."""
        return self.passages[:1] if self.answer is None else self.answer


Peer = Callable[[Sequence[Text], str], Callable[[str], Found]]


def bm25s(texts: Sequence[Text], _model: str) -> Callable[[str], Found]:
    """BM25 with stemming, without stop words."""
    import bm25s as library
    import Stemmer

    places, words = _paragraphs(texts)
    stemmer = Stemmer.Stemmer("english")
    retriever = library.BM25()
    retriever.index(library.tokenize(words, stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False)

    def ask(question: str) -> Found:
        query = library.tokenize(question, stemmer=stemmer, show_progress=False)
        rows, scores = retriever.retrieve(query, k=_TOP, show_progress=False)
        return Found([places[row] for row in rows[0]], float(scores[0, 0]))

    return ask


def txtai(texts: Sequence[Text], model: str) -> Callable[[str], Found]:
    """Embeddings only."""
    return _txtai(texts, path=model)


def txtai_hybrid(texts: Sequence[Text], model: str) -> Callable[[str], Found]:
    """Embeddings and keywords."""
    return _txtai(texts, path=model, hybrid=True)


def _txtai(texts: Sequence[Text], **settings: Any) -> Callable[[str], Found]:
    from txtai import Embeddings

    places, words = _paragraphs(texts)
    embeddings = Embeddings(**settings)
    embeddings.index(words)

    def ask(question: str) -> Found:
        rows = embeddings.search(question, _TOP)
        return Found([places[row] for row, _ in rows], float(rows[0][1]) if rows else 0.0)

    return ask


def haystack_bm25(texts: Sequence[Text], _model: str) -> Callable[[str], Found]:
    """BM25 with the default settings of the splitter: 200 words."""
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore()
    store.write_documents(_haystack_documents(texts))
    retriever = InMemoryBM25Retriever(document_store=store, top_k=_TOP)
    return lambda question: _haystack_found(retriever.run(query=question)["documents"])


def haystack_embedding(texts: Sequence[Text], model: str) -> Callable[[str], Found]:
    """The same chunks, retrieved by embeddings."""
    from haystack import Pipeline
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
        SentenceTransformersTextEmbedder,
    )

    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    embedder = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)
    embedder.warm_up()
    store.write_documents(embedder.run(_haystack_documents(texts))["documents"])
    pipeline = Pipeline()
    pipeline.add_component("text_embedder", SentenceTransformersTextEmbedder(model=model, progress_bar=False))
    pipeline.add_component("retriever", InMemoryEmbeddingRetriever(document_store=store, top_k=_TOP))
    pipeline.connect("text_embedder.embedding", "retriever.query_embedding")
    return lambda question: _haystack_found(
        pipeline.run({"text_embedder": {"text": question}})["retriever"]["documents"]
    )


def _haystack_documents(texts: Sequence[Text]) -> Any:
    from haystack import Document
    from haystack.components.preprocessors import DocumentSplitter

    splitter = DocumentSplitter()
    splitter.warm_up()
    documents = [Document(content=each.text, meta={"number": number}) for number, each in enumerate(texts)]
    return splitter.run(documents)["documents"]


def _haystack_found(documents: Sequence[Any]) -> Found:
    places = [
        (each.meta["number"], Span(each.meta["split_idx_start"], each.meta["split_idx_start"] + len(each.content)))
        for each in documents
    ]
    return Found(places, float(documents[0].score) if documents else 0.0)


def llama_index(texts: Sequence[Text], model: str) -> Callable[[str], Found]:
    """The default settings of the index: chunks of 1,024 tokens, of which the encoder reads 256."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    documents = [Document(text=each.text, doc_id=str(number)) for number, each in enumerate(texts)]
    index = VectorStoreIndex.from_documents(documents, embed_model=HuggingFaceEmbedding(model_name=model))
    retriever = index.as_retriever(similarity_top_k=_TOP)

    def ask(question: str) -> Found:
        nodes = retriever.retrieve(question)
        places = [(int(each.node.ref_doc_id), Span(each.node.start_char_idx, each.node.end_char_idx)) for each in nodes]
        return Found(places, float(nodes[0].score))

    return ask


def langchain(texts: Sequence[Text], model: str) -> Callable[[str], Found]:
    """The settings of the tutorial: chunks of 1,000 characters with an overlap of 200."""
    from langchain_core.documents import Document
    from langchain_core.vectorstores import InMemoryVectorStore
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
    documents = [Document(page_content=each.text, metadata={"number": number}) for number, each in enumerate(texts)]
    store = InMemoryVectorStore(HuggingFaceEmbeddings(model_name=model))
    store.add_documents(documents=splitter.split_documents(documents))

    def ask(question: str) -> Found:
        found = store.similarity_search_with_score(question, k=_TOP)
        places = [
            (each.metadata["number"], Span(start := each.metadata["start_index"], start + len(each.page_content)))
            for each, _ in found
        ]
        return Found(places, float(found[0][1]))

    return ask


def pullquote(texts: Sequence[Text], _model: str) -> Callable[[str], Found]:
    """The default settings. What it shows first is an excerpt, or nothing."""
    from embeddings.encoders import load_encoder
    from embeddings.library import Library
    from embeddings.loaders.plain import load_plain
    from embeddings.readers import load_reader
    from embeddings.store import Store

    folder = Path(tempfile.mkdtemp(prefix="pullquote-peers-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = Store.open(folder)
    library = Library(store, "peers", load_encoder(), load_reader())
    numbers = {
        library.add(load_plain(each.text, source=str(number), title=each.title)).article.id: number
        for number, each in enumerate(texts)
    }

    def ask(question: str) -> Found:
        reply = library.ask(question, top_k=_TOP)
        hits = () if isinstance(reply, EmptyLibrary) else reply.passages
        excerpts = reply.excerpts[:1] if isinstance(reply, Answer) else ()
        return Found(
            [(numbers[hit.article_id], hit.span) for hit in hits],
            reply.confidence,
            [(numbers[each.citation.article_id], each.citation.span) for each in excerpts],
        )

    return ask


def _paragraphs(texts: Sequence[Text]) -> tuple[list[Place], list[str]]:
    places, words = [], []
    for number, each in enumerate(texts):
        at = 0
        for paragraph in each.text.split("\n\n"):
            places.append((number, Span(at, at + len(paragraph))))
            words.append(paragraph)
            at += len(paragraph) + 2
    return places, words
