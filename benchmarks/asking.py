"""What the commands that ask labelled questions have in common: their options, the models, the table, and what is kept of it."""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.cache import CachingEncoder, CachingReader
from benchmarks.results import record
from embeddings.evaluate import Case, Report, evaluate
from embeddings.library import Library
from embeddings.protocols import NO_READER
from embeddings.readers import load_reader
from embeddings.store import Store


def parser_of(description: str | None) -> argparse.ArgumentParser:
    """A parser with the common options; a command adds its own."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--typed", action="store_true", help="questions as members type them: small letters, no mark")
    parser.add_argument("--without-reader", action="store_true", help="search and evidence alone")
    parser.add_argument("--show", action="store_true", help="print each question that went wrong")
    parser.add_argument("--record", action="store_true", help="keep the measures for this commit, in results.jsonl")
    return parser


@dataclass(frozen=True, slots=True)
class Asking:
    """How the questions are asked."""

    encoder: CachingEncoder
    reader: CachingReader | None
    typed: bool
    show: bool
    record: bool

    @classmethod
    def by(cls, arguments: argparse.Namespace) -> "Asking":
        """As the options of `parser_of` say."""
        found = load_reader(NO_READER) if arguments.without_reader else load_reader()
        reader = CachingReader(found) if found else None
        return cls(CachingEncoder(), reader, arguments.typed, arguments.show, arguments.record)

    def ask(self, name: str, filled: Callable[[Library], Sequence[Case]]) -> Report:
        """Ask the cases that ``filled`` returns for an empty library, once it has put their articles there. Prints the measures."""
        with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
            library = Library(store, name, self.encoder, self.reader)
            cases = filled(library)
            if self.typed:
                cases = [replace(case, question=case.question.rstrip("? ").lower()) for case in cases]
            report = evaluate(library, cases)
        self.encoder.save()
        if self.reader:
            self.reader.save()
        print(f"\n{name}: {len(cases)} questions, {sum(bool(case.answers) for case in cases)} answerable")
        for measure, value in report.rows():
            print(f"  {measure:34}{'–' if value is None else f'{value:.3f}'}")
        for each in report.results if self.show else ():
            if each.failed:
                print(f"  {each.reply.confidence:.2f} {each.case.id}: {each.case.question} -> {each.got[:160]!r}")
        if self.record:
            how = f"{', typed' if self.typed else ''}{'' if self.reader else ', no reader'}"
            record({f"{name}{how}": {"questions": float(len(cases)), **report.measures}})
        return report
