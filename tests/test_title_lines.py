"""Unmarked headings of typed text, and lines that look like headings and are not."""

import pytest

from embeddings.loaders import load
from embeddings.types import Document, Kind

RULES = """Riverside Swimming Club

Opening Hours

The pool is open from seven to nine in the evening. On Sundays it closes at five.

Terms of Use

Members may bring two guests, who pay at the door as all others do.
"""


def headings(document: Document) -> list[str]:
    return [block.span.of(document.text) for block in document.blocks if block.kind is Kind.HEADING]


def read(text: str) -> Document:
    return load(text.encode(), source="rules.txt")


def test_a_short_line_above_running_text_is_a_heading() -> None:
    document = read(RULES)
    assert document.title == "Riverside Swimming Club"
    assert headings(document) == ["Riverside Swimming Club", "Opening Hours", "Terms of Use"]
    assert [block.heading for block in document.blocks if block.kind is Kind.PARAGRAPH] == [
        ("Opening Hours",),
        ("Terms of Use",),
    ]


@pytest.mark.parametrize(
    ("below", "heading"),
    [
        pytest.param("Fees\n\n- Adults\n- Children", "Fees", id="above a list"),
        pytest.param("Fees\nAdults     all\nChildren   half\nOthers     none", "Fees", id="above a table"),
        pytest.param("Fees and fines\n\nAdults 4.50\nChildren 2.00", "Fees and fines", id="above a price"),
        pytest.param("Open days\n\nMonday to Friday", "Open days", id="above days"),
        pytest.param("Contact\nPhone: 0123 456\nMail: pool@example.com", "Contact", id="right above what has labels"),
        pytest.param(
            "Lost and found\nWhat was left behind is kept here.\nAsk at the desk for it.",
            "Lost and found",
            id="right above its text",
        ),
        pytest.param(
            "Où nager\n\nLa piscine est ouverte tous les jours de sept heures à midi.",
            "Où nager",
            id="another language",
        ),
        pytest.param(
            "Правила бассейна\n\nВсе должны принять душ, прежде чем войти в воду.",
            "Правила бассейна",
            id="another script",
        ),
    ],
)
def test_headings_where_there_are_others(below: str, heading: str) -> None:
    assert headings(read(f"{RULES}\n{below}\n\nAll of this was written by the club in the spring.")) == [
        "Riverside Swimming Club",
        "Opening Hours",
        "Terms of Use",
        heading,
    ]


def test_headings_right_above_text_that_was_wrapped() -> None:
    text = (
        "Opening Hours\nThe pool is open from seven to nine in the evening, and on\nSundays it is closed at five. In the winter of each year it\n"
        "is shut for three weeks so that the tiles can be mended.\n\n"
        "Guests of Members\nMembers may bring two guests at most, who pay at the door as\nall of the others do. Each of them signs the book at the\n"
        "desk and leaves it with the keeper.\n"
    )
    document = read(text)
    assert headings(document) == ["Opening Hours", "Guests of Members"]
    paragraphs = [block.span.of(document.text) for block in document.blocks if block.kind is Kind.PARAGRAPH]
    assert [(words[:20], words[-20:]) for words in paragraphs] == [
        ("The pool is open fro", "tiles can be mended."),
        ("Members may bring tw", " it with the keeper."),
    ]


def test_they_stand_below_headings_that_are_marked() -> None:
    document = read(f"The pool\n\nPART ONE\n\n{RULES.split(chr(10), 1)[1]}")
    assert document.blocks[-1].heading == ("PART ONE", "Terms of Use")


TEXT = "All of it was written down by the club in the spring of that year."


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "I walked along the river, in the evening of the day\nAnd saw the silver herons as they slowly flew away\n"
            "Above the quiet water, where nobody would stay.\n\nAnd Still They Fly\n\n"
            "I walked along the river, in the morning of the year\nAnd nobody was walking there, and nobody was near\n"
            "Above the quiet water, with nothing left to fear.",
            id="a line of a poem",
        ),
        pytest.param(
            "Above the Water\nI walked along the river, in the evening of the day\nAnd saw the silver herons\n"
            "Above the quiet water, where nobody would stay.",
            id="the first line of a verse",
        ),
        pytest.param(f"Ada Lind\n\nBo Berg\n\nMira Adler\n\n{TEXT}", id="a list of names"),
        pytest.param("Town Hall\n5 Main Street\nRiverside\n\nThe Old Library\n12 High Street", id="addresses"),
        pytest.param("The Old Library\n\nHigh Street, Riverside", id="an address in parts"),
        pytest.param(f"Dear Members\n\n{TEXT}", id="the beginning of a letter"),
        pytest.param(f"Kind Regards\n\n{TEXT}", id="the end of a letter"),
        pytest.param(f"I think so\n\n{TEXT}", id="what somebody says"),
        pytest.param(f"Nobody Was Hurt\n\n{TEXT}", id="a sentence in capitals"),
        pytest.param(f"Thanks a lot\n\n{TEXT}", id="thanks"),
        pytest.param(f"By Ada Lind\n\n{TEXT}", id="who wrote it"),
        pytest.param(f"March 14, 2024\n\n{TEXT}", id="when it was written"),
        pytest.param(f"Related stories:\n\n{TEXT}", id="a label"),
        pytest.param(f"HALL: Hear, hear —\n\n{TEXT}", id="a speech"),
        pytest.param(f"“We were lucky”\n\n{TEXT}", id="a quotation"),
        pytest.param(f"It closes at five.\n\n{TEXT}", id="a sentence"),
        pytest.param(f"at the door\n\n{TEXT}", id="what goes on"),
        pytest.param(f"   At The Door\n\n{TEXT}", id="what is set in"),
        pytest.param(f"A) Members of the club\n\n{TEXT}", id="an item"),
        pytest.param(f"Number 0123 45678\n\n{TEXT}", id="a number to call"),
        pytest.param(f"Open from 7 am\n\n{TEXT}", id="a time"),
        pytest.param(f"Adults   Children\n\n{TEXT}", id="columns"),
        pytest.param(f"Men seen on the old bridge\n\n{TEXT}", id="too many words"),
        pytest.param(f"Town Council Votes For New Harbour Bridge\n\n{TEXT}", id="the title of another report"),
        pytest.param(f"Captain{'s' * 60}\n\n{TEXT}", id="too long"),
        pytest.param("The Keeper\nand nobody else may open the door to the pumps. That is so.", id="what is not ended"),
        pytest.param("The Keeper\nOf the Pool. He has it.", id="nothing much below"),
        pytest.param(
            "The keeper of our swimming\nPool has gone. He is not to\nbe found anywhere at all.", id="a wrapped line"
        ),
        pytest.param(f"The Keeper\n\n2. LOST AND FOUND\n\n{TEXT}", id="above a heading"),
        pytest.param(f"Bravo from the hall —\n\n{TEXT}", id="what breaks off"),
        pytest.param(f"Everybody stays outside.\n\n{TEXT}", id="a full stop"),
        pytest.param("The Keeper", id="at the end"),
    ],
)
def test_what_looks_like_a_heading_and_is_none(text: str) -> None:
    document = read(f"{RULES}\n{text}\n")
    above = {heading for block in document.blocks for heading in block.heading} | set(headings(document))
    assert above - {"2. LOST AND FOUND"} == set(headings(read(RULES)))


@pytest.mark.parametrize("other", ["", "By Ada Lind\n\n", "Kind Regards\n\n"])
def test_one_alone_is_none(other: str) -> None:
    assert headings(read(RULES.replace("Terms of Use\n\n", other))) == ["Riverside Swimming Club"]


def test_a_heading_may_stand_behind_one_that_is_right_above_its_text() -> None:
    text = f"{RULES}\nGuests\nMembers may bring two guests. They pay at the door.\n\nFees\n\n{TEXT}"
    assert headings(read(text))[-2:] == ["Guests", "Fees"]


def test_code_is_not_parted() -> None:
    document = read(f"{RULES}\n---\nSwim Far\nSpeed: far = one or two\nlane: y = 2\n---")
    assert document.blocks[-1].span.of(document.text) == "Swim Far\nSpeed: far = one or two\nlane: y = 2"


def test_running_text_stays_as_it_was() -> None:
    sentences = "The pool opens at seven. It is closed on Sundays, when the tiles are mended.\n\n" * 5
    assert {block.kind for block in read(f"{sentences}It has no heading at all, and that is well.").blocks} == {
        Kind.PARAGRAPH
    }
