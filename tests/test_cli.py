"""The contract of the `pullquote` command: JSON shapes, exit statuses, streams, and bad input.

`python -m tests.test_cli` writes the help texts of the commands into `docs/cli.md`.
"""

import io
import json
import os
import re
import shlex
import subprocess
import sys
from functools import cached_property
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from bot.cli import cli, run
from bot.session import Session
from bot.terminal.failures import LOG
from embeddings.protocols import Encoder
from embeddings.store import Store
from tests.command import POOL, Command, command, without_settings
from tests.discord_standin import TOKEN

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "cli.md"
ENVIRON = {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def pullquote(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    without_settings(monkeypatch, tmp_path)
    return command(tmp_path / "data", capsys)


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    path = tmp_path / "pool.md"
    path.write_text(POOL, encoding="utf-8")
    return path


def typed(monkeypatch: pytest.MonkeyPatch, words: str, *, terminal: bool = False) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(words.encode()), encoding="utf-8")
    monkeypatch.setattr(stdin, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stdin", stdin)


def test_an_article_from_adding_to_removing(pullquote: Command, pool: Path) -> None:
    added = pullquote("add", str(pool), "--json")
    assert added.status == 0
    (article,) = added.json["added"]
    assert list(article) == ["id", "title", "source", "version", "chunks", "sentences"]
    assert (article["title"], article["source"]) == ("Pool", str(pool))
    nothing: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": [], "failed": []}
    assert pullquote("add", str(pool), "--json").json == {**nothing, "unchanged": [article]}

    shown = pullquote("show", article["id"], "--json").json
    assert {"id", "title", "source", "version", "text", "chunks"} <= set(shown)
    (chunk,) = shown["chunks"]
    assert shown["text"][chunk["start"] : chunk["end"]] == shown["text"].removeprefix("Pool\n\n")

    answer = pullquote("ask", "Who built the pool?", "--json", "--article", article["id"], "--top", "1").json
    assert answer["status"] == "answered"
    (excerpt, *_) = answer["excerpts"]
    assert shown["text"][excerpt["start"] : excerpt["end"]] == excerpt["quote"] == "Mira Okafor built the pool in 1987."
    assert len(answer["passages"]) == 1
    assert pullquote("ask", "Who built the pool?").output.startswith("│ Mira Okafor built the pool in 1987. [1]\n")
    assert pullquote("ask", "What do sharks eat?", "--json").json["status"] == "not_found"

    pool.write_text(POOL.replace("seven", "eight"), encoding="utf-8")
    assert len(pullquote("refresh", "--json").json["updated"]) == 1
    pool.unlink()
    gone = pullquote("refresh", "--json")
    assert gone.status == 1
    assert gone.json == {**nothing, "failed": [{"source": str(pool), "error": "there is no such file or folder"}]}
    assert [each["id"] for each in pullquote("list", "--json").json["articles"]] == [article["id"]]

    assert pullquote("remove", article["id"], "--json").json["removed"][0]["id"] == article["id"]
    assert pullquote("ask", "Who built the pool?", "--json").json["status"] == "empty_library"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk here that is always full")
@pytest.mark.parametrize(("redirected", "said"), [(">/dev/full", "is full"), (">&-", "Standard output is closed")])
def test_what_cannot_be_printed_is_one_sentence_and_status_1(tmp_path: Path, redirected: str, said: str) -> None:
    call = f'exec "{sys.executable}" -m bot --data-dir "{tmp_path}" list {redirected}'
    done = subprocess.run(["sh", "-c", call], cwd=tmp_path, env=ENVIRON, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_fails_does_not_stop_the_rest(pullquote: Command, pool: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.txt").write_bytes(b"\x00\x01\x02")
    (tmp_path / "empty.md").write_bytes(b"")
    done = pullquote("add", str(tmp_path), str(tmp_path / "none.txt"), "--json")
    assert done.status == 1
    assert [each["title"] for each in done.json["added"]] == ["Pool"]
    errors = {Path(each["source"]).name: each["error"] for each in done.json["failed"]}
    assert set(errors) == {"broken.txt", "empty.md", "none.txt"}
    assert "not a text file" in errors["broken.txt"]


def test_standard_input_is_known_by_its_title(pullquote: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, POOL)
    (added,) = pullquote("add", "-", "--title", "From a pipe", "--json").json["added"]
    assert (added["title"], added["source"]) == ("From a pipe", "stdin:From a pipe")


def test_libraries_are_walls(pullquote: Command, pool: Path) -> None:
    pullquote("--library", "other", "add", str(pool))
    assert pullquote("list", "--json").json == {"articles": []}
    assert pullquote("ask", "Who built the pool?", "--json").json["status"] == "empty_library"


@pytest.mark.parametrize("asking", [["list"], ["ask", "Who built the pool?"], ["chat"]])
@pytest.mark.parametrize("library", ["local", "other", "the pool's"])
def test_an_empty_library_says_which_command_fills_it(
    pullquote: Command, pool: Path, monkeypatch: pytest.MonkeyPatch, library: str, asking: list[str]
) -> None:
    typed(monkeypatch, "Who built the pool?\n")
    said = pullquote("--library", library, *asking).output
    assert (f"in the library {library} yet" in said) is (library != "local")
    (advice,) = re.findall("`pullquote (.*)`", said)
    pullquote(*shlex.split(advice.replace("FILE", str(pool))))
    assert len(pullquote("--library", library, "list", "--json").json["articles"]) == 1


@pytest.mark.parametrize("words", ["hello", "thanks!"])
def test_what_asks_nothing_is_told_so_and_is_not_found_in_json(pullquote: Command, pool: Path, words: str) -> None:
    pullquote("add", str(pool))
    assert pullquote("ask", words).output.startswith("That is no question for the articles")
    found = pullquote("ask", words, "--json").json
    assert (found["status"], found["excerpts"]) == ("not_found", [])


def test_a_batch_is_answered_line_by_line_in_order(pullquote: Command, pool: Path, tmp_path: Path) -> None:
    pullquote("add", str(pool))
    questions = [
        {"id": "a", "question": "When does the pool open?"},
        {"id": 2, "question": " "},
        {"id": "c", "question": "and when?", "history": ["Who built the pool?"]},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, questions)) + "\n", encoding="utf-8")
    answers = [json.loads(line) for line in pullquote("ask", "--batch", str(file), "--json").output.splitlines()]
    assert [each["id"] for each in answers] == ["a", 2, "c"]
    assert [each["status"] for each in answers] == ["answered", "not_found", "answered"]
    assert "empty" in answers[1]["error"]
    assert answers[1]["excerpts"] == answers[1]["passages"] == answers[1]["nearest"] == []
    assert "Mira Okafor" in answers[2]["excerpts"][0]["quote"]


def test_halves_of_characters_and_a_byte_order_mark_stop_no_batch(
    pullquote: Command, pool: Path, tmp_path: Path
) -> None:
    pullquote("add", str(pool))
    lines = [
        r'{"id": 1, "question": "Who built\ud800 the pool?", "history": ["\udfff"]}',
        '{"id": 2, "question": "\u2028Who?"}',
    ]
    (tmp_path / "odd.jsonl").write_text("\n".join(lines), encoding="utf-8-sig")
    answers = [
        json.loads(line) for line in pullquote("ask", "--batch", "odd.jsonl", "--json").output.split("\n") if line
    ]
    assert [each["id"] for each in answers] == [1, 2]
    assert answers[0]["status"] == "answered"
    assert answers[0]["question"] == "Who built\ud800 the pool?"


def test_a_name_that_is_not_utf_8_fails_one_file_and_not_the_rest(
    pullquote: Command, pool: Path, tmp_path: Path
) -> None:
    try:
        (tmp_path / "odd\udcff.md").write_text(POOL, encoding="utf-8")
    except OSError:
        pytest.skip("names are Unicode here")
    done = pullquote("add", str(tmp_path), "--json")
    assert [each["title"] for each in done.json["added"]] == ["Pool"]
    assert [each["error"] for each in done.json["failed"]] == ["its name is not UTF-8; rename it"]


def test_an_empty_name_is_not_the_present_folder(pullquote: Command, pool: Path) -> None:
    done = pullquote("add", "", "--json")
    assert [each["error"] for each in done.json["failed"]] == ["it has no name; give a file, a folder or a web address"]
    assert done.json["added"] == []


def test_a_title_that_is_not_utf_8(pullquote: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, POOL)
    (added,) = pullquote("add", "-", "--title", "T\udcff", "--json").json["added"]
    assert (added["title"], added["source"]) == ("T�", "stdin:T�")


def test_a_batch_may_come_from_standard_input(pullquote: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    # Windows prepends a byte-order mark to piped input, and ends lines with CRLF.
    typed(monkeypatch, '\ufeff{"id": 7, "question": "Who built the Café?"}\r\n')
    answer = pullquote("ask", "--batch", "-", "--json").json
    assert (answer["id"], answer["question"], answer["status"]) == (7, "Who built the Café?", "empty_library")


def test_a_batch_without_questions_is_told_and_no_error(pullquote: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("empty.jsonl").write_text("\n \n", encoding="utf-8")
    done = pullquote("ask", "--batch", "empty.jsonl", "--json")
    assert (done.status, done.output, done.errors) == (0, "", "pullquote: empty.jsonl holds no questions.\n")
    typed(monkeypatch, "")
    assert pullquote("ask", "--batch", "-", "--json").errors == "pullquote: Standard input holds no questions.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["ask"], "Give either a QUESTION", id="no question"),
        pytest.param(["ask", ""], "question is empty", id="an empty question"),
        pytest.param(["ask", " "], "question is empty", id="a question of one space"),
        pytest.param(["ask", "x " * 5000], "characters and may have", id="a question of 10,000 characters"),
        pytest.param(["ask", "?!"], "no words", id="only punctuation"),
        pytest.param(["ask", "who", "--top", "0"], "--top", id="no passages"),
        pytest.param(["ask", "--batch", "none.jsonl", "--json"], "There is no file none.jsonl", id="no such batch"),
        pytest.param(["ask", "--batch", "bad.jsonl", "--json"], "line 2: this is not JSON", id="a batch not of JSON"),
        pytest.param(["ask", "--batch", "lost.jsonl", "--json"], "line 1: write", id="a batch without a question"),
        pytest.param(["ask", "--batch", "bad.jsonl"], "needs --json", id="a batch without --json"),
        pytest.param(["ask", "who", "--batch", "bad.jsonl"], "or --batch", id="a question and a batch"),
        pytest.param(["ask", "who", "--article", "none"], "no article with the id", id="an article that is not there"),
        pytest.param(["show", "none"], "no article with the id", id="show nothing"),
        pytest.param(["remove", "none"], "no article with the id", id="remove nothing"),
        pytest.param(["refresh", "none"], "no article with the id", id="refresh nothing"),
        pytest.param(["add"], "SOURCE", id="add nothing"),
        pytest.param(["add", "a", "b", "--title", "x"], "--title", id="one title for two"),
        pytest.param(["eval", "none.jsonl"], "There is no file none.jsonl", id="no such labelled file"),
        pytest.param(["aks"], "Did you mean 'ask'? See `pullquote --help`.", id="a command misspelt"),
        pytest.param(["eval", "bad.jsonl"], "line 1: this is not a labelled question", id="not labelled"),
        pytest.param(["nonsense"], "see `pullquote --help`", id="no such command"),
        pytest.param(["list", "--nonsense"], "see `pullquote list --help`", id="no such option"),
        pytest.param(["--library", " ", "list"], "--library", id="a library without a name"),
        pytest.param(["--data-dir", "", "list"], "--data-dir", id="a data directory without a name"),
        pytest.param(["--library", "\udcff", "list"], "not UTF-8", id="a library whose name is not UTF-8"),
        pytest.param(["show", "\udcff"], "no article with the id", id="an id that is not UTF-8"),
        pytest.param(["ask", "--batch", "deep.jsonl", "--json"], "line 1: this is not JSON", id="too deep"),
        pytest.param(["ask", "--batch", "infinite.jsonl", "--json"], "line 1: this is not JSON", id="an infinite id"),
        pytest.param(["eval", "deep.jsonl"], "line 1: this is not a labelled question", id="labelled too deeply"),
        pytest.param(["run"], "DISCORD_TOKEN is not set", id="run without a token"),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(
    pullquote: Command, pool: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    pullquote("add", str(pool))
    (tmp_path / "bad.jsonl").write_text('{"question": "who?"}\nnot json\n', encoding="utf-8")
    (tmp_path / "lost.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    (tmp_path / "deep.jsonl").write_text("[" * 100_000, encoding="utf-8")
    (tmp_path / "infinite.jsonl").write_text('{"id": 1e999, "question": "who?"}', encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    done = pullquote(*arguments)
    assert done.status == 2
    assert said in done.errors
    assert done.errors.startswith("pullquote: ")
    assert done.errors.count("\n") == 1
    assert done.output == ""
    assert len(pullquote("list", "--json").json["articles"]) == 1
    assert sorted(tmp_path.iterdir()) == before


def test_a_data_directory_that_is_a_file_is_one_sentence_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    done = command(tmp_path / "file", capsys)("list")
    assert done.status == 2
    assert done.errors.startswith(f"pullquote: The data directory {tmp_path / 'file'} cannot be used")


def test_a_second_writer_is_told(pullquote: Command, pool: Path, tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as other, other.writing():
        done = pullquote("add", str(pool))
        assert pullquote("list").status == 0
    assert done.status == 1
    assert "is writing to" in done.errors


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    assert capsys.readouterr().err.startswith("Usage: pullquote")


def test_what_nobody_foresaw_is_one_sentence_and_its_details_are_kept(
    tmp_path: Path, pool: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken(Session):
        @cached_property
        def encoder(self) -> Encoder:
            raise RuntimeError("the moon is full")

    done = command(tmp_path / "data", capsys, Broken)("add", str(pool))
    assert (done.status, done.output) == (1, "")
    assert str(tmp_path / "data" / LOG) in done.errors
    assert done.errors.count("\n") == 1
    assert "the moon is full" in (tmp_path / "data" / LOG).read_text(encoding="utf-8")


def test_the_token_is_not_among_the_details(
    tmp_path: Path, pool: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(Session):
        @cached_property
        def encoder(self) -> Encoder:
            assert self.settings.discord_token
            raise RuntimeError(f"Authorization: Bot {self.settings.discord_token.reveal()}")

    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    done = command(tmp_path / "data", capsys, Broken)("add", str(pool))
    written = (tmp_path / "data" / LOG).read_text(encoding="utf-8")
    assert "Authorization: Bot …" in written
    assert TOKEN not in written + done.errors + done.output


def test_the_bot_leaves_no_core(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    (tmp_path / "file").write_text("")
    script = (
        "import resource\n_, hard = resource.getrlimit(resource.RLIMIT_CORE)\nresource.setrlimit(resource.RLIMIT_CORE, (hard, hard))\n"
        "from bot.cli import run\nassert run(['--data-dir', 'file', 'run']) == 2\nprint(resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip("nobody may leave one here")
    environ = {**ENVIRON, "DISCORD_TOKEN": TOKEN}
    done = subprocess.run([sys.executable, "-c", script], env=environ, cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout == b"0\n"


def test_an_interruption_is_quiet(tmp_path: Path, pool: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Interrupted(Session):
        @cached_property
        def encoder(self) -> Encoder:
            raise KeyboardInterrupt

    done = command(tmp_path / "data", capsys, Interrupted)("add", str(pool))
    assert (done.status, done.output, done.errors.strip()) == (130, "", "")


@pytest.mark.parametrize(("reply", "status", "left"), [("n\n", 1, 1), ("", 130, 1), ("y\n", 0, 0)])
def test_on_a_terminal_removing_asks_first(
    pullquote: Command, pool: Path, monkeypatch: pytest.MonkeyPatch, reply: str, status: int, left: int
) -> None:
    pullquote("add", str(pool))
    (article,) = pullquote("list", "--json").json["articles"]
    typed(monkeypatch, reply, terminal=True)
    assert pullquote("remove", article["id"]).status == status
    assert len(pullquote("list", "--json").json["articles"]) == left


def test_without_a_terminal_removing_asks_nothing(
    pullquote: Command, pool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pullquote("add", str(pool))
    (article,) = pullquote("list", "--json").json["articles"]
    typed(monkeypatch, "")
    done = pullquote("remove", article["id"])
    assert (done.status, done.errors) == (0, "")
    assert pullquote("list", "--json").json["articles"] == []


def test_a_file_name_cannot_steer_the_terminal(pullquote: Command, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a\x1b[31m\nb.txt").write_bytes(b"")
    (folder / "c.\x1b[32m\nd").write_bytes(b"")
    done = pullquote("add", str(folder))
    assert "a�[31m b.txt" in done.errors
    assert "1 .�[32m d" in done.errors
    assert done.errors.count("\n") == 2


def test_an_encoding_without_the_words_is_no_error(pullquote: Command, tmp_path: Path) -> None:
    (tmp_path / "zoe.md").write_text("# Zoë\n\nZoë swims.\n", encoding="utf-8")
    pullquote("add", str(tmp_path))
    environ = {**ENVIRON, "PYTHONIOENCODING": "ascii", "PULLQUOTE_DATA_DIR": str(tmp_path / "data")}
    for arguments, found in ((["list"], "Zo?"), (["list", "--json"], "Zo\\u00eb")):
        done = subprocess.run([sys.executable, "-m", "bot", *arguments], env=environ, capture_output=True, check=True)
        assert found in done.stdout.decode("ascii")


def test_a_reader_that_has_seen_enough_is_no_error(pullquote: Command, pool: Path, tmp_path: Path) -> None:
    pullquote("add", str(pool))
    reading, writing = os.pipe()
    os.close(reading)
    environ = {**ENVIRON, "PULLQUOTE_DATA_DIR": str(tmp_path / "data")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "list", "--json"],
        env=environ,
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert done.stderr == b""


def test_eval_prints_measures_and_failures(pullquote: Command, pool: Path, tmp_path: Path) -> None:
    pullquote("add", str(pool))
    file = tmp_path / "labelled.jsonl"
    cases = [
        {"id": "1", "question": "Who built the pool?", "answers": ["Mira Okafor"]},
        {"id": "2", "question": "What do sharks eat?", "answers": []},
        {"id": "3", "question": "When does the pool open?", "answers": ["at noon"]},
    ]
    file.write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    found = pullquote("eval", str(file), "--json").json
    assert found["measures"]["exact quotes"] == 1.0
    assert [each["id"] for each in found["failures"]] == ["3"]
    said = pullquote("eval", str(file)).output
    assert "first excerpt holds the answer" in said
    assert "3: When does the pool open?\n  expected: at noon\n  got: The pool opens" in said


def test_the_real_model_answers_from_end_to_end(tmp_path: Path) -> None:
    environ = {**ENVIRON, "PULLQUOTE_DATA_DIR": str(tmp_path)}
    script = (
        f"from bot.cli import run; import io, sys\nsys.stdin = io.TextIOWrapper(io.BytesIO({POOL.encode()!r}))\n"
        "assert run(['add', '-']) == 0\nassert run(['ask', 'Who constructed the swimming bath?', '--json']) == 0"
    )
    done = subprocess.run([sys.executable, "-c", script], env=environ, cwd=tmp_path, capture_output=True, check=True)
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["excerpts"][0]["quote"] == "Mira Okafor built the pool in 1987."
    assert done.stderr == b""


def test_demo_answers_three_and_refuses_one_and_leaves_nothing(tmp_path: Path) -> None:
    environ = {**ENVIRON, "PULLQUOTE_DATA_DIR": str(tmp_path / "untouched"), "DISCORD_TOKEN": "no token"}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo"],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.stdout.count("[1] Putin and Assad") == 3
    assert done.stdout.count("do not seem to answer") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["add", "--help"], ["completion", "bash"], ["list"], ["nonsense"]]
)
def test_what_needs_no_model_loads_none(tmp_path: Path, arguments: list[str]) -> None:
    heavy = {"torch", "transformers", "sentence_transformers", "faiss", "sklearn", "discord"}
    script = f"from bot.cli import run; import sys; run({arguments!r}); print(sorted({heavy!r} & set(sys.modules)))"
    environ = {**ENVIRON, "PULLQUOTE_DATA_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(pullquote: Command, shell: str) -> None:
    assert "_PULLQUOTE_COMPLETE" in pullquote("completion", shell).output


def test_article_ids_are_completed_within_the_library(pullquote: Command, pool: Path, tmp_path: Path) -> None:
    pullquote("add", str(pool))
    (article,) = pullquote("list", "--json").json["articles"]
    completing = ShellComplete(cli, {}, "pullquote", "_PULLQUOTE_COMPLETE")

    def completed(*arguments: str, beginning: str = "") -> list[tuple[str, str | None]]:
        found = completing.get_completions(["--data-dir", str(tmp_path / "data"), *arguments], beginning)
        return [(each.value, each.help) for each in found]

    assert completed("show") == completed("ask", "--article") == [(article["id"], "Pool")]
    assert completed("remove", beginning="no such id") == []
    assert completed("--library", "other", "show") == []
    assert completing.get_completions(["--data-dir", str(tmp_path / "none"), "show"], "") == []
    assert not (tmp_path / "none").exists()


def test_what_the_help_says_of_a_command_is_whole() -> None:
    shown = CliRunner().invoke(cli, ["--help"], terminal_width=80, obj=Session("local")).output
    assert "..." not in shown.partition("Commands:")[2]


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"`pullquote {name}" in readme for name in cli.commands)


def with_help(page: str) -> str:
    """The page with each block after `<!-- help: … -->` replaced by the output of the command."""

    def block(found: re.Match[str]) -> str:
        name = found[1]
        arguments = ["--help"] if name == "pullquote" else [name, "--help"]
        shown = CliRunner().invoke(cli, arguments, prog_name="pullquote", terminal_width=80, obj=Session("local"))
        return f"<!-- help: {name} -->\n```text\n{shown.output.rstrip()}\n```"

    return re.sub(r"<!-- help: (\w+) -->\n```text\n.*?\n```", block, page, flags=re.DOTALL)


def test_the_page_on_the_command_is_what_the_command_says() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"<!-- help: (\w+) -->", page) == ["pullquote", *cli.commands]
    assert page == with_help(page), "run `python -m tests.test_cli`"


if __name__ == "__main__":
    PAGE.write_text(with_help(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
