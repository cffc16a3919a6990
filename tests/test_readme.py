"""The README: its Python code runs and prints what it says."""

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def test_the_example_in_python_answers(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "rules.md").write_text(
        "# Rules\n\nThe pool opens at seven. Nobody may run in the hall.\n", encoding="utf-8"
    )
    done = subprocess.run([sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "“The pool opens at seven.” [1]" in done.stdout
    assert "[1] Rules" in done.stdout
    assert done.stderr == ""
