"""What the benchmarks keep on disk is made again once what it was made of has changed."""

from pathlib import Path

import pytest

from benchmarks import cache


def test_what_was_made_is_kept_until_an_input_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "FOLDER", tmp_path / "cache")
    source = tmp_path / "source"
    made: list[str] = []

    def make() -> list[str]:
        made.append(source.read_text())
        return made[-1:]

    for text in ("one", "one", "two", "one"):
        source.write_text(text)
        assert cache.cached("name", [source], make) == [text]
    assert made == ["one", "two"]
