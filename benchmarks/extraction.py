"""How completely and how cleanly the article of a web page is extracted.

The measure is that of Scrapinghub's article-extraction benchmark: texts are compared as shingles of four consecutive words; precision and
recall are means over the pages, F1 is computed from those means.

    python -m benchmarks.extraction [FOLDER]

FOLDER holds `ground-truth.json` and `html/*.html.gz`. "All" is the stored text; "quotable" is the part that an answer may quote.
"""

import argparse
import gzip
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.datasets import DATA
from embeddings.errors import SourceError
from embeddings.loaders.html import load_html
from embeddings.types import QUOTABLE

_SHINGLE = 4


@dataclass(frozen=True, slots=True)
class Overlap:
    """Shares of the shingles of a page: true positives, false positives, false negatives."""

    right: float
    wrong: float
    missed: float

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right else float(not self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right else float(not self.missed)


def overlap(truth: str, found: str) -> Overlap:
    wanted, got = _shingles(truth), _shingles(found)
    right = (wanted & got).total()
    wrong, missed = got.total() - right, wanted.total() - right
    # Normalised, so that long articles weigh no more than short ones.
    whole = right + wrong + missed
    return Overlap(right / whole, wrong / whole, missed / whole)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1)))


def scores(overlaps: list[Overlap]) -> tuple[float, float, float]:
    """Precision, recall, F1."""
    precision = statistics.mean(each.precision for each in overlaps if each.right + each.wrong)
    recall = statistics.mean(each.recall for each in overlaps)
    return precision, recall, 2 * precision * recall / (precision + recall)


def pages(folder: Path) -> Iterator[tuple[bytes, str, str]]:
    """The bytes, the URL and the article text of each page."""
    for name, page in json.loads((folder / "ground-truth.json").read_text(encoding="utf-8")).items():
        yield gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()), page["url"], page["articleBody"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=DATA / "extraction")
    folder = parser.parse_args().folder
    everything: list[Overlap] = []
    quotable: list[Overlap] = []
    size = 0
    started = time.perf_counter()
    for data, url, article in pages(folder):
        size += len(data)
        try:
            document = load_html(data, source=url, url=url)
        except SourceError as error:
            print(error)
            everything.append(overlap(article, ""))
            quotable.append(overlap(article, ""))
            continue
        everything.append(overlap(article, document.text))
        kept = (block.span.of(document.text) for block in document.blocks if block.kind in QUOTABLE)
        quotable.append(overlap(article, "\n\n".join(kept)))
    seconds = time.perf_counter() - started
    print("| text | precision | recall | F1 |\n|---|---|---|---|")
    for name, overlaps in (("all", everything), ("quotable", quotable)):
        print(f"| {name} | {' | '.join(f'{score:.3f}' for score in scores(overlaps))} |")
    print(
        f"\n{len(everything)} pages, {len(everything) / seconds:.0f} pages and {size / seconds / 1e6:.1f} MB a second"
    )


if __name__ == "__main__":
    main()
