"""Features of a question, its candidate sentences and its best chunks, which `embeddings.evidence.weighing` weighs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from embeddings.evidence.findings import Findings
from embeddings.evidence.headings import Encode, headed
from embeddings.evidence.reading import READ, Said, read, said_in
from embeddings.keywords import Terms, covered, hashed, terms, weights
from embeddings.protocols import Reader
from embeddings.questions.descriptions import described_in
from embeddings.questions.mismatches import LITTLE, repeats
from embeddings.questions.shapes import Asked, Shape
from embeddings.questions.sought import answering_spans
from embeddings.questions.statements import is_by_the_last_speaker, says, without_speakers
from embeddings.search import Query, Ranking
from embeddings.search.index import Index
from embeddings.tables import columns_of
from embeddings.types import Kind

# A typical answer's similarity to its question, assumed if the encoder does not understand the question.
_ASSUMED_SIMILARITY = 0.65
# Two sentences repeat each other if they have at least this share of the shorter one's terms in common.
_REPEATS = 0.8
# How many sentences back the speaker of a sentence is searched for that does not name its own.
_HEARD = 5
# A statement about "the sanctions on Syria" has this share of these words by IDF; or the lower one, if it has the noun and all names.
_ALL_BUT = 0.7
_SOME_OF = 0.4
# How many terms open a sentence; its subject is among them.
_OPENING = 5
# Cap on the best sentence's lead over its rivals, in log-odds; also its lead if it has none.
_FAR = 5.0

SENTENCE_FEATURES = (
    "chunk",  # fused score of the best chunk that holds it
    "similarity",  # of the sentence to the question
    "bm25",  # as a share of the highest possible score for the question
    "coverage",  # share of the question's IDF in the sentence and its two neighbours
    *(f"asked_{asked}" for asked in Asked),  # 1 when it holds a thing of that sort, -1 when not; 0 when not asked for
    "opens",  # share of the question's IDF among its first terms, where its subject is
    "phrase",  # share of the question's adjacent term pairs that are adjacent in it too
    "new",  # log1p of the number of its terms that the question lacks
    "asks",  # is itself a question
    "heading",  # how closely its heading matches the question
    "leads",  # the same, if it is one of the first two sentences below that heading
)
# Further features of both models if a reader is available.
SENTENCE_READINGS = ("span", "answers")  # see `reading.Said`
ANSWER_READINGS = (
    "read_answers",  # of the best sentence
    "read_ahead",  # lead of its span over the best one elsewhere
    "close_span",  # its span at a second look, see `reading.read_closely`
    "close_answers",
)
ANSWER_FEATURES = (
    "evidence",  # score of the best sentence
    "chunk",  # best fused score
    "similarity",  # best similarity of a sentence
    "lead",  # best sentence's lead over the best one elsewhere
    "named",  # share of the question's names and numbers that its chunk holds
    "uncounted",  # 1 when the question asks for a number of something that the chunk does not name
    "heading",  # how closely the best sentence's heading matches the question
    "topic",  # 1 when the best sentence has the topic that is the whole question, or is the statement asked for
)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The sentences that may answer, and their features."""

    rows: NDArray[np.int64]
    """Sentence rows of the index, shape ``(sentences,)``."""
    features: NDArray[np.float64]
    """Row i describes sentence ``rows[i]`` in the order of `SENTENCE_FEATURES`, then of `SENTENCE_READINGS` if passages were read."""
    said: tuple[Said, ...]
    """What the reader found in each; empty if nothing was read."""
    headed: Mapping[int, float]
    """How closely the heading above a sentence matches the question, from 0 to 1, by sentence row."""

    def best_first(self, logits: NDArray[np.float64]) -> tuple["Candidates", NDArray[np.float64]]:
        """The candidates and ``logits``, shape ``(sentences,)``, sorted by descending logit; ties keep their order."""
        order = np.argsort(-np.round(logits, 6), kind="stable")
        said = tuple(self.said[at] for at in order) if self.said else ()
        return Candidates(self.rows[order], self.features[order], said, self.headed), logits[order]


def candidates_of(findings: Findings, reader: Reader | None, encode: Encode) -> Candidates:
    """The sentences of the best chunks that may be quoted, in row order. ``encode`` is for comparing headings that are questions themselves
    with the one asked.
    """
    index, query, ranking = findings.index, findings.query, findings.ranking
    inside = index.sentences_in(ranking.rows[:READ]).tolist()
    rows = np.array([row for row in inside if findings.may_quote(row)], dtype=np.int64)
    above = headed(index, query, rows, encode)
    features = _sentence_features(findings, rows, above)
    if reader is None or not len(rows):
        return Candidates(rows, features, (), above)
    said = said_in(index, read(index, query, ranking, reader), rows.tolist())
    return Candidates(rows, np.hstack([features, _sentence_readings(said)]), tuple(said), above)


def _sentence_features(
    findings: Findings, rows: NDArray[np.int64], headings: Mapping[int, float]
) -> NDArray[np.float64]:
    """Row i describes sentence ``rows[i]`` in the order of `SENTENCE_FEATURES`: float64, a column each.

    ``headings`` tells how closely its heading matches the question, by row.
    """
    index, query, ranking, shape = findings.index, findings.query, findings.ranking, findings.shape
    weight = weights(query.terms, index.sentence_keywords.idf(query.terms))
    similarity = index.sentence_vectors.similarities(query.vector, rows)
    chunk_score = _chunk_scores(index, ranking, rows)
    pairs = {(first, second) for first, second in query.pairs.tolist()}
    # Plain lists and sets: for arrays this short, numpy's overhead per call would dominate.
    terms_of = {row: index.sentence_terms[row].tolist() for row in rows.tolist()}
    features = np.zeros((len(rows), len(SENTENCE_FEATURES)))
    for at, row in enumerate(rows.tolist()):
        text = index.sentence_text(row)
        held = terms_of[row]
        near = (terms_of.get(each) or index.sentence_terms[each].tolist() for each in index.neighbours(row))
        # Code below a heading shows how a thing is done, not what it is.
        above = 0.0 if index.sentences[row].kind is Kind.CODE and not shape.is_how else headings[row]
        features[at] = (
            chunk_score[at],
            similarity[at] if query.has_meaning else _ASSUMED_SIMILARITY,
            ranking.every_sentence_bm25[row],
            covered(weight, {*held, *chain.from_iterable(near)}),
            *(_typed(shape, asked, text) for asked in Asked),
            covered(weight, set(held[:_OPENING])),
            len(pairs.intersection(pairwise(held))) / len(pairs) if pairs else 0.0,
            np.log1p(len(set(held).difference(weight))),
            text.rstrip("\"'”’)").endswith("?"),
            above,
            above if index.stands_first(row, 2) else 0.0,
        )
    return features


def stated(findings: Findings, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each of these sentences is the statement that a question such as "what does X say about Y?" asks for: by that speaker and
    about that matter; bool, shape ``(len(rows),)``.

    Readers have seen few such questions in training, whose answer is the statement whatever it says.
    """
    index, query, shape = findings.index, findings.query, findings.shape
    if not (shape.speaker and shape.matter):
        return np.zeros(len(rows), dtype=bool)
    matter = hashed(shape.matter, query.language)
    weight = weights(matter, index.sentence_keywords.idf(matter))
    names = hashed([word for word in shape.matter if word in shape.names], query.language)

    def is_of(row: int) -> bool:
        """Whether it has nearly all words of the matter, or the noun, the names and some others."""
        held = set(terms(without_speakers(index.sentence_text(row)), query.language).tolist())
        share = covered(weight, held)
        return share >= _ALL_BUT or (share >= _SOME_OF and held.issuperset((matter[0], *names)))

    return np.array([is_of(row) and _says(index, shape, row) > 0 for row in rows.tolist()], dtype=bool)


def described(findings: Findings, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each of these sentences says who somebody is, if that is what the question asks for; bool, shape ``(len(rows),)``."""
    index, asked = findings.index, findings.query.asks
    if Asked.PERSON not in findings.shape.asked:
        return np.zeros(len(rows), dtype=bool)
    return np.array([described_in(asked, index.sentence_text(row)) is not None for row in rows.tolist()], dtype=bool)


def repeated(findings: Findings, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each of these sentences only repeats the question, as a label does; false for a heading, which is quoted with the text below
    it; bool, shape ``(len(rows),)``."""
    index, query, shape = findings.index, findings.query, findings.shape
    # A sentence with other terms has other words, which is cheaper to check.
    known = set(hashed([*shape.words, *LITTLE], query.language).tolist())

    def is_label(row: int) -> bool:
        if not known.issuperset(index.sentence_terms[row].tolist()):
            return False
        text = index.sentence_text(row)
        return repeats(shape, text) and index.sentences[row].heading[-1:] != (text,)

    return np.array([is_label(row) for row in rows.tolist()], dtype=bool)


def is_unsaid(findings: Findings, rows: NDArray[np.int64]) -> bool:
    """Whether the question asks what a named speaker says about something, and none of these sentences is by that speaker."""
    shape = findings.shape
    named = not shape.speaker.isdisjoint(shape.names) and bool(shape.matter)
    return named and not any(_says(findings.index, shape, row) > 0 for row in rows.tolist())


def _says(index: Index, shape: Shape, row: int) -> float:
    """See `says`; what "he" said, a sentence in the first person and a bare quotation are by the last speaker named before them."""
    text = index.sentence_text(row)
    found = says(shape.speaker, text)
    if found > 0 or not is_by_the_last_speaker(text):
        return found
    heard = (says(shape.speaker, index.sentence_text(each)) for each in index.before(row, _HEARD))
    return next((each for each in heard if each), found)


def answer_features(
    findings: Findings, best_first: Candidates, logits: NDArray[np.float64], closely: Said | None
) -> NDArray[np.float64]:
    """Features that tell whether the best sentence answers at all, in the order of `ANSWER_FEATURES`, then of `ANSWER_READINGS` if it was
    read: float64, a number each.

    The candidates and their ``logits`` are sorted as by `Candidates.best_first`; ``closely`` is what the reader found in the first of them
    at a second look.
    """
    index, query, shape, ranking = findings.index, findings.query, findings.shape, findings.ranking
    best = int(best_first.rows[0])
    rivals = _rivals_of(index, best_first.rows)
    elsewhere = [float(logits[at]) for at in rivals]
    held = index.chunk_terms(int(index.sentence_chunk[best]))
    counted = Asked.NUMBER not in shape.asked or np.isin(hashed(shape.focus, query.language), held).all()
    features = np.array(
        [
            logits[0],
            ranking.fused_score[0],
            ranking.sentence_similarity.max() if query.has_meaning else _ASSUMED_SIMILARITY,
            min(logits[0] - max(elsewhere, default=logits[0] - _FAR), _FAR),
            _named(shape, held, query.language),
            float(not counted),
            best_first.features[0, SENTENCE_FEATURES.index("heading")],
            float(_is_of_topic(index, query, shape, best) or bool(stated(findings, best_first.rows[:1])[0])),
        ]
    )
    return features if closely is None else np.hstack([features, _answer_readings(best_first.said, rivals, closely)])


def _is_of_topic(index: Index, query: Query, shape: Shape, row: int) -> bool:
    """Whether the question only names a topic, and the sentence has all of its terms."""
    return (
        shape.is_topic and len(query.terms) > 0 and bool(np.isin(query.terms, _told(index, row, query.language)).all())
    )


def _rivals_of(index: Index, rows: NDArray[np.int64]) -> list[int]:
    """Positions of the rows that say something other than the first one, elsewhere: neither its neighbours nor near-duplicates of it, such
    as the same report in another article.
    """
    first = int(rows[0])
    near, words = {first, *index.neighbours(first)}, set(index.sentence_terms[first].tolist())

    def repeats(row: int) -> bool:
        held = set(index.sentence_terms[row].tolist())
        return len(words & held) >= _REPEATS * min(len(words), len(held))

    return [at for at, row in enumerate(rows.tolist()) if row not in near and not repeats(row)]


def _sentence_readings(said: Sequence[Said]) -> NDArray[np.float64]:
    """Row i is what the reader found in a sentence, in the order of `SENTENCE_READINGS`: float64, a column each."""
    return np.array([[each.span, each.answers] for each in said], dtype=np.float64)


def _answer_readings(said: Sequence[Said], rivals: Sequence[int], closely: Said) -> NDArray[np.float64]:
    """What the reader found in the best sentence and elsewhere, in the order of `ANSWER_READINGS`: float64, shape ``(4,)``.

    ``said`` is in order of the sentences' logits, best first; ``rivals`` are positions in it, of sentences that say something else.
    """
    best = said[0]
    elsewhere = max((said[at].span for at in rivals), default=best.span - _FAR)
    ahead = float(np.clip(best.span - elsewhere, -_FAR, _FAR))
    return np.array([best.answers, ahead, closely.span, closely.answers])


def _chunk_scores(index: Index, ranking: Ranking, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each sentence, the highest fused score of those of the `READ` best chunks that hold it."""
    best = np.zeros(len(rows))
    for chunk, score in zip(ranking.rows[:READ].tolist(), ranking.fused_score[:READ].tolist(), strict=True):
        inside = (rows >= index.first_sentence[chunk]) & (rows <= index.last_sentence[chunk])
        best[inside] = np.maximum(best[inside], score)
    return best


def _typed(shape: Shape, asked: Asked, sentence: str) -> float:
    if asked not in shape.asked:
        return 0.0
    return -1.0 if next(answering_spans(shape, asked, sentence), None) is None else 1.0


def _told(index: Index, row: int, language: str) -> Terms:
    """The terms of a sentence and of its column names."""
    return np.concatenate([index.sentence_terms[row], terms(" ".join(columns_of(index.sentences[row])), language)])


def _named(shape: Shape, held: Terms, language: str) -> float:
    """Share of the question's names and numbers that are in ``held``; 1 if it has none."""
    wanted = hashed(sorted(shape.names), language)
    return float(np.isin(wanted, held).mean()) if len(wanted) else 1.0
