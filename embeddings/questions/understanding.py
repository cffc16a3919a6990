"""From a question as asked to a query: checked, made to stand alone, spelt as the articles spell it, in its language."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from embeddings.clean import normalise
from embeddings.errors import QuestionError
from embeddings.keywords import words
from embeddings.languages import ENGLISH, is_hardly, language_among
from embeddings.questions.ellipsis import Alike
from embeddings.questions.followups import Understood, interpret
from embeddings.questions.framing import without_frame
from embeddings.scripts import is_latin
from embeddings.search import Query
from embeddings.search.index import Index
from embeddings.spelling import with_apostrophes
from embeddings.types import Question

#: The longest question accepted, in characters; also the length limit of Discord's messages.
LONGEST_QUESTION = 2000


def understood(index: Index | None, question: Question, alike: Alike, *, multilingual: bool) -> list[Understood]:
    """The question made to stand alone and, where that changed it, also as asked; spelt as the articles of the ``index`` spell it.

    ``alike`` gives the similarity of words according to the encoder; ``multilingual`` is whether that knows more than English.

    Raises:
        QuestionError: it is blank, has no words, or is too long.
    """
    asked = _checked(question.text)
    earlier = [normalise(each) for each in question.history]
    is_english = index is not None and language_among(asked, index.languages) == ENGLISH
    if is_english:
        asked, *earlier = (without_frame(with_apostrophes(each)) for each in (asked, *earlier))
    whole, alone = interpret(asked, earlier, alike if is_english else None), interpret(asked, ())
    found = [whole] if whole == alone else [whole, alone]
    return [_spelt(index, each, multilingual) for each in found] if index else found


def query_of(index: Index, found: Understood, vector: NDArray[np.float32], *, multilingual: bool) -> Query:
    """The query for a question. ``vector`` is its encoding, float32, shape ``(dimension,)``; zeros replace it for a question that only a
    ``multilingual`` encoder would understand.
    """
    language = language_among(found.text, index.languages)
    understands = multilingual or (language == ENGLISH and is_latin(found.text))
    return Query.of(found.text, vector if understands else np.zeros_like(vector), language, asks=found.asks)


def _checked(question: str) -> str:
    question = normalise(question)
    if not question:
        raise QuestionError("The question is empty; ask in a few words.")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters and may have {LONGEST_QUESTION:,}; ask in fewer words."
        )
    if not words(question):
        raise QuestionError("The question has no words; ask in a few words.")
    return question


def _spelt(index: Index, found: Understood, multilingual: bool) -> Understood:
    language = language_among(found.text, index.languages)
    parts = (found.text, found.asks, found.adds)
    # For most questions, two of these are the same.
    corrected = {part: index.corrected(part, language) for part in dict.fromkeys(parts)}
    text, asks, adds = (corrected[part] for part in parts)
    spelt = replace(found, text=text, asks=asks, adds=adds)
    # The words of another language look misspelt.
    return found if spelt != found and multilingual and is_hardly(found.text, language) else spelt
