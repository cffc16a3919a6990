"""Keywords: turns text into stemmed terms."""

import threading
import zlib
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

import numpy as np
import regex
import Stemmer
from numpy.typing import NDArray

from embeddings.languages import ENGLISH, SNOWBALL, stop_words
from embeddings.nations import ONE_NAME

Terms = NDArray[np.uint32]

# Numbers stay whole ("3.5", "1,000"), and versions are the same with or without a "v" before them ("v2.6.28", "3.14.0rc1"); text in scripts
# without spaces between words is split into character n-grams below.
_WORD = regex.compile(
    r"(?P<pairs>[\p{Han}\p{Hiragana}\p{Katakana}]+)|(?P<triples>[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+)|"
    r"(?<![\p{L}\p{N}])v?(?P<version>\p{Nd}+(?:\.\p{Nd}+)+(?:(?:a|b|rc)\p{Nd}+)?(?![\p{L}\p{N}]))|\p{Nd}+(?:[.,:]\p{Nd}+)*|[\p{L}\p{M}\p{N}]+(?:['’][\p{L}]+)?"
)
# Stemmers of words in other scripts, by a first letter; for Latin script the language decides.
_STEMMER = regex.compile(
    r"(?P<russian>\p{Cyrillic})|(?P<greek>\p{Greek})|(?P<arabic>\p{Arabic})|(?P<hindi>\p{Devanagari})|(?P<armenian>\p{Armenian})|(?P<tamil>\p{Tamil})"
)
_local = threading.local()

# Names of countries and unions, written out or dotted; replaced before case folding, since case tells "US" from "us".
_ABBREVIATED = (
    (regex.compile(r"\bU\.S\.(?:A\.?)?|\bUSA?\b|(?<=\b[Tt]he )us\b|\b[Uu]nited [Ss]tates(?: of [Aa]merica)?\b"), "usa"),
    (regex.compile(r"\bU\.K\.|\bUK\b|\b[Uu]nited [Kk]ingdom\b|\bGreat Britain\b"), "uk"),
    (regex.compile(r"\bE\.U\.|\b[Ee]uropean [Uu]nion\b"), "eu"),
    (regex.compile(r"\bU\.N\.|\b[Uu]nited [Nn]ations\b"), "un"),
)


def folded(text: str) -> str:
    """A text with its case folded; of the capital İ, `casefold` alone would leave the dot as a combining mark."""
    return text.casefold().replace("i\u0307", "i")


def words(text: str) -> list[str]:
    """The words of a text, in lower case; character bigrams or trigrams for scripts without spaces."""
    found: list[str] = []
    for pattern, name in _ABBREVIATED:
        text = pattern.sub(name, text)
    for match in _WORD.finditer(folded(text)):
        word = match["version"] or match[0]
        # Any two letters of an alphabet occur in any text: with bigrams, hardly any off-topic Thai question was refused.
        size = 2 if match["pairs"] else 3 if match["triples"] else 0
        if size:
            found.extend(word[at : at + size] for at in range(max(len(word) - size, 0) + 1))
        else:
            found.append(word.replace("’", "'").replace(",", ""))
    return found


def terms(text: str, language: str = ENGLISH) -> Terms:
    """The text's words, stemmed (by Snowball) and hashed to 32 bits: uint32, shape ``(words,)``."""
    return hashed(words(text), language)


def hashed(found: Sequence[str], language: str = ENGLISH) -> Terms:
    """The terms of words."""
    stems = (_stem(word.removesuffix("'s"), language) for word in found)
    return np.fromiter((zlib.crc32(stem.encode()) for stem in stems), dtype=np.uint32, count=len(found))


def query_terms(text: str, language: str = ENGLISH) -> Terms:
    """The distinct terms of a question without stop words, in ascending order."""
    return np.unique(hashed([word for word in words(text) if not _is_stop(word, language)], language))


def share_of(one: Terms, other: Terms) -> float:
    """The share of the shorter one's distinct terms that the other has too; 0 if it has none."""
    one, other = np.unique(one), np.unique(other)
    smaller = min(one.size, other.size)
    return float(np.intersect1d(one, other, assume_unique=True).size / smaller) if smaller else 0.0


def weights(query: Terms, idf: NDArray[np.float32]) -> dict[int, float]:
    """The weight (IDF) of each term of the question, by term."""
    return dict(zip(query.tolist(), idf.tolist(), strict=True))


def covered(weight: Mapping[int, float], held: Collection[int]) -> float:
    """The share of the total weight whose terms are ``held``; 0 if there are no weights."""
    total = sum(weight.values())
    return sum(each for term, each in weight.items() if term in held) / total if total else 0.0


def query_pairs(text: str, language: str = ENGLISH) -> Terms:
    """Pairs of adjacent terms in a question, neither being a stop word: uint32, shape ``(pairs, 2)``."""
    found = words(text)
    pairs = [
        (left, right) for left, right in pairwise(found) if not (_is_stop(left, language) or _is_stop(right, language))
    ]
    return hashed([word for pair in pairs for word in pair], language).reshape(-1, 2)


def _is_stop(word: str, language: str) -> bool:
    return word.removesuffix("'s") in stop_words(language)


def _stem(word: str, language: str) -> str:
    other = None if word.isascii() else _STEMMER.match(word)
    if other and other.lastgroup:
        return _stemmer(other.lastgroup).stemWord(word)  # type: ignore[no-any-return]
    if language == ENGLISH:
        word = ONE_NAME.get(word, word)
    if language not in SNOWBALL:
        return word
    return _stemmer(SNOWBALL[language]).stemWord(word)  # type: ignore[no-any-return]


def _stemmer(name: str) -> Stemmer.Stemmer:
    # A stemmer must not be used by two threads at once.
    if not hasattr(_local, "stemmers"):
        _local.stemmers = {}
    stemmers: dict[str, Stemmer.Stemmer] = _local.stemmers
    if name not in stemmers:
        stemmers[name] = Stemmer.Stemmer(name)
    return stemmers[name]
