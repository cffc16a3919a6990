"""Generated PDFs whose visible text is known to the letter."""

from collections.abc import Callable, Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
Draw = Callable[[Canvas], None]


def pdf(*pages: Draw, title: str = "", password: str = "", compress: bool = True) -> bytes:
    """A PDF of pages, each drawn by a function."""
    file = BytesIO()
    encrypt = StandardEncryption(password) if password else None
    canvas = Canvas(file, pagesize=A4, pageCompression=int(compress), invariant=1, encrypt=encrypt)
    if title:
        canvas.setTitle(title)
    for draw in pages:
        canvas.setFont("Helvetica", 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def lines(
    *texts: str, x: float = 72, top: float = 90, size: float = 10, leading: float = 13, font: str = "Helvetica"
) -> Draw:
    """Lines of text, one under the other; ``top`` is the distance from the page's upper edge."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, size)
        for number, text in enumerate(texts):
            canvas.drawString(x, HEIGHT - top - number * leading, text)

    return draw


def both(*draws: Draw) -> Draw:
    """Several drawings on one page."""

    def draw(canvas: Canvas) -> None:
        for each in draws:
            each(canvas)

    return draw


def two_columns(left: Sequence[str], right: Sequence[str], *, by_rows: bool, top: float = 120) -> Draw:
    """Two columns, stored in the file column by column or, as some programs do, row by row."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        placed = [(72, row, text) for row, text in enumerate(left)] + [
            (312, row, text) for row, text in enumerate(right)
        ]
        if by_rows:
            placed.sort(key=lambda each: each[1])
        for x, row, text in placed:
            canvas.drawString(x, HEIGHT - top - row * 13, text)

    return draw
