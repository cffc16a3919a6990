"""Recognises photo credits, captions, bylines, datelines and teasers for other articles: kept, but told apart from the report so that
they are not quoted as answers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.types import Kind

# A line longer than this is a paragraph, whatever it begins with.
_LONGEST_LINE = 240

# "By Friday" and "By August" are times; August Wilson is a name.
_TIME = r"(?i:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october|november|december)\b"
_NAME = r"[^\W\d_a-z][\w'’.-]*"
# A credited party: names and connecting words up to the end of the line; a sentence has other words.
_NAMES = rf"(?!{_TIME}(?!\s+{_NAME}))[@©]?{_NAME}(?:[\s,/|&]+(?:[–-]\s)?(?:{_NAME}|and|of|the|for|via|de|von|van|der|al|bin)){{0,10}}\.?$"
_AGENCY = r"(?i:getty images|reuters|ap photo|afp|epa|shutterstock|wikimedia commons)"
_CREDIT = re.compile(
    r"©|(?i:\(c\)\s|copyright\b\s*(?:©|\(c\)|[12]\d{3}))"
    r"|(?i:(?:file\s+)?(?:photo(?:graph)?s?|image|picture|illustration|video|credits?|caption)(?:\s+credit)?)\s*"
    rf"(?:©|/\s*{_NAMES}|(?i:by)\s+(?:{_NAMES}|(?:the|our|staff)\b(?:\s\S+){{0,3}}$)"
    rf"|:\s*(?:$|[@©\"“‘'(]|{_NAME}|(?i:by|via|courtesy|supplied|handout|provided|submitted|contributed|screen\w+)\b|\d+[^\W\d_]{{2}}))"
    rf"|{_AGENCY}\s*(?:/|$|via\b)"
)
_CREDIT_AT_END = re.compile(
    r"(?:©\s?[^.]{2,60}|(?i:\b(?:getty images|reuters|ap photo|afp|epa)\s?/)[^.]{2,60}"
    r"|(?i:\((?:file|(?:file|ap)\s(?:photo|image|picture)\b[^()]{0,80})\))"
    r"|(?i:\((?:photo|image|picture|credit)(?:\scredit)?)(?:(?i:\s?(?:by\b|courtesy\b|via\b|[:/©|,–—-]))|\s[^\W\d_a-z])[^()]{0,80}\)"
    # Within a sentence these are ordinary words: "earn a credit by …", "send your photo by …".
    r"|(?:(?:Photo(?:graph)?|Image|Picture|PHOTO(?:GRAPH)?|IMAGE|PICTURE)|(?<=[.!?…)\]|]\s)(?i:photo(?:graph)?|image|picture|credit))"
    rf"\s?(?:[Bb]y|BY|:)\s(?!{_TIME})[^.]{{2,60}})\.?$"
    rf"|(?:Credit|CREDIT)\s?(?:[Bb]y|BY|:)\s{_NAMES}"
)
_BYLINE = re.compile(
    rf"(?:(?i:written by|reported by|reporting by|story by|by))\s+(?!{_TIME}(?!\s+{_NAME}))"
    rf"{_NAME}(?:\s+(?:{_NAME}|(?i:and|de|von|van|der|al|bin)))*(?:\s*(?:[,|•·–—-]|\b(?i:in|for)\b).{{0,80}}(?<![.!?]))?$"
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = rf"(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)[a-z]*\.?,?\s+)?(?:\d{{1,2}}\s+{_MONTH},?(?:\s+\d{{4}})?|{_MONTH}\s+\d{{1,2}}(?:,?\s+\d{{4}})?|\d{{4}}-\d\d-\d\d)"
# "Date: 12 June" is about the article's subject, not the date of the article.
_DATE_LINE = re.compile(
    rf"(?:(?:published|updated|posted|last updated|(?:first|originally) published)\b[\s:]*(?:on\s+)?)?{_DATE}"
    r"(?:[\s,|•·–—-]*(?:at\s+)?\d{1,2}[:.]\d\d(?:\s?[ap]\.?m\.?)?(?:\s+[A-Z]{2,4})?)?\.?$",
    re.IGNORECASE,
)
# "MOSCOW, Sept 14 (Reuters) — The report begins here."; without date and agency it needs a dash, not a hyphen: "OPENING HOURS - Daily
# from 9 to 5".
_DATELINE = re.compile(
    rf"[A-Z][A-Z .'’-]{{2,30}}(?:,\s*[A-Z][A-Za-z. ]{{1,20}})?"
    rf"(?:(?:,?\s+(?i:{_DATE})(?:\s*\([A-Za-z ]{{2,20}}\))?|\s*\([A-Z][A-Za-z ]{{1,19}}\))\s*[—–-]{{1,2}}|\s*(?:[—–]{{1,2}}|--))"
    r"\s+(?=[\"“‘'«„]?[^\W\d_a-z])"
)

# "Read more: another headline": the headline is that of another article.
_POINTER = (
    r"(?:(?:see|read|watch)\s(?:also|more|next)|also\sread|related(?:\s(?:posts?|stor(?:y|ies)|articles?|videos?))?"
    r"|(?:do\snot|don['’]t)\smiss|you\s(?:may|might)\salso\slike)"
)
_TEASER = re.compile(
    rf"{_POINTER}\s?:\s|(?:(?:do\snot|don['’]t)\smiss|advertisement|story\scontinues\s(?:below|after)\b[^.]{{0,60}})\W?$",
    re.IGNORECASE,
)
_LABEL = re.compile(rf"(?:{_POINTER}|more)\s?:", re.IGNORECASE)
# "See it now: Town Shop": where to buy what the line before mentions.
_OFFER = re.compile(r"(?:see|buy|get|shop|order)(?:\s(?:it|them|this))?\snow\s?:\s?\S", re.IGNORECASE)
_NETWORK = r"(?:twitter|x|facebook|instagram|youtube|linkedin|tiktok|threads|bluesky|mastodon|pinterest|telegram)"
# Words of one sentence without a number (a date, a price, a time).
_SOME_WORDS = r"(?:[^.!?\d\n]|\.(?=\w)){1,80}"
# Standing notices of a site under its articles. "Originally published in 1987" is about the article's subject, and so is a line that
# continues after the name of a network: "Follow us on Facebook to hear when the pool opens."
_NOTICE = re.compile(
    r"(?:this\s(?:article|story|post|piece|column|report)\s(?:was\s)?)?originally\s(?:published|posted|appeared)\s"
    rf"(?:on|at|by|in)\s(?!{_TIME})(?=(?-i:[A-Z]))[^\d\n]{{1,100}}$"
    r"|filed\sunder\s?:"
    r"|(?:do\syou\s)?(?:have|got)\san?\s(?:(?:news|story|hot|confidential)\s)?tip\s?\?"
    rf"|follow\s{_SOME_WORDS}\son\s{_NETWORK}\b(?:[\s,&]+(?:(?:and|or|on|at|{_NETWORK})\b|@\w+))*\W*$"
    rf"|(?:get\s{_SOME_WORDS}\s(?:in|to)\syour\sinbox\.?\s?)?subscribe\sto\s{_SOME_WORDS}\W?$"
    rf"|{_POINTER}\s?(?:…|\.{{3}})?$"
    r"|(?-i:SOURCES?)\s?:\s",
    re.IGNORECASE,
)
# Marks of a bibliographic reference that an explanatory note lacks.
_OF_A_WORK = re.compile(r"\b(?:1[5-9]|20)\d\d\b|\bet al\b|\bdoi\b|\bISBN\b|https?://|\b(?:Vol|pp?)\.|\bRetrieved\b")
# A numbered reference mark.
_NOTE = re.compile(r"\[\d{1,3}\]")


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of a news article, or a part of one, and its kind."""

    kind: Kind
    text: str


def recognise(paragraphs: list[str]) -> list[list[Line]]:
    """The parts of each paragraph, in order: usually one, two if a dateline opens it.

    Joined by a space, the parts are the paragraph's text.
    """
    is_credit = [_is_credit(text) for text in paragraphs]
    notes = notes_among(paragraphs)
    found: list[list[Line]] = []
    for number, text in enumerate(paragraphs):
        if number in notes:
            found.append([Line(Kind.TEASER, text)])
            continue
        before_credit = number + 1 < len(paragraphs) and is_credit[number + 1]
        found.append(_parts(text, is_credit=is_credit[number], before_credit=before_credit))
    return found


def is_label(text: str) -> bool:
    """Whether a line only introduces links to other articles: "More:", "See also:"."""
    return bool(_LABEL.fullmatch(text))


def is_offer(text: str) -> bool:
    """Whether a line only says where to buy something."""
    return len(text) <= _LONGEST_LINE and bool(_OFFER.match(text))


def notes_among(texts: Sequence[str]) -> set[int]:
    """Indices of the texts that are references, such as "[1] Lind, Pools of the Town, 1987" if "[1]" occurs in a text above.

    If most numbered texts are not referred to, the numbers are those of paragraphs, as in a judgment; a note that names no work may be an
    explanation.
    """
    numbered = referred = 0
    seen: set[str] = set()
    works: set[int] = set()
    for place, text in enumerate(texts):
        opening = _NOTE.match(text)
        if opening:
            numbered += 1
            referred += opening[0] in seen
            if opening[0] in seen and _OF_A_WORK.search(text):
                works.add(place)
        seen.update(_NOTE.findall(text, opening.end() if opening else 0))
    return works if 2 * referred > numbered else set()


def _is_credit(text: str) -> bool:
    return len(text) <= _LONGEST_LINE and bool(_CREDIT.match(text) or _CREDIT_AT_END.search(text))


def _parts(text: str, *, is_credit: bool, before_credit: bool) -> list[Line]:
    if len(text) <= _LONGEST_LINE:
        # A line right above a credit that is not a sentence is a caption.
        if is_credit or (before_credit and not text.endswith((".", "!", "?", ":", "…"))):
            return [Line(Kind.CAPTION, text)]
        if _BYLINE.match(text):
            return [Line(Kind.BYLINE, text)]
        if _DATE_LINE.match(text):
            return [Line(Kind.DATELINE, text)]
        if _TEASER.match(text) or _NOTICE.match(text) or is_offer(text) or is_label(text):
            return [Line(Kind.TEASER, text)]
    opening = _DATELINE.match(text)
    if opening and opening.end() < len(text):
        return [Line(Kind.DATELINE, text[: opening.end()].rstrip()), Line(Kind.PARAGRAPH, text[opening.end() :])]
    return [Line(Kind.PARAGRAPH, text)]
