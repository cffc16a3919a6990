"""Ask the questions of held-out packages' documentation, with numbers in place of the headings that were questions.

    python -m benchmarks.documentation.archives
    python -m benchmarks.documentation.measure [--typed] [--without-reader] [--show] [--record]

A question is asked of the pages of its package. An excerpt is right if it holds a sentence from below the heading. The sections of a third
of the questions are left out, so that the documentation does not answer these.
"""

from dataclasses import replace
from itertools import groupby

from benchmarks.asking import Asking, parser_of
from benchmarks.datasets import Use
from benchmarks.documentation.questions import Answered, documentation, without
from embeddings.chunking import sentences_of
from embeddings.errors import SourceError
from embeddings.evaluate import Case
from embeddings.library import Library
from embeddings.types import Document

# Every third question is asked without its section.
_WITHOUT = 3


def main() -> None:
    Asking.by(parser_of(__doc__).parse_args()).ask("documentation", _filled)


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
