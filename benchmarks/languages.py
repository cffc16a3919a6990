"""What works in the languages of XQuAD, whose articles and questions are the same in each, with the default models or another encoder.

    python -m benchmarks.languages [--model NAME] [LANGUAGE…]

Every other article is in the library; the questions about the rest are ones that it does not answer.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.cache import CachingEncoder
from benchmarks.corpus import Corpus, Labelled, corpus_of
from benchmarks.datasets import DATA, SquadArticle, squad
from embeddings.encoders import load_encoder
from embeddings.evaluate import Case, evaluate
from embeddings.evaluate.squad import fill
from embeddings.languages import language_among
from embeddings.library import Library
from embeddings.readers import load_reader
from embeddings.search import Query, search
from embeddings.store import Store
from embeddings.types import DEFAULT_MODEL

_MEASURES = (
    "passage hit@1",
    "passage hit@5",
    "first excerpt, where one is given",
    "answerable answered",
    "unanswerable refused",
    "abstention AUROC",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    arguments = parser.parse_args()
    encoder = CachingEncoder(load_encoder(arguments.model))
    print("| | with vectors, hit@1 | without | " + " | ".join(_MEASURES) + " |")
    for path in sorted((DATA / "xquad").glob("*.json")):
        language = path.suffixes[0].removeprefix(".")
        if arguments.languages and language not in arguments.languages:
            continue
        articles = sorted(squad(path), key=lambda article: article.title)
        corpus = corpus_of(articles, encoder)
        found = [f"{_first(corpus, encoder, trust):.3f}" for trust in (1.0, 0.0)]
        measures = _measures(articles, encoder)
        encoder.save()
        found += ["–" if (value := measures[name]) is None else f"{value:.3f}" for name in _MEASURES]
        print(f"| {language} | {' | '.join(found)} |", flush=True)


def _first(corpus: Corpus, encoder: CachingEncoder, trust: float) -> float:
    """How often the best chunk holds the answer, with the questions' vectors or, with no trust in them, without."""
    vectors = encoder.encode_queries([each.question.text for each in corpus.questions]) * np.float32(trust)
    queries = [
        Query.of(each.question.text, vector, language_among(each.question.text, corpus.index.languages))
        for each, vector in zip(corpus.questions, vectors, strict=True)
    ]
    return float(np.mean([_holds(corpus, each, query) for each, query in zip(corpus.questions, queries, strict=True)]))


def _holds(corpus: Corpus, labelled: Labelled, query: Query) -> bool:
    index = corpus.index
    best = int(search(index, query).rows[0])
    span = index.chunks[best].span
    return index.chunk_segment[best] == labelled.segment and any(
        span.start <= gold.start and gold.end <= span.end for gold in labelled.gold
    )


def _measures(articles: Sequence[SquadArticle], encoder: CachingEncoder) -> dict[str, float | None]:
    others = [
        Case(f"other-{question.id}", question.text, ())
        for article in articles[1::2]
        for paragraph in article.paragraphs
        for question in paragraph.questions
    ]
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        library = Library(store, "xquad", encoder, load_reader())
        return dict(evaluate(library, [*fill(library, articles[::2]), *others]).measures)


if __name__ == "__main__":
    main()
