"""The cost on this processor of exact sums of 8-bit products in the reader, and how much its outputs differ without them; both are zero
on processors with VNNI.

    python -m benchmarks.reader.processors

Milliseconds are medians for one passage on one thread, with exact and inexact sums alternating.
"""

import statistics
import time
from importlib.resources import files

import numpy as np

from benchmarks.results import machine_name
from embeddings.encoders.models import default_model_folder, default_tokenizer
from embeddings.readers.bundled import PATH, open_session, read_passage

_QUESTIONS = (
    "How many American troops remain in Syria?",
    "What is the population of Syria?",
    "When did Assad visit Russia?",
    "Why has the political dialogue stalled?",
)
_CHARACTERS = 900
_ROUNDS = 5


def main() -> None:
    text = files("embeddings").joinpath("data/sample_article.md").read_text(encoding="utf-8")
    tokenizer = default_tokenizer(default_model_folder())
    passages = [text[at : at + _CHARACTERS] for at in range(0, len(text) - _CHARACTERS, _CHARACTERS)]
    encodings = [tokenizer.encode(question, passage) for question in _QUESTIONS for passage in passages]
    sessions = {exact: open_session(PATH.read_bytes(), exact=exact, threads=1) for exact in (True, False)}
    odds: dict[bool, list[float]] = {True: [], False: []}
    took: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(_ROUNDS):
        for encoding in encodings:
            for exact, session in sessions.items():
                started = time.perf_counter()
                odds[exact].append(read_passage(session, encoding).answers)
                took[exact].append((time.perf_counter() - started) * 1000)
    apart = np.abs(np.subtract(odds[True], odds[False]))
    slow, fast = statistics.median(took[True]), statistics.median(took[False])
    print(f"{machine_name()}: {len(encodings)} passages of {_CHARACTERS} characters")
    print(f"exact {slow:.1f} ms, not {fast:.1f} ms, ratio {slow / fast:.2f}")
    print(f"log-odds of an answer apart by {apart.mean():.2f} on average, {apart.max():.2f} at most")


if __name__ == "__main__":
    main()
