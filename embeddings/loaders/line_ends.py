"""Rejoin words hyphenated at line ends and expand ligatures, before any offset exists."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

_LIGATURE = re.compile("[\ufb00-\ufb06]")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)*")
_HYPHENS = "-\u00ad\u2010"
# At most this many letters before the hyphen are examined, which bounds the search.
_BROKEN = re.compile(rf"([^\W\d_]{{1,60}})([{_HYPHENS}])$")
_BEGINNING = re.compile(r"[^\W\d_]+")


class Words:
    """The words of a document, used to decide what to do with a hyphen at a line's end."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._seen = Counter[str]()
        for line in lines:
            # The last word of a line may be half of a hyphenated one.
            self._seen.update(word.casefold() for word in _WORD.findall(unligatured(line).rstrip(_HYPHENS)))

    def joined(self, first: str, second: str) -> str:
        """Join two lines: by a space, by nothing where a word was hyphenated, or by a hyphen that belongs to the word."""
        broken = _BROKEN.search(first)
        rest = _BEGINNING.match(second)
        if not broken or not rest:
            # "2019-" and "2020", "co-" and "2" join as they are; a dash stays with what precedes it.
            return (
                f"{first}{second}" if first.endswith(tuple(_HYPHENS)) and second[:1].isalnum() else f"{first} {second}"
            )
        stem = first[: broken.start(2)]
        if not rest[0][0].islower() or self._is_compound(broken[1], rest[0]):
            return f"{stem}-{second}"
        return stem + second

    def _is_compound(self, head: str, tail: str) -> bool:
        head, tail = head.casefold(), tail.casefold()
        if self._seen[head + tail]:
            return False
        if self._seen[f"{head}-{tail}"]:
            return True
        # "self" and "evident" are words of this document, "selfevident" is not.
        return len(head) > 2 and len(tail) > 3 and self._seen[head] > 1 and self._seen[tail] > 1


def unligatured(text: str) -> str:
    """``text`` with typographic ligatures expanded to letters."""
    return _LIGATURE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
