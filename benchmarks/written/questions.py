"""Invented pages of many kinds, and what members would ask of them, in their own words.

The authors of the public sets saw the paragraph and used its words. Here a page says "Minimaps and shaders are no problem", and a member asks
"am I allowed to use shaders?" and "can I fly?", which no word of the page answers. Each folder next to this file is a kind of page: a Markdown
file for each page, and next to it a file of the same name with a question a line and, behind tabs, the words of the page that answer it, which
is none if the page does not. All of it was written for this project.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

from benchmarks.corpus import Corpus, Labelled
from benchmarks.datasets import Use
from embeddings.chunking import sentences_of
from embeddings.evaluate.squad import LabelledQuestion
from embeddings.keywords import query_terms, terms
from embeddings.languages import ENGLISH
from embeddings.loaders import load
from embeddings.protocols import Encoder
from embeddings.types import Document, Span
from tests.indexes import index_of_one

_FOLDER = Path(__file__).parent
# The pages of this folder are all used to measure: nothing else of their kind was at hand when they were written.
_RULES = "rules"


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """A question about a page."""

    text: str
    places: tuple[Span, ...]
    """Where the words that answer it are, the likeliest place first; none if the page does not answer."""


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """A page with the questions about it."""

    kind: str
    name: str
    document: Document
    questions: tuple[WrittenQuestion, ...]


def written(use: Use) -> Iterator[WrittenPage]:
    """The pages for this use.

    Raises:
        ValueError: the words that should answer a question are not in its page.
    """
    for path in sorted(_FOLDER.glob("*/*.md")):
        if _use_of(path) is use:
            yield _page(path)


def corpus_of_page(page: WrittenPage, encoder: Encoder) -> Corpus:
    """The page in an index of its own, and the questions about it."""
    asked = (Labelled(LabelledQuestion(page.name, each.text, ()), 0, each.places) for each in page.questions)
    return Corpus(index_of_one(page.document, encoder), tuple(asked))


def _use_of(path: Path) -> Use:
    """Six of eight pages are for the reader, and one each for the rest."""
    if path.parent.name == _RULES:
        return Use.MEASURE
    return {0: Use.EVIDENCE, 4: Use.MEASURE}.get(crc32(path.stem.encode()) % 8, Use.READER)


def _page(path: Path) -> WrittenPage:
    document = load(path.read_bytes(), source=path.name)
    asked = []
    for line in path.with_suffix(".tsv").read_text(encoding="utf-8").splitlines():
        question, *answers = line.split("\t")
        places = [place for words in answers if words for place in _places(document, question, words)]
        if any(answers) and not places:
            raise ValueError(f"{path.name} does not say {answers}")
        asked.append(WrittenQuestion(question, tuple(places)))
    return WrittenPage(path.parent.name, path.stem, document, tuple(asked))


def _places(document: Document, question: str, words: str) -> list[Span]:
    """Where the words are in the document; first where most words of the question are near, since "two" may be said several times."""
    found = re.finditer(rf"(?<!\w){re.escape(_read(words))}(?!\w)", document.text)
    places = [Span(match.start(), match.end()) for match in found]
    asked, sentences = query_terms(question), sentences_of(document)

    def shared(place: Span) -> int:
        near = [terms(each.span.of(document.text), ENGLISH) for each in sentences if each.span.overlaps(place)]
        return int(np.isin(asked, np.concatenate(near)).sum()) if near else -1

    return sorted(places, key=shared, reverse=True)


def _read(words: str) -> str:
    """The words as they are once the page is read: without Markdown's marks."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", words).translate({ord("*"): None, ord("`"): None}).strip()
