"""From text to sentence spans.

sentencex decides what ends a sentence: it knows abbreviations, addresses and the full stops of every script. A thin
layer around it handles what it does less well; docs/segmentation.md says what each part of that gains. The library
reads a masked copy of the text with as many code points, so that its offsets are valid in the text itself.
"""

from collections.abc import Iterator

import regex
import sentencex

from embeddings.languages import ENGLISH
from embeddings.types import Span

# Scripts that are treated as a language of their own; all others, and Latin, are treated as the text's language.
_SCRIPT = regex.compile(
    r"(?P<ru>\p{Cyrillic})|(?P<el>\p{Greek})|(?P<hi>\p{Devanagari})|(?P<th>[\p{Thai}\p{Lao}])|\p{L}"
)
# Thai and Lao have no full stop. A space there ends a sentence or a clause; pieces of this length are about as many
# as the sentences of the same text in English.
_CLAUSE_END = regex.compile(r"(?<=[\p{Thai}\p{Lao}])\s+(?=[\p{Thai}\p{Lao}])")
_CLAUSES = 150

# The library ends no sentence between two quotation marks, so a long speech, or everything between two apostrophes,
# would be one. All are hidden from it but the apostrophes within words. A line end is only wrapping, and the library
# expects no white space but blanks: a no-break space after an initial makes it panic.
_SPACES = "".join(character for character in map(chr, range(0x3001)) if character.isspace())
_HIDDEN = str.maketrans(dict.fromkeys('"“”„‟«»‹›‘‚‛`' + _SPACES, " "))
_OUTER_APOSTROPHE = regex.compile(r"(?<!\w)['’]|['’](?!\w)")
# Nor does it end one between two brackets: right for an aside, wrong for whole sentences in brackets.
_BRACKETED = regex.compile(r"""[(（]([^()（）]*+)(?<=[.!?…。！？]["'”’]?)[)）](?![.,;:!?。，；：！？])""")
# Abbreviations that it does not know or that it lets end a sentence, by what follows: anything, a name, a day, a number.
_ABBREVIATION = regex.compile(
    r"""\b(?:(?:e\.g|i\.e|cf|viz)(?=\.\s)
    |(?:Ms|Mx|Amb|Atty|Cdr|Cpt|Ft|Pt|Ste)(?=\.\s+\p{Lu})
    |[ap]\.m(?=\.\s+(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\p{Lu}{2,3}T)\b)
    |(?i:app|approx|apt|arts|avg|chap|ch|cols|eds?|eqs?|est|ex|figs|max|min|nos|paras?|secs|ser|tab|tel|vols?)
    (?=\.\s+\d)
    |(?i:excl|exkl|hrs|incl|inkl|tbsp|temp|tsp|zzgl)(?=\.\s+[\p{Ll}\d])
    |(?:डॉ|पं|प्रो|श्री|श्रीमती)(?=\.\s))\.""",
    regex.VERBOSE,
)
# Ordinals in languages that write them with a full stop: "im 19. Jahrhundert", "den 3. klasse".
_ORDINAL = regex.compile(r"\b(?:[Aa]m|[Bb]is|[Dd](?:as|em|en|er|es|et|ie)|[Ii]m|[Vv]om|[Zz]um)\s\d{1,2}\.(?=\s\p{L})")
_COUNT_WITH_FULL_STOPS = frozenset(["da", "de", "nn", "no"])
# Words that it takes for abbreviations because it ignores case ("Me." is Maine).
_WORD_AT_END = regex.compile(r"\b(?:arc|art|ill|may|me|miss|no|ok|ore)(?=\.\s+\p{Lu})")

# Without spaces between sentences, the library's time is quadratic in the text's length. It is therefore given pieces that end with a
# sentence, of this many characters; it ends none between brackets, so neither does a piece unless it has four times as many.
_PIECE = 2000
_MARK = regex.compile(r"(?P<opening>\p{Ps})|(?P<closing>\p{Pe})|(?<=\p{STerm})(?<=[^\x00-\x7f])(?=[\p{Lo}\p{Lu}])")

# What still belongs to a sentence after its full stop: closing marks, and the references of a wiki page, as in
# "stop.[1][citation needed]:25".
_CLOSING = regex.compile(
    r"""(?:["'”’»›)\]}」』）】.!?…]|[“‘«](?=\s|$))*+(?:\[[^][\n]{1,40}\])*+(?::\d[\d–,-]*+(?=\s|$))?+(?:\s[»”](?=\s|$))?+"""
)
_OPENING = regex.compile(r"""[\s"'“”‘’„«»‹›(\[{「『（【—–-]*+""")
# What cannot begin a sentence: the rest of one after a quotation, and a mark that combines with the character before it.
_INSIDE = regex.compile(r"[,;:)\]}\p{M}\p{GCB=Extend}\p{GCB=SpacingMark}\u200d]")
# The end of a sentence that no space follows ("the end.Then"), rather than of a name or of code ("Node.JS").
_LAST_WORD = regex.compile(r"""(?<![\w.])[\p{Ll}\d'’-]*+(?<=[\p{Ll}\d])[)"'”’]*+\.\Z""")
_LONGEST_WORD = 40

_WORD = regex.compile(r"\w")
_SPACE = regex.compile(r"\s*+")
# The number of a list item or rule, which belongs to the text after it.
_NUMBER = regex.compile(
    r"""\W*+(?:(?:Article|Chapter|Clause|Figure|Part|Rule|Section|Step|Table)\s)?
    (?:\d{1,3}(?:\.\d{1,3})*|\p{L}|[ivxIVX]{2,5})[.)]+""",
    regex.VERBOSE,
)


def split_sentences(text: str, language: str = ENGLISH) -> list[Span]:
    """The sentences of one block of normalised text, in order, without the white space around them.

    They cover every character but white space. A piece without a letter or digit is part of the adjacent sentence,
    and the number of a list item part of the one after it.
    """
    found: list[Span] = []
    last = len(text.rstrip())
    start = begin = _match_end(_SPACE, text, 0)
    for end in _ends(text, last, language):
        piece = text[begin:end]
        wordless = not _WORD.search(piece)
        if wordless and found and start == begin:
            found[-1] = Span(found[-1].start, end)
        elif end == last or not (wordless or _NUMBER.fullmatch(piece)):
            found.append(Span(start, end))
        else:
            begin = _match_end(_SPACE, text, end)
            continue
        start = begin = _match_end(_SPACE, text, end)
    return found


def _ends(text: str, last: int, language: str) -> Iterator[int]:
    """Where the sentences end, including ``last``, the end of the text."""
    letter = _SCRIPT.search(text)
    language = (letter.lastgroup if letter else None) or language
    end = 0
    for sentence_end in _sentence_ends(_masked(text, language), language):
        begin, stop = end, sentence_end
        if stop < end:
            continue
        end = _match_end(_CLOSING, text, stop)
        if language == "th":
            yield from _clause_ends(text, begin, end)
        if end >= last:
            break
        if not _goes_on(text, stop, end):
            yield end
    if last:
        yield last


def _sentence_ends(masked: str, language: str) -> Iterator[int]:
    """Where the library ends the sentences, without their trailing white space."""
    for offset, piece in _pieces(masked):
        for boundary in sentencex.get_sentence_boundaries(language, piece):
            yield offset + boundary["start_index"] + len(boundary["text"].rstrip())


def _pieces(masked: str) -> Iterator[tuple[int, str]]:
    """A long text in pieces of whole sentences, each with its offset."""
    start = depth = 0
    for mark in _MARK.finditer(masked) if len(masked) > _PIECE else ():
        length = mark.start() - start
        if mark.lastgroup:
            depth += 1 if mark["opening"] else -1
        elif length >= 4 * _PIECE or (length >= _PIECE and depth <= 0):
            yield start, masked[start : mark.start()]
            start, depth = mark.start(), 0
    yield start, masked[start:]


def _masked(text: str, language: str) -> str:
    """The text as shown to the library, of the same length."""
    masked = _OUTER_APOSTROPHE.sub(" ", text.translate(_HIDDEN))
    masked = _BRACKETED.sub(r" \1 ", masked)
    masked = _WORD_AT_END.sub(lambda found: "x" * len(found[0]), masked)
    if language in _COUNT_WITH_FULL_STOPS:
        masked = _ORDINAL.sub(lambda found: found[0][:-1] + ",", masked)
    return _ABBREVIATION.sub(lambda found: found[0][:-1] + ",", masked)


def _goes_on(text: str, stop: int, end: int) -> bool:
    """Whether the sentence continues after its full stop, up to ``stop``, and its closing marks, up to ``end``."""
    following = _match_end(_OPENING, text, end)
    first = text[following : following + 1]
    spaced = text[end].isspace()
    if _INSIDE.match(first) or (first.islower() and (stop < end or not spaced)):
        return True
    return not spaced and text[stop - 1] == "." and not _LAST_WORD.search(text, max(0, stop - _LONGEST_WORD), stop)


def _clause_ends(text: str, start: int, end: int) -> Iterator[int]:
    for space in _CLAUSE_END.finditer(text, start, end):
        if space.start() - start >= _CLAUSES:
            yield space.start()
            start = space.end()


def _match_end(pattern: regex.Pattern[str], text: str, start: int) -> int:
    """Where a match of ``pattern`` at ``start`` ends, or ``start`` if there is none."""
    found = pattern.match(text, start)
    return found.end() if found else start
