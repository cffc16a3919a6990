"""What a question asks for, read off its words: a time, a number, a place, a person, a reason; or that it only names a topic, asks what an
article is about, or is small talk.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import regex

from embeddings.keywords import words
from embeddings.languages import ENGLISH_STOP_WORDS
from embeddings.questions.statements import NAME, NAMES, matter_asked, speaker_asked, speaker_named
from embeddings.types import Kind, Span


class Asked(StrEnum):
    """The sort of thing that would answer."""

    TIME = "time"
    NUMBER = "number"
    PLACE = "place"
    PERSON = "person"
    REASON = "reason"


_NUMBER_WORDS = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion
    trillion dozen half quarter third twice once double
    """.split()
# "May" with a small letter is what one is allowed to do.
_MONTHS = r"january|february|march|april|(?-i:May|MAY)|june|july|august|september|october|november|december"
_DAYS = r"monday|tuesday|wednesday|thursday|friday|saturday|sunday"

_ASKED = (
    (Asked.NUMBER, re.compile(r"\bhow (?:many|much|large|big|long|old|far|tall|high|deep|often|fast|heavy|wide)\b|\b(?:what|which) (?:\w+ ){0,2}(?:number|percentage|percent|share|proportion|amount|population|price|cost|age|size|length|height|area|total|rate)\b|\bwhat (?:do|does|did) [^?]{1,60} cost\b|^(?:and |the )?(?:prices?|costs?|population|percentage|share|number|amount|size|age) of\b|^(?:what(?:'s| is) )?(?:the )?(?:max|min)(?:imum)?\b")),
    (Asked.TIME, re.compile(r"\bwhen\b|\b(?:what|which|in what|in which|since what) (?:\w+ ){0,2}(?:year|date|day|month|century|decade|time|era|period)\b|\bhow (?:recently|soon|long ago)\b")),
    (Asked.PLACE, re.compile(r"\bwhere\b|\b(?:what|which) (?:\w+ ){0,2}(?:countr(?:y|ies)|cit(?:y|ies)|states?|places?|regions?|towns?|location|continent|province|county|area|island|capital|venue)\b")),
    (Asked.PERSON, re.compile(r"\bwho(?:m|se)?\b|\b(?:what|which) (?:\w+ ){0,2}(?:person|man|woman|king|queen|president|leader|author|scientist|player|actor|company|organi[sz]ation|group|team|name)\b")),
    (Asked.REASON, re.compile(r"\bwhy\b|\bfor what reason\b|\bhow come\b|\bwhat (?:was|is|were|are) the (?:reason|cause|purpose)\b|\bwhat (?:caused|led)\b")),
)  # fmt: skip

# "What's the price?" is "what is the price?".
_SHORTENED = re.compile(r"\b(what|who|where|when|why|how|which)['’]s\b", re.IGNORECASE)
# In "what do I lose when I die?" the "when" asks nothing: behind a word that asks, or a verb that begins a question, these only do so where
# they are asked as well, or where one wants to be told.
_OPENING = re.compile(
    r"\W*(?:(?:and|but|or|so|also|then|ok|okay|please)\W+)*"
    r"(?:how|what|which|why|do|does|did|is|are|was|were|am|can|could|will|would|should|may|must|has|have|had)\b"
)
_RELATIVE = re.compile(r"\b(?:when|where|who|whom|whose)\b")
_ASKS_TOO = frozenset(["and", "or", "me", "us", "tell", "know", "knows", "say", "said", "remember", "explain", "idea"])

_PERIODS = r"(?:years?|months?|weeks?|days?)"
_WHEN = "last|next|this|that|each|every|per|previous|following|past|coming|in|within|after|before|for|during|since|until|over|first|once a|twice a"
_TIMES = re.compile(
    rf"\b(?:1\d{{3}}|20\d\d)s?\b|\b(?:{_MONTHS}|{_DAYS})\b|\b(?:today|yesterday|tomorrow|century|centuries|decade|morning|evening|noon|midnight|"
    rf"spring|summer|autumn|winter|ago|daily|weekly)\b|\b\d{{1,2}}(?::\d\d| ?[ap]\.?m\b)"
    # "Ten years" are no time, but "after ten years" is one, and so are "last year" and "a week earlier".
    rf"|\b(?:{_WHEN})\s(?:\w+\s){{0,2}}{_PERIODS}\b|\b{_PERIODS}\s(?:later|earlier|before|after)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_NUMBERS = re.compile(rf"\d+(?:[.,:]\d+)*%?|\b(?:{'|'.join(_NUMBER_WORDS)})s?\b", re.IGNORECASE)
# "(1)", "(1, 2)" and "[12]" refer to notes; "(42)" may be an age.
_REFERENCE = re.compile(r"\((?:\d|\d{1,3}(?:(?:, ?|[–-])\d{1,3})+)\)|\[\d{1,3}(?:(?:, ?|[–-])\d{1,3})*\]")
# Nor does the number of an item count anything.
_ITEM_NUMBER = re.compile(r"^\W*\d{1,3}(?:\.\d{1,3})*[.):](?=\s)", re.MULTILINE)
# Dates, times and years, and digits within names, such as "H.264": none of them says how many.
_NO_COUNT = re.compile(
    rf"\b(?:{_MONTHS}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?)\s\d{{1,2}}\b(?!\s?%)|\b\d{{1,2}}\s(?:{_MONTHS})\b|"
    rf"\b(?:1[5-9]|20)\d\d\b|\b\d{{1,2}}:\d\d\b|\b[a-z]+[.-]?\d[\w.-]*",
    re.IGNORECASE,
)
# What a number is said to be of where these words ask for it.
_PEOPLE = re.compile(
    r"\b(?:people|persons|inhabitants|residents|citizens|souls|population|populous|live[ds]?|living|home to)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"%|\bper ?cent|\b(?:half|third|quarter|fifth|tenth)s?\b|\bshare\b", re.IGNORECASE)
_WEIGHT = re.compile(
    r"\b(?:kg|kilo\w*|g|grams?|lbs?|pounds?|oz|ounces?|tons?|tonnes?)\b|\d(?:kg|g|lbs?|oz|t)\b", re.IGNORECASE
)
# What says how many or how long in other words than numbers.
_AMOUNT = re.compile(
    r"\b(?:free|no|none|nothing|nobody|never|always|often|zero|single|only|once|twice|several|few|fewer|couple|pair|both|all|half|every|each|most|majority|"
    r"entire|unlimited|(?:hundred|dozen|thousand|million|billion|second|minute|hour|day|week|month|year|decade|centur|generation)\w*|overnight|daily|"
    r"annual\w*|until|since|forever|permanent\w*|indefinite\w*|instant\w*|immediate\w*)\b",
    re.IGNORECASE,
)
_AMOUNT_ASKED = re.compile(
    r"\bhow (?:many|much|large|big|long|old|far|tall|high|deep|often|fast|heavy|wide)\b|\bwhat (?:do|does|did) [^?]{1,60} cost\b",
    re.IGNORECASE,
)
# "What date is it?" is answered by a time, or by one told otherwise: "on weekends", "when the bell rings"; "Covid-19" has none.
_TIME_ASKED = re.compile(r"\b(?:what|which)\s+(?:time|date|day|year|month)\b(?! (?:period|length)\b)", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:dawn|dusk|sunrise|sunset|afternoons?|nights?|tonight|midday|weekends?|weekdays?|holidays?|christmas|easter|eve|always|any|every|each|"
    r"after|before|during|until|till|since|when|whenever|while|once|as soon|immediately|tba|tbd|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|"
    r"wed|thurs?|fri|sat|sun))\b",
    re.IGNORECASE,
)
_NAMED_WITH_DIGITS = re.compile(r"\b[a-z]+[.-]?\d[\w.-]*", re.IGNORECASE)
# What is asked with one of these is told by more than the question's own words, as "is it free?" may be: "It is free."
_OPEN = re.compile(r"\W*(?:\w+\W+){0,2}(?:what|when|where|who|whom|whose|how|which|why)\b", re.IGNORECASE)
_LITTLE = frozenset("the a an of is are in on at to for and".split())
_CODE_ASKED = frozenset(
    "how command commands code example examples syntax snippet script line lines config configuration url link".split()
)
# "The name of the process" may have no capital, but whoever or whatever has a name of its own does.
_NAME_ASKED = re.compile(
    r"\bwhat(?:['’]?s|\s+(?:is|was|are|were))\s(?:[^?]{1,60}?['’]s|his|her|its|their|your)\s(?:\w+\s)?names?\b",
    re.IGNORECASE,
)
_UNITS = {
    "population": _PEOPLE, "inhabitants": _PEOPLE, "live": _PEOPLE, "percentage": _SHARE, "percent": _SHARE, "proportion": _SHARE,
    "heavy": _WEIGHT, "weigh": _WEIGHT, "weight": _WEIGHT,
}  # fmt: skip
_NAMES = regex.compile(rf"\b{NAMES}")
_PLACES = regex.compile(
    rf"\b(?:in|at|near|from|to|into|outside|inside|across|around|through|on)\s+(?:the\s+)?(?:(?:north|south|east|west|central|northern|southern|eastern|"
    rf"western|northeast|northwest|southeast|southwest)\w*\s+)?(?P<place>{NAME}(?:\s+(?:of\s+|the\s+)*{NAME})*)"
    # Channels, pages and files are where one finds things too.
    r"|(?<!\S)[(\"'“‘]?(?P<place>#\p{L}[\w-]+|https?://[^\s)\]]{3,}|~?/?(?:[\w.-]+/)+[\w.-]*\w)"
)
# Who holds an office is told by words for that office; a "Head of Sales" is no CEO.
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
# How something is undone is told by one of these words.
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
_REASONS = re.compile(
    r"\b(?:because|due to|owing to|as a result|in order to|so that|so as to|thanks to|caused by|led to|therefore|thus|hence|since|the reason|"
    r"reasons?|to avoid|to prevent|to make|to help|blam\w+|in response)\b",
    re.IGNORECASE,
)
_FINDERS: dict[Asked, re.Pattern[str] | regex.Pattern[str]] = {
    Asked.TIME: _TIMES,
    Asked.NUMBER: _NUMBERS,
    Asked.PLACE: _PLACES,
    Asked.PERSON: _NAMES,
    Asked.REASON: _REASONS,
}

_FOCUS = re.compile(
    r"\b(?:how (?:many|much)|wh(?:at|ich)(?: (?:is|was|are|were|s)|'s)? (?:the|a|an|her|his|its|their)|which|what kinds? of|what) (?P<focus>\w+(?: \w+)?)",
    re.IGNORECASE,
)

# "And in 2019?", "what about the parking?", "opening hours": no question, but what an answer has to be about.
_BEFORE_TOPIC = re.compile(r"^(?:(?:and|but|or|so|also|then)\b\W*)*(?:(?:what|how) about\b)?", re.IGNORECASE)
_BETWEEN_TOPICS = frozenset(
    ["the", "a", "an", "and", "or", "in", "on", "at", "of", "for", "from", "to", "with", "by", "about"]
)
_LONGEST_TOPIC = 4
# What is said when nothing is asked. "Help" and the like are not among them: an article may tell how to get it.
_COURTESIES = frozenset(
    """a afternoon all awesome bot brb bunch bye cheers congratulations cool day evening everybody everyone excellent fine good goodbye got
    gotcha great haha hello helped helpful hey hi it it's lmao lol lot makes many mind morning much neat never nice night no nope nvm of ok
    okay perfect sense so sorry sure sweet test testing thank thanks that that's there thx ton ty very welcome well wonderful worries wow
    yeah yep yes you bonjour danke gracias hallo merci moin salut""".split()
)
_THANKS = frozenset("cheers thank thanks thx ty".split())
# What one is thanked for; where nobody is thanked, "the info" may be what is asked for.
_THANKED_FOR = frozenset(
    """again answer answers exactly explanation for help helping i info information link me needed quick really reply response the was what
    your""".split()
)
_LONGEST_COURTESY = 8

# What may stand around a question.
_ENDS = " ?!.,…"
# "What is it about?" may ask about anything that was spoken of.
_TEXT = r"(?:(?:this|the|that|your)\s+)?(?:article|report|text|story|news|page|document|post|piece|this)"
_OVERVIEW = re.compile(
    rf"(?:(?:so|ok|okay|and|please|can you|could you)\b\W*)*(?:what(?:['’]?s|\s+(?:is|was))\s+{_TEXT}\s+(?:all\s+|mainly\s+)?about|"
    rf"what\s+(?:does|did)\s+{_TEXT}\s+(?:say|tell|report)|"
    rf"(?:give me\s+)?(?:(?:an?|the)\s+)?(?:(?:short|brief|quick)\s+)?(?:summari[sz]e|sum up|summary|overview|tl;?dr|gist)(?:\s+(?:of\s+)?(?:{_TEXT}|it|that))?)"
    r"(?:\W+please)?",
    re.IGNORECASE,
)
# "When was it published?" may ask about anything too.
_DONE = r"(?:last\s+)?(?:written|published|posted|released|updated|reported|filed|made)"
_SIGNED = {
    Kind.BYLINE: re.compile(
        rf"(?:who\s+(?:wrote|authored|reported|published|made)\s+{_TEXT}|who\s+(?:is|was)\s+{_TEXT}\s+(?:written\s+)?by|"
        rf"who(?:['’]?s|\s+(?:is|are|was|were))\s+(?:the\s+)?(?:authors?|writers?|reporters?)(?:\s+of\s+{_TEXT})?|"
        rf"(?:the\s+)?authors?(?:\s+of\s+{_TEXT})?)",
        re.IGNORECASE,
    ),
    Kind.DATELINE: re.compile(
        rf"(?:when\s+(?:was|is)\s+{_TEXT}\s+{_DONE}(?:\s+on)?|how\s+(?:old|recent)\s+is\s+{_TEXT}|"
        rf"what\s+(?:date|day)\s+(?:is|was)\s+{_TEXT}(?:\s+(?:{_DONE}|from))?(?:\s+on)?|"
        rf"what(?:['’]?s|\s+(?:is|was))\s+the\s+(?:\w+\s+)?date\s+(?:of|on)\s+{_TEXT})",
        re.IGNORECASE,
    ),
}
_IDENTITY = regex.compile(r"(?i:who(?:['’]?s|\s+(?:is|was|are|were)))(?:\s+\p{Lu}[^\s?]*){1,4}")
# The first word has a capital whatever it is.
_NAMED = regex.compile(r"(?<!^)\b(?:\p{Lu}\w+|\w*\d\w*(?:[.,]\d+)*)")


@dataclass(frozen=True, slots=True)
class Shape:
    """A question's shape: what it asks for, and what an answer to it has to mention."""

    asked: tuple[Asked, ...]
    """More than one for "when and where"; none for "what does he say of it"."""
    words: frozenset[str]
    """All words of the question, in lower case."""
    names: frozenset[str]
    """Those that begin with a capital or hold a digit, other than its first word, and whom it asks for a statement of (`speaker_named`)."""
    is_amount: bool
    """Whether it asks in so many words for an amount, and for nothing else: "how many", "how long"."""
    is_open: bool
    """Whether it asks for more than yes or no."""
    is_time: bool
    """Whether it asks in so many words for a time: "what date", "which year"."""
    is_name: bool
    """Whether it asks for the name that somebody or something has."""
    focus: tuple[str, ...]
    """What it asks for by name: "population" in "what is the population of …", "doses" in "how many doses …"."""
    speaker: frozenset[str]
    """See `speaker_asked`."""
    matter: tuple[str, ...]
    """See `matter_asked`."""
    is_identity: bool
    """Whether it asks who somebody is that it names, which another name does not tell."""
    is_how: bool
    """Whether it asks how something is done or written, which code tells."""
    is_overview: bool
    """Whether it asks what an article is about, which its opening tells."""
    signed: Kind | None
    """See `signed_of`."""
    is_topic: bool
    """Whether it asks nothing and only names what it is about: "opening hours", "and in 2019?"."""


def shape_of(question: str) -> Shape:
    """Read a question; of several joined by a follow-up, the last with a question word decides what is asked."""
    question = _SHORTENED.sub(r"\1 is", question)
    asked: tuple[Asked, ...] = ()
    for clause in re.split(r"(?<=[?!.])\s+", question.lower()):
        said = _without_relative(clause)
        asked = tuple(kind for kind, pattern in _ASKED if pattern.search(said)) or asked
    names = {word for match in _NAMED.finditer(question) for word in words(match[0]) if word not in ENGLISH_STOP_WORDS}
    focus = _FOCUS.search(question)
    named = [word for word in words(focus["focus"]) if word not in ENGLISH_STOP_WORDS] if focus else []
    return Shape(
        asked=asked,
        words=frozenset(words(question)),
        names=frozenset(names | speaker_named(question)),
        is_amount=asked == (Asked.NUMBER,) and _AMOUNT_ASKED.search(question) is not None,
        is_open=_OPEN.match(question) is not None,
        is_time=_TIME_ASKED.search(question) is not None,
        is_name=_NAME_ASKED.search(question) is not None,
        focus=tuple(named[-1:]),
        speaker=speaker_asked(question),
        matter=matter_asked(question),
        is_identity=_is_identity(question),
        is_how=not _CODE_ASKED.isdisjoint(words(question)),
        is_overview=is_overview(question),
        signed=signed_of(question),
        is_topic=_is_topic(question),
    )


def _without_relative(clause: str) -> str:
    """The words of a question without each "when", "where" and "who" that asks nothing."""
    if not _OPENING.match(clause):
        return clause
    return _RELATIVE.sub(
        lambda found: found[0] if _ASKS_TOO.intersection(clause[: found.start()].split()[-1:]) else "", clause
    )


def _is_identity(question: str) -> bool:
    return _IDENTITY.fullmatch(question.strip(_ENDS)) is not None


def _is_topic(question: str) -> bool:
    # "What's" is no topic either.
    said = [re.split("['’]", word)[0] for word in words(_BEFORE_TOPIC.sub("", question))]
    named = [word for word in said if word not in _BETWEEN_TOPICS]
    return 0 < len(named) <= _LONGEST_TOPIC and ENGLISH_STOP_WORDS.isdisjoint(named) and not is_small_talk(question)


def is_overview(question: str) -> bool:
    """Whether it asks what an article is about: "what is this article about?", "tl;dr"."""
    return _OVERVIEW.fullmatch(question.strip(_ENDS)) is not None


def signed_of(question: str) -> Kind | None:
    """The kind of line that answers where it asks who wrote an article, or when: "who wrote this?"."""
    asked = question.strip(_ENDS)
    return next((kind for kind, pattern in _SIGNED.items() if pattern.fullmatch(asked)), None)


def is_of_the_article(question: str) -> bool:
    """Whether it asks about an article as such, and not about what that is about."""
    return is_overview(question) or signed_of(question) is not None


def is_small_talk(said: str) -> bool:
    """Whether a message greets, thanks or agrees and asks nothing: "Thanks a lot!", "hi bot"."""
    found = words(said)
    courtesies = _COURTESIES if _THANKS.isdisjoint(found) else _COURTESIES | _THANKED_FOR
    return "?" not in said and 0 < len(found) <= _LONGEST_COURTESY and courtesies.issuperset(found)


def counts_else(shape: Shape, words: str) -> bool:
    """Whether a number is asked for that is always said to be of something, and these words do not name such a thing: "900 soldiers" are no
    population."""
    units = [unit for word, unit in _UNITS.items() if word in shape.words]
    return Asked.NUMBER in shape.asked and not all(unit.search(words) for unit in units)


def counts_nothing(shape: Shape, sentences: str) -> bool:
    """Whether an amount is asked for and these sentences, a line each, say none, neither as a number nor otherwise: "several", "overnight"."""
    # Since when, and in what year of birth, tell how long and how old.
    told = _NO_COUNT.sub("", sentences) if "many" in shape.words else sentences
    # The number of "how far is route 7" is the question's own.
    numbers = (match[0] for match in _NUMBERS.finditer(_ITEM_NUMBER.sub("", told)))
    said = any(not shape.words.issuperset(words(each)) for each in numbers) or _AMOUNT.search(told)
    return shape.is_amount and not said


def times_nothing(shape: Shape, words: str) -> bool:
    """Whether a time is asked for in so many words and these tell none."""
    told = _NAMED_WITH_DIGITS.sub("", words)
    return shape.is_time and not any(found.search(told) for found in (_TIMES, _NUMBERS, _TIME))


def repeats(shape: Shape, sentence: str) -> bool:
    """Whether a sentence, which does not ask or announce anything itself, has nothing but words of a question that asks for others."""
    asks = sentence.endswith(("?", ":"))
    return shape.is_open and not asks and shape.words.issuperset(set(words(sentence)) - _LITTLE)


def names_else(shape: Shape, words: str) -> bool:
    """Whether it is asked who holds an office that these words do not mention."""
    offices = [named for office, named in _OFFICES.items() if office in shape.words]
    return Asked.PERSON in shape.asked and not all(named.search(words) for named in offices)


def does_else(shape: Shape, words: str) -> bool:
    """Whether it is asked how something is undone, and these words speak of no such thing: how to install is not how to uninstall."""
    undone = [told for asked, told in _UNDONE.items() if asked in shape.words]
    return shape.is_how and not all(told.search(words) for told in undone)


def answering_spans(shape: Shape, asked: Asked, sentence: str) -> Iterator[Span]:
    """Where a sentence holds things of a sort that was asked for, other than those that the question names itself."""
    if asked is Asked.NUMBER and counts_else(shape, sentence):
        return
    if asked is Asked.NUMBER:
        # Blanks in their stead leave all else where it is.
        for no_count in (_REFERENCE, _ITEM_NUMBER):
            sentence = no_count.sub(lambda found: " " * len(found[0]), sentence)
    for match in _FINDERS[asked].finditer(sentence):
        group = "place" if asked is Asked.PLACE else 0
        said = [word for word in words(match[group]) if word not in ENGLISH_STOP_WORDS]
        # A year tells when, not how many.
        if asked is Asked.NUMBER and _YEAR.fullmatch(match[0]):
            continue
        # "On Monday" and "in May" are no places.
        if asked is Asked.PLACE and _TIMES.search(match[group]):
            continue
        if asked is Asked.REASON or any(word.removesuffix("'s") not in shape.words for word in said):
            yield Span(*match.span(group))
