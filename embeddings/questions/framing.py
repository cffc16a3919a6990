"""The framing that people put around a question: greetings, apologies, "does anyone know", thanks. None of it is searched for."""

import re

from embeddings.keywords import words
from embeddings.languages import ENGLISH_STOP_WORDS

_PLEASE = r"(?:please|pls|plz|kindly)"
_THANKS = r"(?:thanks|thank\s(?:you|u)|thx|tnx|ty|tysm|tia|cheers)"
_ALL = r"(?:all|everyone|everybody|guys|folks|people|friends|team|bot|there|again|y['’]?all|mods?)"
_SOMEBODY = r"(?:(?:any|some)\s?(?:one|body)|any\sof\syou|you|u|we)(?:\s(?:guys|all|here|else))?"
# Words that begin a question.
_ASKING = (
    r"(?:what|when|where|who|whom|whose|which|why|how|if|whether|is|are|am|was|were|do|does|did|can|could|will|would|should|may|must|has|have|had)"
    r"(?:['’]\w{1,2})?\b"
)
_PAUSE = r"(?:\s?[,.!:;…–—]+\s?|\s-+\s)"
# "Hello world example" and "hi-res" are not greetings.
_GREETING = (
    r"(?:hey+|hi+|hello+|hiya|heya|yo|howdy|greetings|good\s(?:morning|afternoon|evening|day)|sorry|btw|u[mh]+)\b"
    rf"(?:(?:[\s,]{{1,2}}{_ALL}\b)+(?:{_PAUSE}|\s)|{_PAUSE}|\s(?={_ASKING}|i\b))"
)
_APOLOGY = rf"sorry\s(?:if|for|to)\b[^,.!?:;]{{0,60}}?(?:{_PAUSE}(?:but\s)?|\sbut\s)"
_NEWCOMER = (
    r"(?:i['’]?m|i\sam)\s(?:(?:quite|very|pretty)\s)?(?:new|a\s(?:noob|newbie|beginner|newcomer))"
    r"\s(?:here|(?:to|on|in)\s(?:this|the)\s(?:server|discord|place|group|club))"
)
_A_QUESTION = (
    r"(?:(?:i\shave|i['’]ve\sgot|got|just)\s)?(?:(?:a|one|another)\s)?"
    r"(?:(?:quick|dumb|stupid|silly|random|noob|newbie|basic|simple|small|short|general)\s)?question(?:\shere)?"
)
_EXCUSE = rf"(?:{_NEWCOMER}|{_A_QUESTION})(?:{_PAUSE}(?:(?:but|so)\s)?|\s(?:but|so)\s|\s(?={_ASKING}))"
_KNOWING = "|".join(
    (
        rf"(?:(?:do|does|did)\s)?{_SOMEBODY}\s(?:happen\sto\s)?knows?",
        rf"(?:can|could|would|will)\s{_SOMEBODY}\s(?:{_PLEASE}\s)?(?:tell|explain|remind|show|let\s(?:me|us)\sknow)(?:\s(?:to\s)?(?:me|us))?",
        rf"(?:{_PLEASE}\s)?(?:tell|remind)\s(?:me|us)|{_PLEASE}\sexplain",
        r"(?:i(?:['’]?m|\sam|\swas)\s)?(?:just\s)?(?:wondering|curious)",
        r"i(?:['’]d|\swould)?\s(?:just\s)?(?:want(?:ed)?|need|like|love)\sto\s(?:know|ask|find\sout|understand)",
        r"i\s(?:still\s)?(?:do(?:n['’]t|\snot)|can(?:['’]t|not))\s(?:know|remember|understand|find\sout|figure\sout)|i\sforgot",
        r"(?:any|no)\s(?:idea|clue)|idk|not\ssure|(?:may|can|could)\si\sask",
    )
)
# Removed only in front of a question: "can you tell me the code" would otherwise be reduced to a topic.
_WHO_KNOWS = rf"(?:{_KNOWING})(?:\s{_PLEASE})?(?:{_PAUSE}|\s)(?:(?:if|whether)\s|(?={_ASKING}))"
_BEFORE = re.compile(rf"{_APOLOGY}|{_EXCUSE}|{_GREETING}|{_WHO_KNOWS}", re.IGNORECASE)
_AFTER = re.compile(
    rf"(?:(?P<ends>[?!.])|[\s,;])\s?(?:{_THANKS}(?:\s(?:so|very|much|a|lot|in|advance|guys|all|everyone|again|for|the|your|any|help))*|"
    rf"(?<!\bthey\s)(?<!\byou\s){_PLEASE}(?:\shelp(?:\sme)?(?:\sout)?)?|lol|lmao|haha+|tbh|asap|(?<=[?.!]\s)(?:any(?:one|body)|help))[\s!.,)?]{{0,5}}$",
    re.IGNORECASE,
)
# Framing behind a question is searched for in this many of its last characters.
_LONGEST_AFTER = 80


def without_frame(question: str) -> str:
    """An English question without its framing: "hi all, does anyone know when the pool opens? thanks" becomes "when the pool opens?".

    A message that is only framing is left as it is, so that a greeting remains one.
    """
    asked = " ".join(question.split())
    while found := _BEFORE.match(asked):
        asked = asked[found.end() :]
    while (found := _AFTER.search(asked, max(len(asked) - _LONGEST_AFTER, 0))) and _asks_something(found, asked):
        asked = asked[: found.end("ends") if found["ends"] else found.start()]
    return asked if words(asked) else question


def _asks_something(after: re.Match[str], asked: str) -> bool:
    """Whether a question has content words before the thanks at its end; "how do I say thank you" has none and is about the thanks."""
    return not ENGLISH_STOP_WORDS.issuperset(words(asked[: after.start()]))
