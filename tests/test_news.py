"""Bylines, captions and the like are separated from the sentences of a report, and sentences that resemble them are kept."""

import pytest

from embeddings.loaders.news import recognise
from embeddings.types import Kind


def parts(text: str) -> list[tuple[Kind, str]]:
    return [(part.kind, part.text) for part in recognise([text])[0]]


@pytest.mark.parametrize(
    "text",
    [
        "By Friday, all members must hand in their forms.",
        "By August, the pool had 300 visitors.",
        "By Monday - at the latest - pay the fee",
        "By May 2025 – in two steps – the hall is rebuilt.",
        "By Parliament, in accordance with the law, the mayor is elected.",
        "Photos/videos are only allowed in #media.",
        "Picture/ID cards are issued by the office.",
        "Credit/debit cards are taken at the door.",
        "Images by members may be posted in the gallery.",
        "Photos by Friday, please.",
        "Images: Bring some of your family.",
        "Please send us your photo by Friday.",
        "Video: how to join the club is explained in the wiki.",
        "You can earn extra credit by attending the summer course.",
        "Extra Credit: Attend the summer course and write about it.",
        "Credits: 6 ECTS",
        "Upload your essay as PDF (file size at most 5 MB).",
        "Applicants must bring a passport (photo required).",
        "Date: 12 June 2024",
        "Date: May 5, 2024 at 7:00 pm",
        "SWIMMING LESSONS - nine to eleven every morning.",
        "SWIMMING LESSONS – nine to eleven every morning.",
        "SWIMMING LESSONS - Nine to eleven every morning.",
        "SWIMMING LESSONS (beginners) - Nine to eleven.",
        "OPENING HOURS - 9 to 5 daily, closed on Mondays.",
        "SUMMER PARTY, May 3 - nine to eleven.",
        "Originally published in 1987 by a small press, the book tells of the pool.",
        "This story was originally published in March of that year.",
        "Filed under pressure, the plan for the pool has holes.",
        "Have a towel? Then you can swim.",
        "Follow the path on the left to the pool.",
        "Follow us on Facebook to hear when the pool opens.",
        "Subscribe to the swimming course until 3 May.",
        "Subscribe to the view that all pools are alike? Few do. The mayor does.",
        "You may also like to swim in the harbour.",
        "Sources say that the pool is sold.",
        "Source: Lake Ellen",
        "See it now, or wait for another year: the pool is drained.",
    ],
)
def test_a_sentence_stays_one(text: str) -> None:
    assert parts(text) == [(Kind.PARAGRAPH, text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("By Ada Lind", Kind.BYLINE),
        ("By August Wilson, Town Gazette", Kind.BYLINE),
        ("By Mark", Kind.BYLINE),
        ("BY ADA LIND AND JO MARSH", Kind.BYLINE),
        ("Written by Ada Lind | 3 min read", Kind.BYLINE),
        ("Reporting by Ada Lind in Port Ellen", Kind.BYLINE),
        ("Photo: Jo Marsh / Town Gazette", Kind.CAPTION),
        ("Photos by Jo Marsh and Ada Lind", Kind.CAPTION),
        ("Photo by the author", Kind.CAPTION),
        ("Photo/Jo Marsh", Kind.CAPTION),
        ("Image:", Kind.CAPTION),
        ("Image credit: Jo Marsh", Kind.CAPTION),
        ("Video: courtesy of the harbour office", Kind.CAPTION),
        ("Credit: Jo Marsh", Kind.CAPTION),
        ("Credits: Marsh & Lind", Kind.CAPTION),
        ("AP Photo/Jo Marsh", Kind.CAPTION),
        ("© 2024 Town Gazette", Kind.CAPTION),
        ("The pool at night. Photograph: Jo Marsh/The Gazette", Kind.CAPTION),
        ("The pool at night. photo by jo", Kind.CAPTION),
        ("The pool at nightCredit: Marsh - Contributor", Kind.CAPTION),
        ("The pool at night (Photo: Jo Marsh).", Kind.CAPTION),
        ("The pool at night. (Image credit: Jo Marsh)", Kind.CAPTION),
        ("The pool at night (Photo Jo Marsh)", Kind.CAPTION),
        ("The pool in winter (file photo).", Kind.CAPTION),
        ("14 March 2024, 09:32", Kind.DATELINE),
        ("Published on 14 March 2024", Kind.DATELINE),
        ("Originally published on 14 March 2024", Kind.DATELINE),
        ("Updated: May 5, 2024 at 7:00 pm", Kind.DATELINE),
    ],
)
def test_what_stands_around_a_report_is_told_apart(text: str, kind: Kind) -> None:
    assert parts(text) == [(kind, text)]


@pytest.mark.parametrize(
    "text",
    [
        "See it now: Town Shop",
        "Buy now: Town Shop",
        "Originally published on Harbour Science.",
        "This article was originally published by The Gazette. Read the original article.",
        "Filed under: Pools, Sport |",
        "Have a tip? Ada Lind may be reached at ada@example.com.",
        "Got a news tip? Tell us.",
        "Follow Ada Lind on Twitter.",
        "Follow the Town.example desk on Facebook, Instagram and YouTube!",
        "Follow her on Twitter @adalind or on Facebook.",
        "Subscribe to Town.example’s newsletters.",
        "Get the news of the town right in your inbox. Subscribe to our letter.",
        "You may also like...",
        "Read more",
        "SOURCE: Town Gazette",
    ],
)
def test_what_a_site_says_under_its_articles_is_no_statement_of_them(text: str) -> None:
    assert parts(text) == [(Kind.TEASER, text)]


def test_references_are_told_from_what_refers_to_them() -> None:
    texts = [
        "The pool is old.[1] It leaks [2]. A ticket is 4.[3]",
        "The town knows.",
        "[1] Lind, Pools, p. 4",
        "[2] Marsh, Leaks, 2019",
        "[3] Students pay half.",
    ]
    told = [lines[0].kind for lines in recognise(texts)]
    assert told == [Kind.PARAGRAPH, Kind.PARAGRAPH, Kind.TEASER, Kind.TEASER, Kind.PARAGRAPH]


def test_numbers_of_paragraphs_are_no_references() -> None:
    texts = ["[1] The pool was sold.", "[2] The buyer paid, see [4].", "[3] It leaks.", "[4] He paid late."]
    assert all(lines[0].kind is Kind.PARAGRAPH for lines in recognise(texts))


@pytest.mark.parametrize(
    "opening",
    [
        "MOSCOW (Agency) -",
        "MOSCOW, Sept 14 (Agency) —",
        "LONDON, May 3 -",
        "ST. IVES, Cornwall, 3 May 2024 –",
        "PARIS —",
        "COLUMBUS, Ohio --",
    ],
)
def test_where_and_when_a_report_was_written_is_parted_from_it(opening: str) -> None:
    assert parts(f"{opening} The pool opens.") == [(Kind.DATELINE, opening), (Kind.PARAGRAPH, "The pool opens.")]
    assert parts(f"{opening} “It opens,” she said.")[0] == (Kind.DATELINE, opening)
