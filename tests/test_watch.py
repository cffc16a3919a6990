"""A watched folder: files added, changed and deleted; in the library, and with the real command."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from numpy.typing import NDArray

from bot.cli import run
from bot.terminal.interrupts import stopping
from bot.terminal.watch import Line, Watch
from embeddings.errors import InputError
from embeddings.library import Library
from embeddings.protocols import Encoder
from embeddings.store import Store
from embeddings.store.database import LOCK
from tests.command import BagSession
from tests.fakes import BagEncoder
from tests.makers import packed
from tests.web import visitor


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    return tmp_path / "articles"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Store.open(tmp_path / "data") as store:
        yield Library(store, "local", BagEncoder())


def outcomes(lines: Iterator[Line]) -> list[tuple[str, str]]:
    return [(outcome, title) for outcome, title, _ in lines]


def write(path: Path, text: str, *, second: int) -> None:
    path.write_text(text)
    # Set explicitly, since two changes within one clock tick would look like one.
    os.utime(path, (second, second))


def test_a_folder_is_taken_in_and_followed(folder: Path, library: Library) -> None:
    write(folder / "pool.md", "# Pool\n\nThe pool opens at seven.\n", second=1)
    watch = Watch(library, visitor(), [folder])
    assert outcomes(watch.look()) == [("added", "Pool")]
    assert outcomes(watch.look()) == []

    write(folder / "pool.md", "# Pool\n\nThe pool opens at eight.\n", second=2)
    write(folder / "sauna.md", "# Sauna\n\nThe sauna is hot.\n", second=2)
    # They may still be in the middle of a write.
    assert outcomes(watch.look()) == []
    assert outcomes(watch.look()) == [("updated", "Pool"), ("added", "Sauna")]
    assert "eight" in library.show(library.articles()[0].id).text

    (folder / "sauna.md").unlink()
    assert outcomes(watch.look()) == [("gone", "Sauna")]
    assert outcomes(watch.look()) == []
    assert [bool(each.gone) for each in library.articles()] == [False, True]


def test_what_is_taken_out_of_an_archive_is_noticed(folder: Path, library: Library) -> None:
    pool, sauna = {"pool.md": "# Pool\n\nThe pool opens at seven.\n"}, {"sauna.md": "# Sauna\n\nThe sauna is hot.\n"}
    (folder / "club.zip").write_bytes(packed({**pool, **sauna}))
    watch = Watch(library, visitor(), [folder])
    list(watch.look())
    (folder / "club.zip").write_bytes(packed(pool))
    assert ("gone", "Sauna") in [*outcomes(watch.look()), *outcomes(watch.look())]
    assert {each.title: bool(each.gone) for each in library.articles()} == {"Pool": False, "Sauna": True}


def test_what_was_deleted_while_nobody_watched_is_noticed(folder: Path, library: Library) -> None:
    write(folder / "pool.md", "# Pool\n\nThe pool opens at seven.\n", second=1)
    write(folder / "other.md", "# Other\n\nAnother article.\n", second=1)
    list(Watch(library, visitor(), [folder]).look())
    (folder / "pool.md").unlink()
    assert outcomes(Watch(library, visitor(), [folder]).look()) == [("gone", "Pool")]


def test_the_command_that_removes_what_is_gone_names_the_library(
    folder: Path, library: Library, tmp_path: Path
) -> None:
    with Store.open(tmp_path / "data") as store:
        for kept, options in ((library, ""), (Library(store, "7", BagEncoder()), "--library 7 ")):
            write(folder / "pool.md", "# Pool\n\nThe pool opens at seven.\n", second=1)
            watch = Watch(kept, visitor(), [folder])
            list(watch.look())
            (folder / "pool.md").unlink()
            ((_, _, detail),) = watch.look()
            assert f"`pullquote {options}remove {kept.articles()[0].id}`" in detail


@pytest.mark.parametrize("is_first", [True, False], ids=["at the first look", "later"])
def test_a_file_that_went_while_another_program_wrote_is_noticed_afterwards(
    folder: Path, library: Library, tmp_path: Path, is_first: bool
) -> None:
    write(folder / "pool.md", "# Pool\n\nThe pool opens at seven.\n", second=1)
    watch = Watch(library, visitor(), [folder])
    list(watch.look())
    (folder / "pool.md").unlink()
    watch = Watch(library, visitor(), [folder]) if is_first else watch
    with FileLock(tmp_path / "data" / LOCK):
        assert outcomes(watch.look()) == []
    assert outcomes(watch.look()) == [("gone", "Pool")]
    assert outcomes(watch.look()) == []


def test_an_article_that_somebody_else_removes_meanwhile_does_not_end_the_watch(folder: Path, library: Library) -> None:
    for name in ("Pool", "Sauna", "Track"):
        write(folder / f"{name}.md", f"# {name}\n\nThe {name} opens at seven.\n", second=1)
    watch = Watch(library, visitor(), [folder])
    list(watch.look())
    for path in folder.iterdir():
        path.unlink()
    looking = watch.look()
    assert next(looking)[1] == "Pool"
    library.remove([each.id for each in library.articles() if each.title == "Sauna"])
    assert outcomes(looking) == [("gone", "Track")]


def test_what_comes_back_is_there_again(folder: Path, library: Library) -> None:
    write(folder / "pool.md", "# Pool\n\nThe pool opens at seven.\n", second=1)
    watch = Watch(library, visitor(), [folder])
    list(watch.look())
    (folder / "pool.md").unlink()
    list(watch.look())
    write(folder / "pool.md", "# Pool\n\nThe pool opens at nine.\n", second=3)
    list(watch.look())
    assert outcomes(watch.look()) == [("updated", "Pool")]
    assert library.articles()[0].gone is None


def test_a_file_that_cannot_be_read_is_told_once_and_stops_nothing(folder: Path, library: Library) -> None:
    write(folder / "broken.pdf", "%PDF-1.7 and nothing else", second=1)
    write(folder / "pool.md", "# Pool\n\nThe pool opens at seven.\n", second=1)
    watch = Watch(library, visitor(), [folder])
    assert [outcome for outcome, _ in outcomes(watch.look())] == ["failed", "added"]
    assert outcomes(watch.look()) == []


def test_what_is_elsewhere_is_left_alone(folder: Path, library: Library, tmp_path: Path) -> None:
    (tmp_path / "away.md").write_text("# Away\n\nNot in the folder.\n")
    library.read_in(str(tmp_path / "away.md"), visitor())
    (tmp_path / "away.md").unlink()
    assert outcomes(Watch(library, visitor(), [folder]).look()) == []


def test_only_folders_are_watched(folder: Path, library: Library) -> None:
    with pytest.raises(InputError, match="is not a folder"):
        Watch(library, visitor(), [folder / "nothing"])


@pytest.fixture(autouse=True)
def _ctrl_c() -> Iterator[None]:
    """Make Ctrl-C interrupt, also if the tests were started with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press_ctrl_c() -> None:
    """Call the SIGINT handler as Python does at Ctrl-C; a real signal may be blocked where the tests run."""
    handler = signal.getsignal(signal.SIGINT)
    assert callable(handler)
    handler(signal.SIGINT, None)


class Finaliser:
    """Presses Ctrl-C in its finaliser, where Python discards exceptions."""

    def __del__(self) -> None:
        press_ctrl_c()


class InterruptedEncoder(BagEncoder):
    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        Finaliser()
        return super().encode_passages(texts)


class InterruptedSession(BagSession):
    @cached_property
    def encoder(self) -> Encoder:
        return InterruptedEncoder()


def test_an_interrupt_that_comes_while_an_object_is_let_go_of_is_not_lost(folder: Path, tmp_path: Path) -> None:
    write(folder / "pool.md", "# Pool\n\nThe pool opens at seven.\n", second=1)
    before = signal.getsignal(signal.SIGINT)
    arguments = ["--data-dir", str(tmp_path / "data"), "watch", str(folder)]
    assert run(arguments, InterruptedSession("local")) == 0
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_interrupt_does_not_wait() -> None:
    with stopping() as stop:
        press_ctrl_c()
        assert stop.wished
        with pytest.raises(KeyboardInterrupt):
            press_ctrl_c()


def test_the_command_watches_until_it_is_interrupted(folder: Path, tmp_path: Path) -> None:
    (folder / "pool.md").write_text("# Pool\n\nThe pool opens at seven.\n")
    command = [
        sys.executable,
        "-m",
        "bot",
        "--data-dir",
        str(tmp_path / "data"),
        "watch",
        str(folder),
        "--every",
        "0.1",
    ]
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ) as watching:
        try:
            assert watching.stdout
            assert "added" in watching.stdout.readline()
            (folder / "sauna.md").write_text("# Sauna\n\nThe sauna is hot.\n")
            assert "Sauna" in watching.stdout.readline()
            watching.send_signal(signal.SIGINT)
            _, errors = watching.communicate(timeout=60)
        finally:
            # Otherwise a failed test would wait for it forever.
            watching.kill()
    assert (watching.returncode, errors) == (0, "")
