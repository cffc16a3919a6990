"""The language of a text, and what is known of its words: how they are stemmed, and which of them name nothing.

Known are the languages in Latin letters that Snowball stems, and some more that are only told apart. Every other text in Latin letters is
taken for English; words in other scripts are stemmed by their script, whatever the language.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

ENGLISH = "en"

# ISO 639-1 to Snowball's name.
SNOWBALL = {
    "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "en": "english", "eo": "esperanto", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hu": "hungarian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
# Told as well, so that nobody takes their texts for English; their words are not stemmed.
UNSTEMMED = frozenset(["af", "gl", "hr", "lv", "ms", "sk", "sl", "sw", "tl", "vi"])

# Words of English questions and sentences that name nothing. They are indexed like all others; questions leave them out.
ENGLISH_STOP_WORDS = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being between both but by
    can could did do does doing down during each few for from further had has have having he her here hers him
    his how i if in into is it its just me more most my no nor not now of off on once only or other our out over
    own same she should so some such than that the their them then there these they this those through to too
    under until up us very was we were what when where which while who whom whose why will with would you your
    please tell say says said know many much
    """.split()
)

# A language is told from so many characters, which take a millisecond; a longer text says nothing new.
_ENOUGH = 2000
# At this probability none of 2,370 paragraphs of English Wikipedia, cut to 80 characters, is taken for another of these languages; of
# XQuAD's in German, Romanian, Spanish and Turkish all but 5 of 320 are told.
_LIKELY = 0.5
# A question is not in a language of which it is likely by less; tests/test_grounds.py says what that does for XQuAD's.
_UNLIKELY = 0.02


def language_of(text: str) -> str:
    """The ISO 639-1 code of an article's language: a known one, or English where none is likely."""
    code, share = _identifier().rank(text[:_ENOUGH])[0]
    return code if (code in SNOWBALL or code in UNSTEMMED) and share >= _LIKELY else ENGLISH


def is_hardly(text: str, language: str) -> bool:
    """Whether a question is most likely in another language."""
    return dict(_ranked(text)).get(language, 0.0) < _UNLIKELY


def is_foreign_to(text: str, article: str) -> bool:
    """Whether a question is most likely in another language than an article, of a hundred languages in any script."""
    return is_hardly(text, _told(article[:_ENOUGH]))


def language_among(text: str, languages: Sequence[str]) -> str:
    """In which of these languages a question is likeliest written; English where there are none."""
    if len(languages) < 2:
        return next(iter(languages), ENGLISH)
    return next((code for code, _ in _ranked(text) if code in languages), ENGLISH)


@cache
def stop_words(language: str) -> frozenset[str]:
    """Words that name nothing, in lower case."""
    if language == ENGLISH:
        return ENGLISH_STOP_WORDS
    # Its own list for English is ten times as long and has words that questions are about.
    from stopwordsiso import stopwords

    return frozenset(word.casefold() for word in stopwords(language))


# Of one question it is asked several times.
@lru_cache(maxsize=256)
def _ranked(text: str) -> tuple[tuple[str, float], ...]:
    """All languages with their probabilities, the likeliest first."""
    return tuple((code, float(share)) for code, share in _identifier().rank(text))


@lru_cache(maxsize=4096)
def _told(text: str) -> str:
    return str(_identifier().rank(text)[0][0])


@cache
def _identifier() -> "LanguageIdentifier":
    # Its model takes most of a second to load, and a library in English needs it for additions only.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
