"""Misspelt words of a question, corrected by the words of the articles that are searched.

Somebody who types "where did the meetng take plce" means words that the articles have, but neither keywords nor models find them. A word
counts as misspelt if no article has it in any form, no dictionary knows it, and the articles have one that differs by a typing slip: a
letter omitted, inserted or changed, or two swapped. In a short word, a changed letter must be that of an adjacent key: "wifi" is not
"wife". Hyphenation varies, too: "reelected", "re-election", "email", "e-mail".
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property

import regex
from rapidfuzz import process
from rapidfuzz.distance import OSA

from embeddings.keywords import folded, hashed
from embeddings.languages import ENGLISH, ENGLISH_STOP_WORDS

# Lengths in letters. Words below the shortest are too similar to one another; in long ones, two slips are likelier than a different word.
_SHORTEST = 4
_LONG = 8
_SHORT = 5
# Each unknown word is compared with all words of the articles; a question with more of them was not merely mistyped.
_MOST_CORRECTED = 12
# Positions of keys, in key widths: each row is indented a little further than the one above.
_KEYS = {
    key: (column + inset, row)
    for row, (inset, keys) in enumerate(((0.0, "qwertyuiop"), (0.25, "asdfghjkl"), (0.75, "zxcvbnm")))
    for column, key in enumerate(keys)
}
_WORD = regex.compile(rf"(?<![\w'’])\p{{Latin}}{{{_SHORTEST},40}}(?![\w\p{{M}}]|['’](?!s\b))")
# The languages in Latin script for which pyspellchecker has a dictionary.
_DICTIONARIES = frozenset(["de", "en", "es", "eu", "fr", "it", "nl", "pt"])
# Contractions that are not other words if their apostrophe is omitted, as in hasty typing.
_CONTRACTED = {
    each.replace("'", ""): each
    for each in """
    ain't aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't mustn't needn't shouldn't wasn't weren't won't wouldn't
    he's how's here's she's that's there's what's when's where's who's why's
    i'm i've they're they've they'll we've you're you've you'll could've should've would've
    """.split()
}
_HYPHENED = regex.compile(r"(?<![\w'’-])(\p{Latin}{1,20})[-‐‑]([\p{Latin}\p{Nd}]{1,20})(?![\w\p{M}-])")
_UNHYPHENED = regex.compile(r"(?<![\w'’.@/-])\p{Latin}[\p{Latin}\p{Nd}]{2,40}(?![\w\p{M}@/-])")
# Words that mean something else with a hyphen: to resign is not to re-sign.
_DIFFERENT = """
    coop react recollect recover recreate recreation reform refund relay release remark represent repress resent reserve resign resignation
    resolve resort retreat
    """.split()
# Abbreviations common in chats, and what they stand for.
_SHORT_FOR = dict(
    pair.split("=")
    for pair in """
    acc=account admin=administrator admins=administrators bday=birthday bc=because bike=bicycle config=configuration cuz=because
    dmg=damage docs=documentation exam=examination fridge=refrigerator hr=hour hrs=hours info=information lab=laboratory lvl=level
    max=maximum mins=minutes mod=moderator mods=moderators msg=message msgs=messages phone=telephone photo=photograph
    photos=photographs pic=picture pics=pictures plz=please pls=please ppl=people pw=password r=are repo=repository secs=seconds
    tmrw=tomorrow tv=television u=you ur=your vid=video vids=videos yr=year yrs=years
    """.split()
)
_SHORT_WORD = regex.compile(rf"(?<![\w'’.@#/-])(?:{'|'.join(sorted(_SHORT_FOR))})(?![\w'’@/-]|\.\w)")
_UNMARKED = regex.compile(rf"(?<![\w'’.@/-])(?:{'|'.join(_CONTRACTED)})(?![\w'’@/-]|\.\w)", regex.IGNORECASE)


class Vocabulary:
    """The words of some articles, by which others are corrected. Thread-safe."""

    def __init__(self, texts: Iterable[str]) -> None:
        """The words of ``texts`` are extracted lazily, when first needed."""
        self._texts = tuple(texts)
        self._building = threading.Lock()
        self._hyphened_in: dict[str, Mapping[int, Sequence[str]]] = {}

    def corrected(self, question: str, language: str, is_known: Callable[[str], bool]) -> str:
        """The question with hyphens as in the articles, misspelt words corrected if there is a dictionary of its language, and, if it
        is English, abbreviations expanded where the articles have them so.

        ``is_known`` tells whether the articles have a word in any form.
        """
        if language == ENGLISH:
            question = _SHORT_WORD.sub(lambda match: _written_out(match[0], is_known), question)
        question = _HYPHENED.sub(lambda match: self._joined(match, language, is_known), question)
        question = _UNHYPHENED.sub(lambda match: self._parted(match[0], language, is_known), question)
        if language not in _DICTIONARIES:
            return question
        found = dict.fromkeys(match[0] for match in _WORD.finditer(question))
        unknown = [word for word in found if not (is_known(folded(word)) or is_word(folded(word), language))]
        corrected = {word: self._corrected(word) for word in unknown[:_MOST_CORRECTED]}
        return _WORD.sub(lambda match: corrected.get(match[0], match[0]), question)

    def _joined(self, match: regex.Match[str], language: str, is_known: Callable[[str], bool]) -> str:
        """A hyphenated word without its hyphen, if the articles have it only without."""
        whole = match[1] + match[2]
        low = whole.lower()
        is_only = is_known(folded(whole)) and _stem(low, language) not in self._hyphened(language)
        return whole if is_only and _stem(low, ENGLISH) not in _differ() else match[0]

    def _parted(self, word: str, language: str, is_known: Callable[[str], bool]) -> str:
        """A word with a hyphen, if the articles have it only with one."""
        # Not folded, which may make a word longer.
        low = word.lower()
        is_free = not is_known(folded(word)) and _stem(low, ENGLISH) not in _differ()
        firsts = self._hyphened(language).get(_stem(low, language), ()) if is_free else ()
        first = next((each for each in firsts if low.startswith(each)), "")
        return f"{word[: len(first)]}-{word[len(first) :]}" if first else word

    def _hyphened(self, language: str) -> Mapping[int, Sequence[str]]:
        """The first parts of the articles' hyphenated words, by the stem of the whole word without its hyphen."""
        with self._building:
            if language not in self._hyphened_in:
                found: dict[int, set[str]] = {}
                for text in self._texts:
                    for first, last in set(_HYPHENED.findall(text.lower())):
                        found.setdefault(_stem(first + last, language), set()).add(first)
                self._hyphened_in[language] = {stem: sorted(each) for stem, each in found.items()}
            return self._hyphened_in[language]

    def _corrected(self, word: str) -> str:
        """The word of the articles that is closest to an unknown one; the word itself if none is close."""
        low = folded(word)
        slips = 2 if len(low) >= _LONG else 1
        near = process.extract(low, self._words, scorer=OSA.distance, score_cutoff=slips, limit=None)
        # First letters are seldom wrong: one that differs counts as another slip.
        ranked = sorted(
            (slip + (other[0] != low[0]), -self._counts[other], other)
            for other, slip, _ in near
            if (len(low) > _SHORT or _is_slip(low, other)) and not _goes_on(low, other)
        )
        if not ranked or ranked[0][0] > slips:
            return word
        best = ranked[0][2]
        if word.isupper():
            return best.upper()
        return best.capitalize() if word[0].isupper() else best

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(word for text in self._texts for word in _WORD.findall(folded(text)))

    @cached_property
    def _words(self) -> list[str]:
        return sorted(self._counts)


def _written_out(short: str, is_known: Callable[[str], bool]) -> str:
    """An abbreviation, expanded if the articles have only its long form or that is a stop word: "mod" does not mean a person everywhere."""
    whole = _SHORT_FOR[short]
    return whole if not is_known(short) and (is_known(whole) or whole in ENGLISH_STOP_WORDS) else short


@cache
def _differ() -> frozenset[int]:
    return frozenset(_stem(word, ENGLISH) for word in _DIFFERENT)


def _stem(word: str, language: str) -> int:
    return int(hashed([word], language)[0])


def with_apostrophes(question: str) -> str:
    """An English question with missing apostrophes restored: "whats open?" becomes "what's open?"."""

    def marked(match: regex.Match[str]) -> str:
        # Ignoring case, a letter such as the long s of old print matches one of these, but its lower case is a different letter.
        if match[0].lower() not in _CONTRACTED:
            return match[0]
        rest = _CONTRACTED[match[0].lower()][1:]
        return match[0][0] + (rest.upper() if match[0].isupper() else rest)

    return _UNMARKED.sub(marked, question)


def _goes_on(word: str, other: str) -> bool:
    """Whether a word is the beginning of one that is longer by more than a letter: a part of a compound is not a slip."""
    return other.startswith(word) and len(other) > len(word) + 1


def _is_slip(word: str, other: str) -> bool:
    """Whether the letter that differs between two words, one edit apart, is on an adjacent key; also true if none is merely changed."""
    changed = {pair for pair in zip(word, other, strict=False) if pair[0] != pair[1]}
    if len(word) != len(other) or len(changed) > 1:
        return True
    return all(_are_beside(*pair) for pair in changed)


def _are_beside(key: str, other: str) -> bool:
    if key not in _KEYS or other not in _KEYS:
        # A missing accent.
        return True
    (column, row), (there, below) = _KEYS[key], _KEYS[other]
    return abs(column - there) <= 1 and abs(row - below) <= 1


def is_word(word: str, language: str) -> bool:
    """Whether a dictionary of this language or of English has ``word``, given in lower case. Slow the first time."""
    return word in _dictionary(ENGLISH) or word in _dictionary(language)


@cache
def _dictionary(language: str) -> frozenset[str]:
    # Imported late: the file takes a moment to read, and most questions have no word to look up in it.
    from spellchecker import SpellChecker

    return frozenset(SpellChecker(language).word_frequency.words())
