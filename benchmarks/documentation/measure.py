"""Ask the questions of held-out packages' documentation, with numbers in place of the headings that were questions.

    python -m benchmarks.documentation.archives
    python -m benchmarks.documentation.measure [--typed] [--without-reader] [--record]

A question is asked of the pages of its package. An excerpt is right if it holds a sentence from below the heading. The sections of a third
of the questions are left out, so that the documentation does not answer these.
"""

import argparse
import tempfile
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from benchmarks.cache import CachingEncoder, CachingReader
from benchmarks.datasets import Use
from benchmarks.documentation.questions import Answered, documentation, without
from benchmarks.results import record
from embeddings.chunking import sentences_of
from embeddings.errors import SourceError
from embeddings.evaluate import Case, evaluate
from embeddings.library import Library
from embeddings.protocols import NO_READER
from embeddings.readers import load_reader
from embeddings.store import Store
from embeddings.types import Document

# Every third question is asked without its section.
_WITHOUT = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--typed", action="store_true", help="questions as members type them: small letters, no mark")
    parser.add_argument("--without-reader", action="store_true", help="search and evidence alone")
    parser.add_argument("--record", action="store_true", help="keep the measures for this commit, in results.jsonl")
    arguments = parser.parse_args()
    encoder = CachingEncoder()
    found = load_reader(NO_READER) if arguments.without_reader else load_reader()
    reader = CachingReader(found) if found else None
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        library = Library(store, "documentation", encoder, reader)
        cases = _filled(library)
        if arguments.typed:
            cases = [replace(case, question=case.question.rstrip("? ").lower()) for case in cases]
        report = evaluate(library, cases)
    encoder.save()
    if reader:
        reader.save()
    answerable = sum(bool(case.answers) for case in cases)
    print(f"documentation: {len(cases)} questions, {answerable} answerable")
    for measure, value in report.rows():
        print(f"  {measure:34}{'–' if value is None else f'{value:.3f}'}")
    if arguments.record:
        how = f"{', typed' if arguments.typed else ''}{'' if reader else ', no reader'}"
        record({f"documentation{how}": {"questions": float(len(cases)), **report.measures}})


def _filled(library: Library) -> list[Case]:
    """The cases; adds the documents to the library."""
    cases: list[Case] = []
    number = 0
    for _, found in groupby(documentation(Use.MEASURE), key=lambda each: each.package):
        asked: list[Case] = []
        articles: list[str] = []
        for each in found:
            numbered = dict(enumerate(each.questions, number))
            number += len(numbered)
            missing = [question for at, question in numbered.items() if at % _WITHOUT == 0]
            document = without(each.document, missing)
            try:
                articles.append(library.add(document).article.id)
            except SourceError:
                # Nothing is left of it.
                continue
            asked += [_case(question, articles[-1], document) for question in each.questions]
        cases += [replace(case, article_ids=tuple(articles)) for case in asked]
    return cases


def _case(question: Answered, article: str, document: Document) -> Case:
    """The question with the sentences of its section, or with none if that is left out."""
    spans = [sentence.span for sentence in sentences_of(document) if question.span.overlaps(sentence.span)]
    answers = tuple(span.of(document.text) for span in spans)
    return Case(
        f"{document.source} {question.path[-1]}",
        question.text,
        answers,
        places=tuple((article, span) for span in spans),
    )


if __name__ == "__main__":
    main()
