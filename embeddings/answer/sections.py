"""Headings that may be quoted, and the text below them: which of these an excerpt needs besides the sentence that answers."""

from embeddings.clean import is_titled
from embeddings.keywords import hashed
from embeddings.languages import ENGLISH_STOP_WORDS
from embeddings.questions.shapes import Shape
from embeddings.questions.sought import answering_spans
from embeddings.search.index import Index
from embeddings.types import QUOTABLE

_WHICH = frozenset(["which", "what"])


def is_heading(index: Index, row: int) -> bool:
    """Whether a sentence is its own heading; only headings that state something themselves are sentences too."""
    heading = index.sentences[row].heading
    return bool(heading) and index.sentence_text(row) == heading[-1] and index.stands_first(row, 1)


def is_title(index: Index, row: int) -> bool:
    """Whether a sentence is its article's title, which every citation shows."""
    return index.sentences[row].span.start == 0 and is_titled(
        index.segment_of(row).article.title, index.sentence_text(row)
    )


def last_below(index: Index, head: int, shape: Shape, longest: int) -> int:
    """The last row to quote below a heading, within ``longest`` characters in all; the heading itself if there is none.

    If the heading holds what is asked for, such as the time, quote only up to the last row with terms of the question that it lacks:
    "Monday 14 May" cannot be understood without the quiz.
    """
    below = []
    for row in range(head + 1, len(index.sentences)):
        sentence = index.sentences[row]
        too_far = sentence.span.end - index.sentences[head].span.start > longest
        if too_far or sentence.kind not in QUOTABLE or not _is_under(index, row, head):
            break
        below.append(row)
    if _tells(index, head, shape):
        unsaid = _terms_asked(index, head, shape) - _terms(index, head)
        below = [row for row in below if unsaid & _terms(index, row)]
    return below[-1] if below else head


def head_above(index: Index, row: int, last: int, shape: Shape, longest: int) -> int | None:
    """The heading to quote with the sentences ``row`` to ``last``, if it holds what is asked for or has words of the question that they
    lack, and all together are no longer than ``longest``."""
    end = index.sentences[last].span.end
    for head in range(row - 1, -1, -1):
        if index.article_of(head) != index.article_of(row) or end - index.sentences[head].span.start > longest:
            return None
        if is_heading(index, head) and _is_under(index, row, head):
            said = frozenset[int]().union(*(_terms(index, each) for each in range(row, last + 1)))
            is_wanted = _tells(index, head, shape) or (_terms_asked(index, head, shape) & _terms(index, head)) - said
            return head if is_wanted or _tells_which(index, head, shape) else None
    return None


def _tells_which(index: Index, head: int, shape: Shape) -> bool:
    """Whether the question asks which of several, and the heading has a number: a version, a level, a step."""
    return not _WHICH.isdisjoint(shape.words) and any(map(str.isdigit, index.sentence_text(head)))


def _is_under(index: Index, row: int, head: int) -> bool:
    """Whether a sentence is in the section of a heading, subsections included."""
    heading = index.sentences[head].heading
    return index.article_of(row) == index.article_of(head) and index.sentences[row].heading[: len(heading)] == heading


def _tells(index: Index, head: int, shape: Shape) -> bool:
    """Whether a heading holds something of the sort asked for."""
    words = index.sentence_text(head)
    return any(next(answering_spans(shape, asked, words), None) for asked in shape.asked)


def _terms(index: Index, row: int) -> frozenset[int]:
    return frozenset(index.sentence_terms[row].tolist())


def _terms_asked(index: Index, row: int, shape: Shape) -> frozenset[int]:
    return frozenset(hashed(sorted(shape.words - ENGLISH_STOP_WORDS), index.segment_of(row).language).tolist())
