"""Lines in bold that stand where headings do: whoever writes without styles sets the name of a section so, and the questions of a list."""

import re

from embeddings.loaders.news import recognise
from embeddings.types import Kind

#: Of such a heading: below all others, as questions are.
LEVEL = 7

_MOST_WORDS, _LONGEST = 9, 80
_ENDS_SENTENCE = re.compile(r"[.!,;…。！،؛।]['\"”’»)\]]*$")
# What somebody says, writes in a letter or answers, or forbids; a heading names something.
_SPEAKS = re.compile(
    r"\b(?:i|you|he|she|it|we|they|there|is|are|was|were|am|be|has|have|had|will|would|can|could|shall|should|must|do|does|did|says?|said"
    r"|not|no|yes|ok|okay|please|thanks?|hello|hi|hey|well)\b|['’](?:re|ll|ve|m|d)\b|n['’]t\b",
    re.IGNORECASE,
)


def speaks(line: str) -> bool:
    """Whether a line says something, and does not only name it."""
    return bool(_SPEAKS.search(line))


def is_heading_in_bold(line: str) -> bool:
    """Whether a line that is bold as a whole may be a heading: it is short, and names something or asks."""
    if len(line) > _LONGEST or "\n" in line or len(line.split()) > _MOST_WORDS or not line[:1].isalnum():
        return False
    if _ENDS_SENTENCE.search(line) or (speaks(line) and not line.endswith("?")):
        return False
    return any(map(str.isalpha, line)) and recognise([line])[0][0].kind is Kind.PARAGRAPH
