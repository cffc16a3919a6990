"""Links to a quote: they open the page at the quote, and browsers highlight it.

A text fragment (WICG, "URL Fragment Text Directives") names the text to scroll to: ``#:~:text=[before-,]first[,last][,-after]``. A browser
scrolls to the first match, so the fragments made here match nowhere earlier in the article. They consist of whole words, and no phrase
crosses the bounds of a paragraph, list item or table cell, since browsers do not match across those.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from embeddings.types import Kind, Sentence, Span

# A quote of up to this many words is named whole; a longer one by its first and last words, which keeps links short.
_WHOLE = 8
_FEWEST, _MOST = 3, 12
# How many words before and after a phrase are named when it also occurs earlier in the article.
_AROUND = 5
# A longer fragment, in characters, does more harm than good, and is left out.
_LONGEST = 350

_WORD = re.compile(r"\S+")
# Indents and list markers, which our text has and a page does not: the browser draws them.
_DRAWN = r" *(?:(?:\d{1,6}|[a-zA-Z]{1,2}|[ivxlcIVXLC]{1,7})\. |- )"
# A term before its definition; the colon between them is in our text and not on the page.
_TERM = re.compile(r"[^:\n]{1,80}: (?=\S)")


def link_to_quote(url: str | None, text: str, span: Span, sentences: Sequence[Sentence]) -> str | None:
    """The link to ``span`` of the article at ``url`` with this text and these sentences; ``url`` alone if none can be made."""
    quoted = [each for each in sentences if span.covers(each.span)]
    if url is None or not quoted:
        return url
    if quoted[0].page is not None:
        # In a PDF, browsers can go to a page but not to its words.
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
    """The lines or cells of a sentence as they are on its page: a list item without its marker and its term."""
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
    """Finds phrases in a text as a browser does: by whole words, ignoring case and spacing."""

    text: str

    def opening(self, part: Span) -> Span:
        """The shortest beginning of a part that does not occur earlier in the text."""
        words = list(_WORD.finditer(self.text, part.start, part.end))[:_MOST]
        spans = [Span(part.start, word.end()) for word in words]
        return next((span for span in spans[_FEWEST - 1 :] if self._is_first(span)), spans[-1])

    def ending(self, part: Span) -> str:
        """The shortest ending of a part that does not occur earlier in the part; empty if the part is."""
        words = list(_WORD.finditer(self.text, part.start, part.end))[-_MOST:]
        phrases = [self.text[word.start() : part.end] for word in reversed(words)]
        for phrase in phrases[_FEWEST - 1 :]:
            found = _pattern(phrase).search(self.text, part.start)
            if found and found.end() == part.end:
                return phrase
        return phrases[-1] if phrases else ""

    def named(self, span: Span, *, followed: bool = False) -> list[str]:
        """The phrase as terms of a fragment, with context if it occurs earlier too; without context after it if ``followed``."""
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
        """The last words before a place: on its line, or else on the nearest line above that has any."""
        lines = (re.sub(f"^{_DRAWN}", "", line) for line in reversed(self.text[max(0, at - 2000) : at].split("\n")))
        return next((" ".join(line.split()[-_AROUND:]) for line in lines if line.strip(" |-")), "")

    def _after(self, at: int) -> str:
        lines = (re.sub(f"^{_DRAWN}", "", line) for line in self.text[at : at + 2000].split("\n"))
        return next((" ".join(line.split()[:_AROUND]) for line in lines if line.strip(" |-")), "")


def _pattern(phrase: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, phrase.split()))
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def _encoded(words: str) -> str:
    # `quote` leaves hyphens as they are, but in a fragment they are syntax.
    return quote(" ".join(words.split()), safe="").replace("-", "%2D")
