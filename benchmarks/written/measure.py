"""Ask the questions of written pages that nothing was trained on, each of its own page.

python -m benchmarks.written.measure [--typed] [--without-reader] [--show] [--record]
"""

import argparse
import tempfile
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from benchmarks.cache import CachingEncoder, CachingReader
from benchmarks.datasets import Use
from benchmarks.results import record
from benchmarks.written.questions import WrittenPage, written
from embeddings.evaluate import Case, evaluate
from embeddings.library import Library
from embeddings.protocols import NO_READER
from embeddings.readers import load_reader
from embeddings.store import Store


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--typed", action="store_true", help="questions as members type them: small letters, no mark")
    parser.add_argument("--without-reader", action="store_true", help="search and evidence alone")
    parser.add_argument("--show", action="store_true", help="print each question that went wrong")
    parser.add_argument("--record", action="store_true", help="keep the measures for this commit, in results.jsonl")
    arguments = parser.parse_args()
    encoder = CachingEncoder()
    found = load_reader(NO_READER) if arguments.without_reader else load_reader()
    reader = CachingReader(found) if found else None
    how = f"{', typed' if arguments.typed else ''}{'' if reader else ', no reader'}"
    for is_rules, pages in groupby(sorted(written(Use.MEASURE), key=_is_rules), key=_is_rules):
        name = f"{'written rules' if is_rules else 'written pages'}{how}"
        with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
            library = Library(store, "written", encoder, reader)
            cases = [case for page in pages for case in _cases(page, library)]
            if arguments.typed:
                cases = [replace(case, question=case.question.rstrip("? ").lower()) for case in cases]
            report = evaluate(library, cases)
        print(f"{name}: {len(cases)} questions, {sum(bool(case.answers) for case in cases)} answerable")
        for measure, value in report.rows():
            print(f"  {measure:34}{'–' if value is None else f'{value:.3f}'}")
        for each in report.results if arguments.show else ():
            if each.failed:
                print(f"  {each.reply.confidence:.2f} {each.case.id}: {each.case.question} -> {each.got[:160]!r}")
        if arguments.record:
            record({name: {"questions": float(len(cases)), **report.measures}})
    encoder.save()
    if reader:
        reader.save()


def _is_rules(page: WrittenPage) -> bool:
    return page.kind == "rules"


def _cases(page: WrittenPage, library: Library) -> list[Case]:
    """The cases of a page; adds it to the library."""
    article = library.add(page.document).article.id
    return [
        Case(
            f"{page.kind}/{page.name}",
            each.text,
            tuple(place.of(page.document.text) for place in each.places),
            places=tuple((article, place) for place in each.places),
            article_ids=(article,),
        )
        for each in page.questions
    ]


if __name__ == "__main__":
    main()
