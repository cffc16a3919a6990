"""The `pullquote` command as the terminal contract has it: JSON shapes, statuses, streams, and bad input."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import cli, run
from embeddings.database import FILE

ROOT = Path(__file__).parents[1]
POOL = "# Pool\n\nThe pool opens at seven in the morning.\n\nMira Okafor built the pool in 1987.\n"


@dataclass(frozen=True, slots=True)
class Done:
    """What a command did."""

    status: int
    output: str
    errors: str

    @property
    def json(self) -> Any:
        return json.loads(self.output)


Command = Callable[..., Done]


@pytest.fixture
def pullquote(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command in this process, with a data directory of its own and no settings of this machine's."""
    for name in ("DISCORD_TOKEN", "PULLQUOTE_MODEL", "PULLQUOTE_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Done:
        status = run(["--data-dir", str(tmp_path / "data"), *arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Done(status, captured.out, captured.err)

    return call


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    path = tmp_path / "pool.md"
    path.write_text(POOL, encoding="utf-8")
    return path


def test_an_article_from_adding_to_removing(pullquote: Command, pool: Path) -> None:
    added = pullquote("add", str(pool), "--json")
    assert added.status == 0
    (article,) = added.json["added"]
    assert list(article) == ["id", "title", "source", "version", "chunks", "sentences"]
    assert (article["title"], article["source"]) == ("Pool", str(pool))
    assert pullquote("add", str(pool), "--json").json == {
        "added": [],
        "updated": [],
        "unchanged": [article],
        "failed": [],
    }

    shown = pullquote("show", article["id"], "--json").json
    assert {"id", "title", "source", "version", "text", "chunks"} <= set(shown)
    assert [shown["text"][chunk["start"] : chunk["end"]] for chunk in shown["chunks"]] == [
        shown["text"].removeprefix("Pool\n\n")
    ]

    answer = pullquote("ask", "Who built the pool?", "--json", "--article", article["id"], "--top", "1").json
    assert answer["status"] == "answered"
    (excerpt, *_) = answer["excerpts"]
    assert shown["text"][excerpt["start"] : excerpt["end"]] == excerpt["quote"] == "Mira Okafor built the pool in 1987."
    assert len(answer["passages"]) == 1
    assert pullquote("ask", "Who built the pool?").output.startswith(
        "│ Mira Okafor built the pool in 1987.\N{NO-BREAK SPACE}[1]"
    )
    assert pullquote("ask", "What do sharks eat?", "--json").json["status"] == "not_found"
    assert "\x1b[" not in pullquote("ask", "Who built the pool?").output

    pool.write_text(POOL.replace("seven", "eight"), encoding="utf-8")
    assert len(pullquote("refresh", "--json").json["updated"]) == 1
    pool.unlink()
    gone = pullquote("refresh", "--json")
    assert gone.status == 1
    assert gone.json["failed"] == [{"source": str(pool), "error": "there is no such file or folder"}]
    assert [each["id"] for each in pullquote("list", "--json").json["articles"]] == [article["id"]]

    assert pullquote("remove", article["id"], "--yes").status == 0
    assert pullquote("ask", "Who built the pool?", "--json").json["status"] == "empty_library"


def test_what_fails_does_not_stop_the_rest(pullquote: Command, pool: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.txt").write_bytes(b"\x00\x01\x02")
    (tmp_path / "empty.md").write_bytes(b"")
    done = pullquote("add", str(tmp_path), str(tmp_path / "none.txt"), "https://a.example/b", "--json")
    assert done.status == 1
    assert [each["title"] for each in done.json["added"]] == ["Pool"]
    errors = {Path(each["source"]).name: each["error"] for each in done.json["failed"]}
    assert set(errors) == {"broken.txt", "empty.md", "none.txt", "b"}
    assert "not a text file" in errors["broken.txt"]


def test_standard_input(tmp_path: Path) -> None:
    environ = {**os.environ, "PULLQUOTE_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", "add", "-", "--title", "From a pipe", "--json"]
    done = subprocess.run(command, input=POOL.encode(), env=environ, cwd=tmp_path, capture_output=True, check=True)
    (added,) = json.loads(done.stdout)["added"]
    assert (added["title"], added["source"]) == ("From a pipe", "stdin:From a pipe")
    assert done.stderr == b""


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
    assert "Mira Okafor" in answers[2]["excerpts"][0]["quote"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["ask"], "Give one QUESTION", id="no question"),
        pytest.param(["ask", " "], "question is empty", id="a question of one space"),
        pytest.param(["ask", "x " * 5000], "characters and may have", id="a question of 10,000 characters"),
        pytest.param(["ask", "?!"], "no words", id="only punctuation"),
        pytest.param(["ask", "who", "--top", "0"], "--top", id="no passages"),
        pytest.param(["ask", "--batch", "none.jsonl", "--json"], "cannot be read", id="no such batch"),
        pytest.param(
            ["ask", "--batch", "bad.jsonl", "--json"], "line 2: this is not JSON", id="a batch that is no JSON"
        ),
        pytest.param(["ask", "--batch", "bad.jsonl"], "needs --json", id="a batch without --json"),
        pytest.param(["ask", "who", "--article", "none"], "no article with the id", id="an article that is not there"),
        pytest.param(["show", "none"], "no article with the id", id="show nothing"),
        pytest.param(["remove", "none"], "no article with the id", id="remove nothing"),
        pytest.param(["add"], "SOURCE", id="add nothing"),
        pytest.param(["add", "a", "b", "--title", "x"], "--title", id="one title for two"),
        pytest.param(["eval", "none.jsonl"], "cannot be read", id="no such labelled file"),
        pytest.param(["nonsense"], "nonsense", id="no such command"),
        pytest.param(["run"], "DISCORD_TOKEN is not set", id="run without a token"),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(
    pullquote: Command, pool: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    pullquote("add", str(pool))
    (tmp_path / "bad.jsonl").write_text('{"question": "who?"}\nnot json\n', encoding="utf-8")
    done = pullquote(*arguments)
    assert done.status == 2
    assert said in done.errors
    assert done.errors.startswith("pullquote: ")
    assert done.errors.count("\n") == 1
    assert done.output == ""
    assert len(pullquote("list", "--json").json["articles"]) == 1


def test_a_data_directory_that_is_a_file_is_one_sentence_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert run(["--data-dir", str(tmp_path / "file"), "list"]) == 2
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_a_damaged_database_is_told_and_repaired(pullquote: Command, pool: Path, tmp_path: Path) -> None:
    pullquote("add", str(pool))
    file = tmp_path / "data" / FILE
    data = bytearray(file.read_bytes())
    # The pages of the chunks, at the end; the text stands before them.
    data[-4096:] = b"\x5a" * 4096
    file.write_bytes(data)
    assert pullquote("doctor").status == 1
    repaired = pullquote("doctor", "--repair", "--json")
    assert repaired.status == 0, repaired
    assert "Saved 1 articles, lost 0" in repaired.errors
    assert pullquote("ask", "Who built the pool?", "--json").json["status"] == "answered"


def test_doctor_of_a_fresh_folder_is_content(pullquote: Command) -> None:
    done = pullquote("doctor", "--json")
    assert done.status == 0
    assert all(check["ok"] for check in done.json["checks"])
    assert {"configuration", "data directory", "database", "model", "index", "Discord token"} <= {
        check["name"] for check in done.json["checks"]
    }


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
    assert "first excerpt holds the answer" in pullquote("eval", str(file)).output


def test_chat_keeps_follow_ups_and_opens_citations(tmp_path: Path, pool: Path) -> None:
    environ = {**os.environ, "PULLQUOTE_DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    base = [sys.executable, "-m", "bot"]
    subprocess.run([*base, "add", str(pool)], env=environ, cwd=tmp_path, check=True, capture_output=True)
    typed = "Who built the pool?\nand when?\n/open 1\n/open 9\n/history\n/sources\n/nothing\n \n/quit\n"
    done = subprocess.run(
        [*base, "chat"], input=typed, env=environ, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "Mira Okafor built the pool in 1987.\N{NO-BREAK SPACE}[1]" in done.stdout
    assert "Understood as: Who built the pool? and when?" in done.stdout
    assert "Mira Okafor built the pool in 1987." in done.stdout.split("[1] Pool, paragraph")[1]
    assert "Give the number of a citation" in done.stdout
    assert "There is no /nothing" in done.stdout
    assert done.stderr == ""


def test_demo_answers_three_and_refuses_one(tmp_path: Path) -> None:
    environ = {**os.environ, "PULLQUOTE_DATA_DIR": str(tmp_path / "untouched"), "PYTHONPATH": str(ROOT)}
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
    assert not (tmp_path / "untouched").exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(pullquote: Command, shell: str) -> None:
    assert "_PULLQUOTE_COMPLETE" in pullquote("completion", shell).output


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"`pullquote {name}" in readme for name in cli.commands)
