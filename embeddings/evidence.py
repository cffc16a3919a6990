"""Which sentences answer, and how sure we are that any does: two small logistic models over what search knows.

Both were fitted on labelled questions by ``benchmarks/fit_evidence.py``, which says on which; their numbers are in ``data/evidence.json``.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.index import Index
from embeddings.keywords import Terms, hashed
from embeddings.questions import Asked, Shape, answering_spans
from embeddings.search import BM25_LIMIT, Query, Ranking
from embeddings.types import QUOTABLE, Kind

# The sentences of so many of the best chunks are weighed.
READ_CHUNKS = 8
# The subject of a sentence stands among its first terms.
_OPENING = 5

SENTENCE_FEATURES = (
    "chunk",  # fused score of the best chunk that holds it
    "similarity",  # of the sentence to the question
    "bm25",  # share of the most that a sentence could score for the question
    "coverage",  # share of the question's idf in the sentence and its two neighbours
    *(f"asked_{asked}" for asked in Asked),  # 1 when it holds a thing of that sort, -1 when not; 0 when not asked for
    "opens",  # share of the question's idf among its first terms, where its subject stands
    "phrase",  # share of the question's neighbouring terms that are neighbours in it too
    "new",  # log of how many terms it has that the question has not
    "asks",  # is itself a question
)
ANSWER_FEATURES = (
    "evidence",  # score of the best sentence
    "chunk",  # best fused score
    "similarity",  # best chunk similarity
    "sentence_similarity",
    "bm25",  # best chunk's share of the keywords
    "lead",  # best sentence's lead over the best one elsewhere
    "coverage",  # share of the question's idf in the best sentence and its neighbours
    "chunk_coverage",  # in its chunk
    "rarest",  # idf of the rarest keyword that the chunk lacks, over the greatest possible
    "unknown",  # share of the keywords that no article holds
    "named",  # share of the question's names and numbers that the chunk holds
    "typed",  # how many sorts asked for the best sentence holds, less those that it does not
    "unfocused",  # 1 when the chunk lacks the very thing that the question asks for by name
    "uncounted",  # the same where it asks for a number, which is of something
    "size",  # log of the number of chunks: among more, the best is better by chance
    "few",  # 1 / (number of keywords + 1)
)


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model: probability = 1 / (1 + exp(-(weights · features + bias)))."""

    weights: NDArray[np.float64]
    bias: float

    def logits(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """One number a row of ``features``, float64, shape ``(rows, len(weights))``."""
        logits: NDArray[np.float64] = features @ self.weights + self.bias
        return logits


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was weighed."""

    sentences: NDArray[np.int64]
    """Sentence rows, best first, ties by row; only what may be quoted."""
    scores: NDArray[np.float64]
    """Probability-like scores in [0, 1], in the same order."""
    confidence: float
    """Probability that the articles answer the question."""


def weigh(index: Index, query: Query, ranking: Ranking, shape: Shape) -> Evidence:
    """Read the best chunks for the question."""
    models = load_models()
    rows = candidates(index, ranking, shape)
    if not len(rows):
        return Evidence(rows, np.empty(0), 0.0)
    features = sentence_features(index, query, ranking, shape, rows)
    logits = models["sentence"].logits(features)
    order = np.argsort(-np.round(logits, 6), kind="stable")
    answer = answer_features(index, query, ranking, shape, rows[order], features[order], logits[order])
    confidence = float(_sigmoid(models["answer"].logits(answer[np.newaxis]))[0])
    return Evidence(rows[order], _sigmoid(logits[order]), confidence)


def threshold() -> float:
    """The confidence below which there is no answer."""
    return float(_stored()["threshold"])


def candidates(index: Index, ranking: Ranking, shape: Shape) -> NDArray[np.int64]:
    """The sentence rows of the best chunks that may be quoted: captions, bylines and datelines only when the question is about such."""
    rows = index.sentences_in(ranking.rows[:READ_CHUNKS])
    return np.array([row for row in rows if _quotable(index.sentences[row].kind, shape)], dtype=np.int64)


_FURNITURE = {
    Kind.CAPTION: frozenset(
        ["photo", "photograph", "photographer", "picture", "pictured", "image", "caption", "credit", "took", "taken"]
    ),
    Kind.BYLINE: frozenset(["author", "wrote", "written", "writer", "byline", "reporter", "journalist", "reported"]),
    Kind.DATELINE: frozenset(
        ["published", "publication", "dateline", "posted", "updated", "reported", "filed", "article", "report"]
    ),
}


def _quotable(kind: Kind, shape: Shape) -> bool:
    return kind in QUOTABLE or not _FURNITURE[kind].isdisjoint(shape.words)


def sentence_features(
    index: Index, query: Query, ranking: Ranking, shape: Shape, rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Row i describes sentence ``rows[i]`` in the order of `SENTENCE_FEATURES`: float64, a column each."""
    idf = index.sentence_keywords.idf(query.terms)
    similarity = index.sentence_vectors.similarities(query.vector, rows)
    bm25 = index.sentence_keywords.scores(query.terms)
    most = BM25_LIMIT * float(idf.sum()) or 1.0
    chunk_score = _chunk_scores(index, ranking, rows)
    features = np.zeros((len(rows), len(SENTENCE_FEATURES)))
    for at, row in enumerate(rows.tolist()):
        text = index.sentence_text(row)
        neighbours = index.neighbours(row)
        window = np.concatenate([index.sentence_terms[each] for each in (row, *neighbours)])
        held = index.sentence_terms[row]
        features[at] = (
            chunk_score[at],
            similarity[at],
            bm25[row] / most,
            _covered(query.terms, idf, window),
            *(_typed(shape, asked, text) for asked in Asked),
            _covered(query.terms, idf, held[:_OPENING]),
            _share_of_pairs(query.pairs, held),
            np.log1p(np.setdiff1d(held, query.terms).size),
            text.rstrip("\"'”’)").endswith("?"),
        )
    return features


def answer_features(
    index: Index,
    query: Query,
    ranking: Ranking,
    shape: Shape,
    rows: NDArray[np.int64],
    features: NDArray[np.float64],
    logits: NDArray[np.float64],
) -> NDArray[np.float64]:
    """What tells whether the best sentence answers at all, in the order of `ANSWER_FEATURES`: float64, shape ``(16,)``.

    ``rows``, their ``features`` and ``logits`` are in order of the logits, best first.
    """
    best = int(rows[0])
    near = {best, *index.neighbours(best)}
    elsewhere = [logit for row, logit in zip(rows.tolist(), logits.tolist(), strict=True) if row not in near]
    chunk = int(index.sentence_chunk[best])
    held = index.chunk_terms(chunk)
    idf = index.chunk_keywords.idf(query.terms)
    greatest = float(np.log1p((len(index.chunks) + 0.5) / 0.5))
    missing = idf[~np.isin(query.terms, held)]
    unfocused = float(not np.isin(hashed(shape.focus), held).all())
    best_features = dict(zip(SENTENCE_FEATURES, features[0].tolist(), strict=True))
    return np.array(
        [
            logits[0],
            ranking.fused_score[0],
            ranking.chunk_similarity.max(),
            ranking.sentence_similarity.max(),
            ranking.chunk_bm25.max(),
            min(logits[0] - max(elsewhere, default=logits[0] - 5.0), 5.0),
            best_features["coverage"],
            _covered(query.terms, idf, held),
            float(missing.max(initial=0.0)) / greatest,
            float(np.mean(idf >= greatest)) if len(idf) else 1.0,
            _named(shape, held),
            sum(best_features[f"asked_{asked}"] for asked in Asked),
            unfocused,
            unfocused if Asked.NUMBER in shape.asked else 0.0,
            np.log(len(index.chunks)),
            1.0 / (len(query.terms) + 1),
        ]
    )


@cache
def load_models() -> dict[str, Model]:
    """The two models, by name: ``sentence`` and ``answer``."""
    stored = _stored()
    models = {}
    for name, columns in (("sentence", SENTENCE_FEATURES), ("answer", ANSWER_FEATURES)):
        weights = stored[name]["weights"]
        models[name] = Model(np.array([weights[column] for column in columns]), float(stored[name]["bias"]))
    return models


@cache
def _stored() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files("embeddings").joinpath("data/evidence.json").read_text(encoding="utf-8"))
    return found


def _chunk_scores(index: Index, ranking: Ranking, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each sentence the fused score of the best chunk that was read and holds it."""
    best = np.zeros(len(rows))
    for chunk, score in zip(
        ranking.rows[:READ_CHUNKS].tolist(), ranking.fused_score[:READ_CHUNKS].tolist(), strict=True
    ):
        inside = (rows >= index.first_sentence[chunk]) & (rows <= index.last_sentence[chunk])
        best[inside] = np.maximum(best[inside], score)
    return best


def _typed(shape: Shape, asked: Asked, sentence: str) -> float:
    if asked not in shape.asked:
        return 0.0
    return 1.0 if answering_spans(shape, asked, sentence) else -1.0


def _covered(query: Terms, idf: NDArray[np.float32], held: Terms) -> float:
    total = float(idf.sum())
    return float(idf[np.isin(query, held)].sum()) / total if total else 0.0


def _share_of_pairs(pairs: Terms, held: Terms) -> float:
    """Share of the pairs, shape ``(n, 2)``, that stand side by side in ``held``; 0 when there are none."""
    if not len(pairs) or len(held) < 2:
        return 0.0
    neighbours = held[:-1].astype(np.uint64) << np.uint64(32) | held[1:]
    return float(np.isin(pairs[:, 0].astype(np.uint64) << np.uint64(32) | pairs[:, 1], neighbours).mean())


def _named(shape: Shape, held: Terms) -> float:
    """Share of the names and numbers of the question that ``held`` has; 1 when it has none to look for."""
    wanted = hashed(sorted(shape.names))
    return float(np.isin(wanted, held).mean()) if len(wanted) else 1.0


def _sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-logits))
    return probabilities
