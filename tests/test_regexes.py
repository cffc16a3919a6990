"""Every regular expression takes time linear in its text."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on processor time")


def test_every_regular_expression_is_linear() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.regexes"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    tried = done.stdout.splitlines()
    assert done.returncode == 0, f"too slow, or broken: {tried[-1:]} {done.stderr}"
    assert len(tried) > 100


@pytest.mark.parametrize("pattern", [r"a*b", r"\s+$", r"(?:a|aa)+$", r"page\s+[ ]*\d"])
def test_one_that_is_not_is_found(pattern: str) -> None:
    script = f"import re; from tests.regexes import attempt; p = {pattern!r}; attempt(p, re.compile(p).search)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGPROF
