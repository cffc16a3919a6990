"""What stands around a report is told from its sentences, and sentences that only look so stay sentences."""

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
        ("Updated: May 5, 2024 at 7:00 pm", Kind.DATELINE),
    ],
)
def test_what_stands_around_a_report_is_told_apart(text: str, kind: Kind) -> None:
    assert parts(text) == [(kind, text)]


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
