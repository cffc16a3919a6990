"""Fit the two models of `embeddings.evidence` for each of `embeddings.evidence.grounds`, and write their weights.

    python -m benchmarks.fit_evidence            print the figures on held-out articles
    python -m benchmarks.fit_evidence --write    and write embeddings/data/evidence.json
    python -m benchmarks.fit_evidence --only reading    for one of the grounds; the weights of the others stay as they are

Where the reader is used, only questions about articles that it was not trained on are asked. The sentence model learns which of the
candidate sentences of a question hold the answer. The answer model learns to separate questions that the articles answer from five kinds
that they do not (`benchmarks.evidence_examples`; for other languages `benchmarks.language_examples`). Questions from documentation teach
the answer model alone; the figures and the threshold are of the sets. Weights are constrained in sign
(`_DIRECTIONS`): evidence for an answer can only raise a sentence's score or the confidence, evidence against it only lower them. Without
this, artefacts of the training data made it trust short questions of any kind. Gradient-boosted trees with the same constraints, and
weights that vary with the value of a feature, were tried. They were better at adversarial questions only, and only with the number of
chunks as a feature: all such questions come from one of the two sets, which that number gives away. It has been dropped as a feature.
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, precision_recall_curve, roc_auc_score

import embeddings
from benchmarks.cache import CachingEncoder, CachingReader
from benchmarks.datasets import DATA, held_out
from benchmarks.evidence_examples import (
    ENGLISH_SETS,
    OWN,
    Example,
    Floats,
    Models,
    Origin,
    documented_examples,
    examples_of,
    own_examples,
    written_examples,
)
from benchmarks.language_examples import foreign_examples, wordy_examples
from embeddings.encoders import load_encoder
from embeddings.evaluate.squad import SquadArticle, squad
from embeddings.evidence.features import (
    ANSWER_FEATURES,
    ANSWER_READINGS,
    SENTENCE_FEATURES,
    SENTENCE_READINGS,
    answer_features,
)
from embeddings.evidence.grounds import Grounds
from embeddings.evidence.linear import Linear
from embeddings.evidence.reading import read_closely
from embeddings.protocols import NANO_MODEL, Reader
from embeddings.readers import load_reader

_TARGET = Path(embeddings.__file__).parent / "data" / "evidence.json"
_SEED = 0
# The name of the column of ones, whose weight is the bias.
_BIAS = "bias"
# The share of the answerable questions that the confidence threshold lets through; smaller where answerable and unanswerable questions are
# harder to separate.
_ANSWERED = {Grounds.READING: 0.96, Grounds.SEARCH: 0.956, Grounds.MEANING: 0.8, Grounds.WORDS: 0.8}
# Minimum share of rows in which a feature must differ from its median to be used; see `_scale`.
_DIFFER = 0.002
# Maximum questions per set where the reader is used, since it is slow.
_READ_QUESTIONS = 900
# Questions for each pair of languages, and for each language.
_FOREIGN_QUESTIONS = 24
_WORDY_QUESTIONS = 200
# Weight of a question about our own articles in the answer model, since news reports are rare in the sets. The sentence model does better
# without it.
_OWN_WEIGHT = 30.0
# Share of each kind of question in the total weight, so that the meaning of the confidence does not depend on the sample.
_SHARES = {"answerable": 0.5, "adversarial": 0.1, "missing": 0.1, "sibling": 0.13, "foreign": 0.1, "small": 0.07}
_WRONG = tuple(kind for kind in _SHARES if kind != "answerable")
# Sign constraint on a feature's weight: positive (1), negative (-1), free (0), or zero (None).
Directions = Mapping[str, int | None]
_DIRECTIONS: Directions = {
    **dict.fromkeys(SENTENCE_FEATURES + SENTENCE_READINGS + ANSWER_FEATURES + ANSWER_READINGS, 1),
    "asks": -1,
    "uncounted": -1,
    # "answers" is free: a span score counts for less when the reader is certain of the whole passage.
    **dict.fromkeys(("new", "answers", "read_ahead", _BIAS), 0),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write embeddings/data/evidence.json")
    parser.add_argument("--questions", type=int, default=2500, help="questions of each set that are used")
    parser.add_argument("--only", type=Grounds, choices=list(Grounds), help="fit for these alone")
    parser.add_argument(
        "--without",
        nargs="+",
        metavar="FEATURE",
        choices=list(_DIRECTIONS),
        default=[],
        help="leave these features out",
    )
    arguments = parser.parse_args()
    if arguments.without and arguments.write:
        parser.error("What is written has all features; leave out --without.")
    directions: Directions = {**_DIRECTIONS, **dict.fromkeys(arguments.without)}
    stored = json.loads(_TARGET.read_text(encoding="utf-8")) if arguments.only else {}
    bundled = load_reader()
    assert bundled is not None
    reader = CachingReader(bundled)
    for grounds in [arguments.only] if arguments.only else Grounds:
        print(grounds)
        stored[grounds] = _fitted(*_examples(grounds, arguments.questions, reader), _ANSWERED[grounds], directions)
    reader.save()
    if arguments.write:
        _TARGET.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


def _examples(grounds: Grounds, questions: int, reader: CachingReader) -> tuple[list[Example], list[Example]]:
    """The training examples from the sets, and those about our own articles."""
    rng = np.random.default_rng(_SEED)
    if grounds is Grounds.READING:
        return _english(min(questions, _READ_QUESTIONS), reader, rng)
    if grounds is Grounds.SEARCH:
        return _english(questions, None, rng)
    nano = CachingEncoder(load_encoder(NANO_MODEL))
    if grounds is Grounds.MEANING:
        found = list(foreign_examples(nano, _FOREIGN_QUESTIONS, rng))
    else:
        found = list(wordy_examples(nano, _WORDY_QUESTIONS, rng))
    nano.save()
    return found, []


def _english(questions: int, reader: Reader | None, rng: np.random.Generator) -> tuple[list[Example], list[Example]]:
    encoder = CachingEncoder()
    models = Models(encoder, reader)
    articles = [list(squad(DATA / path)) for path in ENGLISH_SETS]
    one, two = [_unseen(each) for each in articles] if reader else articles
    found = list(examples_of(one, two, models, questions, rng))
    if reader:
        found += documented_examples(models)
        found += written_examples(models, rng)
    own = list(own_examples(models))
    encoder.save()
    return found, own


def _unseen(articles: Sequence[SquadArticle]) -> list[SquadArticle]:
    """All articles, but only with the questions about those that the reader was not trained on."""
    training, _ = held_out(articles)
    return [each.keeping(lambda _: False) if each in training else each for each in articles]


def _fitted(
    examples: Sequence[Example], own: Sequence[Example], answered: float, directions: Directions
) -> dict[str, object]:
    """Print the figures on held-out articles, then fit both models on everything: their weights and the threshold."""
    groups = sorted({example.group for example in examples})
    print("trained on every other article, tested on the rest, and the other way round")
    _report(examples, own, [set(groups[::2]), set(groups[1::2])], directions)
    everything = [*examples, *own]
    sentence = sentence_model(everything, directions)
    seen = _seen(everything, sentence)
    columns = (ANSWER_FEATURES + ANSWER_READINGS)[: seen.shape[1]]
    answer = answer_model(everything, seen, directions)
    given = _confidences(answer, seen[: len(examples)])[
        [each.kind == "answerable" and each.origin is Origin.SETS for each in examples]
    ]
    threshold = float(np.quantile(given, 1 - answered))
    print(f"threshold {threshold:.3f}")
    return {
        "sentence": sentence.numbers((SENTENCE_FEATURES + SENTENCE_READINGS)[: len(sentence.weights)]),
        "answer": answer.numbers(columns),
        "threshold": round(threshold, 3),
    }


def sentence_model(examples: Sequence[Example], directions: Directions) -> Linear:
    """Fit a conditional logit: which of the candidate sentences of a question hold the answer. Bare topics are left out, since no sentence
    answers them better than another, and so are questions of which only the section is known that answers."""
    asked = [
        each
        for each in examples
        if each.holds.any()
        and not each.holds.all()
        and not each.findings.shape.is_topic
        and each.origin is not Origin.DOCUMENTATION
    ]
    columns, holds = (
        np.vstack([each.candidates.features for each in asked]),
        np.concatenate([each.holds for each in asked]),
    )
    first = np.cumsum([0, *(len(each.holds) for each in asked[:-1])])
    question = np.repeat(np.arange(len(asked)), [len(each.holds) for each in asked])

    def loss(logits: Floats) -> tuple[float, Floats]:
        odds = np.exp(logits - np.maximum.reduceat(logits, first)[question])
        every, held = np.add.reduceat(odds, first), np.add.reduceat(odds * holds, first)
        return float(np.log(every / held).sum()), odds / every[question] - odds * holds / held[question]

    weights = _fit(columns, (SENTENCE_FEATURES + SENTENCE_READINGS)[: columns.shape[1]], loss, directions)
    # A conditional logit has no intercept: the bias gives the median sentence that holds an answer a probability of .5.
    return Linear(weights, -float(np.median(columns[holds] @ weights)))


def _seen(examples: Sequence[Example], sentence: Linear) -> Floats:
    """The features of the answer model as `embeddings.evidence.weighing` computes them, without its rules, which are not fitted: float64,
    shape ``(len(examples), features)``."""
    rows = []
    for each in examples:
        best_first, logits = each.candidates.best_first(sentence.logits(each.candidates.features))
        index, query, best = each.findings.index, each.findings.query, int(best_first.rows[0])
        closely = read_closely(index, query, best, each.reader) if each.reader else None
        rows.append(answer_features(each.findings, best_first, logits, closely))
    return np.array(rows)


def answer_model(examples: Sequence[Example], seen: Floats, directions: Directions) -> Linear:
    """Fit a weighted logistic regression that separates answerable questions from the others."""
    names = (ANSWER_FEATURES + ANSWER_READINGS)[: seen.shape[1]]
    sides = np.where([each.kind == "answerable" for each in examples], 1.0, -1.0)
    counts = _weights([each.kind for each in examples])
    counts = counts * np.array([_OWN_WEIGHT if each.group == OWN else 1.0 for each in examples])

    def loss(logits: Floats) -> tuple[float, Floats]:
        margin = sides * logits
        return float(counts @ np.logaddexp(0, -margin)), -counts * sides / (1 + np.exp(margin))

    columns = np.hstack([seen, np.ones((len(seen), 1))])
    *weights, bias = _fit(columns, (*names, _BIAS), loss, directions).tolist()
    return _calibrated(Linear(np.array(weights), bias), examples, seen)


def _calibrated(model: Linear, examples: Sequence[Example], seen: Floats) -> Linear:
    """The model with its logits scaled and shifted so that its probabilities are calibrated on the sets, whatever our own articles weigh
    (Platt, 1999, "Probabilistic outputs for support vector machines")."""
    asked = np.array([each.group != OWN for each in examples])
    kinds = [each.kind for each in examples if each.group != OWN]
    fitted = LogisticRegression(C=np.inf).fit(
        model.logits(seen[asked])[:, np.newaxis],
        [kind == "answerable" for kind in kinds],
        sample_weight=_weights(kinds),
    )
    slope, shift = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    return Linear(model.weights * slope, model.bias * slope + shift)


def _fit(
    columns: Floats, names: Sequence[str], loss: Callable[[Floats], tuple[float, Floats]], directions: Directions
) -> Floats:
    """The weights that minimise the loss plus a ridge penalty of .5 on the standardised weights (the bias is not penalised), under the sign
    constraints of ``directions``.

    ``columns`` holds the features named by ``names``, float64, shape ``(rows, len(names))``; ``loss`` takes one logit per row and returns
    the loss and its gradient.
    """
    is_bias = np.array([name == _BIAS for name in names])
    scale = np.where(is_bias, 1.0, _scale(columns))
    scaled, penalised = columns / scale, ~is_bias

    def objective(found: Floats) -> tuple[float, Floats]:
        value, slope = loss(scaled @ found)
        return value + float((penalised * found) @ found) / 2, scaled.T @ slope + penalised * found

    allowed = {1: (0, None), -1: (None, 0), 0: (None, None), None: (0, 0)}
    bounds = [allowed[directions[name]] for name in names]
    found: Floats = minimize(objective, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=bounds).x / scale
    return found


def _weights(kinds: Sequence[str]) -> Floats:
    counts = {kind: kinds.count(kind) for kind in set(kinds)}
    return np.array([_SHARES[kind] / counts[kind] * len(kinds) for kind in kinds])


def _scale(columns: Floats) -> Floats:
    """The standard deviation of each column, by which it is divided; infinite, which removes the column, if hardly any row differs from the
    median: nothing can be learned from two headings among ten thousand questions."""
    differ = np.mean(columns != np.median(columns, axis=0), axis=0) >= _DIFFER
    return np.where(differ, columns.std(axis=0), np.inf)


def _confidences(answer: Linear, seen: Floats) -> Floats:
    confidences: Floats = 1 / (1 + np.exp(-answer.logits(seen)))
    return confidences


def _report(
    examples: Sequence[Example], own: Sequence[Example], folds: Sequence[set[str]], directions: Directions
) -> None:
    """Print the pooled figures of two-fold cross-validation."""
    ranked: list[NDArray[np.bool_]] = []
    found: list[str] = []
    given: list[Floats] = []
    for fold in folds:
        training = [*(each for each in examples if each.group not in fold), *own]
        test = [each for each in examples if each.group in fold and each.origin is Origin.SETS]
        sentence = sentence_model(training, directions)
        answer = answer_model(training, _seen(training, sentence), directions)
        ranked += [
            each.holds[np.argsort(-sentence.logits(each.candidates.features), kind="stable")]
            for each in test
            if each.kind == "answerable"
        ]
        found += [each.kind for each in test]
        given.append(_confidences(answer, _seen(test, sentence)))
    print(
        f"best sentence holds the answer {np.mean([each[0] for each in ranked]):.3f}, one of three {np.mean([each[:3].any() for each in ranked]):.3f}"
    )
    kinds, confidence = np.array(found), np.concatenate(given)
    kinds_wrong = [kind for kind in _WRONG if (kinds == kind).any()]
    for kind in kinds_wrong:
        chosen = (kinds == "answerable") | (kinds == kind)
        area = roc_auc_score(kinds[chosen] == "answerable", confidence[chosen])
        print(f"AUROC answerable against {kind:12} {area:.3f}  ({(kinds == kind).sum()})")
    truth, weights = kinds == "answerable", _weights(kinds.tolist())
    print(
        f"mix: AUROC {roc_auc_score(truth, confidence, sample_weight=weights):.3f}  Brier {brier_score_loss(truth, confidence, sample_weight=weights):.3f}"
    )
    precision, recall, thresholds = precision_recall_curve(truth, confidence, sample_weight=weights)
    for share in (0.98, 0.95, 0.9, 0.8):
        at = int(np.flatnonzero(recall >= share)[-1])
        wrongly = "".join(
            f"  {kind} answered {np.mean(confidence[kinds == kind] >= thresholds[at]):.2f}" for kind in kinds_wrong
        )
        print(
            f"  {share:.0%} of the answerable answered: threshold {thresholds[at]:.3f}, precision on the mix {precision[at]:.3f}{wrongly}"
        )
    for low in np.arange(0, 1, 0.2):
        inside = (confidence >= low) & (confidence < low + 0.2)
        if inside.any():
            share = np.average(truth[inside], weights=weights[inside])
            print(f"  confidence {low:.1f} to {low + 0.2:.1f}: {share:.2f} answerable  ({inside.sum()})")


if __name__ == "__main__":
    main()
