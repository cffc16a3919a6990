"""The address of a quote: it opens the page where the quote stands, and browsers highlight it.

A text fragment (WICG, "URL Fragment Text Directives") names the words to go to: ``#:~:text=[before-,]first[,last][,-after]``. A browser
goes to the first place that fits, so what is named here fits nowhere earlier in the article. Words are named whole, and no phrase
crosses the bounds of a paragraph, an item or a cell, where browsers do not look for one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from embeddings.types import Kind, Sentence, Span

# A quote of so few words is named whole; of a longer one its first and last words, which keeps addresses short.
_WHOLE = 8
_FEWEST, _MOST = 3, 12
# How many words before or after a phrase are named when others like it stand in the article.
_AROUND = 5
# A longer fragment, in characters, costs the reader more than it gives.
_LONGEST = 350

_WORD = re.compile(r"\S+")
# What our text has between the words of a page that a browser draws itself.
_DRAWN = r" *(?:(?:\d{1,6}|[a-zA-Z]{1,2}|[ivxlcIVXLC]{1,7})\. |- )"
# What a term is parted by, in our text and on no page, from what is said of it.
_TERM = re.compile(r"[^:\n]{1,80}: (?=\S)")


def link_to_quote(url: str | None, text: str, span: Span, sentences: Sequence[Sentence]) -> str | None:
    """The address of ``span`` in the article whose text and sentences are given and which is found at ``url``."""
    quoted = [each for each in sentences if span.start <= each.span.start and each.span.end <= span.end]
    if url is None or not quoted:
        return url
    if quoted[0].page is not None:
        # Browsers go to a page of a PDF, not to its words.
        return f"{url.partition('#')[0]}#page={quoted[0].page}"
    first, last = _parts(text, quoted[0])[0], _parts(text, quoted[-1])[-1]
    place = _Place(text)
    if first == last and len(_WORD.findall(first.of(text))) <= _WHOLE:
        terms = place.named(first)
    else:
        opening = place.opening(first)
        ending = place.ending(Span(max(opening.end, last.start), last.end))
        terms = [*place.named(opening, followed=bool(ending)), *([_encoded(ending)] if ending else [])]
    fragment = f"{'' if '#' in url else '#'}:~:text={','.join(terms)}"
    return url + fragment if len(fragment) <= _LONGEST else url


def _parts(text: str, sentence: Sentence) -> list[Span]:
    """The lines or cells of a sentence as they are on its page: without the number of an item, which a browser draws itself."""
    start, end = sentence.span.start, sentence.span.end
    if sentence.kind is Kind.LIST_ITEM and (drawn := re.compile(_DRAWN).match(text, start, end)):
        start = drawn.end()
    if sentence.kind is Kind.LIST_ITEM and (term := _TERM.match(text, start, end)):
        start = term.end()
    bounds = re.compile(r" \| |\n" if sentence.kind is Kind.TABLE_ROW else r"\n")
    edges = [start, *(edge for found in bounds.finditer(text, start, end) for edge in found.span()), end]
    words = [list(_WORD.finditer(text, *between)) for between in zip(edges[::2], edges[1::2], strict=True)]
    return [Span(each[0].start(), each[-1].end()) for each in words if each] or [sentence.span]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where phrases are found in a text, as a browser finds them: whole words, whatever their case and spacing."""

    text: str

    def opening(self, part: Span) -> Span:
        """The fewest words at its start that stand nowhere before."""
        words = list(_WORD.finditer(self.text, part.start, part.end))[:_MOST]
        spans = [Span(part.start, word.end()) for word in words]
        return next((span for span in spans[_FEWEST - 1 :] if self._is_first(span)), spans[-1])

    def ending(self, part: Span) -> str:
        """The fewest words at its end that stand nowhere between its start and them; none when it is empty."""
        words = list(_WORD.finditer(self.text, part.start, part.end))[-_MOST:]
        phrases = [self.text[word.start() : part.end] for word in reversed(words)]
        for phrase in phrases[_FEWEST - 1 :]:
            found = _pattern(phrase).search(self.text, part.start)
            if found and found.end() == part.end:
                return phrase
        return phrases[-1] if phrases else ""

    def named(self, span: Span, *, followed: bool = False) -> list[str]:
        """The phrase as terms of a fragment, with words around it when it stands elsewhere before."""
        phrase = _encoded(span.of(self.text))
        if self._is_first(span):
            return [phrase]
        before, after = self._before(span.start), "" if followed else self._after(span.end)
        return [
            *([f"{_encoded(before)}-"] if before else []),
            phrase,
            *([f"-{_encoded(after)}"] if after else []),
        ]

    def _is_first(self, span: Span) -> bool:
        found = _pattern(span.of(self.text)).search(self.text)
        return found is None or found.start() >= span.start

    def _before(self, at: int) -> str:
        """The last words of the line before, or of the same line."""
        lines = (re.sub(f"^{_DRAWN}", "", line) for line in reversed(self.text[max(0, at - 2000) : at].split("\n")))
        return next((" ".join(line.split()[-_AROUND:]) for line in lines if line.strip(" |-")), "")

    def _after(self, at: int) -> str:
        lines = (re.sub(f"^{_DRAWN}", "", line) for line in self.text[at : at + 2000].split("\n"))
        return next((" ".join(line.split()[:_AROUND]) for line in lines if line.strip(" |-")), "")


def _pattern(phrase: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, phrase.split()))
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def _encoded(words: str) -> str:
    # A hyphen parts the terms from one another and is else left as it is.
    return quote(" ".join(words.split()), safe="").replace("-", "%2D")
