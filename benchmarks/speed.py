"""Time per question with one article, a hundred and a thousand, and time to add an article relative to the encoder alone.

    python -m benchmarks.speed

Medians, one question at a time; shares and ratios carry over to other machines better than milliseconds do.
"""

import os
import platform
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.cache import CachingEncoder
from benchmarks.datasets import DATA
from embeddings.chunking import context_of
from embeddings.encoders import load_encoder
from embeddings.evaluate.squad import squad
from embeddings.library import Library
from embeddings.loaders.plain import load_plain
from embeddings.prepare import prepare
from embeddings.readers import load_reader
from embeddings.store import Store
from embeddings.types import Document

_QUESTIONS = 200


def main() -> None:
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )
    documents, questions = _corpus()
    encoder = load_encoder()
    encoder.encode_queries(["warm up"])
    caching, reader = CachingEncoder(encoder), load_reader()
    print(f"{'articles':>9}{'chunks':>8}{'encode':>8}{'search':>8}{'evidence':>10}{'total':>8}  ms, medians")
    for count in (1, 100, 1000):
        with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
            filling = Library(store, "speed", caching)
            for document in documents[:count]:
                filling.add(document)
            medians = _medians(Library(store, "speed", encoder), questions)
            reading = _medians(Library(store, "speed", encoder, reader), questions)
            chunks = sum(article.chunks for article in filling.articles())
            size = Path(folder, "pullquote.db").stat().st_size / 1e6
            shown = "".join(f"{value:>{width}.1f}" for value, width in zip(medians, (8, 8, 10, 8), strict=True))
            print(
                f"{count:>9}{chunks:>8}{shown}  encoder {medians[0] / medians[3]:.0%} of it; with the reader {reading[3]:.1f}; database {size:.1f} MB"
            )
    caching.save()
    _ingest(documents[:60])


def _medians(library: Library, questions: Sequence[str]) -> list[float]:
    """Milliseconds for encoding, search, evidence (with reading), and in total."""
    library.ask(questions[0])
    timings = [library.ask(question).timings for question in questions[:_QUESTIONS]]
    steps = ("encode", "search", "evidence", "total")
    return [statistics.median(getattr(each, step) for each in timings) for step in steps]


def _corpus() -> tuple[list[Document], list[str]]:
    """A thousand short articles of two paragraphs each, and questions about them."""
    articles = [*squad(DATA / "squad2/squad2_dev.json"), *squad(DATA / "squadshifts/new_wiki.json")]
    paragraphs = [(article.title, each) for article in articles for each in article.paragraphs]
    documents = [
        load_plain(f"{first.context}\n\n{second.context}", source=f"{number}.txt", title=title)
        for number, ((title, first), (_, second)) in enumerate(zip(paragraphs[::2], paragraphs[1::2], strict=False))
    ]
    questions = [
        question.text for _, each in paragraphs[:: len(paragraphs) // _QUESTIONS] for question in each.questions[:1]
    ]
    return (documents * 2)[:1000] if len(documents) < 1000 else documents[:1000], questions


def _ingest(documents: Sequence[Document]) -> None:
    """Adding articles, compared with only encoding the same texts, alternately."""
    encoder = load_encoder()
    encoder.encode_passages(["warm up"])
    texts = []
    for document in documents:
        found = prepare(document, CachingEncoder(encoder))
        texts.append(
            [
                *(each.span.of(document.text) for each in found.sentences),
                *(
                    f"{context_of(document.title, each.heading)}\n{each.span.of(document.text)}"
                    for each in found.chunks
                ),
            ]
        )
    adding, encoding = [], []
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        library = Library(store, "ingest", encoder)
        for document, own in zip(documents, texts, strict=True):
            started = time.perf_counter()
            encoder.encode_passages(own)
            middle = time.perf_counter()
            library.add(document)
            encoding.append(middle - started)
            adding.append(time.perf_counter() - middle)
    ratio = statistics.median(one / other for one, other in zip(adding, encoding, strict=True))
    characters = sum(len(document.text) for document in documents)
    print(
        f"ingest: {characters / sum(adding) / 1000:.1f} thousand characters a second, {ratio:.2f} times the encoder alone on the same texts"
    )


if __name__ == "__main__":
    main()
