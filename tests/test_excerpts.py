"""What is quoted around the sentence that answers, and headings as evidence for the sentences below them."""

from pathlib import Path

import numpy as np
import pytest

from embeddings.answer.excerpts import choose
from embeddings.answer.highlights import highlights
from embeddings.answer.passages import Passage, span_of
from embeddings.encoders import load_encoder
from embeddings.evidence import Evidence
from embeddings.evidence.features import SENTENCE_FEATURES, candidates_of, repeated
from embeddings.evidence.headings import headed
from embeddings.library import Library
from embeddings.loaders.markdown import load_markdown
from embeddings.readers import load_reader
from embeddings.search.index import Index
from embeddings.store import Store
from embeddings.types import Answer, Span
from tests.fakes import BagEncoder
from tests.indexes import found_in, index_of_one

FAQ = """# The pool

## How do I get a ticket?

Write to the office. It answers within a day.

## When is it open?

From May to September. In July it closes late.

## What do I need?

To swim here you need:

- a towel
- a cap of any colour

Bring a friend if you like.

## What about dogs?

They must stay outside.
"""


def index_of(markdown: str) -> Index:
    return index_of_one(load_markdown(markdown, source="faq.md"), BagEncoder())


def features_of(index: Index, question: str) -> dict[str, dict[str, float]]:
    """The features of each sentence by name."""
    candidates = candidates_of(found_in(index, question), None, BagEncoder().encode_queries)
    return {
        index.sentence_text(row): dict(zip(SENTENCE_FEATURES, each.tolist(), strict=True))
        for row, each in zip(candidates.rows.tolist(), candidates.features, strict=True)
    }


def test_a_heading_that_is_the_question_speaks_for_what_is_below_it() -> None:
    found = features_of(index_of(FAQ), "how can I get a ticket")
    assert found["Write to the office."]["heading"] == 1.0
    assert found["Write to the office."]["leads"] == 1.0
    assert found["In July it closes late."]["heading"] == 0.0


def test_only_the_first_sentences_below_a_heading_lead() -> None:
    longer = FAQ.replace("It answers within a day.", "It answers within a day. It is small. It is old.")
    found = features_of(index_of(longer), "how can I get a ticket")
    assert [found[each]["leads"] for each in ("It answers within a day.", "It is small.", "It is old.")] == [1, 0, 0]


def row_of(index: Index, sentence: str) -> int:
    return next(at for at in range(len(index.sentences)) if index.sentence_text(at) == sentence)


def quoted(index: Index, sentence: str, others: float = 0.0, question: str = "what?") -> str:
    """The first quote if this sentence has probability .9 and all others have ``others``."""
    row = row_of(index, sentence)
    rows = [row, *(each for each in range(len(index.sentences)) if each != row and others)]
    findings = found_in(index, question)
    above = headed(index, findings.query, np.array(rows), BagEncoder().encode_queries)
    evidence = Evidence(np.array(rows), np.array([0.9, *[others] * (len(rows) - 1)]), 0.9, 0.5, {}, above)
    passage, *_ = choose(findings, evidence)
    return span_of(index, passage).of(index.segments[0].text)


def test_a_label_that_only_repeats_the_question_is_no_answer_but_a_heading_with_what_is_below_it_may_be_one() -> None:
    index = index_of("# Bread\n\nSourdough starter\n\nFeed it daily.\n\n## Starter 2\n\nUse rye.\n")
    findings = found_in(index, "how do I make sourdough starter 2?")
    rows = [row_of(index, each) for each in ("Sourdough starter", "Feed it daily.", "Starter 2")]
    assert repeated(findings, np.array(rows)).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        pytest.param(
            "To swim here you need:",
            "To swim here you need:\n\n- a towel\n- a cap of any colour",
            id="what a colon announces comes along, as far as the list goes",
        ),
        pytest.param("It answers within a day.", "Write to the office. It answers within a day.", id="whom it means"),
        pytest.param("They must stay outside.", "They must stay outside.", id="nothing of another heading"),
        pytest.param("From May to September.", "From May to September.", id="a sentence that stands alone"),
    ],
)
def test_what_a_sentence_needs_to_be_understood_is_quoted_with_it(sentence: str, quote: str) -> None:
    assert quoted(index_of(FAQ), sentence) == quote


def test_a_pronoun_brings_the_line_before_though_it_is_another_paragraph() -> None:
    index = index_of("# Hours\n\nThe pool opens at seven.\n\nIt closes at nine.\n")
    assert quoted(index, "It closes at nine.") == "The pool opens at seven.\n\nIt closes at nine."


def test_a_quotation_from_its_beginning_brings_nothing_of_another_paragraph() -> None:
    index = index_of("# Hours\n\nThe pool opens at seven.\n\n“It is cold then,” said Ott. “It steams.”\n")
    assert quoted(index, "“It is cold then,” said Ott.") == "“It is cold then,” said Ott."
    assert quoted(index, "“It steams.”").startswith("“It is cold then,”")


def test_what_is_announced_comes_along_where_it_is_set_out() -> None:
    index = index_of("# Tool\n\nRun the commands below.\n\n```\ntool\n```\n\nRead the notes below.\n\nThey are long.\n")
    assert quoted(index, "Run the commands below.") == "Run the commands below.\n\ntool"
    assert quoted(index, "Read the notes below.") == "Read the notes below."


def test_what_goes_on_with_a_thought_brings_the_line_before_of_its_own_paragraph_alone() -> None:
    index = index_of("# Hours\n\nIt is old. Another one is new.\n\nAnother issue is the water.\n")
    assert quoted(index, "Another one is new.") == "It is old. Another one is new."
    assert quoted(index, "Another issue is the water.") == "Another issue is the water."


WHY = "# Hours\n\nDoors closed in March. Frost broke the pipes. Nobody came.\n\nDoors opened late because of rain. All was wet.\n"


@pytest.mark.parametrize(
    ("question", "sentence", "quote"),
    [
        pytest.param(
            "why?", "Doors closed in March.", "Doors closed in March. Frost broke the pipes.", id="the next one tells"
        ),
        pytest.param("why?", "Nobody came.", "Nobody came.", id="there is no next one in the paragraph"),
        pytest.param(
            "why?", "Doors opened late because of rain.", "Doors opened late because of rain.", id="it says why"
        ),
        pytest.param("when?", "Doors closed in March.", "Doors closed in March.", id="no reason is asked for"),
    ],
)
def test_where_a_sentence_says_no_reason_the_next_one_comes_along(question: str, sentence: str, quote: str) -> None:
    assert quoted(index_of(WHY), sentence, question=question) == quote


PRICES = """# The pool

## Lending

| Thing | Price | Where |
|---|---|---|
| Cap | 2 | desk |
| Towel | 3 | desk |

## What must I know?

- Dogs stay outside.
- Cats may swim.
- Ducks pay half.

Mo said: "All are welcome."

“The water is warm. And it is clean,” said Ott.
"""


def test_an_item_is_quoted_alone_where_the_others_answer_less() -> None:
    index = index_of(PRICES)
    assert quoted(index, "Cats may swim.", others=0.3) == "Cats may swim."
    assert quoted(index, "Cap | 2 | desk", others=0.3) == "Cap | 2 | desk"
    assert quoted(index, "Cats may swim.", others=0.6).startswith("Dogs stay outside.")


def test_what_is_listed_below_the_heading_that_is_asked_is_quoted_whole() -> None:
    index = index_of(PRICES)
    whole = "Dogs stay outside.\n- Cats may swim.\n- Ducks pay half."
    assert quoted(index, "Cats may swim.", others=0.01, question="what must i know?") == whole
    assert quoted(index, "Cap | 2 | desk", others=0.01, question="lending") == "Cap | 2 | desk\nTowel | 3 | desk"
    assert (
        quoted(index, "Cap | 2 | desk", others=0.01, question="lending of caps and towels at the pool")
        == "Cap | 2 | desk"
    )


def test_the_end_of_a_speech_brings_its_beginning() -> None:
    index = index_of(PRICES)
    assert quoted(index, "And it is clean,” said Ott.") == "“The water is warm. And it is clean,” said Ott."


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        pytest.param("what is the price of a cap", ["2"], id="the column that is asked for"),
        pytest.param("which things are at the desk", ["Cap"], id="not the cell that the question has itself"),
        pytest.param("a cap please", ["Cap | 2"], id="what was read, where no column is asked for"),
    ],
)
def test_of_a_table_row_the_cell_that_is_asked_for_is_marked(question: str, marked: list[str]) -> None:
    assert marks_of(index_of(PRICES), "Cap | 2 | desk", "Cap | 2", question) == marked


def marks_of(index: Index, sentence: str, read: str, question: str) -> list[str]:
    """The highlights in a sentence in which the reader found the words ``read``."""
    row = row_of(index, sentence)
    text = index.segments[0].text
    start = text.index(read, index.sentences[row].span.start)
    passage = Passage(row, row, row, 0.9)
    found = highlights(found_in(index, question), passage, {row: Span(start, start + len(read))})
    return [span.of(text) for span in found]


@pytest.mark.parametrize(
    ("read", "marked"),
    [
        ("to office@pool", "to office@pool.example"),
        ("office", "office@pool.example"),
        ("ten days", "ten days"),
        ("in time (ten", "in time (ten"),
        ("in time (ten days", "in time (ten days)"),
    ],
)
def test_marked_words_end_where_the_last_one_does(read: str, marked: str) -> None:
    sentence = "Write to office@pool.example in time (ten days) please."
    assert marks_of(index_of(f"# Pool\n\n{sentence}\n"), sentence, read, "how?") == [marked]


@pytest.mark.parametrize(
    ("read", "marked"),
    [
        ("lock file", "Cargo.lock file"),
        ("clear", "/clear"),
        ("help-me", "#help-me"),
        ("1000", "300*1000"),
        ("40", "$40"),
        ("hood", "sister-hood"),
        ("seven", "seven"),
        ("see", "see"),
    ],
)
def test_marked_words_begin_where_the_first_one_does(read: str, marked: str) -> None:
    sentence = "In #help-me say /clear (see Cargo.lock file) with 300*1000 for $40 to the sister-hood at seven."
    assert marks_of(index_of(f"# Pool\n\n{sentence}\n"), sentence, read, "how?") == [marked]


@pytest.mark.parametrize(
    ("question", "read", "marked"),
    [
        ("Who opened the pool?", "Marsh", "Ada Marsh"),
        ("When did it open?", "May", "9 May 1931"),
        pytest.param("When did it open?", "Marsh", "9 May 1931", id="not a name where a time is asked for"),
        pytest.param("Who opened the pool?", "the pool", "the pool", id="not what is no name"),
    ],
)
def test_a_part_of_a_name_or_a_date_that_was_read_is_marked_as_a_whole(question: str, read: str, marked: str) -> None:
    sentence = "On 9 May 1931 the pool, 3.5 metres deep, was opened by Ada Marsh."
    assert marks_of(index_of(f"# Pool\n\n{sentence}\n"), sentence, read, question) == [marked]


def test_marked_words_do_not_run_into_the_next_sentence() -> None:
    sentence = "The pool opens at nine."
    assert marks_of(index_of(f"# Pool\n\n{sentence}Then it is full.\n"), sentence, "at nine", "when?") == ["at nine"]


@pytest.mark.parametrize(
    ("sentence", "marked"),
    [
        pytest.param(
            f"Well, {'that is so ' * 20}",
            f"Well, {'that is so ' * 13}that is so",
            id="a comma at the beginning is no end",
        ),
        pytest.param(
            f"From 1990–2000 {'it was so ' * 9}, {'and then ' * 20}",
            f"From 1990–2000 {'it was so ' * 9}".strip(),
            id="nor is a dash in a number",
        ),
    ],
)
def test_a_long_clause_is_marked_to_the_end_of_a_part(sentence: str, marked: str) -> None:
    index = index_of(f"# Pool\n\n{sentence.strip()}.\n")
    (mark,) = highlights(found_in(index, "what?"), Passage(0, 0, 0, 0.9), {})
    assert mark.of(index.segments[0].text).strip() == marked


def test_code_is_quoted_with_what_says_what_it_is_for() -> None:
    index = index_of("# Tool\n\nTo see all of them:\n\n```\ntool --list\n```\n\nRun it often.\n\n```\ntool\n```\n")
    assert quoted(index, "tool --list") == "To see all of them:\n\ntool --list"
    assert quoted(index, "tool") == "Run it often.\n\ntool"


def test_how_something_is_done_is_quoted_with_the_code_that_shows_it() -> None:
    index = index_of(
        "# Tool\n\nThe tool lists all of them. It takes a path.\n\n```\ntool --list path\n```\n\n## Name\n\nIt is old.\n"
    )
    shown = "It takes a path.\n\ntool --list path"
    assert quoted(index, "It takes a path.", question="how do i give the path").endswith(shown)
    assert not quoted(index, "It takes a path.", question="what does it take").endswith(shown)
    assert "tool --list" not in quoted(index, "The tool lists all of them.", question="how are all listed")


def test_a_heading_says_of_code_how_and_not_what() -> None:
    index = index_of("# Tool\n\n## tool rehash\n\n```\ntool rehash\n```\n")
    assert features_of(index, "how do i rehash the tool")["tool rehash"]["heading"] == 1.0
    assert features_of(index, "what does tool rehash do")["tool rehash"]["heading"] == 0.0


def test_a_question_that_joins_an_excerpt_brings_its_answer() -> None:
    index = index_of("# Talk\n\nMany came this week. What is so new there?\n\nA new slide is.\n")
    assert (
        quoted(index, "Many came this week.", others=0.3)
        == "Many came this week. What is so new there?\n\nA new slide is."
    )


@pytest.mark.parametrize(
    ("announces", "below", "quote"),
    [
        pytest.param(
            "It is accepted if either", "- all agree\n- nobody minds", "- all agree\n- nobody minds", id="a list"
        ),
        pytest.param("Here are the tools,", "- a saw", "- a saw", id="a comma"),
        pytest.param(
            "Tickets cost as follows:",
            "| Who | Price |\n|---|---|\n| Adults | 8 |\n| Children | 4 |",
            "Who | Price\nAdults | 8\nChildren | 4",
            id="a table whose columns have names",
        ),
    ],
)
def test_what_is_announced_is_quoted(announces: str, below: str, quote: str) -> None:
    index = index_of(f"# Pool\n\n{announces}\n\n{below}\n\nThat is all.\n")
    assert quoted(index, announces) == f"{announces}\n\n{quote}"


def test_a_sentence_that_ends_before_a_list_announces_nothing() -> None:
    index = index_of("# Pool\n\nIt is large.\n\n- one slide\n- two towers\n")
    assert quoted(index, "It is large.") == "It is large."


@pytest.mark.parametrize(
    ("score", "quote"),
    [
        pytest.param(0.6, "Bring these:\n\n- a towel\n- a cap", id="all of it"),
        pytest.param(0.3, "a towel", id="not where it hardly answers"),
    ],
)
def test_where_what_announces_a_list_answers_too_all_of_it_is_quoted(score: float, quote: str) -> None:
    index = index_of("# Pool\n\nBring these:\n\n- a towel\n- a cap\n\nSwim.\n")
    rows = np.array([row_of(index, "a towel"), row_of(index, "Bring these:")])
    passage, *_ = choose(found_in(index, "what?"), Evidence(rows, np.array([0.9, score]), 0.9, 0.5, {}, {}))
    assert span_of(index, passage).of(index.segments[0].text) == quote


def test_an_item_below_another_is_quoted_from_that_on() -> None:
    index = index_of(
        "# Ranks\n\n- Squire\n  - pays nothing\n- Knight\n  1. may bring guests\n     - two at most\n  2. pays ten\n"
    )
    assert quoted(index, "2. pays ten") == "Knight\n  1. may bring guests\n    - two at most\n  2. pays ten"
    assert quoted(index, "two at most") == "Knight\n  1. may bring guests\n    - two at most"
    assert quoted(index, "Knight") == "Knight"


def test_an_item_that_is_too_far_below_another_is_quoted_alone() -> None:
    items = "\n".join(f"  - may do thing number {number} of a very long list" for number in range(20))
    assert quoted(index_of(f"# Ranks\n\n- Knight\n{items}\n"), "may do thing number 19 of a very long list").startswith(
        "may do"
    )


def test_a_list_that_does_not_fit_is_cut_between_its_items() -> None:
    items = "\n".join(f"- item number {number} of a very long list of things" for number in range(20))
    quote = quoted(index_of(f"# Things\n\nYou need:\n\n{items}\n"), "You need:")
    assert quote.startswith("You need:\n\n- item number 0 of")
    assert quote.endswith("of things")
    assert len(quote) <= 350


def test_a_frequent_question_is_answered_from_below_its_heading(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        library = Library(store, "local", load_encoder(), load_reader())
        library.add(load_markdown(FAQ, source="faq.md"))
        reply = library.ask("how do i get a ticket")
    assert isinstance(reply, Answer)
    assert reply.excerpts[0].quote.startswith("Write to the office.")


@pytest.mark.parametrize(
    ("question", "read", "marked"),
    [
        pytest.param("Who is Mira Adler?", "Paul Ott", ["the deputy"], id="what stands before the name"),
        pytest.param("Who is Paul Ott?", "Mira Adler", ["The mayor"], id="though it begins the sentence"),
        pytest.param("Who is Ina Ott?", "Paul Ott", [], id="another name tells nothing"),
        pytest.param("Who was met?", "Mira Adler", ["Mira Adler"], id="no name is asked about"),
        pytest.param("Who is the mayor?", "Paul Ott", ["Paul Ott"], id="an office is told by a name"),
    ],
)
def test_who_somebody_is_that_the_question_names_no_other_name_tells(
    question: str, read: str, marked: list[str]
) -> None:
    sentence = "The mayor, Paul Ott, met the deputy, Mira Adler."
    assert marks_of(index_of(f"# Pool\n\n{sentence}\n"), sentence, read, question) == marked


def test_a_question_of_the_article_is_quoted_with_its_answer_and_not_marked() -> None:
    index = index_of("# Pool\n\nWho may bring guests?\n\nOnly members may. Guests pay half.\n")
    question = "who can bring guests"
    assert quoted(index, "Who may bring guests?", question=question).startswith(
        "Who may bring guests?\n\nOnly members may."
    )
    row = row_of(index, "Who may bring guests?")
    read = {row: index.sentences[row].span}
    (mark,) = highlights(found_in(index, question), Passage(row, row + 1, row, 0.9), read)
    assert mark.start > index.sentences[row].span.end


@pytest.mark.parametrize(
    ("question", "read", "marked"),
    [
        pytest.param("how many pools are there", "plenty of pools", ["12"], id="a number is asked for"),
        pytest.param("how many pools are there", "12 of them", ["12 of them"], id="and was read"),
        pytest.param("what is there", "plenty of pools", ["plenty of pools"], id="none is asked for"),
    ],
)
def test_where_a_number_is_asked_for_words_without_one_are_not_marked(
    question: str, read: str, marked: list[str]
) -> None:
    sentence = "There are plenty of pools, 12 of them (1), in town."
    assert marks_of(index_of(f"# Pool\n\n{sentence}\n"), sentence, read, question) == marked


def test_what_leans_brings_nothing_that_leans_itself_from_another_paragraph() -> None:
    index = index_of("# Pool\n\nThey are new.\n\nIt closes at nine.\n")
    assert quoted(index, "It closes at nine.") == "It closes at nine."
