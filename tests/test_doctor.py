"""Health checks: each fails for the problem that it names and says what to do; and repair."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import pytest

from bot.memory.community import Community
from bot.memory.notebook import FILE as NOTEBOOK
from bot.memory.records import ServerSettings
from bot.session import Session
from bot.terminal.doctor import Check, examine, mend
from embeddings.errors import ModelMissingError
from embeddings.library import Library
from embeddings.protocols import Encoder, Reader
from embeddings.sources import read
from embeddings.store.database import FILE
from tests.command import POOL, BagSession, command, without_settings
from tests.fakes import BagEncoder

NAMES = ["configuration", "data directory", "database", "free space", "model", "reader", "index", "Discord token"]


class OtherModel(Session):
    """A session with another model than the one that encoded the articles."""

    @cached_property
    def encoder(self) -> Encoder:
        return BagEncoder(name="another")


class NoModel(Session):
    """A session whose model is missing."""

    @cached_property
    def encoder(self) -> Encoder:
        raise ModelMissingError("none", "it is not installed")


class NoReader(BagSession):
    """A session on an installation without the reader."""

    @cached_property
    def reader(self) -> Reader | None:
        return None


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Session]:
    without_settings(monkeypatch, tmp_path)

    def made(kind: type[Session] = BagSession) -> Session:
        return kind("local", tmp_path / "data")

    return made


def filled(session: Session, tmp_path: Path) -> str:
    """Adds an article; returns its id."""
    (tmp_path / "pool.md").write_text(POOL, encoding="utf-8")
    added = session.library.add(read(str(tmp_path / "pool.md"))).article
    session.close()
    return added.id


def damage(tmp_path: Path) -> None:
    """Overwrites the pages with chunks, at the end of the database; the text is before them."""
    file = tmp_path / "data" / FILE
    data = bytearray(file.read_bytes())
    data[-4096:] = b"\x5a" * 4096
    file.write_bytes(data)


def found(checks: list[Check]) -> dict[str, Check]:
    return {each.name: each for each in checks}


def test_a_fresh_folder_is_well(session: Callable[..., Session]) -> None:
    checks = examine(session())
    assert [each.name for each in checks] == NAMES
    assert all(each.ok for each in checks)


def test_a_settings_file_that_cannot_be_read_is_all_that_is_told(
    session: Callable[..., Session], tmp_path: Path
) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe")
    (check,) = examine(session())
    assert (check.name, check.ok) == ("configuration", False)
    assert "UTF-8" in check.message


def test_a_data_directory_that_is_a_file_fails_and_the_rest_is_looked_at(
    session: Callable[..., Session], tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("")
    checks = found(examine(session()))
    assert not checks["data directory"].ok
    assert list(checks) == ["configuration", "data directory", "model", "reader", "Discord token"]


@pytest.mark.parametrize("all_of_it", [False, True], ids=["one page", "the whole file"])
def test_a_damaged_database_fails_with_its_remedy(
    session: Callable[..., Session], tmp_path: Path, all_of_it: bool
) -> None:
    filled(session(), tmp_path)
    if all_of_it:
        (tmp_path / "data" / FILE).write_bytes(b"no database at all" * 1000)
    else:
        damage(tmp_path)
    checks = found(examine(session()))
    assert not checks["database"].ok
    assert "doctor --repair" in checks["database"].message + checks["database"].remedy
    assert "\n" not in checks["database"].message
    assert "index" not in checks


def test_what_cannot_be_saved_is_told_and_the_damaged_file_kept(
    session: Callable[..., Session], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(session(), tmp_path)
    (tmp_path / "data" / FILE).write_bytes(b"no database at all" * 1000)
    repaired = session()
    mend(repaired)
    assert "No article could be read" in capsys.readouterr().err
    (kept,) = (tmp_path / "data").glob("*.damaged-*")
    assert kept.read_bytes().startswith(b"no database at all")
    assert repaired.library.articles() == ()


def test_damaged_records_are_told_put_aside_and_begun_anew(
    session: Callable[..., Session], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(session(), tmp_path)
    with Community(tmp_path / "data") as community:
        community.change_settings("1", ServerSettings(keep_days=3))
    assert found(examine(session()))["records"].ok
    file = tmp_path / "data" / NOTEBOOK
    file.write_bytes(file.read_bytes()[:4096] + b"\x5a" * (len(file.read_bytes()) - 4096))
    check = found(examine(session()))["records"]
    assert not check.ok
    assert "doctor --repair" in check.message
    mend(session())
    assert "begins anew" in capsys.readouterr().err
    assert list((tmp_path / "data").glob(f"{NOTEBOOK}.damaged-*"))
    assert all(each.ok for each in examine(session()))
    with Community(tmp_path / "data") as community:
        assert community.settings("1") == ServerSettings()


def test_a_missing_model_fails(session: Callable[..., Session]) -> None:
    checks = found(examine(session(NoModel)))
    assert not checks["model"].ok
    assert "not installed" in checks["model"].message


def test_articles_of_another_model_fail_and_are_encoded_anew(session: Callable[..., Session], tmp_path: Path) -> None:
    article_id = filled(session(), tmp_path)
    index = found(examine(session(OtherModel)))["index"]
    assert not index.ok
    assert "local" in index.message
    assert "doctor --repair" in index.remedy
    with_other = session(OtherModel)
    mend(with_other)
    assert all(each.ok for each in examine(with_other))
    assert [each.id for each in with_other.library.articles()] == [article_id]


@pytest.mark.parametrize(
    ("token", "ok"), [("", True), ("A" * 24 + ".GGGGGG." + "b" * 38, True), ("Bot secret-of-mine", False)]
)
def test_the_form_of_the_token_is_checked_and_the_token_not_shown(
    session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch, token: str, ok: bool
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", token)
    checks = examine(session())
    assert found(checks)["Discord token"].ok is ok
    assert not token or token not in str(checks)


def test_the_command_reports_repairs_and_has_a_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], session: Callable[..., Session]
) -> None:
    filled(session(), tmp_path)
    damage(tmp_path)
    pullquote = command(tmp_path / "data", capsys)
    assert pullquote("doctor").status == 1
    repaired = pullquote("doctor", "--repair", "--json")
    assert repaired.status == 0
    assert "Saved 1 articles, lost 0" in repaired.errors
    assert [list(each) for each in repaired.json["checks"]] == [["name", "ok", "message", "remedy"]] * len(NAMES)
    assert pullquote("ask", "Who built the pool?", "--json").json["status"] == "answered"


def test_an_installation_without_the_reader_is_told_and_works(session: Callable[..., Session], tmp_path: Path) -> None:
    filled(session(NoReader), tmp_path)
    check = found(examine(session(NoReader)))["reader"]
    assert not check.ok
    assert "words and meaning alone" in check.message
    assert session(NoReader).library.ask("Who built the pool?").status == "answered"


def test_a_host_who_wants_no_reader_is_not_told_to_install_it(
    session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULLQUOTE_READER", "none")
    assert found(examine(session()))["reader"].ok


def test_nothing_is_put_aside_while_the_model_is_missing(session: Callable[..., Session], tmp_path: Path) -> None:
    filled(session(), tmp_path)
    damage(tmp_path)
    with pytest.raises(ModelMissingError):
        mend(session(NoModel))
    assert not list((tmp_path / "data").glob("*.damaged-*"))


def test_a_library_is_not_looked_at_by_another_name(session: Callable[..., Session], tmp_path: Path) -> None:
    filled(session(), tmp_path)
    other = BagSession("other", tmp_path / "data")
    assert Library(other.store, "other", other.encoder).articles() == ()
    assert found(examine(other))["index"].message.endswith("1")
