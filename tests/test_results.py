"""Measures recorded per commit, and the changes between two commits."""

from pathlib import Path

from benchmarks.results import Run, changes, commits, latest, load, record


def run(commit: str, name: str, **measures: float | None) -> Run:
    return Run(commit, "2026-01-01", "x86_64", name, measures)


RUNS = [
    run("aaa1", "clapnq", auroc=0.7, hit=0.9, none=None),
    run("bbb2", "clapnq", auroc=0.5, hit=0.9, none=0.25),
    run("bbb2", "xquad", hit=0.1),
    run("bbb2", "clapnq", auroc=0.8, hit=0.9002, none=0.25, new=1.0),
]


def test_what_changed_is_told_for_the_last_run_of_each_set_that_both_have() -> None:
    found = [" ".join(line.split()) for line in changes(RUNS, "aaa1", "bbb2")]
    assert found == ["clapnq auroc 0.700 → 0.800 +0.100", "clapnq none – → 0.250"]


def test_a_commit_is_named_by_its_first_letters() -> None:
    assert changes(RUNS, "a", "b") == changes(RUNS, "aaa1", "bbb2")


def test_a_commit_with_changes_on_top_is_another_one() -> None:
    runs = [run("aaa1", "s", hit=0.1), run("aaa1+", "s", hit=0.9)]
    assert " ".join(changes(runs, "aaa1", "aaa1+")[0].split()) == "s hit 0.100 → 0.900 +0.800"


def test_commits_stand_in_the_order_of_their_last_run() -> None:
    assert commits([*RUNS, run("aaa1", "xquad", hit=0.2)]) == ["bbb2", "aaa1"]


def test_the_last_commit_is_compared_with_one_that_was_asked_the_same() -> None:
    assert latest([*RUNS, run("ccc3", "scifact", hit=0.7), run("ddd4", "xquad", hit=0.2)]) == ["bbb2", "ddd4"]
    assert latest(RUNS[:1]) == ["aaa1"]
    assert latest([]) == []


def test_what_is_recorded_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    assert load(path) == []
    record({"clapnq": {"hit": 0.123456, "auroc": None}}, path)
    record({"xquad": {"hit": 1.0}}, path)
    first, second = load(path)
    assert (first.set, dict(first.measures)) == ("clapnq", {"hit": 0.1235, "auroc": None})
    assert second.commit == first.commit
    assert first.machine
