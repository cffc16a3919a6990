"""The words that a reader sees on a page of a PDF, and their positions.

A PDF can contain invisible words: white on white, under a picture, outside the page, of size zero, in a rendering mode that draws
nothing. None of these needs a rule of its own: the page is rendered, and a word is kept only if something is drawn at its place. For the
same reason the invisible text layer over a scanned page is kept.
"""

import ctypes
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as api

from embeddings.loaders.pdf.layout import Box, Fragment, Page
from embeddings.loaders.pdf.words import WIDE_GAP, Word, words_of

# Words smaller than this cannot be read, in points.
_SMALLEST = 2.0
# Minimum difference between the lightest and the darkest grey level within a word, of 255.
_CONTRAST = 18
# Pages are rendered at one pixel per point, and huge pages more coarsely, up to this many pixels.
_MOST_PIXELS = 4_000_000


@dataclass(frozen=True, slots=True)
class _Seen:
    """A visible word: its quarter turn on the page as displayed, and its box on a page turned so that its line runs from left to right."""

    word: Word
    quarter: int
    box: Box


def read_page(page: pdfium.PdfPage) -> Page:
    """The visible words of a page, in file order."""
    width, height = page.get_size()
    view = _View(page, width, height)
    textpage = page.get_textpage()
    try:
        unknown = [0]
        words = [word for word in words_of(textpage.raw, unknown) if word.style.size >= _SMALLEST]
    finally:
        textpage.close()
    if not words:
        return Page(width, height, (), unknown[0])
    drawing = _Drawing(page, width, height)
    seen = []
    for word in words:
        box, quarter = view.box(word.left, word.bottom, word.right, word.top), view.quarter(word.style.turn)
        if drawing.shows(box):
            seen.append(_Seen(word, quarter, view.turned(box, quarter)))
    turns = Counter[int]()
    for each in seen:
        turns[each.quarter] += len(each.word.text)
    # A whole page may be printed sideways; a few words across the main direction are a stamp in the margin.
    quarter = turns.most_common(1)[0][0] if turns else 0
    if quarter % 2:
        width, height = height, width
    return Page(width, height, tuple(_fragments([each for each in seen if each.quarter == quarter])), unknown[0])


class _View:
    """Maps file coordinates to those of the page as displayed, which may be cropped and rotated."""

    def __init__(self, page: pdfium.PdfPage, width: float, height: float) -> None:
        # pdfium answers in whole pixels, so the page is scaled up for precision.
        self._scale = 1000.0
        self._width, self._height = width, height
        size = (int(width * self._scale), int(height * self._scale))
        origin, across, down = (self._ask(page, size, at) for at in ((0.0, 0.0), (100.0, 0.0), (0.0, 100.0)))
        self._origin = origin
        self._x = ((across[0] - origin[0]) / 100, (across[1] - origin[1]) / 100)
        self._y = ((down[0] - origin[0]) / 100, (down[1] - origin[1]) / 100)

    def _ask(self, page: pdfium.PdfPage, size: tuple[int, int], at: tuple[float, float]) -> tuple[float, float]:
        x, y = ctypes.c_int(), ctypes.c_int()
        api.FPDF_PageToDevice(page.raw, 0, 0, *size, 0, *at, x, y)
        return x.value / self._scale, y.value / self._scale

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        (ax, ay), (bx, by) = self._at(left, bottom), self._at(right, top)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (
            self._origin[0] + x * self._x[0] + y * self._y[0],
            self._origin[1] + x * self._x[1] + y * self._y[1],
        )

    def quarter(self, turn: int) -> int:
        """Quarter turns clockwise, as displayed, of a line that runs ``turn`` quarter turns counterclockwise in the file."""
        x, y = ((1, 0), (0, 1), (-1, 0), (0, -1))[turn]
        across, down = x * self._x[0] + y * self._y[0], x * self._x[1] + y * self._y[1]
        return round(math.atan2(down, across) / (math.pi / 2)) % 4

    def turned(self, box: Box, quarter: int) -> Box:
        """The box on a page turned so that lines running ``quarter`` turns clockwise run from left to right."""
        if quarter == 1:
            return Box(box.top, self._width - box.right, box.bottom, self._width - box.left)
        if quarter == 2:
            right, bottom = self._width - box.left, self._height - box.top
            return Box(self._width - box.right, self._height - box.bottom, right, bottom)
        if quarter == 3:
            return Box(self._height - box.bottom, box.left, self._height - box.top, box.right)
        return box


class _Drawing:
    """The page rendered in grey levels."""

    def __init__(self, page: pdfium.PdfPage, width: float, height: float) -> None:
        self._scale = min(1.0, math.sqrt(_MOST_PIXELS / max(width * height, 1.0)))
        bitmap = page.render(scale=self._scale, grayscale=True, may_draw_forms=False)
        self._width, self._height, self._stride = bitmap.width, bitmap.height, bitmap.stride
        self._pixels = bytes(bitmap.buffer)
        bitmap.close()

    def shows(self, box: Box) -> bool:
        """Whether something is drawn where a word should be."""
        # Only the middle of the line: neighbouring lines or a frame may reach its upper and lower parts.
        high = box.bottom - box.top
        rows = range(
            max(0, int((box.top + 0.25 * high) * self._scale)),
            min(self._height, math.ceil((box.top + 0.8 * high) * self._scale)),
        )
        first = max(0, int(box.left * self._scale))
        last = min(self._width, math.ceil(box.right * self._scale))
        if first >= last:
            return False
        lightest, darkest = 0, 255
        for row in rows:
            start = row * self._stride
            pixels = self._pixels[start + first : start + last]
            lightest = max(lightest, max(pixels))  # noqa: PLW3301 (unpacked, they would be a thousand arguments)
            darkest = min(darkest, min(pixels))  # noqa: PLW3301
            if lightest - darkest >= _CONTRAST:
                return True
        return False


def _fragments(words: Sequence[_Seen]) -> Iterator[Fragment]:
    """Join adjacent words into fragments, in file order."""
    fragment: Fragment | None = None
    longest = 0
    for each in words:
        word, style = each.word, each.word.style
        if fragment and _goes_on(fragment, each):
            # The fragment has the style of its longest word: a superscript or a small capital does not count.
            leads = len(word.text) > longest
            fragment = Fragment(
                f"{fragment.text} {word.text}",
                fragment.box.around(each.box),
                style.size if leads else fragment.size,
                fragment.bold and style.bold,
                fragment.typed and style.typed,
            )
        else:
            if fragment:
                yield fragment
            longest = 0
            fragment = Fragment(word.text, each.box, style.size, style.bold, style.typed)
        longest = max(longest, len(word.text))
    if fragment:
        yield fragment


def _goes_on(fragment: Fragment, seen: _Seen) -> bool:
    gap = seen.box.left - fragment.box.right
    size = max(fragment.size, seen.word.style.size)
    return -0.5 * size < gap < WIDE_GAP * size and abs(seen.box.middle - fragment.box.middle) < 0.5 * size
