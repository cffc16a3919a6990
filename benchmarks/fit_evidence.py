"""Fits the two models of `embeddings.evidence`, with the bundled reader and without, and writes their numbers.

    python -m benchmarks.fit_evidence            print the figures on held-out articles
    python -m benchmarks.fit_evidence --write    and write embeddings/data/evidence.json

With the reader, only questions about articles that it was not trained on are asked. The sentence model learns from pairs of a sentence that holds the answer and one of the same question that does not. The answer model
learns to tell questions that the articles answer from three kinds that they do not: adversarial ones about their subjects (SQuAD 2.0),
ones whose answering chunks are taken away, and ones about other articles. Half of the weight is on the answerable ones, a sixth on each kind of the others.
"""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, precision_recall_curve, roc_auc_score

from benchmarks.cache import CachingEncoder, CachingReader
from benchmarks.corpus import Labelled, corpus_of, segment_of
from benchmarks.datasets import DATA, Question, SquadArticle, held_out, squad
from embeddings import evidence
from embeddings.evaluate import load_cases
from embeddings.evidence import ANSWER_FEATURES, ANSWER_READINGS, SENTENCE_FEATURES, SENTENCE_READINGS, Model
from embeddings.followups import interpret
from embeddings.index import Index, build
from embeddings.keywords import Terms
from embeddings.loaders import load
from embeddings.prepare import prepare
from embeddings.questions import Shape, shape_of
from embeddings.readers import load_reader
from embeddings.reading import Said, read, said_in
from embeddings.search import Query, Ranking, search
from embeddings.types import Reader, Span
from tests.real_questions import REAL_ANSWERED, REFUSED, SAMPLE_ANSWERED

_TARGET = Path(evidence.__file__).parent / "data" / "evidence.json"
_SEED = 0
_MOST_NEGATIVES = 12
# An answer is withheld below the confidence at which this share of the answerable questions of the mix is still answered.
_ANSWERED = 0.89
# Reading is slow: so many questions of each set are asked of the reader.
_READ_QUESTIONS = 900
# Paragraphs of an article that is asked alone.
_SHORT = 9
# How many other questions one about our own article counts for.
_OWN_WEIGHT = 15.0
# See `_paraphrased`.
_LITERAL = 0.75
_OTHER_WORDS = (0.2, 0.6)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A question as one index sees it."""

    kind: str
    """answerable, adversarial, missing or foreign."""
    group: str
    """The article it was asked about, by which training and test are kept apart."""
    index: Index
    query: Query
    ranking: Ranking
    shape: Shape
    rows: NDArray[np.int64]
    """Candidate sentences."""
    features: Floats
    """Theirs."""
    holds: NDArray[np.bool_]
    """Which of them hold a gold answer."""
    said: tuple[Said, ...]
    """What a reader found in them; empty without one."""
    weight: float = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write embeddings/data/evidence.json")
    parser.add_argument("--questions", type=int, default=2500, help="questions of each set that are used")
    arguments = parser.parse_args()
    encoder = CachingEncoder()
    squad2 = list(squad(DATA / "squad2/squad2_dev.json"))
    wiki = list(squad(DATA / "squadshifts/new_wiki.json"))
    stored = {"without_reader": _fitted(squad2, wiki, encoder, None, arguments.questions)}
    found = load_reader()
    assert found is not None
    reader = CachingReader(found)
    stored["with_reader"] = _fitted(
        _unseen(squad2), _unseen(wiki), encoder, reader, min(arguments.questions, _READ_QUESTIONS)
    )
    reader.save()
    if arguments.write:
        _TARGET.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


def _unseen(articles: Sequence[SquadArticle]) -> list[SquadArticle]:
    """All articles, with questions only about those that the reader was not trained on."""
    training, _ = held_out(articles)
    return [each.keeping(lambda _: False) if each in training else each for each in articles]


def _fitted(
    squad2: Sequence[SquadArticle],
    wiki: Sequence[SquadArticle],
    encoder: CachingEncoder,
    reader: Reader | None,
    count: int,
) -> dict[str, object]:
    """The numbers of both models, after the figures on held-out articles were printed."""
    print(f"{'with the reader' if reader else 'without a reader'}: {len(squad2)} + {len(wiki)} articles")
    rng = np.random.default_rng(_SEED)
    examples: list[Example] = []
    for articles, others in ((squad2, wiki), (wiki, squad2)):
        foreign = [question for article in others for each in article.paragraphs for question in each.questions]
        whole = corpus_of(articles, encoder)
        examples += _examples([whole.index], whole.questions, foreign, encoder, rng, count // 2, reader)
        short = corpus_of([piece for article in articles for piece in _pieces(article)], encoder)
        alone = [build([segment]) for segment in short.index.segments]
        examples += _examples(alone, short.questions, foreign, encoder, rng, count // 2, reader)
    own = list(_own_examples(encoder, reader))
    encoder.save()
    groups = sorted({example.group for example in examples})
    print("trained on every other article, tested on the rest")
    _report(examples, set(groups[1::2]))
    examples += own
    sentence = _sentence_model(examples)
    features = np.array([_answer_features(each, sentence) for each in examples])
    answer = _answer_model(examples, features)
    given = _confidences(answer, features)[[each.kind == "answerable" for each in examples]]
    threshold = float(np.quantile(given, 1 - _ANSWERED))
    print(f"threshold {threshold:.3f}")
    columns = (SENTENCE_FEATURES + SENTENCE_READINGS, ANSWER_FEATURES + ANSWER_READINGS)
    return {
        "sentence": _numbers(sentence, columns[0]),
        "answer": _numbers(answer, columns[1]),
        "threshold": round(threshold, 3),
    }


def _numbers(model: Model, columns: Sequence[str]) -> dict[str, object]:
    weights = dict(zip(columns, model.weights.round(4).tolist(), strict=False))
    return {"weights": weights, "bias": round(model.bias, 4)}


def _own_examples(encoder: CachingEncoder, reader: Reader | None) -> Iterator[Example]:
    """The labelled questions about the sample article, and about the news report it is after where that is at hand.

    They are few, and in the words of people who did not look for the article's own, so each counts for many.
    """
    sample = files("embeddings").joinpath("data/sample_article.md")
    articles = [(load(sample.read_bytes(), source="sample.md"), SAMPLE_ANSWERED)]
    articles += [
        (load(path.read_bytes(), source=str(path)), REAL_ANSWERED)
        for path in sorted((DATA.parent / "articles").glob("*.txt"))
    ]
    for document, answered in articles:
        index = build([segment_of("0", 0, prepare(document, encoder))])
        assert index is not None
        for case in answered:
            yield _own(index, case.question, case.answers, encoder, reader)
        for refused in REFUSED:
            yield _own(index, refused, (), encoder, reader)
    document = articles[0][0]
    index = build([segment_of("0", 0, prepare(document, encoder))])
    assert index is not None
    with as_file(files("embeddings").joinpath("data/sample_eval.jsonl")) as path:
        for labelled in load_cases(path):
            yield _own(index, interpret(labelled.question, labelled.history), labelled.answers, encoder, reader)


def _own(
    index: Index, question: str, answers: Sequence[str], encoder: CachingEncoder, reader: Reader | None
) -> Example:
    text = index.segments[0].text
    gold = [Span(match.start(), match.end()) for answer in answers for match in re.finditer(re.escape(answer), text)]
    query = Query.of(question, encoder.encode_queries([question])[0])
    kind = "answerable" if answers else "missing"
    return replace(_example(kind, "own", index, query, gold, 0, None, reader), weight=_OWN_WEIGHT)


def _pieces(article: SquadArticle) -> Iterator[SquadArticle]:
    """The article as several of the length of a news report; communities begin with one such."""
    for start in range(0, len(article.paragraphs), _SHORT):
        yield SquadArticle(article.title, article.paragraphs[start : start + _SHORT])


def _examples(
    indexes: Sequence[Index | None],
    questions: Sequence[Labelled],
    foreign: Sequence[Question],
    encoder: CachingEncoder,
    rng: np.random.Generator,
    count: int,
    reader: Reader | None,
) -> Iterator[Example]:
    """Questions asked of all articles together (one index), or of their own article alone (an index each)."""
    chosen = [questions[at] for at in rng.permutation(len(questions))[:count]]
    strangers = [foreign[at] for at in rng.permutation(len(foreign))[: count // 3]]
    vectors = encoder.encode_queries([*(each.question.text for each in chosen), *(each.text for each in strangers)])
    queries = [
        Query.of(text, vector)
        for text, vector in zip(
            [*(each.question.text for each in chosen), *(each.text for each in strangers)], vectors, strict=True
        )
    ]
    queries = [replace(query, terms=_paraphrased(query.terms, rng)) for query in queries]
    for number, (each, query) in enumerate(zip(chosen, queries[: len(chosen)], strict=True)):
        index, segment = (indexes[0], each.segment) if len(indexes) == 1 else (indexes[each.segment], 0)
        assert index is not None
        group = index.segments[segment].article.title
        yield _example(
            "answerable" if each.gold else "adversarial", group, index, query, each.gold, segment, None, reader
        )
        if each.gold and number % 3 == 0:
            left = [row for row in range(len(index.chunks)) if not _overlaps(index, row, segment, each)]
            if left:
                yield _example("missing", group, index, query, (), segment, np.array(left, dtype=np.int64), reader)
    for number, query in enumerate(queries[len(chosen) :]):
        index = indexes[number % len(indexes)]
        assert index is not None
        yield _example(
            "foreign", index.segments[number % len(index.segments)].article.title, index, query, (), 0, None, reader
        )


def _paraphrased(terms: Terms, rng: np.random.Generator) -> Terms:
    """For half of the questions some keywords as words that no article has.

    Who wrote these questions had the paragraph before them and used its words; who asks a bot has not, and says "soldiers" for
    "troops". The vector stays that of the question, so the models learn how far to trust it where the words do not match.
    """
    if rng.random() < _LITERAL:
        return terms
    unknown = rng.integers(0, 2**32, len(terms), dtype=np.uint32)
    return np.unique(np.where(rng.random(len(terms)) < rng.uniform(*_OTHER_WORDS), unknown, terms))


def _overlaps(index: Index, row: int, segment: int, question: Labelled) -> bool:
    span = index.chunks[row].span
    return index.chunk_segment[row] == segment and any(
        span.start < gold.end and gold.start < span.end for gold in question.gold
    )


def _example(
    kind: str,
    group: str,
    index: Index,
    query: Query,
    gold: Sequence[Span],
    segment: int,
    only: NDArray[np.int64] | None,
    reader: Reader | None,
) -> Example:
    ranking = search(index, query, only=only)
    shape = shape_of(query.text)
    rows = evidence.candidates(index, ranking, shape)
    features = evidence.sentence_features(index, query, ranking, shape, rows)
    said: list[Said] = []
    if reader:
        said = said_in(index, read(index, query, ranking, reader), rows.tolist())
        features = np.hstack([features, evidence.sentence_readings(said)])
    holds = [
        index.chunk_segment[index.sentence_chunk[row]] == segment and _within(index, row, gold) for row in rows.tolist()
    ]
    return Example(kind, group, index, query, ranking, shape, rows, features, np.array(holds, dtype=bool), tuple(said))


def _within(index: Index, row: int, gold: Sequence[Span]) -> bool:
    span = index.sentences[row].span
    return any(span.start <= each.start and each.end <= span.end for each in gold)


def _sentence_model(examples: Sequence[Example]) -> Model:
    """Weights under which sentences that hold the answer outweigh the others of their question."""
    rng = np.random.default_rng(_SEED)
    differences, counts = [], []
    for each in examples:
        if each.holds.any() and not each.holds.all():
            negatives = rng.permutation(each.features[~each.holds])[:_MOST_NEGATIVES]
            differences.append(each.features[each.holds][0] - negatives)
            counts += [each.weight] * len(negatives)
    pairs = np.vstack(differences)
    scale = pairs.std(axis=0) + 1e-9
    both = np.vstack([pairs, -pairs]) / scale
    fitted = LogisticRegression(fit_intercept=False, max_iter=1000).fit(
        both, np.repeat([1, 0], len(pairs)), sample_weight=counts * 2
    )
    weights = fitted.coef_[0] / scale
    # Pairs say nothing of the height of a score: the bias makes .5 of the typical sentence that holds an answer.
    held = np.concatenate([each.features[each.holds] @ weights for each in examples if each.holds.any()])
    return Model(weights, -float(np.median(held)))


def _answer_features(each: Example, sentence: Model) -> Floats:
    logits = sentence.logits(each.features)
    order = np.argsort(-logits, kind="stable")
    rows = each.rows[order]
    features = evidence.answer_features(
        each.index, each.query, each.ranking, each.shape, rows, each.features[order], logits[order]
    )
    if not each.said:
        return features
    return np.concatenate([features, evidence.answer_readings(each.index, rows, [each.said[at] for at in order])])


def _weights(kinds: Sequence[str]) -> Floats:
    counts = {kind: kinds.count(kind) for kind in set(kinds)}
    return np.array(
        [(0.5 if kind == "answerable" else 0.5 / (len(counts) - 1)) / counts[kind] * len(kinds) for kind in kinds]
    )


def _answer_model(examples: Sequence[Example], features: Floats) -> Model:
    kinds = [each.kind for each in examples]
    scale = features.std(axis=0) + 1e-9
    fitted = LogisticRegression(max_iter=2000)
    weights = _weights(kinds) * np.array([each.weight for each in examples])
    fitted.fit(features / scale, [kind == "answerable" for kind in kinds], sample_weight=weights)
    return Model(fitted.coef_[0] / scale, float(fitted.intercept_[0]))


def _confidences(answer: Model, features: Floats) -> Floats:
    confidences: Floats = 1 / (1 + np.exp(-answer.logits(features)))
    return confidences


def _report(examples: Sequence[Example], held_out: set[str]) -> None:
    training = [each for each in examples if each.group not in held_out]
    test = [each for each in examples if each.group in held_out]
    sentence = _sentence_model(training)
    answer = _answer_model(training, np.array([_answer_features(each, sentence) for each in training]))
    ranked = [
        each.holds[np.argsort(-sentence.logits(each.features), kind="stable")]
        for each in test
        if each.kind == "answerable"
    ]
    print(
        f"best sentence holds the answer {np.mean([each[0] for each in ranked]):.3f}, one of three {np.mean([each[:3].any() for each in ranked]):.3f}"
    )
    kinds = np.array([each.kind for each in test])
    confidence = _confidences(answer, np.array([_answer_features(each, sentence) for each in test]))
    for kind in ("adversarial", "missing", "foreign"):
        chosen = (kinds == "answerable") | (kinds == kind)
        print(
            f"AUROC answerable against {kind:12} {roc_auc_score(kinds[chosen] == 'answerable', confidence[chosen]):.3f}  ({(kinds == kind).sum()})"
        )
    truth, weights = kinds == "answerable", _weights(kinds.tolist())
    print(
        f"mix: AUROC {roc_auc_score(truth, confidence, sample_weight=weights):.3f}  Brier {brier_score_loss(truth, confidence, sample_weight=weights):.3f}"
    )
    precision, recall, thresholds = precision_recall_curve(truth, confidence, sample_weight=weights)
    for share in (0.98, 0.95, 0.9, 0.8):
        at = int(np.flatnonzero(recall >= share)[-1])
        print(
            f"  {share:.0%} of the answerable answered: threshold {thresholds[at]:.3f}, precision on the mix {precision[at]:.3f}",
            end="",
        )
        print(
            "".join(
                f"  {kind} answered {np.mean(confidence[kinds == kind] >= thresholds[at]):.2f}"
                for kind in ("adversarial", "missing", "foreign")
            )
        )
    for low in np.arange(0, 1, 0.2):
        inside = (confidence >= low) & (confidence < low + 0.2)
        print(
            f"  confidence {low:.1f} to {low + 0.2:.1f}: {np.average(truth[inside], weights=weights[inside]):.2f} answerable  ({inside.sum()})"
        )


if __name__ == "__main__":
    main()
