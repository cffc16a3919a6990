"""Questions about news pages of the article-extraction set, worded as members would, with the pages added from their HTML as by a user.

    python -m benchmarks.news            the measures, for all pages together and for each page alone
    python -m benchmarks.news --show     and each question that went wrong

The questions are ours (`news_questions.toml`), most of them worded differently from the reports. Nothing was trained or fitted on them.
"""

import argparse
import gzip
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sklearn.metrics import roc_auc_score

from benchmarks.datasets import DATA
from embeddings.encoders import load_encoder
from embeddings.evaluate import Case, evaluate
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.readers import load_reader
from embeddings.store import Store

_QUESTIONS = Path(__file__).with_name("news_questions.toml")


@dataclass(frozen=True, slots=True)
class Page:
    """A page with questions about it."""

    html: bytes
    name: str
    cases: tuple[Case, ...]


def pages() -> list[Page]:
    """The pages with questions; a question without answers should be refused."""
    found = []
    for entry in tomllib.loads(_QUESTIONS.read_text(encoding="utf-8"))["page"]:
        (path,) = (DATA / "extraction/html").glob(f"{entry['id']}*.html.gz")
        right = [
            Case(f"{entry['id']} {at}", question, tuple(answers))
            for at, (question, answers) in enumerate(entry["right"].items())
        ]
        refused = [Case(f"{entry['id']} refused {at}", question, ()) for at, question in enumerate(entry["refuse"])]
        found.append(Page(gzip.decompress(path.read_bytes()), f"{entry['id']}.html", (*right, *refused)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="print each question that went wrong")
    show = parser.parse_args().show
    encoder, reader = load_encoder(), load_reader()
    found = pages()
    cases = [case for each in found for case in each.cases]
    print(f"{len(found)} pages, {len(cases)} questions")
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        together = Library(store, "together", encoder, reader)
        alone = {each.name: Library(store, each.name, encoder, reader) for each in found}
        for each in found:
            for library in (together, alone[each.name]):
                library.add(load(each.html, source=each.name))
        _print("all pages together", [(together, cases)], show)
        _print("each page alone", [(alone[each.name], list(each.cases)) for each in found], show)


def _print(name: str, parts: Sequence[tuple[Library, list[Case]]], show: bool) -> None:
    reports = [evaluate(library, cases) for library, cases in parts]
    results = [result for report in reports for result in report.results]
    # None if nothing was answered, so there is no quote to check.
    measured = [report.measures["exact quotes"] for report in reports]
    exact = min((each for each in measured if each is not None), default=float("nan"))
    right = [each for each in results if each.case.answers]
    wrong = [each for each in results if not each.case.answers]
    print(
        f"{name}: first excerpt {sum(bool(each.first) for each in right)}, one of three {sum(bool(each.among_three) for each in right)}, "
        f"answered {sum(bool(each.excerpts) for each in right)} of {len(right)}; refused {sum(not each.excerpts for each in wrong)} of {len(wrong)}, "
        f"abstention AUROC {roc_auc_score([bool(each.case.answers) for each in results], [each.reply.confidence for each in results]):.3f}, exact quotes {exact:.3f}"
    )
    for each in results if show else ():
        if each.failed:
            print(f"  {each.reply.confidence:.2f} {each.case.question} -> {each.got[:160]!r}")


if __name__ == "__main__":
    main()
