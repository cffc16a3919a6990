"""Rules that recognise sentences about something other than what is asked for, however similar to the question they are."""

import re

from embeddings.keywords import words
from embeddings.questions.shapes import Asked, Shape
from embeddings.questions.sought import ITEM_NUMBER, MONTHS, NUMBERS, TIMES

# Dates, times, years, and digits within names, such as "H.264": none of them is a count.
_NO_COUNT = re.compile(
    rf"\b(?:{MONTHS}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?)\s\d{{1,2}}\b(?!\s?%)|\b\d{{1,2}}\s(?:{MONTHS})\b|"
    rf"\b(?:1[5-9]|20)\d\d\b|\b\d{{1,2}}:\d\d\b|\b[a-z]+[.-]?\d[\w.-]*",
    re.IGNORECASE,
)
# Words that express a count or a duration without a number.
_AMOUNT = re.compile(
    r"\b(?:free|no|none|nothing|nobody|never|always|often|zero|single|only|once|twice|several|few|fewer|couple|pair|both|all|half|every|each|most|majority|"
    r"entire|unlimited|(?:hundred|dozen|thousand|million|billion|second|minute|hour|day|week|month|year|decade|centur|generation)\w*|overnight|daily|"
    r"annual\w*|until|since|forever|permanent\w*|indefinite\w*|instant\w*|immediate\w*)\b",
    re.IGNORECASE,
)
# Other expressions of time: "on weekends", "when the bell rings".
_TIME = re.compile(
    r"\b(?:dawn|dusk|sunrise|sunset|afternoons?|nights?|tonight|midday|weekends?|weekdays?|holidays?|christmas|easter|eve|always|any|every|each|"
    r"after|before|during|until|till|since|when|whenever|while|once|as soon|immediately|tba|tbd|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|"
    r"wed|thurs?|fri|sat|sun))\b",
    re.IGNORECASE,
)
# What tells of the past, and what tells of a time to come, or of one that comes again and again.
_PAST = re.compile(r"\b(?:was|were|had|did|took|met|went|came|happened|ended)\b", re.IGNORECASE)
_AHEAD = re.compile(
    r"\b(?:next|will|shall|is|are|again|later|until|till|due|set|moved|fixed|agreed|arranged|every|each|always|usually|future|upcoming|coming|"
    r"following|(?:plan|expect|schedul|postpon|adjourn|delay|resum)\w*)\b|'ll\b",
    re.IGNORECASE,
)
# The number of "Covid-19" is not a time.
_NAMED_WITH_DIGITS = re.compile(r"\b[a-z]+[.-]?\d[\w.-]*", re.IGNORECASE)
# "French troops": a people and what is counted of it. The first word of a sentence has a capital whatever it is.
_OF_A_PEOPLE = re.compile(r"(?<!^)\b([A-Z]\w+(?:an|ish|ese|ch|i|ek|ss))\s([a-z]+)")
#: Words that add nothing to those of a question.
LITTLE = frozenset("the a an of is are in on at to for and".split())
# Terms for offices; an answer about the holder of one must contain a term for it: a "Head of Sales" is not a CEO.
_OFFICES = {
    office: re.compile(rf"\b(?:{named})\b", re.IGNORECASE)
    for offices, named in {
        "ceo": "ceo|chief executive(?: officer)?",
        "cfo": "cfo|chief financial officer|finance chief",
        "cto": "cto|chief technolog(?:y|ical) officer",
        "coo": "coo|chief operating officer",
        "chairman chairwoman chairperson": "chair(?:man|woman|person|s|ed)?",
        "mayor": "mayor",
    }.items()
    for office in offices.split()
}
# Verbs of undoing; an answer about one must contain a word for it.
_UNDONE = {
    asked: re.compile(rf"\b(?:{told})", re.IGNORECASE)
    for several, told in {
        "uninstall uninstalling": r"un-?install|de-?install|remov|delet|purg|get(?:ting)? rid|clean",
        "delete deleting": "delet|remov|eras|clear|purg|drop|wip|discard|destroy|un-?install|cancel|clos|rm",
        "undo undoing revert": "undo|undone|revert|revers|roll|restor|reset|discard|back|previous|unwind",
        "downgrade downgrading": "downgrad|older|previous|earlier|roll|revert|pin",
        "disable disabling deactivate": r"disabl|deactivat|turn|switch|off|opt|remov|hid|mut|stop|without|prevent|false|no\b|never|un(?:check|set|mute|tick)",
        "cancel cancelling": "cancel|withdraw|stop|refund|unsubscrib|end|terminat|quit|revok|return|delet|remov",
    }.items()
    for asked in several.split()
}


def counts_nothing(shape: Shape, sentences: str) -> bool:
    """Whether an amount is asked for and these sentences, one per line, give none, be it a number or a word such as "several", "overnight"."""
    # Dates and years answer "how long" ("since 2010") and "how old" ("born in 1980"), but not "how many".
    told = _NO_COUNT.sub("", sentences) if "many" in shape.words else sentences
    # Numbers of the question itself do not count: "how far is route 7".
    numbers = (match[0] for match in NUMBERS.finditer(ITEM_NUMBER.sub("", told)))
    said = any(not shape.words.issuperset(words(each)) for each in numbers) or _AMOUNT.search(told)
    return shape.is_amount and not said


def counts_others(shape: Shape, question: str, sentence: str) -> bool:
    """Whether the question asks for a number of one people's and the sentence tells of another's: "French troops", "American troops"."""
    if Asked.NUMBER not in shape.asked:
        return False
    told = _OF_A_PEOPLE.findall(sentence)
    return any(
        name not in sentence and any(noun == another for _, another in told)
        for name, noun in _OF_A_PEOPLE.findall(question)
    )


def times_nothing(shape: Shape, sentences: str) -> bool:
    """Whether a time is explicitly asked for and these sentences give none."""
    told = _NAMED_WITH_DIGITS.sub("", sentences)
    return shape.is_time and not any(found.search(told) for found in (TIMES, NUMBERS, _TIME))


def is_over(shape: Shape, sentence: str) -> bool:
    """Whether the question is when something is next, and the sentence tells only when it was."""
    is_next = Asked.TIME in shape.asked and "next" in shape.words
    return is_next and _PAST.search(sentence) is not None and not _AHEAD.search(sentence)


def repeats(shape: Shape, sentence: str) -> bool:
    """Whether a sentence only repeats words of a question that asks for others, and does not ask or announce anything itself."""
    asks = sentence.endswith(("?", ":"))
    return shape.is_open and not asks and shape.words.issuperset(set(words(sentence)) - LITTLE)


def names_else(shape: Shape, words: str) -> bool:
    """Whether the question asks for the holder of an office that these words do not mention."""
    offices = [named for office, named in _OFFICES.items() if office in shape.words]
    return Asked.PERSON in shape.asked and not all(named.search(words) for named in offices)


def does_else(shape: Shape, words: str) -> bool:
    """Whether the question asks how to undo something and these words do not mention it: how to install is not how to uninstall."""
    undone = [told for asked, told in _UNDONE.items() if asked in shape.words]
    return shape.is_how and not all(told.search(words) for told in undone)
