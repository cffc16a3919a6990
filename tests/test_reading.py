"""The reader's scores for the sentences of the best chunks, and their effect."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from embeddings.answer.excerpts import choose
from embeddings.answer.highlights import highlights
from embeddings.evidence import Evidence, weigh
from embeddings.evidence.findings import Findings
from embeddings.evidence.grounds import Grounds
from embeddings.evidence.reading import CHARACTERS, READ, WORTH_READING, read, read_closely, said_in
from embeddings.loaders.markdown import load_markdown
from embeddings.loaders.plain import load_plain
from embeddings.protocols import Reader, Reading
from embeddings.questions.shapes import Shape
from embeddings.search import Query, search
from embeddings.search.index import Index
from embeddings.types import Document, Span
from tests.fakes import BagEncoder
from tests.indexes import found_in, index_of_one

QUESTION = "When does the pool open?"
TEXT = "The pool is open to members of the club. Doors are unlocked at seven. The pool has a slide."


class Finder:
    """A reader that finds given words as the answer."""

    sha256 = "0" * 64

    def __init__(self, words: str) -> None:
        self._words = words
        self.asked: list[str] = []

    def understands(self, _: str, __: str, /) -> bool:
        return True

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        self.asked.extend(passages)
        return [self._reading(passage) for passage in passages]

    def _reading(self, passage: str) -> Reading:
        starts = [at for at in range(len(passage)) if at == 0 or not passage[at - 1].isalnum()]
        offsets = np.array(
            [(at, at + len(passage[at:].split(" ", maxsplit=1)[0].rstrip("."))) for at in starts], dtype=np.int64
        )
        first = passage.find(self._words)
        here = offsets[:, 0] == first if first >= 0 else np.zeros(len(offsets), dtype=bool)
        there = offsets[:, 1] == first + len(self._words) if first >= 0 else here
        return Reading(
            6.0 if first >= 0 else -6.0,
            np.where(here, 8.0, -8.0).astype(np.float32),
            np.where(there, 8.0, -8.0).astype(np.float32),
            offsets,
        )


class Judge:
    """A reader that tells which passages answer, but not where."""

    sha256 = "1" * 64

    def understands(self, _: str, __: str, /) -> bool:
        return True

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        none = np.empty(0, dtype=np.float32)
        return [Reading(float("seven" in each), none, none, np.empty((0, 2), dtype=np.int64)) for each in passages]


def index_of(text: str, load: Callable[..., Document] = load_plain) -> Index:
    return index_of_one(load(text, source="pool.txt", title="Pool"), BagEncoder())


def query_of(question: str) -> Query:
    return Query.of(question, BagEncoder().encode_queries([question])[0])


def weighed(findings: Findings, reader: Reader) -> Evidence:
    return weigh(findings, reader, Grounds.READING, BagEncoder().encode_queries)


def test_what_was_read_belongs_to_the_sentence_that_holds_it() -> None:
    index, query = index_of(TEXT), query_of(QUESTION)
    ranking = search(index, query)
    said = said_in(index, read(index, query, ranking, Finder("at seven")), range(len(index.sentences)))
    assert [each.span > 0 for each in said] == [False, True, False]
    assert said[1].words is not None
    assert said[1].words.of(index.segments[0].text) == "at seven"
    assert all(each.answers == pytest.approx(6.0) for each in said)


def test_the_sentence_that_was_read_comes_first_and_its_words_are_highlighted() -> None:
    index = index_of(TEXT)
    findings = found_in(index, QUESTION)
    evidence = weighed(findings, Finder("at seven"))
    assert index.sentence_text(int(evidence.sentences[0])) == "Doors are unlocked at seven."
    passage = choose(findings, evidence)[0]
    (marked,) = highlights(findings, passage, evidence.words)
    assert marked.of(index.segments[0].text) == "at seven"


def test_only_what_search_ranks_near_the_best_is_read() -> None:
    index, query = (
        index_of(TEXT + "\n\n" + "The pond is green. " * 30 + "\n\n" + "Ducks walk. " * 40),
        query_of(QUESTION),
    )
    ranking = search(index, query)
    rows = read(index, query, ranking, Finder("at seven"))
    score_of = dict(zip(ranking.rows.tolist(), ranking.fused_score.tolist(), strict=True))
    worth = {row for row, score in score_of.items() if score >= WORTH_READING * max(score_of.values())}
    assert set(rows) == worth
    assert len(worth) < len(index.chunks)


def test_the_best_chunk_is_read_however_long_it_is() -> None:
    index, query = index_of("The doors are at " + "x" * 2 * CHARACTERS + " at seven."), query_of(QUESTION)
    assert read(index, query, search(index, query), Finder("at seven"))


def test_confidence_falls_when_the_reader_finds_nothing() -> None:
    findings = found_in(index_of(TEXT), QUESTION)
    sure, unsure = (weighed(findings, Finder(words)).confidence for words in ("at seven", "at nine"))
    assert unsure < sure


def test_how_something_is_done_speaks_against_how_it_is_undone() -> None:
    index = index_of("Get the app from its page. It is small.")

    def confidence(question: str) -> float:
        return weighed(found_in(index, question), Finder("its page")).confidence

    assert confidence("how do i uninstall the app") < confidence("how do i download the app")


class Hasty(Finder):
    """A reader that finds its words in a whole passage, but not at the second reading."""

    def _reading(self, passage: str) -> Reading:
        return super()._reading(passage if "It is long" in passage else passage.replace(self._words, "then"))


def test_a_sentence_is_read_closely_between_the_ones_around_it() -> None:
    index, query, finder = index_of(f"{TEXT} It is long."), query_of(QUESTION), Finder("at seven")
    said = read_closely(index, query, 1, finder)
    assert finder.asked == [f"Pool. {TEXT}"]
    assert said.span > 0
    assert said.words is not None
    assert said.words.of(index.segments[0].text) == "at seven"
    read_closely(index, query, 3, finder)
    assert finder.asked[1:] == ["Pool. The pool has a slide. It is long."]


def test_confidence_falls_when_a_second_look_finds_nothing() -> None:
    findings = found_in(index_of(f"{TEXT} It is long."), QUESTION)
    steady, hasty = weighed(findings, Finder("at seven")), weighed(findings, Hasty("at seven"))
    assert hasty.sentences[0] == steady.sentences[0]
    assert hasty.confidence < steady.confidence


def test_no_more_is_read_than_there_is_time_for() -> None:
    long = index_of(
        "\n\n".join(f"The pool {'extraordinarily ' * 9}opens on {number}. " * 20 for number in range(3 * READ))
    )
    query, finder = query_of(QUESTION), Finder("seven")
    read(long, query, search(long, query), finder)
    assert 1 < len(finder.asked) < READ
    assert sum(map(len, finder.asked)) <= CHARACTERS


def test_of_short_chunks_more_are_read() -> None:
    rules = "\n\n".join(f"# Rule {number}\n\nThe pool opens at {number}." for number in range(3 * READ))
    short = index_of(rules, load_markdown)
    query, finder = query_of(QUESTION), Finder("seven")
    read(short, query, search(short, query), finder)
    assert len(finder.asked) == READ


def test_a_reader_without_spans_speaks_for_every_sentence_of_a_passage() -> None:
    index, query = index_of(TEXT), query_of(QUESTION)
    said = said_in(index, read(index, query, search(index, query), Judge()), range(3))
    assert [(each.span, each.answers, each.words) for each in said] == [(1.0, 1.0, None)] * 3


def test_an_answer_does_not_reach_into_the_next_sentence() -> None:
    index, query = index_of(TEXT), query_of(QUESTION)
    said = said_in(index, read(index, query, search(index, query), Finder("seven. The")), range(3))
    for sentence, each in zip(index.sentences, said, strict=True):
        words = each.words or Span(sentence.span.start, sentence.span.end)
        assert sentence.span.start <= words.start < words.end <= sentence.span.end


def is_read(findings: Findings, words: str, shape: Shape) -> bool:
    """Whether the reader's find counts for a question; it does not if the odds of an answer are far better with ``shape`` instead of its own."""
    own, other = (weighed(each, Finder(words)).confidence for each in (findings, replace(findings, shape=shape)))
    return own / (1 - own) > other / (1 - other) / 2


@pytest.mark.parametrize(("words", "expected"), [("rather long", False), ("three days", True)])
def test_what_says_no_amount_is_not_read_as_one(words: str, expected: bool) -> None:
    findings = found_in(index_of(f"A ban may last {words}."), "How long does a ban last?")
    assert is_read(findings, words, replace(findings.shape, is_amount=False)) is expected


@pytest.mark.parametrize(("word", "expected"), [("abandoned", False), ("Tabby", True)])
def test_what_has_no_capital_is_not_read_as_a_name(word: str, expected: bool) -> None:
    text = f"The cat of the town is old. They took in the {word} cat."
    findings = found_in(index_of(text), "What was the cat's name?")
    assert is_read(findings, word, replace(findings.shape, is_name=False)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The town is old. Some 900 soldiers remain there.", False, id="soldiers are no population"),
        pytest.param("The town is old. Some 900 people live there.", True, id="those who live there"),
        pytest.param("Its population is small. It was 900 in May.", True, id="what the sentence before counts"),
    ],
)
def test_a_number_of_something_else_is_not_read_as_what_is_asked_for(text: str, expected: bool) -> None:
    findings = found_in(index_of(text), "What is the population of the town?")
    assert is_read(findings, "900", replace(findings.shape, words=frozenset())) is expected


@pytest.mark.parametrize(("people", "expected"), [("French", False), ("American", True)])
def test_what_another_people_has_is_not_read_as_the_number_asked_for(people: str, expected: bool) -> None:
    text = "The town is old. Some 900 American troops remain there."
    findings = found_in(index_of(text), f"How many {people} troops remain there?")
    assert is_read(findings, "900", replace(findings.shape, asked=())) is expected
