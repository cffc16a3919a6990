"""Bold lines in place of headings: authors who use no styles mark section names so, and the questions of an FAQ."""

import re

from embeddings.loaders.news import recognise
from embeddings.types import Kind

#: Level of such a heading: below all others, as questions are.
LEVEL = 7

_MOST_WORDS, _LONGEST = 9, 80
_ENDS_SENTENCE = re.compile(r"[.!,;…。！،؛।]['\"”’»)\]]*$")
# Words of speech, letters, answers and prohibitions; a heading only names something.
_SPEAKS = re.compile(
    r"\b(?:i|you|he|she|it|we|they|there|is|are|was|were|am|be|has|have|had|will|would|can|could|shall|should|must|do|does|did|says?|said"
    r"|not|no|yes|ok|okay|please|thanks?|hello|hi|hey|well)\b|['’](?:re|ll|ve|m|d)\b|n['’]t\b",
    re.IGNORECASE,
)


def speaks(line: str) -> bool:
    """Whether a line makes a statement rather than names something."""
    return bool(_SPEAKS.search(line))


def is_heading_in_bold(line: str) -> bool:
    """Whether an entirely bold line may be a heading: it is short, and names something or asks."""
    if len(line) > _LONGEST or "\n" in line or len(line.split()) > _MOST_WORDS or not line[:1].isalnum():
        return False
    if _ENDS_SENTENCE.search(line) or (speaks(line) and not line.endswith("?")):
        return False
    return any(map(str.isalpha, line)) and recognise([line])[0][0].kind is Kind.PARAGRAPH
