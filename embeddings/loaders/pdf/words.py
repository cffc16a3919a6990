"""The characters of a page, which pdfium tells one by one, to words and where they stand in the file's own coordinates."""

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2.raw as api

#: Between two characters of a line, in sizes of the type: from here on it is a gap between columns or cells.
WIDE_GAP = 1.1
# The most characters of one page that are looked at.
_MOST_CHARACTERS = 200_000

# Bullets of the fonts Symbol and Wingdings, which stand at private places and say nothing of themselves.
_SYMBOLS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "➢", 0xF0FC: "✓", 0xF06F: "○", 0xF02D: "–"}
# pdfium's own mark for a hyphen at a line's end.
_LINE_END_HYPHEN = 0x02
# What fonts say of themselves: flags of a font descriptor (ISO 32000-1, table 123), and their names.
_ONE_WIDTH, _FORCED_BOLD = 1 << 0, 1 << 18
_BOLD_NAMES = (b"bold", b"black", b"heavy", b"cmbx")
_TYPED_NAMES = (b"courier", b"mono", b"cmtt", b"consol")


@dataclass(frozen=True, slots=True)
class Style:
    """What a word is set in."""

    size: float
    """In points."""
    bold: bool
    typed: bool
    """In letters of one width, as code is."""
    turn: int
    """Quarter turns counterclockwise in which its line runs, in the file's coordinates."""


@dataclass(slots=True)
class Word:
    """Characters side by side."""

    text: str
    style: Style
    left: float
    bottom: float
    right: float
    top: float
    end: float
    """How far along its line it reaches, and on what level its line runs."""
    level: float
    spacing: float = 0.0
    """The widest gap between two of its characters."""


def words_of(textpage: object, unknown: list[int]) -> Iterator[Word]:
    """Words in the order of the file; counts characters of which the file does not say what they show."""
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
                # pdfium saw a gap; it may be no wider than the others of a widely set word.
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
    """Where a character begins and ends along a line that runs so, and the level it stands on."""
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
