"""The votes collected in Discord as an evaluation: answers found helpful should be given again, unhelpful ones should not."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bot.asking.answering import held_to, once_more
from bot.memory.citations import cited
from bot.memory.records import Asked, ServerSettings, Voted
from embeddings.errors import PullquoteError, UnknownArticleError
from embeddings.library import Library
from embeddings.types import Answer, Excerpt, Reply, Span

# Batch size for encoding.
_BATCH = 64


class Outcome(Enum):
    """The current outcome of a question that was voted on: a CSS class, its meaning, and whether it is a failure."""

    KEPT = "right", "Found helpful, and said first again", False
    LATER = "silent", "Found helpful, and said again, but not first", False
    OTHER = "wrong", "Found helpful, and answered by other words now", True
    REFUSED = "missed", "Found helpful, and not answered any more", True
    GONE = "gone", "Found helpful, but no article holds these words any more", False
    SAME = "invented", "Found unhelpful, and said first again", True
    CHANGED = "changed", "Found unhelpful, and answered by other words now", False
    WITHDRAWN = "withdrawn", "Found unhelpful, and not answered any more", False

    def __init__(self, style: str, title: str, is_failure: bool) -> None:
        self.style = style
        self.title = title
        self.is_failure = is_failure


@dataclass(frozen=True, slots=True)
class Place:
    """The place that an answer cited first."""

    article_id: str
    version: str
    span: Span
    words: str
    """The words there; empty if they are no longer kept."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A question that was voted on, and its current outcome."""

    voted: Voted
    place: Place
    outcome: Outcome
    excerpts: tuple[Excerpt, ...]
    """What is quoted now; empty for a refusal."""
    confidence: float

    @property
    def question(self) -> str:
        """The question as it was understood."""
        return self.voted.asked.interpreted

    @property
    def before(self) -> str:
        """The first quote when members voted."""
        return self.place.words

    @property
    def now(self) -> str:
        """The first quote now."""
        return self.excerpts[0].quote if self.excerpts else ""


@dataclass(frozen=True, slots=True)
class VotesReport:
    """The outcomes of all questions that were voted on."""

    verdicts: tuple[Verdict, ...]
    undecided: int
    """Answers with as many votes for as against them; they are not asked."""

    def rows(self) -> list[tuple[str, float | int | None]]:
        """Name and value of each measure: counts, and shares of them. Words that are gone cannot be quoted, and are left out."""
        count = Counter(each.outcome for each in self.verdicts)
        held = [Outcome.KEPT, Outcome.LATER, Outcome.OTHER, Outcome.REFUSED]
        helpful = sum(count[each] for each in held)
        unhelpful = sum(count[each] for each in (Outcome.SAME, Outcome.CHANGED, Outcome.WITHDRAWN))
        return [
            ("found helpful", helpful),
            ("  still answered", _share(helpful - count[Outcome.REFUSED], helpful)),
            ("  by the same words first", _share(count[Outcome.KEPT], helpful)),
            ("  by the same words among the excerpts", _share(count[Outcome.KEPT] + count[Outcome.LATER], helpful)),
            ("  words since gone (left out)", count[Outcome.GONE]),
            ("found unhelpful", unhelpful),
            ("  by the same words first again", _share(count[Outcome.SAME], unhelpful)),
            ("  by other words now", _share(count[Outcome.CHANGED], unhelpful)),
            ("  not answered any more", _share(count[Outcome.WITHDRAWN], unhelpful)),
            ("undecided (left out)", self.undecided),
        ]

    def failures(self) -> list[Verdict]:
        """The failures, those that most members voted on first."""
        found = [each for each in self.verdicts if each.outcome.is_failure]
        return sorted(found, key=lambda each: -(each.voted.helpful + each.voted.unhelpful))

    def sorts(self) -> list[tuple[Outcome, int]]:
        """How many there are of each outcome."""
        count = Counter(each.outcome for each in self.verdicts)
        return [(each, count[each]) for each in Outcome]

    def to_json(self) -> dict[str, Any]:
        """The measures, and each failure with what was quoted then and now."""
        return {
            "questions": len(self.verdicts),
            "measures": {name.strip(): value for name, value in self.rows()},
            "outcomes": {outcome.name.lower(): count for outcome, count in self.sorts()},
            "failures": [
                {
                    "id": each.voted.key,
                    "question": each.question,
                    "outcome": each.outcome.name.lower(),
                    "helpful": each.voted.helpful,
                    "unhelpful": each.voted.unhelpful,
                    "before": each.before,
                    "confidence": each.confidence,
                    "excerpts": [excerpt.quote for excerpt in each.excerpts],
                }
                for each in self.failures()
            ],
        }


def asked_again(
    library: Library,
    votes: Sequence[Voted],
    settings: ServerSettings,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> VotesReport:
    """Ask the questions that were voted on again, under the server's settings; ``progress`` counts them.

    Raises:
        PullquoteError: the library cannot be asked.
    """
    decided = [each for each in votes if each.helpful != each.unhelpful]
    found: list[Verdict] = []
    for start in range(0, len(decided), _BATCH):
        batch = decided[start : start + _BATCH]
        asked = [once_more(each.asked) for each in batch]
        replies = library.ask_many(asked)
        found += [_verdict(library, each, reply, settings) for each, reply in zip(batch, replies, strict=True)]
        if progress:
            progress(len(found), len(decided))
    return VotesReport(tuple(found), len(votes) - len(decided))


def _verdict(library: Library, voted: Voted, reply: Reply | PullquoteError, settings: ServerSettings) -> Verdict:
    place = _place(library, voted.asked)
    # A question that cannot be asked, because its chosen article is gone, counts as not answered.
    held = None if isinstance(reply, PullquoteError) else held_to(settings, reply)
    excerpts = held.excerpts if isinstance(held, Answer) else ()
    same = [_says(each, place) for each in excerpts]
    if voted.helpful < voted.unhelpful:
        outcome = Outcome.SAME if same[:1] == [True] else Outcome.CHANGED if same else Outcome.WITHDRAWN
    elif any(same):
        outcome = Outcome.KEPT if same[0] else Outcome.LATER
    elif not _is_held(library, place):
        outcome = Outcome.GONE
    else:
        outcome = Outcome.OTHER if same else Outcome.REFUSED
    return Verdict(voted, place, outcome, excerpts, held.confidence if held else 0.0)


def _place(library: Library, asked: Asked) -> Place:
    citation = cited(asked)[1]
    try:
        context = library.context(citation)
        words = context.excerpt.of(context.text)
    except UnknownArticleError:
        words = ""
    return Place(citation.article_id, citation.version, citation.span, words)


def _is_held(library: Library, place: Place) -> bool:
    """Whether the article still contains the words."""
    try:
        return bool(place.words) and place.words in library.show(place.article_id).text
    except UnknownArticleError:
        return False


def _says(excerpt: Excerpt, place: Place) -> bool:
    """Whether an excerpt is of that place, or of the same words in another version of the article."""
    citation = excerpt.citation
    if citation.article_id != place.article_id:
        return False
    if citation.version == place.version:
        return citation.span.overlaps(place.span)
    return bool(place.words) and (place.words in excerpt.quote or excerpt.quote in place.words)


def _share(part: int, of: int) -> float | None:
    return part / of if of else None
