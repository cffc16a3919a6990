"""SciFact as in BEIR: 300 claims, and which of 5,183 abstracts are relevant to each; published figures are nDCG@10.

    python -m benchmarks.scifact [--record]

Each abstract is an article, ranked by its best passage. The reader is switched off: it looks for answers, and a claim is not a question.
"""

import argparse
import csv
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import RR, R, nDCG

from benchmarks.cache import CachingEncoder
from benchmarks.datasets import DATA
from benchmarks.results import record
from embeddings.errors import PullquoteError
from embeddings.library import Library
from embeddings.loaders.plain import load_plain
from embeddings.store import Store
from embeddings.types import EmptyLibrary, Question

_FOLDER = DATA / "scifact"
# Passages requested per claim, enough to come from at least ten abstracts.
_PASSAGES = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="keep the measures for this commit, in results.jsonl")
    arguments = parser.parse_args()
    encoder = CachingEncoder()
    measured = measures(encoder)
    encoder.save()
    for name, value in measured.items():
        print(f"{name:12}{value:.3f}")
    if arguments.record:
        record({"scifact": measured})


def measures(encoder: CachingEncoder) -> dict[str, float]:
    """The measures of the ranking of abstracts."""
    qrels: dict[str, dict[str, int]] = {}
    with (_FOLDER / "qrels/test.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            qrels.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    claims = {each["_id"]: each["text"] for each in _lines("queries.jsonl") if each["_id"] in qrels}
    run: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        library = Library(store, "scifact", encoder)
        names: dict[str, str] = {}
        for number, each in enumerate(_lines("corpus.jsonl")):
            document = load_plain(each["text"], source=each["_id"], title=each["title"] or None)
            # Abstracts with the same text are stored as one article.
            names.setdefault(library.add(document).article.id, each["_id"])
            if number % 500 == 499:
                encoder.save()
                print(f"{number + 1} abstracts", flush=True)
        replies = library.ask_many([Question(text, top_k=_PASSAGES) for text in claims.values()])
        for claim, reply in zip(claims, replies, strict=True):
            ranked = run.setdefault(claim, {})
            if isinstance(reply, PullquoteError | EmptyLibrary):
                continue
            # By rank, since the final order of passages mixes scores of two kinds.
            for rank, hit in enumerate(reply.passages):
                ranked.setdefault(names[hit.article_id], 1.0 / (rank + 1))
    found = ir_measures.calc_aggregate([nDCG @ 10, RR @ 10, R @ 10], qrels, run)
    return {str(measure): float(value) for measure, value in found.items()}


def _lines(name: str) -> Iterator[dict[str, Any]]:
    for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


if __name__ == "__main__":
    main()
