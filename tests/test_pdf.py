"""PDF as displayed: reading order, pages, hyphenated words, running heads, headings, and invisible text."""

from collections.abc import Callable
from io import BytesIO

import pypdfium2 as pdfium
import pytest
from reportlab.lib.colors import black, white
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from embeddings.errors import SourceError
from embeddings.loaders.pdf import load_pdf
from embeddings.types import Document, Kind
from tests.pdf_maker import HEIGHT, Draw, both, lines, pdf, two_columns

LEFT = [
    "The left column tells of the harbour and of",
    "the ships that came in from the north in the",
    "long winter, when ice lay upon the water and",
    "the pilots went out on foot to meet them.",
]
RIGHT = [
    "The right column tells of the market and of",
    "the farmers who sold their apples there each",
    "autumn, until the bridge was carried away by",
    "the flood and nobody came over any more.",
]


def read(data: bytes) -> Document:
    return load_pdf(data, source="a.pdf")


def texts(document: Document, kind: Kind = Kind.PARAGRAPH) -> list[str]:
    return [block.span.of(document.text) for block in document.blocks if block.kind is kind]


@pytest.mark.parametrize("by_rows", [False, True], ids=["written by columns", "written by rows"])
def test_two_columns_are_read_one_after_the_other(by_rows: bool) -> None:
    heading = lines("A headline that runs across both of the columns here", size=18, top=80)
    document = read(pdf(both(heading, two_columns(LEFT, RIGHT, by_rows=by_rows))))
    assert texts(document) == [" ".join(LEFT), " ".join(RIGHT)]
    assert document.title == "A headline that runs across both of the columns here"


def test_a_table_is_read_by_rows() -> None:
    rows = [
        ("Monday", "7 to 9", "3.50"),
        ("Tuesday", "8 to 10", "4.00"),
        ("Sunday", "closed", "none"),
        ("Holiday", "9", "5"),
    ]

    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                canvas.drawString(72 + 120 * column, HEIGHT - 200 - 14 * number, cell)

    document = read(pdf(both(lines("The pool is open on these days and costs so much:"), draw)))
    assert texts(document, Kind.TABLE_ROW) == [" | ".join(row) for row in rows]


def test_words_broken_at_a_line_end_are_whole_and_true_hyphens_stay() -> None:
    page = lines(
        "The com-",
        "mittee met a well-known guest, and it was a well-",
        "known fact that the meeting of 2019-",
        "2020 was not the last; the vice-",
        "President spoke.",
    )
    assert texts(read(pdf(page))) == [
        "The committee met a well-known guest, and it was a well-known fact that the meeting of 2019-2020 was not the last; "
        "the vice-President spoke."
    ]


def test_each_block_knows_its_page_and_no_sentence_is_cut_by_a_page_end() -> None:
    first = lines("One sentence stands on the first page. The second one begins there and", top=700)
    second = lines("ends on the next page. A third sentence stands here.", "It has a companion.", top=90)
    document = read(pdf(first, second))
    assert [(block.page, block.paragraph, block.span.of(document.text)) for block in document.blocks] == [
        (1, 1, "One sentence stands on the first page. The second one begins there and ends on the next page."),
        (2, 1, "A third sentence stands here. It has a companion."),
    ]


def test_running_heads_and_page_numbers_are_dropped() -> None:
    def page(number: int) -> Draw:
        return both(
            lines(f"The Town Gazette, volume {number + 7}", top=40),
            lines(f"Here is what page {'one two three four'.split()[number]} has to say about the matter.", top=120),
            lines(f"Page {number + 1} of 4", x=280, top=800),
        )

    document = read(pdf(*map(page, range(4))))
    assert len(texts(document)) == 4
    assert "Gazette" not in document.text
    assert "of 4" not in document.text


def test_the_outline_makes_headings() -> None:
    def draw(canvas: Canvas) -> None:
        for number, (level, name) in enumerate([(0, "1 Harbour"), (1, "1.1 Ice"), (0, "2 Market")]):
            canvas.bookmarkPage(name)
            canvas.addOutlineEntry(name.split(" ", 1)[1], name, level)
            lines(name, top=100 + 80 * number)(canvas)
            lines(f"Something is told of part {'abc'[number]} of it.", top=130 + 80 * number)(canvas)

    document = read(pdf(draw, title="A history"))
    assert document.title == "A history"
    assert [block.heading for block in document.blocks if block.kind is Kind.PARAGRAPH] == [
        ("1 Harbour",),
        ("1 Harbour", "1.1 Ice"),
        ("2 Market",),
    ]


def test_without_an_outline_larger_and_bold_type_make_headings() -> None:
    draw = both(
        lines("Rules of the pool", size=20, top=80),
        lines("Times", size=14, top=120),
        lines("The pool opens at seven and closes at nine in the evening.", top=145),
        lines("At night", font="Helvetica-Bold", top=180),
        lines("It stays closed, and nobody is let in at all.", top=200),
    )
    document = read(pdf(draw))
    assert document.title == "Rules of the pool"
    assert [block.heading for block in document.blocks if block.kind is Kind.PARAGRAPH] == [
        ("Times",),
        ("Times", "At night"),
    ]


@pytest.mark.parametrize(
    ("prose", "kinds"),
    [
        pytest.param("Helvetica", {Kind.PARAGRAPH, Kind.CODE}, id="code within prose"),
        pytest.param("Courier", {Kind.PARAGRAPH}, id="all by typewriter"),
    ],
)
def test_letters_of_one_width_are_code_where_others_are_not(prose: str, kinds: set[Kind]) -> None:
    words = "This is how the value of the whole is told to whoever wants to know it:"
    document = read(
        pdf(both(lines(words, font=prose, top=90), lines("if known:", "    tell(whole)", font="Courier", top=150)))
    )
    assert {block.kind for block in document.blocks} == kinds


def _white(canvas: Canvas) -> None:
    canvas.setFillColor(white)
    canvas.drawString(72, 300, "SECRET words")
    canvas.setFillColor(black)


def _invisible(canvas: Canvas) -> None:
    text = canvas.beginText(72, 300)
    text.setTextRenderMode(3)
    text.textLine("SECRET words")
    canvas.drawText(text)


def _covered(canvas: Canvas) -> None:
    canvas.drawString(72, 300, "SECRET words")
    canvas.rect(60, 290, 200, 30, fill=1)


def _off_page(canvas: Canvas) -> None:
    canvas.drawString(72, -300, "SECRET words")
    canvas.drawString(2000, 300, "SECRET words")


def _tiny(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 0.5)
    canvas.drawString(72, 300, "SECRET words")


def _clear(canvas: Canvas) -> None:
    canvas.setFillAlpha(0)
    canvas.drawString(72, 300, "SECRET words")
    canvas.setFillAlpha(1)


@pytest.mark.parametrize(
    "hide", [_white, _invisible, _covered, _off_page, _tiny, _clear], ids=lambda each: each.__name__
)
def test_what_nobody_sees_is_not_read(hide: Draw) -> None:
    document = read(pdf(both(lines("These words can be seen by anybody who opens the file."), hide)))
    assert document.text == "These words can be seen by anybody who opens the file."


def test_white_on_black_is_seen() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(60, 290, 300, 30, fill=1)
        canvas.setFillColor(white)
        canvas.drawString(72, 300, "A reader sees these words well enough.")

    assert "A reader sees" in read(pdf(draw)).text


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_turned_pages_read_alike(degrees: int) -> None:
    file = pdfium.PdfDocument(pdf(two_columns(LEFT, RIGHT, by_rows=True)))
    file[0].set_rotation(degrees)
    turned = BytesIO()
    file.save(turned)
    assert texts(read(turned.getvalue())) == [" ".join(LEFT), " ".join(RIGHT)]


def test_a_page_printed_sideways_is_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rotate(90)
        for number, text in enumerate(LEFT):
            canvas.drawString(100, -200 - 13 * number, text)

    assert texts(read(pdf(draw))) == [" ".join(LEFT)]


def test_ligatures_are_letters() -> None:
    from embeddings.loaders.line_ends import unligatured

    assert unligatured("\ufb01nd the o\ufb03ce, the \ufb02at and sta\ufb00") == "find the office, the flat and staff"


def _picture(canvas: Canvas) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(Image.new("L", (40, 40), 90)), 72, 300, 300, 300)


def _truncated(data: bytes) -> bytes:
    return data[: len(data) // 3]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(lambda: pdf(lines("Text."), password="x"), "locked by a password", id="encrypted"),
        pytest.param(lambda: pdf(_picture), "pictures without text", id="image only"),
        pytest.param(lambda: pdf(lambda canvas: None), "no text that can be seen", id="blank"),
        pytest.param(lambda: b"%PDF-1.7\n" + b"\x00" * 500, "damaged", id="header alone"),
        pytest.param(lambda: _truncated(pdf(lines("Text."))), "damaged", id="truncated"),
    ],
)
def test_what_cannot_be_read_says_what_it_is(make: Callable[[], bytes], said: str) -> None:
    with pytest.raises(SourceError, match=said) as refused:
        read(make())
    assert "\n" not in str(refused.value)


def test_an_owner_password_alone_locks_nothing() -> None:
    encryption = StandardEncryption("", ownerPassword="owner", canPrint=0)
    file = BytesIO()
    canvas = Canvas(file, encrypt=encryption)
    canvas.drawString(72, 500, "Anybody may read this.")
    canvas.save()
    assert read(file.getvalue()).text == "Anybody may read this."
