"""The store: durability, a single writer, versions, migrations, isolation of libraries, and damage."""

import random
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event

import apsw
import pytest
from filelock import FileLock

import embeddings.library as library_module
from embeddings.errors import (
    BusyError,
    DamagedError,
    DataDirError,
    IndexMismatchError,
    NewerSchemaError,
    PullquoteError,
    TitleError,
    UnknownArticleError,
)
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.search.index import Index, build
from embeddings.store import Store
from embeddings.store.database import FILE, LOCK
from embeddings.store.rows import Segment
from embeddings.store.salvage import salvage
from embeddings.store.schema import SCHEMA
from embeddings.types import Answer, Document, EmptyLibrary
from tests.fakes import BagEncoder
from tests.old_schema import take_back

ROOT = Path(__file__).parents[1]


def document(text: str, source: str = "pool.md") -> Document:
    return load(text.encode(), source=source)


POOL = "# Pool\n\nThe pool opens at seven.\n\nMira Okafor built it in 1987."


def test_what_was_added_is_there_after_opening_again(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        added = Library(store, "local", BagEncoder()).add(document(POOL)).article
    with Store.open(tmp_path) as store:
        library = Library(store, "local", BagEncoder())
        assert library.articles() == (added,)
        stored = library.show(added.id[:4])
        assert stored.text == document(POOL).text
        assert [chunk.span.of(stored.text) for chunk in stored.chunks] == [stored.text.removeprefix("Pool\n\n")]


def test_a_title_that_cannot_be_seen_is_none(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        library = Library(store, "local", BagEncoder())
        named = library.add(load(POOL.encode(), source="pool.md", title="\u200b\u202e \x85")).article
        assert named.title == "Pool"
        with pytest.raises(TitleError, match="write some words"):
            library.rename(named.id, "\u200b\u202e \x85")
        assert library.article(named.id).title == "Pool"
        assert library.rename(named.id, "The \u200b lido\n").title == "The lido"


def test_articles_are_in_the_order_of_people(tmp_path: Path) -> None:
    titles = ["§ 9", "2. Rules", "10. Prices", "Chapter 2", "chapter 10", "Chapter two"]
    with Store.open(tmp_path) as store:
        library = Library(store, "local", BagEncoder())
        for title in sorted(titles, key=len):
            library.add(load(f"This is {title}.".encode(), source=title, title=title))
        assert [article.title for article in library.articles()] == [
            "2. Rules",
            "10. Prices",
            "Chapter 2",
            "chapter 10",
            "Chapter two",
            "§ 9",
        ]


def test_what_is_there_is_not_added_twice_and_a_change_is_a_new_version(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        library = Library(store, "local", BagEncoder())
        first = library.add(document(POOL))
        assert first.outcome == "added"
        assert library.add(document(POOL)).outcome == "unchanged"
        changed = library.add(document(POOL.replace("seven", "eight")))
        assert (changed.outcome, changed.article.id) == ("updated", first.article.id)
        assert changed.article.version != first.article.version
        assert len(library.articles()) == 1
        back = library.add(document(POOL))
        assert (back.outcome, back.article.version) == ("updated", first.article.version)
        retitled = library.add(document(f"---\ntitle: The pool\n---\n{POOL}"))
        assert retitled.outcome == "updated"
        assert retitled.article.title == "The pool"


def test_an_answer_is_from_the_present_version_only(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        library = Library(store, "local", BagEncoder())
        library.add(document(POOL))
        old = library.ask("When does the pool open?")
        assert isinstance(old, Answer)
        library.add(document(POOL.replace("seven", "eight")))
        new = library.ask("When does the pool open?")
        assert isinstance(new, Answer)
        assert "eight" in new.excerpts[0].quote
        # The old citation still opens with the quoted words, and says that the article has changed.
        context = library.context(old.excerpts[0].citation)
        assert context.changed
        assert context.excerpt.of(context.text) == old.excerpts[0].quote
        library.remove([new.excerpts[0].citation.article_id])
        assert library.ask("When does the pool open?").status == "empty_library"
        with pytest.raises(UnknownArticleError):
            library.context(old.excerpts[0].citation)


def test_another_thread_or_process_sees_a_change(tmp_path: Path) -> None:
    with Store.open(tmp_path) as one, Store.open(tmp_path) as two:
        writer, reader = (Library(store, "local", BagEncoder()) for store in (one, two))
        assert reader.ask("When does the pool open?").status == "empty_library"
        writer.add(document(POOL))
        assert reader.ask("When does the pool open?").status == "answered"


def test_who_asks_while_the_articles_are_read_waits_for_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    building, second_asks = Event(), Event()

    def slow(segments: Sequence[Segment]) -> Index | None:
        building.set()
        second_asks.wait(60)
        return build(segments)

    monkeypatch.setattr(library_module, "build", slow)
    with Store.open(tmp_path) as store, ThreadPoolExecutor(2) as threads:
        library = Library(store, "local", BagEncoder())
        library.add(document(POOL))
        first = threads.submit(library.ask, "When does the pool open?")
        assert building.wait(60)
        second = threads.submit(library.ask, "When does the pool open?")
        # Time enough for an answer if it did not wait.
        with suppress(TimeoutError):
            second.result(timeout=0.5)
        second_asks.set()
        assert [each.result().status for each in (first, second)] == ["answered", "answered"]


def test_articles_that_could_not_be_read_once_are_read_at_the_next_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: Sequence[Segment]) -> Index | None:
        raise MemoryError

    with Store.open(tmp_path) as store:
        library = Library(store, "local", BagEncoder())
        library.add(document(POOL))
        with monkeypatch.context() as patch:
            patch.setattr(library_module, "build", failing)
            with pytest.raises(MemoryError):
                library.ask("When does the pool open?")
        assert library.ask("When does the pool open?").status == "answered"


def test_remove_is_all_or_none(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        library = Library(store, "local", BagEncoder())
        added = library.add(document(POOL)).article
        with pytest.raises(UnknownArticleError, match="pullquote list"):
            library.remove([added.id, "nothing"])
        assert library.articles() == (added,)


def test_an_ambiguous_beginning_of_an_id_is_refused(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        library = Library(store, "local", BagEncoder())
        ids = {library.add(document(f"{POOL} {number}", f"{number}.md")).article.id for number in range(40)}
        first = next(each[0] for each in ids if sum(other[0] == each[0] for other in ids) > 1)
        with pytest.raises(UnknownArticleError, match="type more of it"):
            library.article(first)


def test_two_sources_whose_ids_would_begin_alike_are_two_articles(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        library = Library(store, "local", BagEncoder())
        one, two = (library.add(document(f"{POOL} {name}", name)).article.id for name in ("19845.txt", "35279.txt"))
        assert (one, two[:8]) == ("72884990", "72884990"), "they were looked for among many"
        assert len(two) == 9


def test_a_library_is_a_wall(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        one, two = (Library(store, name, BagEncoder()) for name in ("one", "two"))
        canary = one.add(document("# Secret\n\nThe canary sings in Zanzibar.")).article
        two.add(document(POOL))
        reply = two.ask("Where does the canary sing?")
        assert "anzibar" not in repr(reply)
        assert canary.id not in repr(reply)
        for peek in (two.article, two.show):
            with pytest.raises(UnknownArticleError):
                peek(canary.id)
        with pytest.raises(UnknownArticleError):
            two.ask("Where does the canary sing?", article_ids=[canary.id])
        with pytest.raises(UnknownArticleError):
            two.remove([canary.id])


def test_another_encoder_is_told_and_never_searched(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        Library(store, "local", BagEncoder()).add(document(POOL))
        other = Library(store, "local", BagEncoder(name="another", dimension=32))
        with pytest.raises(IndexMismatchError, match="doctor --repair"):
            other.ask("When does the pool open?")
        with pytest.raises(IndexMismatchError):
            other.add(document("# New\n\nText.", "new.md"))
        assert other.rebuild() == 1
        assert other.ask("When does the pool open?").status == "answered"


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, store.writing():
        add = "import sys; from pathlib import Path; from embeddings.store import Store\nwith Store.open(Path(sys.argv[1])).writing(): pass"
        second = subprocess.run(
            [sys.executable, "-c", add, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert "BusyError: Another pullquote (process" in second.stderr


def test_the_lock_of_a_writer_that_died_holds_nobody_up(tmp_path: Path) -> None:
    die = "import os, sys; from pathlib import Path; from embeddings.store import Store\nwith Store.open(Path(sys.argv[1])).writing(): os._exit(9)"
    assert subprocess.run([sys.executable, "-c", die, str(tmp_path)], cwd=ROOT, check=False).returncode == 9
    with Store.open(tmp_path) as store:
        Library(store, "local", BagEncoder()).add(document(POOL))


ADD_UNTIL_KILLED = """
import itertools, sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.store import Store
from tests.fakes import BagEncoder

library = Library(Store.open(Path(sys.argv[1])), "local", BagEncoder())
for number in itertools.count():
    text = f"# An article\\n\\nIts number is {number}. It has some words."
    print(library.add(load(text.encode(), source=f"{number}.md")).article.id, flush=True)
"""


@pytest.mark.parametrize("acknowledged", [1, 7, 23])
def test_nothing_acknowledged_is_lost_by_kill_9(tmp_path: Path, acknowledged: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ADD_UNTIL_KILLED, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        ids = [process.stdout.readline().strip() for _ in range(acknowledged)]
        process.kill()
        ids += process.stdout.read().split()
    with Store.open(tmp_path) as store:
        assert store.damage() == ()
        library = Library(store, "local", BagEncoder())
        assert set(ids) <= {article.id for article in library.articles()}
        for article in library.articles():
            stored = library.show(article.id)
            assert stored.chunks
            assert article.sentences == 2
        assert library.ask(f"What is the number of article {acknowledged - 1}?").status == "answered"


def test_a_backup_made_while_articles_are_added_is_whole_and_answers_elsewhere(tmp_path: Path) -> None:
    live, elsewhere = tmp_path / "live", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", ADD_UNTIL_KILLED, str(live)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        ids = {process.stdout.readline().strip() for _ in range(5)}
        # As described in docs/backups.md.
        backup = [sys.executable, "-m", "apsw", str(live / FILE), f"VACUUM INTO '{elsewhere / FILE}'"]
        subprocess.run(backup, check=True, capture_output=True)
        process.kill()
    with Store.open(elsewhere) as store:
        assert store.damage() == ()
        library = Library(store, "local", BagEncoder())
        assert ids <= {article.id for article in library.articles()}
        answer = library.ask("What is the number of article 3?")
        assert isinstance(answer, Answer)
        assert answer.excerpts[0].quote == "Its number is 3."


def test_a_database_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    connection = apsw.Connection(str(tmp_path / FILE))
    connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    connection.close()
    with pytest.raises(NewerSchemaError, match="written by a newer release"):
        Store.open(tmp_path)


@pytest.mark.parametrize("schema", range(1, SCHEMA))
def test_an_older_schema_is_migrated_with_a_backup(tmp_path: Path, schema: int) -> None:
    with Store.open(tmp_path) as store:
        added = Library(store, "local", BagEncoder()).add(document(POOL)).article
    take_back(tmp_path, schema)
    # A concurrent reader keeps changes in the WAL, which must be in the backup as well.
    reader = apsw.Connection(str(tmp_path / FILE))
    reader.execute("PRAGMA journal_mode = WAL").fetchall()
    reader.execute("UPDATE articles SET title = 'The pool'")
    with Store.open(tmp_path) as store:
        library = Library(store, "local", BagEncoder())
        assert store.damage() == ()
        assert [(each.id, each.title) for each in library.articles()] == [(added.id, "The pool")]
        assert library.ask("Who built it in 1987?").status == "answered"
    reader.close()
    backup = apsw.Connection(str(tmp_path / f"{FILE}.schema-{schema}.bak"))
    assert backup.execute("PRAGMA user_version").fetchall() == [(schema,)]
    assert backup.execute("SELECT title FROM articles").fetchall() == [("The pool",)]
    backup.close()


def test_a_failed_add_leaves_the_old_state(tmp_path: Path) -> None:
    class Failing(BagEncoder):
        def encode_passages(self, texts):  # type: ignore[no-untyped-def]
            raise MemoryError

    with Store.open(tmp_path) as store:
        added = Library(store, "local", BagEncoder()).add(document(POOL)).article
        with pytest.raises(MemoryError):
            Library(store, "local", Failing()).add(document(POOL.replace("seven", "eight")))
        library = Library(store, "local", BagEncoder())
        assert library.articles() == (added,)
        assert "seven" in library.show(added.id).text


@pytest.mark.parametrize("damage", [b"not a database at all" * 100, b"", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_told_or_begun_anew(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / FILE).write_bytes(damage)
    if damage:
        with pytest.raises(DamagedError, match="doctor --repair"):
            Store.open(tmp_path)
    else:
        Store.open(tmp_path).close()


def test_what_is_whole_of_a_damaged_database_is_saved(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        library = Library(store, "local", BagEncoder())
        texts = {
            document(f"# Article {n}\n\nIts number is {n}. " + "More words. " * 200, f"{n}.md").text for n in range(60)
        }
        for number in range(60):
            library.add(
                document(f"# Article {number}\n\nIts number is {number}. " + "More words. " * 200, f"{number}.md")
            )
    file = tmp_path / FILE
    data = bytearray(file.read_bytes())
    middle = len(data) * 6 // 10 // 4096 * 4096
    data[middle : middle + 4096] = b"\x5a" * 4096
    file.write_bytes(data)
    found = salvage(tmp_path)
    assert not file.exists()
    assert found.kept.exists()
    assert len(found.documents) >= 50
    assert {saved.text for _, saved in found.documents} <= texts


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE versions SET key = 1 << 40 WHERE key = 2", id="a key that is any number"),
        pytest.param("UPDATE versions SET blocks = '5'", id="blocks that are a number"),
        pytest.param("UPDATE versions SET blocks = '[[\"paragraph\", 0, 4, [], 1]]'", id="a block with too little"),
        pytest.param("UPDATE versions SET blocks = replace(blocks, '0, ', '3, ')", id="a block that begins too late"),
        pytest.param(
            "UPDATE versions SET blocks = replace(blocks, '0, ', '\"0\", ')", id="a block whose place is text"
        ),
        pytest.param("UPDATE versions SET blocks = replace(blocks, '0, ', '0, 9')", id="a block that ends too late"),
    ],
)
def test_an_article_whose_text_is_whole_is_saved_whatever_stands_beside_it(tmp_path: Path, change: str) -> None:
    documents = [document("The pool opens at seven.", "pool.txt"), document("The sauna is hot.", "sauna.txt")]
    with Store.open(tmp_path) as store:
        for each in documents:
            Library(store, "local", BagEncoder()).add(each)
    connection = apsw.Connection(str(tmp_path / FILE))
    connection.execute(f"PRAGMA foreign_keys = OFF; {change}")
    connection.close()
    found = salvage(tmp_path)
    assert [saved for _, saved in found.documents] == documents
    assert found.lost == 0


def test_a_database_that_cannot_be_put_aside_is_told(tmp_path: Path) -> None:
    (tmp_path / LOCK).mkdir()
    with pytest.raises(DataDirError, match="cannot be used"):
        salvage(tmp_path)


def test_nothing_is_made_where_there_is_nothing_to_save(tmp_path: Path) -> None:
    assert salvage(tmp_path).documents == ()
    assert not list(tmp_path.glob(f"{FILE}*"))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE versions SET text = replace(text, 'seven', 'eight')",
        "UPDATE versions SET blocks = replace(blocks, '0', '1')",
        "UPDATE articles SET title = 'Another'",
        "UPDATE sentences SET start = start + 1 WHERE number = 1",
        "UPDATE chunks SET vector = zeroblob(length(vector))",
        "DELETE FROM chunks",
    ],
)
def test_what_was_changed_behind_our_back_is_found_and_never_quoted(tmp_path: Path, change: str) -> None:
    with Store.open(tmp_path) as store:
        Library(store, "local", BagEncoder()).add(document(POOL))
    connection = apsw.Connection(str(tmp_path / FILE))
    connection.execute(change)
    connection.close()
    with Store.open(tmp_path) as store:
        (sentence,) = store.damage()
        assert "not what was stored" in sentence
        with pytest.raises(DamagedError, match="doctor --repair"):
            Library(store, "local", BagEncoder()).ask("When does the pool open?")


def test_a_flipped_bit_is_told_or_changes_nothing(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        for number in range(4):
            words = f"# Article {number}\n\nIts number is {number}. " + "More words stand here. " * 40
            Library(store, "local", BagEncoder()).add(document(words, f"{number}.md"))

    def seen() -> object:
        """Everything that the library returns; None if it reports damage."""
        try:
            with Store.open(tmp_path) as store:
                library = Library(store, "local", BagEncoder())
                texts = [(each.title, library.show(each.id).text) for each in library.articles()]
                reply = library.ask("What is the number of article 3?")
                return None if store.damage() else (texts, reply.status, isinstance(reply, Answer) and reply.excerpts)
        except PullquoteError:
            return None

    file = tmp_path / FILE
    whole, sound = file.read_bytes(), seen()
    chance = random.Random(7)
    told = 0
    for _ in range(150):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        for each in tmp_path.iterdir():
            each.unlink()
        file.write_bytes(data)
        found = seen()
        assert found in (sound, None)
        told += found is None
    assert told > 30, "most of a small file is empty"


@pytest.mark.parametrize("name", ["a file", "below a file"])
def test_a_data_directory_that_cannot_be_one(tmp_path: Path, name: str) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(DataDirError, match="is a file and not a folder") as refused:
        Store.open(file if name == "a file" else file / "below")
    assert str(file) in str(refused.value)


def test_two_threads_write_one_after_the_other(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, ThreadPoolExecutor(4) as threads:
        library = Library(store, "local", BagEncoder())
        added = list(threads.map(lambda n: library.add(document(f"# A {n}\n\nText {n} here.", f"{n}.md")), range(24)))
        assert {each.outcome for each in added} == {"added"}
        assert len(library.articles()) == 24


def test_eight_readers_beside_a_writer_never_fail_and_never_mix_versions(tmp_path: Path) -> None:
    """All sentences of a version have the same number, so an answer that mixes versions would have two."""

    def version(number: int) -> Document:
        return document("\n\n".join(f"The {what} opens at {number} sharp." for what in ("pool", "sauna", "café")))

    def ask(store: Store) -> int:
        library, answered = Library(store, "local", BagEncoder()), 0
        while not done.is_set() or not answered:
            reply = library.ask("When does the pool open, and when the sauna?")
            if isinstance(reply, Answer):
                answered += 1
                said = " ".join(each.quote for each in reply.excerpts)
                assert len(set(re.findall(r"\d+", said))) == 1, said
                for each in reply.excerpts:
                    text = store.text("local", each.citation.article_id, each.citation.version)
                    # The version may have been replaced or removed by now, but there must be no mixture.
                    assert text is None or each.citation.span.of(text) == each.quote
        return answered

    done = Event()
    with ExitStack() as stores, ThreadPoolExecutor(8) as readers:
        store = stores.enter_context(Store.open(tmp_path))
        writer = Library(store, "local", BagEncoder())
        writer.add(version(0))
        # Every second reader has its own connection, as in another process.
        asking = [
            readers.submit(ask, stores.enter_context(Store.open(tmp_path)) if number % 2 else store)
            for number in range(8)
        ]
        try:
            for number in range(1, 40):
                article = writer.add(version(number)).article
                if number % 10 == 0:
                    writer.remove([article.id])
        finally:
            done.set()
        assert all(each.result() for each in asking)


@pytest.fixture
def removed_under_a_reader(tmp_path: Path) -> Iterator[tuple[Store, apsw.Connection]]:
    """A store from which an article with the word "canary" was removed during a read transaction of another program."""
    with Store.open(tmp_path) as store:
        library = Library(store, "local", BagEncoder())
        article = library.add(document("The canary sings.")).article
        other = apsw.Connection(str(tmp_path / FILE))
        other.execute("BEGIN")
        assert other.execute("SELECT count(*) FROM articles").fetchall() == [(1,)]
        library.remove([article.id])
        assert holding(tmp_path, b"canary")
        other.execute("COMMIT")
        yield store, other
        other.close()


def holding(folder: Path, words: bytes) -> list[str]:
    return [path.name for path in folder.iterdir() if words in path.read_bytes()]


def test_what_was_removed_while_another_reads_is_wiped_when_that_is_done(
    tmp_path: Path, removed_under_a_reader: tuple[Store, apsw.Connection]
) -> None:
    store, _ = removed_under_a_reader
    assert isinstance(Library(store, "local", BagEncoder()).ask("Who sings?"), EmptyLibrary)
    assert holding(tmp_path, b"canary") == []


def test_what_was_removed_while_another_reads_is_wiped_at_the_end_though_that_goes_on(
    tmp_path: Path, removed_under_a_reader: tuple[Store, apsw.Connection]
) -> None:
    store, _ = removed_under_a_reader
    store.close()
    assert holding(tmp_path, b"canary") == []


def test_what_was_removed_while_another_reads_is_wiped_with_the_next_change(
    tmp_path: Path, removed_under_a_reader: tuple[Store, apsw.Connection]
) -> None:
    store, other = removed_under_a_reader
    other.execute("BEGIN")
    assert other.execute("SELECT count(*) FROM articles").fetchall() == [(0,)]
    with store.at_once():
        other.execute("COMMIT")
    assert holding(tmp_path, b"canary") == []


def test_whoever_comes_second_to_a_new_folder_waits_until_the_database_is_there(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        with FileLock(tmp_path / LOCK):
            opening = pool.submit(lambda: Store.open(tmp_path))
            with pytest.raises(TimeoutError):
                opening.result(timeout=0.5)
        with opening.result() as store:
            assert store.libraries() == ()


def test_a_busy_migration_is_told(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, store.writing():
        connection = apsw.Connection(str(tmp_path / FILE))
        connection.execute("PRAGMA user_version = 1")
        connection.close()
        script = (
            "import sys; from pathlib import Path; from embeddings.store import Store; Store.open(Path(sys.argv[1]))"
        )
        second = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert BusyError.__name__ in second.stderr
