"""Ablation of the search: what each of its parts contributes, and the alternatives that it was chosen over.

    pip install bm25s; python -m benchmarks.ablation

Articles are joined from their paragraphs, chunked as in the product and searched together; a hit is a chunk that contains the span of a
gold answer.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import apsw
import bm25s
import numpy as np
from numpy.typing import NDArray

from benchmarks.cache import CachingEncoder
from benchmarks.corpus import Corpus, Labelled, corpus_of
from benchmarks.datasets import DATA
from embeddings.evaluate.squad import squad
from embeddings.search.ranking import Query, Weights, search

Scores = Callable[[Corpus, Query], NDArray[np.float64]]

_WEIGHTS = {
    "MiniLM, chunk": Weights(1, 0, 0, 0),
    "MiniLM, best sentence": Weights(0, 1, 0, 0),
    "BM25, chunk": Weights(0, 0, 1, 0),
    "BM25, best sentence": Weights(0, 0, 0, 1),
    "MiniLM and BM25, chunk": Weights(0.4, 0, 0.6, 0),
    "all four (the product)": Weights(),
    "  without chunk similarity": Weights(0, 0.35, 0.475, 0.175),
    "  without sentence similarity": Weights(0.35, 0, 0.475, 0.175),
    "  without chunk BM25": Weights(0.35, 0.35, 0, 0.3),
    "  without sentence BM25": Weights(0.3, 0.3, 0.4, 0),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The query of a question, and which chunks hold its answer."""

    query: Query
    holds: NDArray[np.bool_]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=1500)
    arguments = parser.parse_args()
    encoder = CachingEncoder()
    for name in ("squad2/squad2_dev.json", "squadshifts/new_wiki.json"):
        corpus = corpus_of(list(squad(DATA / name)), encoder)
        answerable = [each for each in corpus.questions if each.gold]
        chosen = [answerable[at] for at in np.random.default_rng(0).permutation(len(answerable))[: arguments.questions]]
        vectors = encoder.encode_queries([each.question.text for each in chosen])
        asked = [
            Asked(Query.of(each.question.text, vector), _holding(corpus, each))
            for each, vector in zip(chosen, vectors, strict=True)
        ]
        encoder.save()
        print(
            f"\n{Path(name).stem}: {len(corpus.index.segments)} articles, {len(corpus.index.chunks)} chunks, {len(asked)} questions"
        )
        print(f"{'':34}hit@1  hit@5  MRR@10")
        for label, weights in _WEIGHTS.items():
            _print(label, (search(corpus.index, each.query, weights=weights).rows[:10] for each in asked), asked)
        _print("z-scores (.4 .3 .5 .2)", (_by_z_scores(corpus, each.query) for each in asked), asked)
        _print("reciprocal rank fusion", (_by_ranks(corpus, each.query) for each in asked), asked)
        _keyword_engines(corpus, asked)


def _holding(corpus: Corpus, question: Labelled) -> NDArray[np.bool_]:
    index = corpus.index
    rows = np.flatnonzero(index.chunk_segment == question.segment)
    holds = np.zeros(len(index.chunks), dtype=bool)
    for row in rows.tolist():
        span = index.chunks[row].span
        holds[row] = any(span.start <= gold.start and gold.end <= span.end for gold in question.gold)
    return holds


def _print(label: str, rankings: Iterator[NDArray[np.int64]], asked: list[Asked]) -> None:
    hits = np.array([np.pad(each.holds[rows], (0, 10 - len(rows))) for rows, each in zip(rankings, asked, strict=True)])
    reciprocal = np.where(hits.any(axis=1), 1 / (1 + hits.argmax(axis=1)), 0)
    print(f"{label:34}{hits[:, 0].mean():.3f}  {hits[:, :5].any(axis=1).mean():.3f}  {reciprocal.mean():.3f}")


def _parts(corpus: Corpus, query: Query) -> list[NDArray[np.float64]]:
    """Each chunk's score in each of the four rankings."""
    ranked = [search(corpus.index, query, weights=weights) for weights in list(_WEIGHTS.values())[:4]]
    scores = []
    for each in ranked:
        full = np.full(len(corpus.index.chunks), float(each.fused_score.min()))
        full[each.rows] = each.fused_score
        scores.append(full)
    return scores


def _by_z_scores(corpus: Corpus, query: Query) -> NDArray[np.int64]:
    fused = sum(
        weight * (part - part.mean()) / (part.std() + 1e-9)
        for weight, part in zip((0.4, 0.3, 0.5, 0.2), _parts(corpus, query), strict=True)
    )
    return np.argsort(-np.asarray(fused), kind="stable")[:10]


def _by_ranks(corpus: Corpus, query: Query) -> NDArray[np.int64]:
    ranks = [np.argsort(np.argsort(-part, kind="stable")) for part in _parts(corpus, query)]
    fused = sum(1 / (60 + rank) for rank in ranks)
    return np.argsort(-np.asarray(fused), kind="stable")[:10]


def _keyword_engines(corpus: Corpus, asked: list[Asked]) -> None:
    """Compare three engines for keyword ranking of chunks: quality, and milliseconds to build the index and to query it."""
    index = corpus.index
    texts = [chunk.span.of(index.segment(row).text) for row, chunk in enumerate(index.chunks)]
    terms = [index.chunk_terms(row) for row in range(len(texts))]
    print("keyword engines, chunks only        hit@1  hit@5  MRR@10")
    started = time.perf_counter()
    connection = apsw.Connection(":memory:")
    connection.execute("CREATE VIRTUAL TABLE chunks USING fts5 (text, tokenize = 'porter unicode61')")
    connection.executemany("INSERT INTO chunks (rowid, text) VALUES (?, ?)", list(enumerate(texts)))
    built = time.perf_counter()
    rankings = [_by_fts5(connection, each.query.text) for each in asked]
    _timed("SQLite FTS5", rankings, asked, built - started, time.perf_counter() - built)
    started = time.perf_counter()
    engine = bm25s.BM25(k1=1.2, b=0.75)
    engine.index([[str(term) for term in each] for each in terms], show_progress=False)
    built = time.perf_counter()
    rankings = [
        np.argsort(-engine.get_scores([str(term) for term in each.query.terms]), kind="stable")[:10] for each in asked
    ]
    _timed("bm25s", rankings, asked, built - started, time.perf_counter() - built)
    started = time.perf_counter()
    own = type(index.chunk_keywords)(terms)
    built = time.perf_counter()
    rankings = [np.argsort(-own.scores(each.query.terms), kind="stable")[:10] for each in asked]
    _timed("embeddings.search.bm25", rankings, asked, built - started, time.perf_counter() - built)


def _by_fts5(connection: apsw.Connection, question: str) -> NDArray[np.int64]:
    from embeddings.keywords import words
    from embeddings.languages import ENGLISH_STOP_WORDS

    wanted = " OR ".join(f'"{word}"' for word in words(question) if word not in ENGLISH_STOP_WORDS)
    if not wanted:
        return np.empty(0, dtype=np.int64)
    rows = connection.execute(
        "SELECT rowid FROM chunks WHERE chunks MATCH ? ORDER BY bm25(chunks), rowid LIMIT 10", (wanted,)
    )
    return np.array([row[0] for row in rows], dtype=np.int64)


def _timed(label: str, rankings: list[NDArray[np.int64]], asked: list[Asked], build: float, ask: float) -> None:
    _print(label, iter(rankings), asked)
    print(f"{'':34}built in {build * 1000:.0f} ms, {ask / len(asked) * 1000:.2f} ms a question")


if __name__ == "__main__":
    main()
