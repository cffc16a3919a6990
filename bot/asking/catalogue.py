"""Finds the article a member means: titles held in memory, matched by prefix, by a word's prefix or by similarity."""

import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.posting.markdown import plain
from embeddings.errors import PullquoteError
from embeddings.types import Article

#: Discord's limits on the number and length of choices.
MOST_CHOICES, LONGEST_CHOICE = 25, 100
# Minimum similarity of typed text and title, of 100: allows for a typo or two in a word, or words in another order.
_ALIKE = 70


class UnknownTitleError(PullquoteError):
    """No article has such a title."""

    def __init__(self) -> None:
        super().__init__("No article here has a title like that; choose one of the titles offered as you type.")


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as a choice."""

    id: str
    title: str
    folded: str
    """The title without case and accents."""


class Catalogue:
    """A cache of every library's titles, read again only after the library changed. Thread-safe."""

    def __init__(self, generation: Callable[[str], int], articles: Callable[[str], Sequence[Article]]) -> None:
        self.generation = generation
        """A number for each library that goes up when it changes."""
        self._articles = articles
        self._reading = threading.Lock()
        self._entries: dict[str, tuple[int, tuple[Entry, ...]]] = {}

    def choices(self, library: str, typed: str) -> list[tuple[str, str]]:
        """The choices for the text typed so far: titles, each with its article's id."""
        found = [
            (plain(each.title, LONGEST_CHOICE) or each.id, each) for each in matching(self._titles(library), typed)
        ]
        count = Counter(shown for shown, _ in found)
        return [
            (shown, each.id)
            if count[shown] == 1
            # Articles with the same title, or the same once cut, are told apart by their ids.
            else (f"{plain(each.title, LONGEST_CHOICE - len(each.id) - 3)} ({each.id})", each.id)
            for shown, each in found
        ]

    def named(self, library: str, given: str) -> str | None:
        """The id of the article that was chosen, or whose title was typed without choosing; None if none matches."""
        entries = self._titles(library)
        if any(each.id == given for each in entries):
            return given
        wanted = folded(given)
        if not wanted:
            return None
        same = [each for each in entries if each.folded == wanted]
        # The exact title, before one that differs in case and accents, before the best match.
        found = [each for each in same if each.title == given.strip()] or same or matching(entries, given)
        return found[0].id if found else None

    def chosen(self, library: str, given: str) -> str:
        """Like `named`, for callers that need an article.

        Raises:
            UnknownTitleError: none matches.
        """
        found = self.named(library, given)
        if found is None:
            raise UnknownTitleError
        return found

    def _titles(self, library: str) -> tuple[Entry, ...]:
        generation = self.generation(library)
        with self._reading:
            held = self._entries.get(library)
            if held is None or held[0] != generation:
                entries = tuple(Entry(each.id, each.title, folded(each.title)) for each in self._articles(library))
                held = self._entries[library] = (generation, entries)
        return held[1]


def matching(entries: Sequence[Entry], typed: str) -> list[Entry]:
    """The best entries for the typed text: those that begin with it, then those with a word that does, then similar ones."""
    wanted = folded(typed)
    if not wanted:
        return list(entries[:MOST_CHOICES])
    found = {each.id: each for each in entries if each.folded.startswith(wanted)}
    if len(found) < MOST_CHOICES:
        found |= {each.id: each for each in entries if each.id not in found and f" {wanted}" in f" {each.folded}"}
    if len(found) < MOST_CHOICES:
        titles = {each.id: each.folded for each in entries if each.id not in found}
        by_id = {each.id: each for each in entries}
        alike = process.extract(wanted, titles, scorer=fuzz.WRatio, score_cutoff=_ALIKE, limit=MOST_CHOICES)
        found |= {article_id: by_id[article_id] for _, _, article_id in alike}
    return list(found.values())[:MOST_CHOICES]


def folded(words: str) -> str:
    """Words without case, accents and characters other than letters and digits."""
    letters = unicodedata.normalize("NFKD", words.casefold())
    return " ".join(
        "".join(each if each.isalnum() else " " for each in letters if not unicodedata.combining(each)).split()
    )
