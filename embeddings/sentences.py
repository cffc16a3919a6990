"""Text to sentence spans."""

import sentencex

from embeddings.types import Span


def split_sentences(text: str) -> list[Span]:
    """The sentences of one block of normalised text, in order, without the white space around them."""
    found: list[Span] = []
    for boundary in sentencex.get_sentence_boundaries("en", text):
        start, end = boundary["start_index"], boundary["end_index"]
        words = text[start:end]
        if words.strip():
            found.append(Span(start + len(words) - len(words.lstrip()), start + len(words.rstrip())))
    return found
