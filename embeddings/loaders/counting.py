"""Item numbers as a reader sees them: in digits, letters or Roman numerals."""

import re

from lxml.html import HtmlElement

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
    ("v", 5),
    ("iv", 4),
    ("i", 1),
)
#: Numbering styles by their CSS names, as HTML's ``type`` letters; all others use digits.
_STYLES = {
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
}
_STYLE = re.compile(
    r"\blist-style(?:-type)?\s{0,9}:[^;]{0,80}?\b((?:lower|upper)-(?:alpha|latin|roman))\b", re.IGNORECASE
)


def counted(number: int, form: str) -> str:
    """``number`` in the style ``form`` (``a``, ``A``, ``i`` or ``I``); in digits for any other form or if out of range."""
    if form in ("a", "A") and 0 < number <= 26 * 27:
        written = (chr(96 + (number - 1) // 26) if number > 26 else "") + chr(97 + (number - 1) % 26)
    elif form in ("i", "I") and 0 < number < 4000:
        written = _roman(number)
    else:
        return str(number)
    return written.upper() if form.isupper() else written


def form_of(numbered: HtmlElement) -> str:
    """The numbering style that an HTML list declares for itself."""
    styled = _STYLE.search(numbered.get("style", ""))
    return _STYLES[styled[1].lower()] if styled else str(numbered.get("type", ""))


def _roman(number: int) -> str:
    found = ""
    for letters, value in _ROMANS:
        times, number = divmod(number, value)
        found += letters * times
    return found
