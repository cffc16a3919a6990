"""Project rules that no type checker enforces: the direction of imports, what they load, and how tests fake."""

import ast
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from embeddings import errors

ROOT = Path(__file__).parents[1]

#: The subpackages and modules of the core in layers, lowest first; each may import those before it.
CORE = (
    "errors",
    "textfiles",
    "types",
    "protocols",
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
    "tables",
    "loaders.limits",
    "loaders.formats",
    "loaders.decode",
    "loaders.news",
    "loaders.telling",
    "loaders.builder",
    "loaders.line_ends",
    "loaders.counting",
    "loaders.asked",
    "loaders.aligned",
    "loaders.typed_groups",
    "loaders.lone_headings",
    "loaders.bold_lines",
    "loaders.title_lines",
    "loaders.plain",
    "loaders.asciidoc",
    "loaders.separated",
    "loaders.subtitles",
    "loaders.hidden",
    "loaders.markup",
    "loaders.boxes",
    "loaders.dialects",
    "loaders.front_matter",
    "loaders.markdown",
    "loaders.signed",
    "loaders.rst_names",
    "loaders.rst",
    "loaders.wiki",
    "loaders.places",
    "loaders.elsewhere",
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
    "loaders.pdf.layout",
    "loaders.pdf.words",
    "loaders.pdf.page",
    "loaders.pdf.text",
    "loaders.pdf.groups",
    "loaders.pdf.document",
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
    "norms",
    "encoders.wrapped",
    "encoders.common_part",
    "encoders.models",
    "encoders.nano",
    "encoders.sentence",
    "encoders.bundled",
    "encoders",
    "readers.sums",
    "readers.bundled",
    "readers.named",
    "readers",
    "keywords",
    "spelling",
    "prepare",
    "store.schema",
    "store.reserve",
    "store.connecting",
    "store.database",
    "store.imprint",
    "store.rows",
    "store.reuse",
    "store.origins",
    "store.articles",
    "store.changes",
    "store.salvage",
    "store",
    "search.bm25",
    "search.vectors",
    "search.index",
    "search.ranking",
    "search",
    "questions.descriptions",
    "questions.statements",
    "questions.small_talk",
    "questions.about_articles",
    "questions.shapes",
    "questions.sought",
    "questions.mismatches",
    "questions.ellipsis",
    "questions.followups",
    "questions.framing",
    "questions.understanding",
    "evidence.linear",
    "evidence.findings",
    "evidence.reading",
    "evidence.headings",
    "evidence.features",
    "evidence.grounds",
    "evidence.weighing",
    "evidence",
    "answer.sections",
    "answer.passages",
    "answer.excerpts",
    "answer.highlights",
    "answer.links",
    "answer.composing",
    "answer.rendering",
    "answer",
    "responder",
    "sameness",
    "shelf",
    "library",
    "evaluate.cases",
    "evaluate.squad",
    "evaluate.curves",
    "evaluate.measure",
    "evaluate",
)
#: The same for the two front ends.
BOT = (
    "words",
    "taking",
    "logs",
    "memory.notebook",
    "memory.records",
    "memory.citations",
    "memory.forgetting",
    "memory.community",
    "memory.servers",
    "policy",
    "librarians",
    "config",
    "session",
    "service",
    "posting.buttons",
    "posting.delivery",
    "posting.markdown",
    "posting.translations",
    "posting.views",
    "posting.responding",
    "asking.wording",
    "asking.conversations",
    "asking.answering",
    "asking.catalogue",
    "asking.listening",
    "asking.commands",
    "asking.pressing",
    "articles.buttons",
    "articles.intake",
    "articles.attachments",
    "articles.upkeep",
    "articles.views",
    "articles.keeping",
    "articles.commands",
    "gaps.groups",
    "gaps.reasking",
    "gaps.telling",
    "gaps.view",
    "gaps.listing",
    "settings.choices",
    "settings.panel",
    "settings.managing",
    "about.information",
    "about.informing",
    "hosting.residence",
    "hosting.stalls",
    "hosting.sync",
    "hosting.client",
    "hosting.running",
    "terminal.screen",
    "terminal.batch",
    "terminal.doctor",
    "terminal.failures",
    "terminal.interrupts",
    "terminal.ingest",
    "terminal.options",
    "terminal.votes",
    "terminal.evaluation",
    "terminal.look",
    "terminal.chat",
    "terminal.demo",
    "terminal.report",
    "terminal.question_commands",
    "terminal.watch",
    "terminal.library_commands",
    "cli",
    "__main__",
)
ORDERS = {"embeddings": CORE, "bot": BOT}
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


def inner_imports(path: Path, package: str) -> set[str]:
    """The modules of its own package that a file imports, also as ``from package.subpackage import module``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {
                alias.name.removeprefix(f"{package}.") for alias in node.names if alias.name.startswith(f"{package}.")
            }
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == package:
            room = node.module.removeprefix(package).removeprefix(".")
            taken = {f"{room}.{alias.name}".removeprefix(".") for alias in node.names} & set(ORDERS[package])
            found |= taken or {room}
    return found


@pytest.mark.parametrize(
    ("package", "path"),
    [(package, path) for package in ORDERS for path in files_of(package)],
    ids=lambda each: module_of(each, each.relative_to(ROOT).parts[0]) if isinstance(each, Path) else each,
)
def test_imports_point_downwards(package: str, path: Path) -> None:
    order, name = ORDERS[package], module_of(path, package)
    if name in order:
        assert inner_imports(path, package) <= set(order[: order.index(name)])
    else:
        assert len(ast.parse(path.read_text(encoding="utf-8")).body) == 1, "it says what the room is for, and no more"


@pytest.mark.parametrize("path", files_of("embeddings"), ids=lambda path: module_of(path, "embeddings"))
def test_the_core_knows_nothing_of_the_front_ends(path: Path) -> None:
    assert not {each.split(".")[0] for each in imports_of(path)} & FORBIDDEN_IN_CORE


@pytest.mark.parametrize("package", ORDERS)
def test_every_module_has_its_place(package: str) -> None:
    modules = {module_of(path, package) for path in files_of(package)}
    assert set(ORDERS[package]) <= modules
    assert {
        name for name in modules - set(ORDERS[package]) if not (ROOT / package / name.replace(".", "/")).is_dir()
    } == set()


def test_only_the_configuration_reads_the_environment() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for package in ("bot", "embeddings")
        for path in files_of(package)
        if re.search(r"os\.environ|getenv|dotenv_values", path.read_text(encoding="utf-8"))
    }
    assert readers == {"bot/config.py"}


@pytest.mark.parametrize(
    "statement",
    [
        "import embeddings",
        "import embeddings.library",
        "import bot.terminal.batch",
        "from bot.cli import run; run(['--help'])",
    ],
)
def test_what_is_heavy_is_loaded_when_it_is_needed(statement: str) -> None:
    heavy = {"torch", "discord", "sentence_transformers", "transformers", "sklearn"}
    script = f"{statement}\nimport sys\nprint(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("path", files_of("tests"), ids=lambda path: module_of(path, "tests"))
def test_no_mock_stands_in_for_anything(path: Path) -> None:
    assert not any("mock" in each.lower() for each in imports_of(path))


@pytest.mark.parametrize("package", ORDERS)
def test_the_order_of_the_rooms_is_that_of_contributing(package: str) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    text = text[text.index(f"| `{package}/` |") :]
    rooms = list(dict.fromkeys(name.split(".")[0] for name in ORDERS[package]))
    places = [text.index(f"| `{room}") for room in rooms]
    assert all(earlier < later for earlier, later in pairwise(places))


def test_every_error_is_in_the_drawn_tree_of_them() -> None:
    defined = {
        name for name, each in vars(errors).items() if isinstance(each, type) and each.__module__ == errors.__name__
    }
    assert set(re.findall(r"\w+Error", errors.__doc__ or "")) == defined
