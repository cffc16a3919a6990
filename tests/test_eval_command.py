"""`pullquote eval` from end to end: the command as a process, its models, and the labelled questions on the sample article."""

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from embeddings.evaluate import load_cases
from tests.test_evaluate import Page

ROOT = Path(__file__).parents[1]
DATA = Path(str(files("embeddings").joinpath("data")))


def pullquote(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DISCORD_", "PULLQUOTE_"))}
    environ = {**kept, "PYTHONPATH": str(ROOT), "PULLQUOTE_DATA_DIR": str(folder / "data")}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, env=environ, cwd=folder, capture_output=True, text=True, check=True, timeout=300)


def test_the_sample_is_added_measured_and_reported(tmp_path: Path) -> None:
    pullquote(tmp_path, "add", str(DATA / "sample_article.md"))
    file = DATA / "sample_eval.jsonl"
    done = pullquote(tmp_path, "eval", str(file), "--json", "--report", "report.html")
    found = json.loads(done.stdout)
    cases = {case.id: case for case in load_cases(file)}
    assert found["questions"] == len(cases)
    measures = found["measures"]
    assert measures["exact quotes"] == 1.0
    assert measures["first excerpt holds the answer"] >= 0.85
    assert measures["unanswerable refused"] >= 0.8
    assert sum(each["count"] for each in found["reliability"]) == len(cases)
    # Every listed failure is one: an answer without the gold words, a refusal, or an answer to an unanswerable question.
    for failure in found["failures"]:
        gold = cases[failure["id"]].answers
        first = " ".join(failure["excerpts"][:1]).casefold()
        assert failure["expected"] == list(gold)
        assert (first != "") if not gold else not any(each.casefold() in first for each in gold)
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert not page.open
    assert not page.links
    assert f"{len(cases)} labelled questions" in page.words
    assert f"{measures['first excerpt holds the answer']:.3f}" in page.words
    assert all(failure["question"] in page.words for failure in found["failures"])
