"""Questions from documentation as training examples: what is below the heading answers, though nobody marked in which words."""

import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from benchmarks.documentation.questions import Questioned
from benchmarks.reader.examples import Asked, Example, elsewhere
from benchmarks.reader.swapped import Usage
from embeddings.chunking import chunks_of, context_of
from embeddings.keywords import query_terms, terms
from embeddings.protocols import Encoder
from embeddings.types import Chunk, Document, Span

# Share of the questions in small letters without a question mark, as many members write.
_TYPED = 0.3
# Number of wrong passages, and their minimum characters.
_WRONG = 4
_SHORTEST = 40


def documented_of(questioned: Questioned, encoder: Encoder) -> Iterator[Asked]:
    """Each question with the first chunk of its section, and with those of the other sections that share most words with it.

    The headings right above the passages are left out: for the right one, that would be the question.
    """
    document = questioned.document
    _, chunks = chunks_of(document, encoder.count_tokens, encoder.max_tokens)
    words = [
        terms(f"{context_of(document.title, chunk.heading)} {chunk.span.of(document.text)}", "en") for chunk in chunks
    ]
    for question in questioned.questions:
        asked = query_terms(question.text)
        shared = {at: int(np.isin(asked, said).sum()) for at, said in enumerate(words)}
        right = [chunk for chunk in chunks if chunk.span.overlaps(question.span)]
        wrong = [
            chunks[at]
            for at in sorted(shared, key=shared.__getitem__, reverse=True)
            if not chunks[at].span.overlaps(question.span) and chunks[at].span.length > _SHORTEST
        ]
        for chunk in right[:1]:
            before, passage = _shown(document, chunk)
            whole = Span(0, len(passage))
            example = Example(question.text, passage, whole, questioned.package, "documented", before, is_loose=True)
            yield Asked(example, tuple(_shown(document, each) for each in wrong[:_WRONG]), (), Usage.of(""))


def documented(asked: Asked, rng: random.Random) -> Iterator[Example]:
    """The question with the passage below its heading, and with another one."""
    base = asked.example
    if rng.random() < _TYPED:
        base = replace(base, question=base.question.rstrip(" ?").lower())
    yield base
    if asked.wrong:
        yield elsewhere(base, rng.choice(asked.wrong), "hard")


def _shown(document: Document, chunk: Chunk) -> tuple[str, str]:
    """The context and the words of a chunk."""
    return f"{context_of(document.title, chunk.heading[:-1])}. ", chunk.span.of(document.text)
