"""The numbers of lists and headings in a Word document, which the file does not hold and a reader sees."""

import re
from collections import defaultdict

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from lxml.etree import _Element as Element

_VALUE = qn("w:val")
_ROMANS = (
    ("m", 1000),
    ("cm", 900),
    ("d", 500),
    ("cd", 400),
    ("c", 100),
    ("xc", 90),
    ("l", 50),
    ("xl", 40),
    ("x", 10),
    ("ix", 9),
)
_SMALL_ROMANS = (("v", 5), ("iv", 4), ("i", 1))


class Numbering:
    """Counts as Word counts: each list by itself, each level anew below a higher one."""

    def __init__(self, word: WordDocument) -> None:
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._by_style: dict[str, tuple[str, int]] = {}
        try:
            root = word.part.numbering_part.element
        except (NotImplementedError, KeyError):
            return
        self._read(root)
        for style in word.styles.element.iter(qn("w:style")):
            name = style.find(qn("w:name"))
            found = _reference(style)
            if name is not None and found and found[0]:
                self._by_style[name.get(_VALUE, "")] = found

    def next(self, paragraph: Element, style: str) -> str | None:
        """The number before a paragraph, ``""`` for a bullet, None where it is in no list."""
        reference = _reference(paragraph)
        if reference is None or reference[0] is None:
            reference = self._by_style.get(style) or self._by_style.get(style.lower())
        if reference is None or reference[0] == "0":
            return None
        number, level = reference
        if (number, level) not in self._levels:
            return ""
        form, pattern, start = self._levels[number, level]
        counts = self._counts[number]
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        if form in ("bullet", "none"):
            return ""
        return re.sub(r"%(\d)", lambda found: self._shown(number, int(found[1]) - 1), pattern)

    def _read(self, root: Element) -> None:
        abstract = {each.get(qn("w:abstractNumId")): each for each in root.iter(qn("w:abstractNum"))}
        for each in root.iter(qn("w:num")):
            kind = each.find(qn("w:abstractNumId"))
            definition = abstract.get(kind.get(_VALUE)) if kind is not None else None
            for level in () if definition is None else definition.iter(qn("w:lvl")):
                at = (str(each.get(qn("w:numId"))), _whole(level.get(qn("w:ilvl"))))
                form, text, start = (_of(level, name) for name in ("w:numFmt", "w:lvlText", "w:start"))
                self._levels[at] = (form or "decimal", text or "", _whole(start, 1))

    def _shown(self, number: str, level: int) -> str:
        form, _, start = self._levels.get((number, level), ("decimal", "", 1))
        count = self._counts[number].get(level, start)
        if form in ("lowerLetter", "upperLetter") and 0 < count <= 26 * 27:
            letters = (chr(96 + (count - 1) // 26) if count > 26 else "") + chr(97 + (count - 1) % 26)
            return letters.upper() if form == "upperLetter" else letters
        if form in ("lowerRoman", "upperRoman") and 0 < count < 4000:
            return _roman(count).upper() if form == "upperRoman" else _roman(count)
        return str(count)


def _reference(element: Element) -> tuple[str, int] | None:
    numbered = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if numbered is None:
        return None
    return _of(numbered, "w:numId"), _whole(_of(numbered, "w:ilvl"))


def _of(element: Element, name: str) -> str:
    found = element.find(qn(name))
    return "" if found is None else str(found.get(_VALUE, ""))


def _whole(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 8 else otherwise


def _roman(number: int) -> str:
    found = ""
    for letters, value in (*_ROMANS, *_SMALL_ROMANS):
        times, number = divmod(number, value)
        found += letters * times
    return found
