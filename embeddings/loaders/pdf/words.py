"""Joins the characters of a page, which pdfium reports one by one, into words with positions in file coordinates."""

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2.raw as api

#: A gap between two characters of a line from this width on, in type sizes, separates columns or cells.
WIDE_GAP = 1.1
# Maximum number of characters examined on one page.
_MOST_CHARACTERS = 200_000

# Bullets of the fonts Symbol and Wingdings, at private-use code points.
_SYMBOLS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "➢", 0xF0FC: "✓", 0xF06F: "○", 0xF02D: "–"}
# pdfium's code for a hyphen at the end of a line.
_LINE_END_HYPHEN = 0x02
# Bold and monospaced fonts: flags of a font descriptor (ISO 32000-1, table 123), and parts of font names.
_ONE_WIDTH, _FORCED_BOLD = 1 << 0, 1 << 18
_BOLD_NAMES = (b"bold", b"black", b"heavy", b"cmbx")
_TYPED_NAMES = (b"courier", b"mono", b"cmtt", b"consol")


@dataclass(frozen=True, slots=True)
class Style:
    """The type of a word."""

    size: float
    """In points."""
    bold: bool
    typed: bool
    """Monospaced, as code is."""
    turn: int
    """Direction of its line in quarter turns counterclockwise, in file coordinates."""


@dataclass(slots=True)
class Word:
    """Adjacent characters."""

    text: str
    style: Style
    left: float
    bottom: float
    right: float
    top: float
    end: float
    """Where it ends along its line, and the position across it (``level``)."""
    level: float
    spacing: float = 0.0
    """The widest gap between two of its characters."""


def words_of(textpage: object, unknown: list[int]) -> Iterator[Word]:
    """The words of a page in file order; adds to ``unknown[0]`` the characters to which the file gives no meaningful code point."""
    rect = api.FS_RECTF()
    word: Word | None = None
    guessed = False
    for index in range(min(api.FPDFText_CountChars(textpage), _MOST_CHARACTERS)):
        code = api.FPDFText_GetUnicode(textpage, index)
        character = _character(code)
        if code in (0, 0xFFFD) or "\ue000" <= character <= "\uf8ff":
            unknown[0] += 1
        if not character or character.isspace():
            if character == " " and api.FPDFText_IsGenerated(textpage, index):
                # pdfium inferred a space; the gap may be no wider than the others of a letter-spaced word.
                guessed = True
                continue
            if word:
                yield word
            word = None
            continue
        if not api.FPDFText_GetLooseCharBox(textpage, index, rect):
            continue
        box = (rect.left, rect.bottom, rect.right, rect.top)
        if word:
            start, end, level = _along(word.style.turn, *box)
            gap, reach = start - word.end, WIDE_GAP * word.style.size
            apart = guessed and gap > 1.25 * word.spacing
            if not apart and -reach < gap < reach and abs(level - word.level) < reach / 2:
                word.text += character
                word.spacing = max(word.spacing, gap)
                word.end = end
                word.left, word.bottom = min(word.left, box[0]), min(word.bottom, box[1])
                word.right, word.top = max(word.right, box[2]), max(word.top, box[3])
                guessed = False
                continue
            yield word
        guessed = False
        style = _style(textpage, index)
        _, end, level = _along(style.turn, *box)
        word = Word(character, style, *box, end, level)
    if word:
        yield word


def _along(turn: int, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float]:
    """Start and end of a character along a line with direction ``turn``, and its position across it."""
    if turn == 0:
        return left, right, (bottom + top) / 2
    if turn == 1:
        return bottom, top, (left + right) / 2
    if turn == 2:
        return -right, -left, (bottom + top) / 2
    return -top, -bottom, (left + right) / 2


def _character(code: int) -> str:
    if code == _LINE_END_HYPHEN:
        return "-"
    if code < 0x20:
        return " " if code in (9, 10, 13) else ""
    if code == 0xFFFE or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return ""
    return _SYMBOLS.get(code) or chr(code)


def _style(textpage: object, index: int) -> Style:
    matrix, flags, name = api.FS_MATRIX(), ctypes.c_int(), ctypes.create_string_buffer(128)
    if api.FPDFText_GetMatrix(textpage, index, matrix):
        across, up, height = matrix.a, matrix.b, math.hypot(matrix.c, matrix.d)
    else:
        across, up, height = 1.0, 0.0, 1.0
    api.FPDFText_GetFontInfo(textpage, index, name, len(name), flags)
    called = name.value.lower()
    return Style(
        abs(api.FPDFText_GetFontSize(textpage, index) * height),
        bool(flags.value & _FORCED_BOLD) or any(each in called for each in _BOLD_NAMES),
        bool(flags.value & _ONE_WIDTH) or any(each in called for each in _TYPED_NAMES),
        round(math.atan2(up, across) / (math.pi / 2)) % 4,
    )
