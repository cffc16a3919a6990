"""The list and heading numbers of a Word document, which are shown to a reader but not stored in the file."""

import re
from collections import defaultdict

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from lxml.etree import _Element as Element

from embeddings.loaders.counting import counted

_VALUE = qn("w:val")
# Wider than any page, in twentieths of a point: Word's limit is 22 inches.
_WIDEST = 32_000
# Numbering styles by their names in the file.
_FORMS = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}


class Numbering:
    """Counts as Word does: each list separately, restarting each level below a higher one."""

    def __init__(self, word: WordDocument) -> None:
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self._indents: dict[tuple[str, int], int] = {}
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
        """The number before a paragraph, ``""`` for a bullet, None outside a list."""
        reference = self._place(paragraph, style)
        if reference is None:
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

    def is_listed(self, paragraph: Element, style: str) -> bool:
        """Whether a paragraph is in a list."""
        return self._place(paragraph, style) is not None

    def level(self, paragraph: Element, style: str) -> int:
        """Sort key of an item's nesting: its depth, then its indent, since items of one depth may each have a list of their own."""
        place = self._place(paragraph, style) or ("", 0)
        indent = _indent(paragraph)
        return place[1] * _WIDEST + (self._indents.get(place, 0) if indent is None else indent)

    def _place(self, paragraph: Element, style: str) -> tuple[str, int] | None:
        """The list a paragraph is in and its depth there; None outside a list."""
        own, of_style = _reference(paragraph), self._by_style.get(style) or self._by_style.get(style.lower())
        if own is None or (of_style is not None and not own[0]):
            # A paragraph may give only its depth in the list of its style.
            own = of_style if own is None or of_style is None else (of_style[0], own[1])
        return None if own is None or own[0] == "0" else own

    def _read(self, root: Element) -> None:
        abstract = {each.get(qn("w:abstractNumId")): each for each in root.iter(qn("w:abstractNum"))}
        for each in root.iter(qn("w:num")):
            kind = each.find(qn("w:abstractNumId"))
            definition = abstract.get(kind.get(_VALUE)) if kind is not None else None
            for level in () if definition is None else definition.iter(qn("w:lvl")):
                at = (str(each.get(qn("w:numId"))), _whole(level.get(qn("w:ilvl"))))
                form, text, start = (_of(level, name) for name in ("w:numFmt", "w:lvlText", "w:start"))
                self._levels[at] = (form or "decimal", text or "", _whole(start, 1))
                self._indents[at] = _indent(level) or 0

    def _shown(self, number: str, level: int) -> str:
        form, _, start = self._levels.get((number, level), ("decimal", "", 1))
        count = self._counts[number].get(level, start)
        return counted(count, _FORMS.get(form, ""))


def _reference(element: Element) -> tuple[str, int] | None:
    numbered = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if numbered is None:
        return None
    return _of(numbered, "w:numId"), _whole(_of(numbered, "w:ilvl"))


def _indent(element: Element) -> int | None:
    """The left indent that a paragraph or a list level declares, in twentieths of a point."""
    stated = element.find(f"{qn('w:pPr')}/{qn('w:ind')}")
    left = None if stated is None else stated.get(qn("w:left"), stated.get(qn("w:start")))
    return None if left is None else min(_whole(left), _WIDEST - 1)


def _of(element: Element, name: str) -> str:
    found = element.find(qn(name))
    return "" if found is None else str(found.get(_VALUE, ""))


def _whole(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 8 else otherwise
