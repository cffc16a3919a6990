"""A follow-up that only names a thing ("and the secretary?", "on Windows") put where the question before names another.

Where that is, is told by its preposition, or else by what is most like it among the things that the question names: offices, systems and
days of the week are near one another. Nothing is parsed; what is put in a wrong place is seldom answered, and is taken by itself then.
"""

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from embeddings.keywords import hashed, words
from embeddings.languages import ENGLISH_STOP_WORDS

#: How alike a phrase and each of some others are, from -1 to 1, as an encoder sees them.
Alike = Callable[[str, Sequence[str]], Sequence[float]]

# So many words that name something; a longer phrase says more than a thing.
_LONGEST = 4
# So many words; a longer question is a story, of which most is no question.
_LONGEST_QUESTION = 30
# A place where it fits less well is none.
_LEAST = 0.15
# What else speaks for a place: as many words, the same noun, a number for a number and a name for a name, an article for an article, the
# end of the question; and against it: a name for what has an article and is none, words of the phrase itself.
_AS_LONG, _SAME_NOUN, _SAME_WRITING, _SAME_ARTICLE, _AT_THE_END = 0.15, 0.3, 0.2, 0.1, 0.05
_NO_NAME, _ITSELF = -0.15, -0.5
# "Buy" and "sell" are so alike, "plywood" and "sell" are not.
_LIKE_A_VERB = 0.35
# How well a phrase fits that is put behind a question, as "for the council" behind "how many members does it need".
_BEHIND = 0.4

_WORD = re.compile(r"[^\s?!,;()\"“”]+")
_SAID_TOO = re.compile(r"(?:,?\s+(?:too|as well|also|then|instead|again))+$", re.IGNORECASE)
_ARTICLES = frozenset("the a an my your our his her its their this that these those any some".split())
_PREPOSITIONS = frozenset(
    """about after against at before between by during for from in into near of on onto over per since to under until with
    without""".split()
)
# "On Monday" is put in the place of "at Christmas".
_WHERE = frozenset(["in", "on", "at"])
_ONES = frozenset(["one", "ones"])
_ASKING = frozenset("who whom whose what which when where why how".split())
_BE = frozenset("is are was were am".split())
_AUXILIARIES = _BE | frozenset(
    "do does did can could will would should may might must has have had don't doesn't can't".split()
)
_PRONOUNS = frozenset("i you he she it we they one there".split())
_VAGUE = frozenset("anything something everything nothing anyone someone everyone thing things".split())
# Behind a form of "be" these say something of the subject, as words in "-ed" do.
_PREDICATES = frozenset("born held sold made built kept sent paid shown found open closed free".split())


def put_in(phrase: str, base: str, alike: Alike) -> tuple[str, float]:
    """The question ``base`` of what the phrase names, and how well it fits there, from 0; empty where it does not fit at all."""
    phrase = _SAID_TOO.sub("", phrase.strip().rstrip(" ?!.,…"))
    said, asked = _WORD.findall(phrase), list(_WORD.finditer(base.rstrip(" ?!.…")))
    named = [word for word in said if _names(word) and word.lower() not in _ONES]
    if not 0 < len(named) <= _LONGEST or not 0 < len(asked) <= _LONGEST_QUESTION:
        return "", 0.0
    if said[0].lower() in _PREPOSITIONS:
        at = _place(asked, said[0].lower())
        return (_with(base, asked, *at, phrase), 1.0) if at else (f"{base[: asked[-1].end()]} {phrase}?", _BEHIND)
    if said[-1].lower() in _ONES:
        phrase = " ".join(said[:-1])
    verb = _verb(asked)
    spans = list(_spans(asked, verb, only_before_a_noun=said[-1].lower() in _ONES))
    if verb is not None and len(said) == 1:
        spans.append((verb, verb + 1))
    texts = [" ".join(word[0] for word in asked[first:last]) for first, last in spans]
    likenesses = alike(" ".join(named), texts) if spans else []
    fitting = [
        (likeness + _kinship(said, named, asked, first, last), first, last)
        for likeness, (first, last) in zip(likenesses, spans, strict=True)
        if first != verb or likeness >= _LIKE_A_VERB
    ]
    fits, first, last = max(fitting, default=(0.0, 0, 0))
    if fits < _LEAST:
        return "", 0.0
    if named[0][0].isupper():
        while first and _is_name(asked[first - 1][0]) and _is_name(asked[first][0]):
            first -= 1
        while last < len(asked) and _is_name(asked[last - 1][0]) and _is_name(asked[last][0]):
            last += 1
    if said[0].lower() in _ARTICLES:
        while first and first - 1 != verb and _names(asked[first - 1][0]):
            first -= 1
    if first and asked[first - 1][0].lower() in _ARTICLES:
        first -= 1
    return _with(base, asked, first, last, phrase), fits


def _names(word: str) -> bool:
    """Whether a word may name something."""
    low = word.lower()
    if low in _AUXILIARIES | _PREPOSITIONS | _VAGUE or re.split("['’]", low)[0] in _ASKING:
        return False
    return any(each not in ENGLISH_STOP_WORDS for each in words(word))


def _is_name(word: str) -> bool:
    return word[0].isupper() and _names(word)


def _with(base: str, asked: Sequence[re.Match[str]], first: int, last: int, phrase: str) -> str:
    return f"{base[: asked[first].start()]}{phrase}{base[asked[last - 1].end() : asked[-1].end()]}?"


def _place(asked: Sequence[re.Match[str]], preposition: str) -> tuple[int, int] | None:
    """Where the question has this preposition, or one that says much the same, with what it belongs to."""
    found = [at for at, word in enumerate(asked[:-1]) if word[0].lower() == preposition] or [
        at for at, word in enumerate(asked[:-1]) if preposition in _WHERE and word[0].lower() in _WHERE
    ]
    if not found:
        return None
    last = found[-1] + 1
    while last < len(asked) and (asked[last][0].lower() in _ARTICLES or _names(asked[last][0])):
        last += 1
    return (found[-1], last) if last > found[-1] + 1 else None


def _spans(asked: Sequence[re.Match[str]], verb: int | None, *, only_before_a_noun: bool) -> Iterator[tuple[int, int]]:
    """Where the question may name a thing: a few words in a row that name something, its verb not among them."""
    named = [_names(word[0]) and at != verb for at, word in enumerate(asked)]
    for first in range(len(asked)):
        for last in range(first + 1, min(first + _LONGEST, len(asked)) + 1):
            if not all(named[first:last]):
                break
            # "The general ones" stand for "topical" in "topical channels".
            if not only_before_a_noun or (
                last - first == 1 and any(named[last : last + 1]) and not any(named[first - 1 : first])
            ):
                yield first, last


def _verb(asked: Sequence[re.Match[str]]) -> int | None:
    """Which of the words that seem to name something is more likely the verb, or what is said of the subject of "be"."""
    tokens = [word[0].lower() for word in asked]
    named = [_names(word[0]) for word in asked]
    auxiliary = next(
        (at for at, word in enumerate(tokens) if word in _AUXILIARIES or (at == 0 and word.endswith(("'s", "’s")))),
        None,
    )
    if auxiliary is None:
        # "Who wrote …?"
        return 1 if len(tokens) > 1 and tokens[0] in _ASKING and named[1] else None
    is_be = tokens[auxiliary] in _BE or tokens[auxiliary].endswith(("'s", "’s"))
    rest = range(auxiliary + 1, len(tokens))
    first = next((at for at in rest if named[at]), len(tokens))
    if auxiliary + 1 < len(tokens) and tokens[auxiliary + 1] in _PRONOUNS:
        # "Do you sell …?", "is it safe?"; what "is there" may be asked of.
        is_said = (
            first < len(tokens)
            and tokens[auxiliary + 1] != "there"
            and tokens[first - 1] not in _ARTICLES | _PREPOSITIONS
        )
        return first if is_said else None
    end = next((at for at in range(first, len(tokens)) if not named[at]), len(tokens))
    if end - first < 2 or (end < len(tokens) and tokens[end] in _AUXILIARIES):
        return None
    # "Does the pool open?", "does a simple lens consist of …?", "where are the rules posted?"; of three words any may be it.
    says = tokens[end - 1].endswith(("ed", "en")) or tokens[end - 1] in _PREDICATES or tokens[0] in _BE | {"why"}
    acts = end - first == 2 or (tokens[end : end + 1] and tokens[end] in _PREPOSITIONS)
    return end - 1 if (says if is_be else acts) else None


def _kinship(said: Sequence[str], named: Sequence[str], asked: Sequence[re.Match[str]], first: int, last: int) -> float:
    """What else than its meaning speaks for the words from ``first`` to ``last``."""
    there = [word[0] for word in asked[first:last]]
    score = _AT_THE_END * (last == len(asked)) + _AS_LONG * (len(there) == len(named))
    score += _SAME_NOUN * (
        len(there) == len(named) > 1 and np.array_equal(hashed(words(there[-1])), hashed(words(named[-1])))
    )
    score += _SAME_WRITING * (_writing(named[0]) == _writing(there[0]) != "")
    if said[0].lower() in _ARTICLES:
        score += _NO_NAME * (_writing(there[0]) != "" == _writing(named[0]))
        score += _SAME_ARTICLE * (first > 0 and asked[first - 1][0].lower() in _ARTICLES)
    return score + _ITSELF * ({*map(str.lower, there)} < {*map(str.lower, named)})


def _writing(word: str) -> str:
    """What is written alike: numbers and versions, files and channels, names."""
    if any(each.isdigit() for each in word):
        return "number"
    return "name" if word[0].isupper() else "" if word[0].isalnum() else word[0]
