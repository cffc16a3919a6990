"""The measures at each commit: ``benchmarks/results.jsonl`` has one line per set of each run.

python -m benchmarks.results            # the last commit that was measured, and the one before it with a set in common
python -m benchmarks.results OLD NEW    # any two, by prefixes of their hashes
"""

import argparse
import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results.jsonl"
# Smaller changes are not shown; even .001 is a few questions at most.
_SMALLEST = 0.0005


@dataclass(frozen=True, slots=True)
class Run:
    """The measures of one set at one commit."""

    commit: str
    """Short hash, with a plus sign if there were uncommitted changes."""
    date: str
    machine: str
    set: str
    measures: Mapping[str, float | None]


def record(measured: Mapping[str, Mapping[str, float | None]], path: Path = RESULTS) -> None:
    """Append the measures of these sets for the current state of the tree."""
    commit, date, machine = present_commit(), datetime.now(UTC).isoformat(timespec="seconds"), machine_name()
    with path.open("a", encoding="utf-8") as file:
        for name, measures in measured.items():
            rounded = {key: value if value is None else round(value, 4) for key, value in measures.items()}
            file.write(json.dumps(asdict(Run(commit, date, machine, name, rounded)), ensure_ascii=False) + "\n")


def load(path: Path = RESULTS) -> list[Run]:
    """Every run, oldest first."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [Run(**json.loads(line)) for line in lines if line.strip()]


def present_commit() -> str:
    """The short hash of the commit that is checked out, with a plus sign if there are uncommitted changes."""
    # Results that an earlier run appended do not count as changes.
    changed = _git(
        "status", "--porcelain", "--untracked-files=no", "--", ":/", f":(exclude,top)benchmarks/{RESULTS.name}"
    )
    return _git("rev-parse", "--short=10", "HEAD") + ("+" if changed else "")


def machine_name() -> str:
    """The hardware and Python version, on which timings depend."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def changes(runs: Sequence[Run], old: str, new: str) -> list[str]:
    """A line for each measure of a set that differs between two commits; the last run of a commit counts."""
    before, after = _last(runs, old), _last(runs, new)
    lines = []
    for name in before.keys() & after.keys():
        earlier, later = before[name].measures, after[name].measures
        for measure in [each for each in later if each in earlier]:
            one, other = earlier[measure], later[measure]
            if one is None or other is None:
                if one is not other:
                    lines.append(f"{name:28}{measure:34}{_figure(one):>9} → {_figure(other):>7}")
            elif abs(other - one) >= _SMALLEST:
                lines.append(f"{name:28}{measure:34}{_figure(one):>9} → {_figure(other):>7}  {other - one:+.3f}")
    return sorted(lines)


def commits(runs: Sequence[Run]) -> list[str]:
    """The measured commits, in the order of their last runs."""
    return list(dict.fromkeys(run.commit for run in reversed(runs)))[::-1]


def latest(runs: Sequence[Run]) -> list[str]:
    """The commit measured last, preceded by the one measured most recently before it with a set in common, if any."""
    if not runs:
        return []
    *earlier, last = commits(runs)
    sets = _last(runs, last).keys()
    shared = [each for each in earlier if sets & _last(runs, each).keys()]
    return [*shared[-1:], last]


def _last(runs: Sequence[Run], commit: str) -> dict[str, Run]:
    # An exact match wins, so that a hash does not also select the runs with uncommitted changes on top of it.
    exact = {run.set: run for run in runs if run.commit == commit}
    return exact or {run.set: run for run in runs if run.commit.startswith(commit)}


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=RESULTS.parent, capture_output=True, text=True, check=False)
    return done.stdout.strip() or ("" if done.returncode == 0 else "unknown")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commits", nargs="*", metavar="COMMIT", help="two commits, the earlier first")
    arguments = parser.parse_args()
    runs = load()
    chosen = arguments.commits or latest(runs)
    if len(chosen) != 2:
        parser.error(f"two commits are compared; those that were measured: {', '.join(commits(runs)) or 'none'}")
    for each in chosen:
        if not _last(runs, each):
            parser.error(f"{each} was not measured; those that were: {', '.join(commits(runs))}")
    print(f"{chosen[0]} → {chosen[1]}")
    print("\n".join(changes(runs, *chosen)) or "nothing changed")


if __name__ == "__main__":
    main()
