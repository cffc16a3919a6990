"""The language of a text, and its stemmer and stop words.

It covers the languages in Latin script that Snowball stems, and identifies some more. Any other text in Latin script is taken for English;
words in other scripts are stemmed by their script, whatever the language.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

ENGLISH = "en"

# From ISO 639-1 to Snowball's name.
SNOWBALL = {
    "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "en": "english", "eo": "esperanto", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hu": "hungarian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
# Identified as well, so that their texts are not taken for English; their words are not stemmed.
UNSTEMMED = frozenset(["af", "gl", "hr", "lv", "ms", "sk", "sl", "sw", "tl", "vi"])

# English stop words. They are indexed like all others, but left out of queries.
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

# Characters from which a language is identified, which takes a millisecond; a longer text adds nothing.
_ENOUGH = 2000
# At this threshold none of 2,370 paragraphs of English Wikipedia, cut to 80 characters, is taken for another of these languages; of XQuAD's
# in German, Romanian, Spanish and Turkish all but 5 of 320 are identified.
_LIKELY = 0.5
# Below this probability, a question is not in a language; tests/test_grounds.py says what that does for XQuAD's.
_UNLIKELY = 0.02


def language_of(text: str) -> str:
    """The ISO 639-1 code of an article's language: a known one, or English if none is likely."""
    code, share = _identifier().rank(text[:_ENOUGH])[0]
    return code if (code in SNOWBALL or code in UNSTEMMED) and share >= _LIKELY else ENGLISH


def is_hardly(text: str, language: str) -> bool:
    """Whether a question is most likely not in ``language``."""
    return dict(_ranked(text)).get(language, 0.0) < _UNLIKELY


def is_foreign_to(text: str, article: str) -> bool:
    """Whether a question is most likely not in an article's language, out of a hundred languages in any script."""
    return is_hardly(text, _told(article[:_ENOUGH]))


def language_among(text: str, languages: Sequence[str]) -> str:
    """The most likely of these languages for a question; English if there are none."""
    if len(languages) < 2:
        return next(iter(languages), ENGLISH)
    return next((code for code, _ in _ranked(text) if code in languages), ENGLISH)


@cache
def stop_words(language: str) -> frozenset[str]:
    """The stop words of a language, in lower case."""
    if language == ENGLISH:
        return ENGLISH_STOP_WORDS
    # stopwordsiso's own list for English is ten times as long and has words that questions are about.
    from stopwordsiso import stopwords

    return frozenset(word.casefold() for word in stopwords(language))


# Cached, as it is called several times for each question.
@lru_cache(maxsize=256)
def _ranked(text: str) -> tuple[tuple[str, float], ...]:
    """All languages with their probabilities, most likely first."""
    return tuple((code, float(share)) for code, share in _identifier().rank(text))


@lru_cache(maxsize=4096)
def _told(text: str) -> str:
    return str(_identifier().rank(text)[0][0])


@cache
def _identifier() -> "LanguageIdentifier":
    # Imported late: the model takes most of a second to load, and a library in English needs it only to add articles.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
