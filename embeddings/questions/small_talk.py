"""Messages that ask nothing: greetings, thanks, agreement."""

from embeddings.keywords import words

# "Help" and the like are left out: an article may say how to get it.
_COURTESIES = frozenset(
    """a afternoon all awesome bot brb bunch bye cheers congratulations cool day evening everybody everyone excellent fine good goodbye got
    gotcha great haha hello helped helpful hey hi it it's lmao lol lot makes many mind morning much neat never nice night no nope nvm of ok
    okay perfect sense so sorry sure sweet test testing thank thanks that that's there thx ton ty very welcome well wonderful worries wow
    yeah yep yes you bonjour danke gracias hallo merci moin salut""".split()
)
_THANKS = frozenset("cheers thank thanks thx ty".split())
# Reasons for thanks. In a message without thanks, "the info" may be what is asked for.
_THANKED_FOR = frozenset(
    """again answer answers exactly explanation for help helping i info information link me needed quick really reply response the was what
    your""".split()
)
_LONGEST_COURTESY = 8


def is_small_talk(said: str) -> bool:
    """Whether a message greets, thanks or agrees and asks nothing: "Thanks a lot!", "hi bot"."""
    found = words(said)
    courtesies = _COURTESIES if _THANKS.isdisjoint(found) else _COURTESIES | _THANKED_FOR
    return "?" not in said and 0 < len(found) <= _LONGEST_COURTESY and courtesies.issuperset(found)
