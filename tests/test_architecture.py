"""House rules that no type checker knows: the direction of the imports, what they load, and how tests fake."""

import ast
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: The rooms of the core from the lowest to the highest; each may import those before it.
CORE = (
    "errors",
    "types",
    "clean",
    "scripts",
    "languages",
    "nations",
    "fetching.addresses",
    "fetching.forges",
    "fetching.network",
    "fetching.pages",
    "fetching.politeness",
    "fetching.unpack",
    "fetching.fetch",
    "fetching",
    "loaders.limits",
    "loaders.formats",
    "loaders.decode",
    "loaders.news",
    "loaders.builder",
    "loaders.line_ends",
    "loaders.plain",
    "loaders.markdown",
    "loaders.table",
    "loaders.subtitles",
    "loaders.hidden",
    "loaders.markup",
    "loaders.wiki",
    "loaders.places",
    "loaders.html",
    "loaders.mail",
    "loaders.packed",
    "loaders.safexml",
    "loaders.epub",
    "loaders.odt",
    "loaders.docx_lists",
    "loaders.docx",
    "loaders.sheets",
    "loaders.slides",
    "loaders.pdf_layout",
    "loaders.pdf_words",
    "loaders.pdf_page",
    "loaders.pdf_text",
    "loaders.pdf_groups",
    "loaders.pdf",
    "loaders.parse",
    "loaders.wire",
    "loaders.child",
    "loaders.jail",
    "loaders",
    "archives",
    "listings",
    "sources",
    "sentences",
    "chunking",
    "encoders.common_part",
    "encoders.models",
    "encoders.nano",
    "encoders.sentence",
    "encoders.bundled",
    "encoders",
    "readers.bundled",
    "readers.named",
    "readers",
    "linear",
    "keywords",
    "spelling",
    "prepare",
    "schema",
    "reserve",
    "database",
    "rows",
    "reuse",
    "origins",
    "store",
    "salvage",
    "vectors",
    "index",
    "search",
    "questions",
    "reading",
    "evidence",
    "excerpts",
    "links",
    "answer",
    "followups",
    "shelf",
    "library",
    "evaluate.cases",
    "evaluate.squad",
    "evaluate.curves",
    "evaluate.measure",
    "evaluate",
)
FORBIDDEN_IN_CORE = {"discord", "asyncio", "dotenv", "click", "rich", "bot", "benchmarks", "tests"}


def module_of(path: Path, package: str) -> str:
    parts = path.relative_to(ROOT / package).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 or "tests" in path.parts
            found.add(node.module or "")
    return found


def files_of(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("path", files_of("embeddings"), ids=lambda path: module_of(path, "embeddings"))
def test_the_core_imports_downwards_and_nothing_of_the_front_ends(path: Path) -> None:
    name = module_of(path, "embeddings")
    imported = imports_of(path)
    assert not {each.split(".")[0] for each in imported} & FORBIDDEN_IN_CORE
    if name:
        below = CORE[: CORE.index(name)]
        inner = {each.removeprefix("embeddings.") for each in imported if each.startswith("embeddings.")}
        assert inner <= set(below)


def test_every_room_of_the_core_has_its_place() -> None:
    assert {module_of(path, "embeddings") for path in files_of("embeddings")} - {""} == set(CORE)


def test_only_the_configuration_reads_the_environment() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for package in ("bot", "embeddings")
        for path in files_of(package)
        if re.search(r"os\.environ|getenv|dotenv_values", path.read_text(encoding="utf-8"))
    }
    assert readers == {"bot/config.py"}


@pytest.mark.parametrize(
    "statement", ["import embeddings", "import embeddings.library", "from bot.cli import run; run(['--help'])"]
)
def test_what_is_heavy_is_loaded_when_it_is_needed(statement: str) -> None:
    script = f"{statement}\nimport sys\nprint(sorted({{'torch', 'discord', 'sentence_transformers', 'transformers'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("path", files_of("tests"), ids=lambda path: module_of(path, "tests"))
def test_no_mock_stands_in_for_anything(path: Path) -> None:
    assert not any("mock" in each.lower() for each in imports_of(path))


def test_the_order_of_the_rooms_is_that_of_contributing() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    places = [text.index(f"| `{name.replace('.', '/')}") for name in CORE if "." not in name]
    assert all(earlier < later for earlier, later in pairwise(places))
