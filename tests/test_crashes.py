"""The disk fails at every step of every change: afterwards the state is the old or the new one, never a mixture."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from embeddings.errors import DiskFullError
from embeddings.fetching.addresses import anywhere
from embeddings.fetching.fetch import Fetcher
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.store import Store
from embeddings.store.schema import SCHEMA
from embeddings.types import Document
from tests.fakes import BagEncoder
from tests.faulty_disk import Fault, FaultyDisk, die_writing, have_no_room
from tests.old_schema import take_back

ROOT = Path(__file__).parents[1]
POOL = "# Pool\n\nThe pool opens at seven.\n\nMira Okafor built it in 1987."
DONE, TOLD = 0, 3
# Long, so that deleting or replacing it touches many database pages.
LONG = "\n\n".join(f"Lane {number} of the pool is closed." for number in range(60))


def document(text: str, source: str) -> Document:
    return load(text.encode(), source=source)


def local(store: Store) -> Library:
    return Library(store, "local", BagEncoder())


def pool(library: Library) -> str:
    (found,) = (each.id for each in library.articles() if each.source.endswith("pool.md"))
    return found


def make(folder: Path) -> None:
    """Create an article with two versions from a file that has changed since, and a second article."""
    file = folder / "pool.md"
    with Store.open(folder / "data") as store:
        for text in (POOL, f"{POOL}\n\n{LONG}", POOL.replace("seven", "eight")):
            file.write_text(text, encoding="utf-8")
            if "eight" not in text:
                local(store).read_in(str(file), Fetcher(anywhere))
        local(store).add(document("# Bridge\n\nAda Lind built the bridge.", "bridge.md"))


def add(store: Store) -> None:
    local(store).add(document(f"# Baths\n\nThe baths close at ten.\n\n{LONG}", "baths.md"))


def refresh(store: Store) -> None:
    local(store).refresh(pool(local(store)), Fetcher(anywhere))


def rename(store: Store) -> None:
    local(store).rename(pool(local(store)), "The lido")


def roll_back(store: Store) -> None:
    library = local(store)
    library.roll_back(pool(library), library.history(pool(library))[0].sha256)


def remove(store: Store) -> None:
    local(store).remove([pool(local(store))])


def encode_anew(store: Store) -> None:
    Library(store, "local", BagEncoder(name="another", dimension=32)).rebuild()


def migrate(_: Store) -> None:
    """Nothing to do: opening the store has migrated it."""


DEEDS: tuple[Callable[[Store], None], ...] = (add, refresh, rename, roll_back, remove, encode_anew, migrate)


def prepare(folder: Path, deed: Callable[[Store], None]) -> None:
    make(folder)
    if deed is migrate:
        take_back(folder / "data", SCHEMA - 1)


def do(folder: Path, deed: Callable[[Store], None]) -> None:
    with Store.open(folder / "data") as store:
        deed(store)


def state(folder: Path) -> str:
    """Everything visible in the store except times; also checks that it is intact by inspecting, searching and locking it for writing."""
    with Store.open(folder / "data") as store:
        assert store.damage() == ()
        imprint = store.imprint("local")
        assert imprint is not None
        library = Library(store, "local", BagEncoder(name=imprint.encoder, dimension=imprint.dimension))
        seen: list[object] = [imprint]
        for article in library.articles():
            shown = library.show(article.id)
            versions = [(each.sha256, each.present) for each in library.history(article.id)]
            origin = store.origins.of("local", article.id)
            seen.append((article.id, article.title, shown.text, shown.chunks, versions, origin.sha256, origin.titled))
        assert library.ask("Who built the bridge?").status == "answered"
        with store.writing():
            return repr(seen)


def copied(template: Path) -> Path:
    copy = template.parent / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    return shutil.copytree(template, copy)


def at_each_step(name: str, template: Path, fault: Fault) -> None:
    """Let the disk fail at the first step of a deed, at the second, and so on, and print the outcomes; runs in a process of its own."""
    (deed,) = (each for each in DEEDS if each.__name__ == name)
    template.mkdir()
    # The source of the refreshed article is a relative path.
    os.chdir(template)
    prepare(Path(), deed)
    disk = FaultyDisk(fault)
    before = state(copied(template))
    copy = copied(template)
    os.chdir(copy)
    disk.steps = 0
    do(copy, deed)
    steps = disk.steps
    after = state(copy)
    found = []
    for step in range(1, steps + 1):
        copy = copied(template)
        os.chdir(copy)
        child = os.fork()
        if child == 0:
            disk.steps, disk.at = 0, step
            try:
                # Not closed: SQLite ignores errors during close, but not an exception from this disk.
                deed(Store.open(copy / "data"))
            except DiskFullError:
                os._exit(TOLD)
            os._exit(DONE)
        _, status = os.waitpid(child, 0)
        found.append((os.waitstatus_to_exitcode(status), [before, after].index(state(copy))))
    print(json.dumps(found))


def run(deed: Callable[[Store], None], folder: Path, fault: Fault) -> tuple[list[int], list[int]]:
    """For each step, the exit code of the process, and whether the state was then the old one (0) or the new one (1)."""
    call = (
        "from pathlib import Path; from tests.test_crashes import *; "
        f"at_each_step({deed.__name__!r}, Path({str(folder / 'template')!r}), {fault.__name__})"
    )
    done = subprocess.run(
        [sys.executable, "-c", call],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    endings, found = zip(*json.loads(done.stdout), strict=True)
    return list(endings), list(found)


@pytest.mark.parametrize("deed", DEEDS)
def test_kill_9_at_each_write_leaves_the_old_state_or_the_new(tmp_path: Path, deed: Callable[[Store], None]) -> None:
    endings, found = run(deed, tmp_path, die_writing)
    # The last step does not always occur.
    assert set(endings[:-1]) == {-signal.SIGKILL}
    assert found == sorted(found), "from one step on it is the new one"


@pytest.mark.parametrize("deed", DEEDS)
def test_a_disk_that_is_full_from_some_write_on_leaves_the_old_state_and_says_so(
    tmp_path: Path, deed: Callable[[Store], None]
) -> None:
    endings, found = run(deed, tmp_path, have_no_room)
    new = 0 if deed is migrate else 1
    assert set(zip(endings, found, strict=True)) == {(TOLD, 0), (DONE, new)}


ON_A_SMALL_DISK = """
import sys
from pathlib import Path
from embeddings.errors import DiskFullError
from tests.test_crashes import LONG, Store, document, local

folder = Path(sys.argv[1])
added = []

def articles():
    with Store.open(folder) as store:
        assert store.damage() == ()
        assert local(store).ask("Which lane is closed?").status == "answered"
        return sorted(each.id for each in local(store).articles())

def fill():
    try:
        with (folder / "filler").open("ab") as file:
            while file.write(b"x" * 4096):
                file.flush()
    except OSError:
        pass

try:
    with Store.open(folder) as store:
        for number in range(1000):
            added.append(local(store).add(document(f"# Pool {number}\\n\\n{LONG}", f"{number}.md")).article.id)
except DiskFullError as error:
    print(error)
assert articles() == sorted(added)
fill()
# Opened anew on a full disk, where not even the log's index has room; what is full can be emptied.
with Store.open(folder) as store:
    local(store).remove(added[:3])
fill()
assert articles() == sorted(added[3:])
(folder / "filler").unlink()
with Store.open(folder) as store:
    added.append(local(store).add(document(f"# Another\\n\\n{LONG}", "another.md")).article.id)
assert articles() == sorted(added[3:])
"""


def test_on_a_disk_that_is_full_articles_can_be_removed(tmp_path: Path) -> None:
    inside = f'mount -t tmpfs -o size=3m none {tmp_path} && exec {sys.executable} -c "$0" {tmp_path}'
    unshare = shutil.which("unshare") or pytest.skip("no disk of its own can be made here")
    if subprocess.run([unshare, "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no disk of its own can be made here")
    done = subprocess.run(
        [unshare, "-rm", "sh", "-c", inside, ON_A_SMALL_DISK], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"The disk that holds {tmp_path} is full; make room and try again. Nothing was changed.\n"
