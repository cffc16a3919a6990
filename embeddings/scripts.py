"""The script of a text, on which depends how it can be processed."""

import regex

_LATIN = regex.compile(r"\p{Latin}")
_LETTER = regex.compile(r"\p{L}")


def is_latin(text: str) -> bool:
    """Whether at least half of the letters are Latin, or there are none."""
    return 2 * len(_LATIN.findall(text)) >= len(_LETTER.findall(text))
