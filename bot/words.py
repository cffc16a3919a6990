"""Words of people, and for them, that both front ends share."""

import re

from embeddings.types import Article

_WORD = re.compile(r"[^\W\d_]+|\d+")
# What is said when nothing is asked. "Help" and the like are not among them: an article may tell how to get it.
_COURTESIES = frozenset(
    """a afternoon all awesome bot bye cheers cool day evening everybody everyone excellent fine good goodbye got great hello hey hi
    it lol lot makes many morning much nice night nope of ok okay perfect sense so sure thank thanks that there thx ty very welcome
    well wonderful yep yes you bonjour danke gracias hallo merci moin salut""".split()
)
_LONGEST_COURTESY = 8


def counted(count: int, what: str) -> str:
    """How many of what: "1 passage", "2,000 passages"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def size(article: Article) -> str:
    """How large an article is, to those who know its passages from answers."""
    return f"{counted(article.sentences, 'sentence')} in {counted(article.chunks, 'passage')}"


def is_small_talk(words: str) -> bool:
    """Whether a message greets, thanks or agrees and asks nothing: "Thanks a lot!", "hi bot"."""
    said = _WORD.findall(words.lower())
    return "?" not in words and 0 < len(said) <= _LONGEST_COURTESY and _COURTESIES.issuperset(said)
