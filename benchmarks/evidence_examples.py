"""Training examples for the models of `embeddings.evidence`: questions run against an index, some that the articles answer, and five kinds
that they do not.

| kind | |
|---|---|
| adversarial | written by people to look answerable (SQuAD 2.0) |
| missing | the chunks that answer are left out |
| sibling | asked of another piece of the same article |
| foreign | about another article |
| small | greetings, small talk and general knowledge, in our own words |

With the reader, questions from the documentation of packages (`benchmarks.documentation`) are among the answerable and the missing ones,
and questions about written pages (`benchmarks.written`) among the answerable, the adversarial and the missing ones.

Some are asked of articles in which each paragraph is headed by one of its questions, as in an FAQ.

Half of the questions are asked of all articles together, half of nine paragraphs alone, like a community that starts with a single report.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from importlib.resources import as_file, files
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus import Labelled, corpus_of
from benchmarks.datasets import DATA, Use
from benchmarks.documentation.questions import documentation
from benchmarks.written.questions import corpus_of_page, written
from embeddings.evaluate import load_cases
from embeddings.evaluate.squad import LabelledQuestion, SquadArticle, places_of, squad
from embeddings.evidence.features import Candidates, candidates_of
from embeddings.evidence.findings import Findings
from embeddings.languages import ENGLISH, language_among
from embeddings.loaders import load
from embeddings.loaders.markdown import load_markdown
from embeddings.prepare import prepare
from embeddings.protocols import Encoder, Reader
from embeddings.questions.followups import Understood, interpret
from embeddings.questions.shapes import shape_of
from embeddings.search import Query, search
from embeddings.search.index import Index, build
from embeddings.types import Span
from tests.indexes import index_of_one, segment_of
from tests.real_questions import REAL_ANSWERED, REFUSED, SAMPLE_ANSWERED, SMALL_TALK

# Paragraphs in a piece of an article that is searched alone.
_SHORT = 9
# Number of such pieces of which each small-talk question is asked.
_SMALL_OF = 6
# For `_paraphrased`: share of questions that keep their words, and range of the share of words replaced in the others.
_LITERAL = 0.75
_OTHER_WORDS = (0.2, 0.6)

# Minimum letters of a word that can be a topic, and about how many topics are asked of an article.
_TOPIC = 6
_TOPICS = 40

#: The group of our own articles, which count apart from the sets.
OWN = "own"
ENGLISH_SETS = ("squad2/squad2_dev.json", "squadshifts/new_wiki.json")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Models:
    """The models that the features come from."""

    encoder: Encoder
    reader: Reader | None = None


class Origin(Enum):
    """Where a question is from. Figures and thresholds are of the sets alone."""

    SETS = "the sets, and our own articles"
    DOCUMENTATION = "the documentation of a package, of which the section is known that answers, and not the sentence"
    WRITTEN = "a page of `benchmarks.written`"


@dataclass(frozen=True, slots=True)
class Example:
    """A question run against one index."""

    kind: str
    """answerable, or one of the kinds above."""
    group: str
    """The article it was asked about; training and test sets are split by it."""
    findings: Findings
    candidates: Candidates
    holds: NDArray[np.bool_]
    """Which of the candidates hold a gold answer."""
    reader: Reader | None
    origin: Origin = Origin.SETS


def examples_of(
    squad2: Sequence[SquadArticle],
    wiki: Sequence[SquadArticle],
    models: Models,
    count: int,
    rng: np.random.Generator,
) -> Iterator[Example]:
    """About ``count`` questions of each set, with the unanswerable ones that go with them."""
    for articles, others in ((squad2, wiki), (wiki, squad2)):
        foreign = [question for article in others for each in article.paragraphs for question in each.questions]
        whole = corpus_of(articles, models.encoder)
        yield from asked([whole.index], whole.questions, foreign, models, count // 2, rng)
        short = corpus_of([piece for article in articles for piece in _pieces(article)], models.encoder)
        alone = [index for segment in short.index.segments if (index := build([segment]))]
        yield from asked(alone, short.questions, foreign, models, count // 2, rng)
        yield from siblings(alone, short.questions, models, count // 2, rng)
        yield from _frequent(articles, models, count // 3, rng)
        yield from small_talk(alone, whole.index, models, rng)


def own_examples(models: Models) -> Iterator[Example]:
    """The labelled questions about the sample article, and about the news report that it is modelled on, if available.

    Weighting each by fifteen, since they are few and worded differently from the articles, was tried: everything else got worse.
    """
    sample = files("embeddings").joinpath("data/sample_article.md")
    articles = [(load(sample.read_bytes(), source="sample.md"), SAMPLE_ANSWERED)]
    articles += [
        (load(path.read_bytes(), source=str(path)), REAL_ANSWERED)
        for path in sorted((DATA.parent / "articles").glob("*.txt"))
    ]
    for document, answered in articles:
        index = index_of_one(document, models.encoder)
        for case in answered:
            yield _own(index, interpret(case.question, ()), case.answers, models)
        for refused in REFUSED:
            yield _own(index, interpret(refused, ()), (), models)
        yield from _topics(index, models)
    document = articles[0][0]
    index = index_of_one(document, models.encoder)
    with as_file(files("embeddings").joinpath("data/sample_eval.jsonl")) as path:
        for labelled in load_cases(path):
            yield _own(index, interpret(labelled.question, labelled.history), labelled.answers, models)


def _own(index: Index, question: Understood, answers: Sequence[str], models: Models) -> Example:
    text = index.segments[0].text
    gold = [Span(match.start(), match.end()) for answer in answers for match in re.finditer(re.escape(answer), text)]
    query = Query.of(question.text, models.encoder.encode_queries([question.text])[0], asks=question.asks)
    kind = "answerable" if answers else "missing"
    return _example(kind, OWN, index, query, models, gold=gold)


def _topics(index: Index, models: Models) -> Iterator[Example]:
    """Bare topics in place of questions: some longer words and years of the article, and titles of other articles as foreign ones."""
    text = index.segments[0].text
    said = list(dict.fromkeys(re.findall(rf"\b\w{{{_TOPIC},}}\b|\b\d{{4}}\b", text)))
    for word in said[:: max(1, len(said) // _TOPICS)]:
        yield _own(index, interpret(word.lower(), ()), [word], models)
    for title in [article.title for path in ENGLISH_SETS for article in squad(DATA / path)]:
        if not index.has_all(title, ENGLISH):
            yield replace(_own(index, interpret(title, ()), (), models), kind="foreign")


def _pieces(article: SquadArticle) -> Iterator[SquadArticle]:
    """The article split into pieces as long as a news report, since communities start with one."""
    for start in range(0, len(article.paragraphs), _SHORT):
        yield SquadArticle(article.title, article.paragraphs[start : start + _SHORT])


def asked(
    indexes: Sequence[Index],
    questions: Sequence[Labelled],
    foreign: Sequence[LabelledQuestion],
    models: Models,
    count: int,
    rng: np.random.Generator,
) -> Iterator[Example]:
    """Questions asked of all articles together (one index), or of their own article alone (one index per article)."""
    chosen = [questions[at] for at in rng.permutation(len(questions))[:count]]
    strangers = [foreign[at] for at in rng.permutation(len(foreign))[: count // 3]]
    texts = [*(each.question.text for each in chosen), *(each.text for each in strangers)]
    vectors = models.encoder.encode_queries(texts)
    queries = [
        _paraphrased(Query.of(text, vector, language_among(text, indexes[0].languages)), rng)
        for text, vector in zip(texts, vectors, strict=True)
    ]
    for number, (each, query) in enumerate(zip(chosen, queries[: len(chosen)], strict=True)):
        index, segment = (indexes[0], each.segment) if len(indexes) == 1 else (indexes[each.segment], 0)
        group = index.segments[segment].article.title
        kind = "answerable" if each.gold else "adversarial"
        yield _example(kind, group, index, query, models, gold=each.gold, segment=segment)
        if each.gold and number % 3 == 0:
            left = [row for row in range(len(index.chunks)) if not _overlaps(index, row, segment, each)]
            if left:
                yield _example("missing", group, index, query, models, only=np.array(left, dtype=np.int64))
    for number, query in enumerate(queries[len(chosen) :]):
        index = indexes[number % len(indexes)]
        group = index.segments[number % len(index.segments)].article.title
        yield _example("foreign", group, index, query, models)


def documented_examples(models: Models) -> Iterator[Example]:
    """The questions of packages' documentation, asked of the pages of their package with and without the section that answers."""
    for package, each in groupby(documentation(Use.EVIDENCE), key=lambda page: page.package):
        all_pages = list(each)
        prepared = [prepare(page.document, models.encoder) for page in all_pages]
        index = build([segment_of(f"{number:04d}", number, page) for number, page in enumerate(prepared)])
        assert index is not None
        for segment, page in enumerate(all_pages):
            vectors = models.encoder.encode_queries([question.text for question in page.questions])
            for question, vector in zip(page.questions, vectors, strict=True):
                query = Query.of(question.text, vector, language_among(question.text, index.languages))
                gold = (question.span,)
                yield replace(
                    _example("answerable", package, index, query, models, gold=gold, segment=segment),
                    origin=Origin.DOCUMENTATION,
                )
                left = [
                    row
                    for row, chunk in enumerate(index.chunks)
                    if index.chunk_segment[row] != segment or not question.span.overlaps(chunk.span)
                ]
                if left:
                    without = _example("missing", package, index, query, models, only=np.array(left, dtype=np.int64))
                    yield replace(without, origin=Origin.DOCUMENTATION)


def written_examples(models: Models, rng: np.random.Generator) -> Iterator[Example]:
    """The questions about written pages, each of its own page alone, some of them without the chunks that answer."""
    for page in written(Use.EVIDENCE):
        corpus = corpus_of_page(page, models.encoder)
        for each in asked([corpus.index], corpus.questions, (), models, len(corpus.questions), rng):
            yield replace(each, group=page.name, origin=Origin.WRITTEN)


def siblings(
    indexes: Sequence[Index],
    questions: Sequence[Labelled],
    models: Models,
    count: int,
    rng: np.random.Generator,
) -> Iterator[Example]:
    """Questions asked of another piece of their article, unless it happens to contain the words of the answer."""
    chosen = [questions[at] for at in rng.permutation(len(questions))[:count] if questions[at].gold]
    vectors = models.encoder.encode_queries([each.question.text for each in chosen])
    titles = [index.segments[0].article.title for index in indexes]
    for each, vector in zip(chosen, vectors, strict=True):
        own = indexes[each.segment].segments[0].text
        others = [at for at, title in enumerate(titles) if title == titles[each.segment] and at != each.segment]
        if not others:
            continue
        index = indexes[int(rng.choice(others))]
        text = index.segments[0].text.casefold()
        if not any(gold.of(own).casefold() in text for gold in each.gold):
            query = Query.of(each.question.text, vector, language_among(each.question.text, index.languages))
            yield _example("sibling", index.segments[0].article.title, index, query, models)


def small_talk(alone: Sequence[Index], whole: Index, models: Models, rng: np.random.Generator) -> Iterator[Example]:
    """Each small-talk question, asked of some pieces alone and of all articles together."""
    for text, vector in zip(SMALL_TALK, models.encoder.encode_queries(SMALL_TALK), strict=True):
        for index in [*(alone[at] for at in rng.permutation(len(alone))[:_SMALL_OF]), whole]:
            group = index.segments[0].article.title
            yield _example("small", group, index, Query.of(text, vector), models)


def _frequent(
    articles: Sequence[SquadArticle], models: Models, count: int, rng: np.random.Generator
) -> Iterator[Example]:
    """Questions about FAQ-style articles: half of them are headings, often with a few words dropped."""
    asked: list[tuple[Index, LabelledQuestion, tuple[Span, ...], bool]] = []
    for piece in (piece for article in articles for piece in _pieces(article)):
        headings: set[str] = set()
        parts = []
        for paragraph in piece.paragraphs:
            answered = [question for question in paragraph.questions if question.answers]
            if answered:
                heading = answered[int(rng.integers(len(answered)))]
                headings.add(heading.id)
                parts.append(f"## {heading.text}\n")
            parts.append(f"{paragraph.context}\n")
        document = load_markdown("\n".join(parts), source="faq.md", title=piece.title)
        index = index_of_one(document, models.encoder)
        asked += [
            (index, question, gold, question.id in headings) for question, gold in places_of(piece, document.text)
        ]
    for is_heading in (True, False):
        of_kind = [each for each in asked if each[3] is is_heading]
        for at in rng.permutation(len(of_kind))[: count // 2].tolist():
            index, question, gold, _ = of_kind[at]
            text = _shortened(question.text, rng) if is_heading else question.text
            query = _paraphrased(Query.of(text, models.encoder.encode_queries([text])[0]), rng)
            kind = "answerable" if gold else "adversarial"
            yield _example(kind, index.segments[0].article.title, index, query, models, gold=gold)


def _shortened(question: str, rng: np.random.Generator) -> str:
    """The question as somebody may recall it: in lower case, and with some words dropped."""
    kept = [word for word in question.rstrip("? ").split() if rng.random() < rng.choice([0.75, 1.0])]
    return " ".join(kept).lower() if kept else question


def _paraphrased(query: Query, rng: np.random.Generator) -> Query:
    """Replace some keywords of a quarter of the questions by terms that no article has.

    The authors of these questions saw the paragraph and used its words; somebody who asks a bot does not, and says "soldiers" for
    "troops". The vector stays that of the question, so the models learn how far to trust it when the words do not match.
    """
    if rng.random() < _LITERAL:
        return query
    unknown = rng.integers(0, 2**32, len(query.terms), dtype=np.uint32)
    said = np.where(rng.random(len(query.terms)) < rng.uniform(*_OTHER_WORDS), unknown, query.terms)
    other = dict(zip(query.terms.tolist(), said.tolist(), strict=True))
    pairs = np.array([[other[term] for term in pair] for pair in query.pairs.tolist()], dtype=np.uint32)
    return replace(query, terms=np.unique(said), pairs=pairs.reshape(-1, 2))


def _overlaps(index: Index, row: int, segment: int, question: Labelled) -> bool:
    span = index.chunks[row].span
    return index.chunk_segment[row] == segment and any(span.overlaps(gold) for gold in question.gold)


def _example(
    kind: str,
    group: str,
    index: Index,
    query: Query,
    models: Models,
    *,
    gold: Sequence[Span] = (),
    segment: int = 0,
    only: NDArray[np.int64] | None = None,
) -> Example:
    """``gold`` are the answer spans in the article numbered ``segment``; ``only`` limits the search to these chunks."""
    # `Findings.of` also leaves captions out and takes the shape of the asking part of a follow-up. The present weights were fitted without
    # either, which affects a few questions about our own articles; the next fit can use it.
    findings = Findings(index, query, shape_of(query.text), search(index, query, only=only))
    candidates = candidates_of(findings, models.reader, models.encoder.encode_queries)
    holds = [index.article_of(row) == segment and _within(index, row, gold) for row in candidates.rows.tolist()]
    return Example(kind, group, findings, candidates, np.array(holds, dtype=bool), models.reader)


def _within(index: Index, row: int, gold: Sequence[Span]) -> bool:
    span = index.sentences[row].span
    return any(span.start <= each.start and each.end <= span.end for each in gold)
