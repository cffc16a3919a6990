"""Answers of the real models: the right sentence first, exact quotes, and refusals."""

from collections.abc import Sequence
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path

import pytest

from embeddings.answer import to_json, to_text
from embeddings.answer.passages import LONGEST
from embeddings.encoders import load_encoder
from embeddings.errors import QuestionError, UnknownArticleError
from embeddings.evaluate import Case as Labelled
from embeddings.evaluate import evaluate, load_cases
from embeddings.evidence.reading import READ
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.questions.about_articles import is_overview, signed_of
from embeddings.readers import load_reader
from embeddings.store import Store
from embeddings.types import Answer, NotFound, Question
from tests.real_questions import REAL_ANSWERED, REFUSED, SAMPLE_ANSWERED, Case

REAL = Path(__file__).resolve().parents[2] / "shared" / "articles" / "000_1dbd51f3b86b072a.txt"


@pytest.fixture(scope="module")
def sample(store: Store) -> Library:
    library = Library(store, "sample", load_encoder(), load_reader())
    library.add(load(files("embeddings").joinpath("data/sample_article.md").read_bytes(), source="sample_article.md"))
    return library


@pytest.fixture(scope="module")
def real(store: Store) -> Library:
    if not REAL.is_file():
        pytest.skip("the real article is not at hand")
    library = Library(store, "real", load_encoder(), load_reader())
    library.add(load(REAL.read_bytes(), source=str(REAL)))
    return library


def missed(library: Library, cases: Sequence[Case]) -> set[str]:
    """The questions whose first excerpt contains none of the phrases."""
    found = set()
    for case in cases:
        reply = library.ask(case.question)
        if not (isinstance(reply, Answer) and any(phrase in reply.excerpts[0].quote for phrase in case.answers)):
            found.add(case.question)
    return found


def answered(library: Library, questions: Sequence[str]) -> set[str]:
    return {question for question in questions if isinstance(library.ask(question), Answer)}


# The rest is beyond any ranking by words and vectors: the answer shares no words with the question, or a sentence about something else has
# exactly its words. These are lower bounds, which may be raised.
RIGHT_OF_SAMPLE, RIGHT_OF_REAL, REFUSED_RIGHTLY = 30, 28, 24


def test_the_sample_article_is_answered_by_the_right_sentence_first(sample: Library) -> None:
    wrong = missed(sample, SAMPLE_ANSWERED)
    assert len(SAMPLE_ANSWERED) - len(wrong) >= RIGHT_OF_SAMPLE, wrong


def test_the_real_article_is_answered_by_the_right_sentence_first(real: Library) -> None:
    wrong = missed(real, REAL_ANSWERED)
    assert len(REAL_ANSWERED) - len(wrong) >= RIGHT_OF_REAL, wrong


@pytest.mark.parametrize("article", ["sample", "real"])
def test_what_an_article_does_not_hold_is_not_answered(article: str, request: pytest.FixtureRequest) -> None:
    library: Library = request.getfixturevalue(article)
    wrong = answered(library, REFUSED)
    assert len(REFUSED) - len(wrong) >= REFUSED_RIGHTLY, wrong
    assert not answered(library, ["What is the population of Syria?", "What does oil cost?", "How do I bake bread?"])


@pytest.mark.parametrize("topic", ["sanctions", "the Kremlin?", "what about Sputnik?", "2015", "northern Syria"])
def test_a_topic_that_the_article_names_is_answered_by_what_it_says_of_it(sample: Library, topic: str) -> None:
    reply = sample.ask(topic)
    assert isinstance(reply, Answer)
    assert topic.rsplit(maxsplit=1)[-1].strip("?").casefold() in reply.excerpts[0].quote.casefold()


@pytest.mark.parametrize(
    "question", ["What is this article about?", "what's this about", "tl;dr", "Could you summarise the report, please?"]
)
def test_what_an_article_is_about_its_opening_tells(sample: Library, question: str) -> None:
    reply = sample.ask(question)
    assert isinstance(reply, Answer)
    first, second = reply.excerpts
    assert "met on Monday at the Kremlin" in first.quote
    assert second.quote.startswith("Putin told his guest")
    assert not any(excerpt.highlights for excerpt in reply.excerpts)


@pytest.mark.parametrize(
    "question",
    ["What is the war about?", "what is the article about Ghana about", "overview of it all", "What is it about?"],
)
def test_what_only_sounds_like_that_is_asked_like_anything_else(question: str) -> None:
    assert not is_overview(question)


def test_of_several_articles_the_one_that_was_chosen_or_cited_last_is_introduced(store: Store) -> None:
    library = Library(store, "two", load_encoder(), load_reader())
    pool, bridge = (
        library.add(load(text.encode(), source=f"{name}.md")).article.id
        for name, text in (("pool", "# Pool\n\nThe pool is new.\n"), ("bridge", "# Bridge\n\nThe bridge is old.\n"))
    )
    question = "What is this article about?"
    assert isinstance(library.ask(question), NotFound)
    for chosen in (library.ask(question, article_ids=[bridge]), library.ask(question, lately=[bridge])):
        assert isinstance(chosen, Answer)
        assert [excerpt.quote for excerpt in chosen.excerpts] == ["The bridge is old."]
    again = library.ask(question, history=["Is the pool new?"], lately=[pool])
    assert isinstance(again, Answer)
    assert again.excerpts[0].quote == "The pool is new."


def test_captions_do_not_take_the_place_of_what_is_read(tmp_path: Path) -> None:
    captions = "\n\n".join(
        f"The pool opens at a pool, where the pool opens. (Photo by Ott {at})" for at in range(2 * READ)
    )
    with Store.open(tmp_path) as store:
        library = Library(store, "captions", load_encoder(), load_reader())
        library.add(
            load(f"# Pool\n\n{captions}\n\nEach morning its doors are opened at seven.\n".encode(), source="pool.md")
        )
        reply = library.ask("When is the pool opened?")
    assert isinstance(reply, Answer)
    assert reply.excerpts[0].quote == "Each morning its doors are opened at seven."


SIGNED = (
    "# Pool\n\nBy Mira Adler\n\n3 September 2019\n\nOBAN (Wire) — The pool is new. Paul Ott wrote a book about it.\n"
)


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("who wrote this?", "By Mira Adler"),
        ("Who is the author of the article?", "By Mira Adler"),
        ("author", "By Mira Adler"),
        ("When was this published?", "3 September 2019"),
        ("what's the date of this article", "3 September 2019"),
        ("how old is this report?", "3 September 2019"),
    ],
)
def test_who_wrote_an_article_and_when_its_own_lines_tell(tmp_path: Path, question: str, line: str) -> None:
    with Store.open(tmp_path) as store:
        library = Library(store, "signed", load_encoder(), load_reader())
        library.add(load(SIGNED.encode(), source="pool.md"))
        reply = library.ask(question, history=["Is the pool new?"])
    assert isinstance(reply, Answer)
    assert [excerpt.quote for excerpt in reply.excerpts] == [line]


@pytest.mark.parametrize(
    "question", ["who wrote the book?", "who wrote it?", "when was it published?", "who are the authors of the law?"]
)
def test_who_wrote_something_else_is_asked_like_anything_else(question: str) -> None:
    assert signed_of(question) is None


def test_an_opening_is_that_of_the_article_however_long_it_is_and_whatever_it_shares_with_the_question(
    store: Store,
) -> None:
    library = Library(store, "long", load_encoder(), load_reader())
    body = "\n\n".join(
        f"The article of day {day} is about wood, brass and glass, and the next one about stone." for day in range(400)
    )
    library.add(load(f"# Journal\n\nRain fell.\n\n{body}\n".encode(), source="long.md"))
    reply = library.ask("What is this article about?")
    assert isinstance(reply, Answer)
    assert reply.excerpts[0].quote == "Rain fell."
    library.add(load(b"# Pool\n\nThe pool is new.\n", source="pool.md"))
    again = library.ask("What is this article about?")
    assert not isinstance(again, Answer) or again.excerpts[0].quote != "Rain fell."


def test_what_it_is_about_after_another_question_asks_of_that_and_not_of_the_article(sample: Library) -> None:
    reply = sample.ask("What is it about?", history=["Which vaccines does Russia deliver to Syria?"])
    assert "vaccines" in reply.interpreted_question


def test_a_summary_in_another_article_takes_nothing_from_the_one_that_was_chosen(store: Store) -> None:
    library = Library(store, "chosen", load_encoder(), load_reader())
    pool = library.add(load(b"# Pool\n\nThe pool is new.\n", source="pool.md")).article.id
    library.add(load(b"# Works\n\nA summary of the works is at the desk.\n", source="works.md"))
    reply = library.ask("summary", article_ids=[pool])
    assert isinstance(reply, Answer)
    assert reply.excerpts[0].quote == "The pool is new."


def test_a_summary_that_an_article_has_is_looked_up_as_any_topic(store: Store) -> None:
    library = Library(store, "summary", load_encoder(), load_reader())
    library.add(load(b"# Pool\n\nIt was built in 1987.\n\n## Summary\n\nThe pool is the oldest here.\n", source="a.md"))
    reply = library.ask("summary")
    assert isinstance(reply, Answer)
    assert reply.excerpts[0].quote == "The pool is the oldest here."


@pytest.mark.parametrize("topic", ["parking", "the opera", "1987", "thanks", "hello"])
def test_a_topic_that_the_article_does_not_name_is_not_answered(sample: Library, topic: str) -> None:
    assert isinstance(sample.ask(topic), NotFound)


def test_every_quote_is_exact_whole_and_short(sample: Library) -> None:
    """For every labelled question, each quote equals the text at its span, consists of whole sentences, and repeats nothing."""
    with as_file(files("embeddings").joinpath("data/sample_eval.jsonl")) as path:
        cases = load_cases(path)
    article = sample.articles()[0]
    stored = sample.show(article.id)
    sentences = [chunk.span for chunk in stored.chunks]
    seen = 0
    for case in cases:
        reply = sample.ask(case.question, history=case.history)
        if not isinstance(reply, Answer):
            assert isinstance(reply, NotFound)
            assert "[1]" not in to_text(reply)
            continue
        spans = [excerpt.citation.span for excerpt in reply.excerpts]
        assert 1 <= len(spans) <= 3
        assert [excerpt.number for excerpt in reply.excerpts] == list(range(1, len(spans) + 1))
        for excerpt in reply.excerpts:
            seen += 1
            span = excerpt.citation.span
            assert stored.text[span.start : span.end] == excerpt.quote
            assert excerpt.citation.version == article.version
            assert excerpt.quote[0].isupper() or excerpt.quote[0] in "\"“'("
            assert excerpt.quote[-1] in ".!?\"”')"
            assert len(excerpt.quote) <= LONGEST
            assert any(chunk.start <= span.start < chunk.end for chunk in sentences)
            assert all(span.start <= mark.start < mark.end <= span.end for mark in excerpt.highlights)
            assert "".join(words for words, _ in excerpt.marked()) == excerpt.quote
        assert all(one.end <= other.start or other.end <= one.start for one, other in pairwise(spans))
    assert seen > 20


def test_a_follow_up_is_rather_answered_from_the_article_that_the_last_answer_cited(store: Store) -> None:
    library = Library(store, "two baths", load_encoder(), load_reader())
    north, south = (
        library.add(load(text.encode(), source=f"{name}.md")).article.id
        for name, text in {
            "north": "# The northern bath\n\nThe bath opens at seven. It was built in 1931 by Ada Marsh.",
            "south": "# The southern bath\n\nThe bath opens at nine. It was built in 1987 by Mira Okafor.",
        }.items()
    )
    for named, other in ((north, south), (south, north)):
        first = library.ask("When does the bath open?", article_ids=[named])
        follow_up = library.ask("and who built it?", history=["When does the bath open?"], lately=[named])
        for reply in (first, follow_up):
            assert isinstance(reply, Answer)
            assert {each.citation.article_id for each in reply.excerpts} == {named}
        # A question that does not depend on the previous one searches all articles.
        alone = library.ask("Who built the southern bath?", history=["When does the bath open?"], lately=[other])
        assert isinstance(alone, Answer)
        assert alone.excerpts[0].citation.article_id == south


BATH = """# The bath

The bath opens at seven. On Sundays it opens at ten. It was built in 1931 by Ada Marsh. In 2019 the roof was mended.
"""
PARKING = "# Getting here\n\nCars may be parked behind the school. Parking costs two crowns an hour.\n"


@pytest.mark.parametrize(
    ("question", "answer", "understood"),
    [
        ("and on Sundays?", "at ten", "When does the bath open on Sundays?"),
        ("and who built it?", "Ada Marsh", "When does the bath open? and who built it?"),
        ("what about parking?", "Cars may be parked", "what about parking?"),
        ("And in 2019?", "the roof was mended", "And in 2019?"),
        ("How much does it cost to park there?", "two crowns", "How much does it cost to park there?"),
    ],
)
def test_a_follow_up_is_not_answered_by_what_answered_the_question_before(
    store: Store, question: str, answer: str, understood: str
) -> None:
    library = Library(store, "bath", load_encoder(), load_reader())
    for source, text in {"bath.md": BATH, "parking.md": PARKING}.items():
        library.add(load(text.encode(), source=source))
    reply = library.ask(question, history=["When does the bath open?"])
    assert isinstance(reply, Answer)
    assert answer in reply.excerpts[0].quote
    assert reply.interpreted_question == understood


BOARD = """# The board

The treasurer keeps the money and signs, with the secretary, what is paid. The secretary keeps the minutes.
"""


def test_what_only_names_a_thing_is_asked_what_was_asked_of_another(store: Store) -> None:
    library = Library(store, "board", load_encoder(), load_reader())
    library.add(load(BOARD.encode(), source="board.md"))
    reply = library.ask("and the secretary?", history=["What does the treasurer do?"])
    assert isinstance(reply, Answer)
    assert reply.excerpts[0].quote.endswith("The secretary keeps the minutes.")
    assert reply.interpreted_question == "What does the secretary do?"


SETTINGS = """# Settings

To log in with a Microsoft account, set `auth` to `microsoft`. To hide errors, set `hideErrors` to `true`. To keep the bot out of the
lobby, set `spawn` to `field`.
"""


def test_what_its_own_clause_says_keeps_no_question_from_leaning_on_another(store: Store) -> None:
    library = Library(store, "settings", load_encoder(), load_reader())
    library.add(load(SETTINGS.encode(), source="settings.md"))
    for before, setting in {"How do I hide errors?": "hideErrors", "How do I log in with Microsoft?": "auth"}.items():
        reply = library.ask("Which setting do I need for that?", history=[before])
        assert isinstance(reply, Answer)
        assert setting in reply.excerpts[0].quote
        assert reply.interpreted_question == f"{before} Which setting do I need for that?"


def test_the_words_that_answer_are_highlighted(sample: Library) -> None:
    reply = sample.ask("How many American troops remain in Syria?")
    assert isinstance(reply, Answer)
    assert any("900" in words for words, marked in reply.excerpts[0].marked() if marked)


def test_passages_fall_in_score_and_the_first_holds_the_first_excerpt(sample: Library) -> None:
    for case in SAMPLE_ANSWERED:
        reply = sample.ask(case.question)
        if isinstance(reply, Answer):
            scores = [hit.score for hit in reply.passages]
            assert scores == sorted(scores, reverse=True)
            assert all(0 <= score <= 1 for score in scores)
            first, excerpt = reply.passages[0].span, reply.excerpts[0].citation.span
            assert first.start < excerpt.end
            assert excerpt.start < first.end


def test_the_sample_set_is_measured(sample: Library) -> None:
    with as_file(files("embeddings").joinpath("data/sample_eval.jsonl")) as path:
        report = evaluate(sample, load_cases(path))
    measures = report.measures
    assert measures["exact quotes"] == 1.0
    assert (measures["passage hit@5"] or 0) >= 0.95
    assert (measures["first excerpt holds the answer"] or 0) >= 0.85
    assert (measures["abstention AUROC"] or 0) >= 0.75
    assert all(each.got for each in report.failures())


def test_measures_are_what_they_say(sample: Library) -> None:
    article = sample.articles()[0]
    cases = [
        Labelled("right", "How many American troops remain in Syria?", ("900",)),
        Labelled("wrong", "How many American troops remain in Syria?", ("no such words",)),
        Labelled("refused", "How do I bake rye bread?", ()),
    ]
    measures = evaluate(sample, cases).measures
    assert measures["first excerpt holds the answer"] == 0.5
    assert measures["unanswerable refused"] == 1.0
    assert measures["abstention AUROC"] == 1.0
    assert measures["passage hit@1"] == 0.5
    assert article.chunks == len(sample.show(article.id).chunks)


def test_the_same_question_has_the_same_answer(sample: Library) -> None:
    first, second = (to_json(sample.ask("Why has the dialogue stalled?")) for _ in range(2))
    first.pop("timings_ms")
    second.pop("timings_ms")
    assert first == second


def test_json_is_as_the_contract_has_it(sample: Library) -> None:
    document = to_json(sample.ask("How many American troops remain in Syria?", top_k=3))
    assert list(document) == [
        "question",
        "status",
        "confidence",
        "excerpts",
        "passages",
        "nearest",
        "interpreted_question",
        "timings_ms",
    ]
    fields = "number article_id title source url version start end quote highlights heading paragraph page score"
    excerpts, passages = document["excerpts"], document["passages"]
    assert isinstance(excerpts, list)
    assert isinstance(passages, list)
    assert list(excerpts[0]) == fields.split()
    assert len(passages) == 3


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param(" ", "empty", id="one space"),
        pytest.param("?!… 👍", "no words", id="only punctuation"),
        pytest.param("why?" * 2500, "10,000 characters", id="10,000 characters"),
        pytest.param("\u200b\ufeff", "empty", id="invisible"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_sentence(sample: Library, question: str, said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        sample.ask(question + " " * 10)


@pytest.mark.parametrize(
    "question",
    [
        "the of and?",
        "¿Cuántos habitantes tiene Siria?",
        "叙利亚有多少人口?",
        "'; DROP TABLE articles; --",
        "%s %n {0}",
        "AND OR NOT *",
    ],
)
def test_odd_questions_are_answered_or_refused(sample: Library, question: str) -> None:
    assert sample.ask(question).status in ("answered", "not_found")


def test_many_questions_at_once_are_answered_as_one_by_one(sample: Library) -> None:
    texts = ["Where did Putin and Assad meet?", " ", "Which vaccines were delivered?", "How do I bake rye bread?"]
    together = sample.ask_many([Question(text) for text in texts])
    assert isinstance(together[1], QuestionError)
    for text, reply in zip(texts, together, strict=True):
        if not isinstance(reply, QuestionError):
            alone = sample.ask(text)
            assert getattr(reply, "excerpts", ()) == getattr(alone, "excerpts", ())


def test_only_the_articles_that_were_named_are_asked(sample: Library) -> None:
    other = sample.add(load(b"# Oak\n\nAn oak is a tree. Its fruit is the acorn.", source="oak.md")).article
    try:
        reply = sample.ask("How many American troops remain in Syria?", article_ids=[other.id])
        assert {hit.article_id for hit in getattr(reply, "passages", ())} <= {other.id}
        assert not isinstance(reply, Answer)
        with pytest.raises(UnknownArticleError):
            sample.ask("Who?", article_ids=["none"])
    finally:
        sample.remove([other.id])


def test_an_excerpt_is_opened_among_its_paragraphs(sample: Library) -> None:
    reply = sample.ask("How many American troops remain in Syria?")
    assert isinstance(reply, Answer)
    context = sample.context(reply.excerpts[0].citation)
    assert context.excerpt.of(context.text) == reply.excerpts[0].quote
    assert not context.changed
    assert 1 <= context.text.count("\n\n") <= 2
    assert len(context.text) > len(reply.excerpts[0].quote)


def test_what_points_to_another_article_is_not_quoted_as_an_answer(store: Store) -> None:
    library = Library(store, "teasers", load_encoder(), load_reader())
    page = (
        "<h1>Harbour pool</h1><p>The harbour pool has three lanes.</p><p>READ MORE: Harbour pool to be sold in 2031</p>"
    )
    library.add(load(page.encode(), source="pool.html"))
    for question in ("When is the harbour pool to be sold?", "In what year will the harbour pool be sold?"):
        reply = library.ask(question)
        assert not (isinstance(reply, Answer) and any("2031" in each.quote for each in reply.excerpts))
