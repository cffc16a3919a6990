"""Descriptions of persons and things beside their names: "Adler, the mayor, …", "Gov. Ott", "a rill (a small stream)"."""

import re

from embeddings.types import Span

# "Who is Ott?", "what's a rill?", "what does CPU stand for?"
_ASKED = re.compile(
    r"(?:who|what)(?:['’]?s|\s+(?:is|was|are|were))\s+(?:an?\s+|the\s+)?(?P<subject>[^\s?]+(?:\s+[^\s?]+){0,3})|"
    r"what\s+(?:does|do|did)\s+(?P<short>[^\s?]+)\s+(?:stand\s+for|mean)",
    re.IGNORECASE,
)
_ARTICLE = r"(?:an?|the|one|his|her|its|their|our|my)"
# Descriptions that follow a name, tried in this order.
_BEHIND = tuple(
    re.compile(pattern)
    for pattern in (
        r"\s?\((?P<what>[^()]{3,120})\)",
        rf",\s(?P<what>(?:{_ARTICLE}\s|[A-Z])[^,;.—]{{2,120}})(?=[,;.—]|$)",
        r",\s(?P<what>(?:who|which)\s(?:is|was|are|were|has|had|leads?|runs?)\s[^,;.—]{2,120})",
        rf"\s[—–-]\s(?P<what>{_ARTICLE}\s[^,;.—–]{{2,120}}[^,;.—–\s])",
        rf"\s(?:is|are|was|were)\s(?P<what>{_ARTICLE}\s[^,;.—]{{2,140}})",
    )
)
# Lists and speakers instead of descriptions: "Adler, Ott and Novak", "Adler, Mayor Ott said"; not so "Adler, the mayor of Oban and Bute".
_GOES_ON = re.compile(rf"(?!{_ARTICLE}\s)(?:.*?\b(?:and|or)\b)|.*?\b(?:said|says|told)\b")
# Descriptions before a name: "the head of the pool, Adler", but not "a meeting with" before that; and titles as in "President Adler".
_WORD = r"(?!(?:and|at|by|during|for|from|in|on|to|with)\b)[\w’'-]+"
_BEFORE = re.compile(rf"(?P<what>\b(?i:{_ARTICLE})\s(?:{_WORD}\s){{0,5}}{_WORD}),?\s$")
# Of "Ina Ott" in "his colleague, Ina Ott", a question may give only the last word.
_FIRST_NAME = re.compile(r"(?<=,\s)[A-Z][\w’'-]{0,30}\s$")
_TITLES = re.compile(r"(?P<what>(?:[A-Z][\w.’'-]{0,50}\s){1,5})$")
_ONE_TITLE = frozenset("coach dr king mayor minister pope president prince princess professor queen judge".split())
_WIDEST = 90
# An age in between: "Adler, 51, the mayor".
_AGE = r"(?:,\s\d{1,3}(?=,))?"


def described_in(question: str, sentence: str) -> Span | None:
    """Where a sentence says who or what something is, if that is what the question asks and the sentence says it."""
    asked = _ASKED.fullmatch(question.strip(" ?!.…"))
    if asked is None:
        return None
    if asked["short"]:
        return _spelt_out(asked["short"], sentence)
    for match in re.finditer(rf"(?<!\w){_named(asked['subject'])}(?!\w){_AGE}", sentence, re.IGNORECASE):
        first = None if " " in asked["subject"] else _FIRST_NAME.search(sentence, 0, match.start())
        whole = Span(first.start() if first else match.start(), match.end())
        found = _behind(sentence, match.end()) or _before(sentence, whole) or _before(sentence, Span(*match.span()))
        if found:
            return found
    return None


def _named(subject: str) -> str:
    """A pattern for a name, which reports shorten to its last word after the first mention; "coach of Oban" is not a name to shorten."""
    *first, last = subject.split()
    if first and all(word[:1].isupper() for word in (*first, last)):
        return rf"(?:{re.escape(' '.join(first))} )?{re.escape(last)}"
    return re.escape(subject)


def _behind(sentence: str, end: int) -> Span | None:
    for pattern in _BEHIND:
        found = pattern.match(sentence, end)
        # "Adler (Адлер?)" is a transcription, not a description.
        if found and not _GOES_ON.match(found["what"]) and found["what"][0].isascii() and found["what"][-1] != "?":
            return Span(*found.span("what"))
    return None


def _before(sentence: str, name: Span) -> Span | None:
    start = max(name.start - _WIDEST, 0)
    ahead = sentence[start : name.start]
    if found := _BEFORE.search(ahead):
        return Span(start + found.start("what"), start + found.end("what"))
    found = _TITLES.search(ahead)
    if found is None:
        return None
    titles = found["what"].split()
    # A single capitalised word before the name may be a first name, or merely begin the sentence.
    is_title = len(titles) > 1 or titles[0].endswith(".") or titles[0].casefold() in _ONE_TITLE
    return Span(start + found.start("what"), name.end) if is_title else None


def _spelt_out(short: str, sentence: str) -> Span | None:
    """The expansion of an abbreviation: as many words before "(CPU)" as it has letters, or the text in brackets after it."""
    if behind := re.search(rf"(?<!\w){re.escape(short)}\s*\((?P<what>[^()]{{3,120}})\)", sentence, re.IGNORECASE):
        return Span(*behind.span("what"))
    before = re.search(rf"\(\s*{re.escape(short)}\b", sentence, re.IGNORECASE)
    if before is None:
        return None
    words = list(re.finditer(r"\w[\w’'-]*", sentence[: before.start()]))[-len(short) :]
    return Span(words[0].start(), words[-1].end()) if words else None
