"""Settings: where they come from, and that the token is never shown."""

import logging
import os
from dataclasses import fields
from pathlib import Path

import pytest

from bot.config import ConfigError, Secret, Settings
from bot.terminal.options import folder

ROOT = Path(__file__).parents[1]
TOKEN = "A" * 24 + ".GGGGGG." + "b" * 38


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PULLQUOTE_MODEL=from-file\nPULLQUOTE_DATA_DIR=/from/file\nDISCORD_TOKEN=\n")
    settings = Settings.load({"PULLQUOTE_MODEL": "from-environment"}, dotenv=file)
    assert settings.model == "from-environment"
    assert settings.data_dir == Path("/from/file")
    assert settings.discord_token is None


def test_a_tilde_of_nobody_stays(tmp_path: Path) -> None:
    assert Settings.load({"PULLQUOTE_DATA_DIR": "~nobodyhere/x"}, dotenv=tmp_path).data_dir == Path("~nobodyhere/x")
    assert folder("~nobodyhere/x") == Path("~nobodyhere/x")
    assert folder("~/x") == Path.home() / "x"


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\xff\xfeDISCORD")
    with pytest.raises(ConfigError, match="UTF-8"):
        Settings.load({}, dotenv=file)


@pytest.mark.parametrize("raw", ["0", "1", "0.5", ".25", "1.0"])
def test_a_confidence_is_a_number_from_0_to_1(raw: str) -> None:
    assert Settings.load({"PULLQUOTE_MINIMUM_CONFIDENCE": raw}, dotenv=Path("none")).minimum_confidence == float(raw)


@pytest.mark.parametrize("raw", ["1.5", "-1", "half", "nan", "50"])
def test_another_confidence_is_refused_in_a_sentence(raw: str) -> None:
    with pytest.raises(ConfigError, match="from 0 to 1"):
        Settings.load({"PULLQUOTE_MINIMUM_CONFIDENCE": raw}, dotenv=Path("none"))


@pytest.mark.parametrize("raw", ["-1", "3651", "soon", "1.5", "1e2", "²"])
def test_what_is_no_number_of_days_is_refused_in_a_sentence(raw: str) -> None:
    with pytest.raises(ConfigError, match="PULLQUOTE_GRACE_DAYS is not a whole number from 0 to 3650"):
        Settings.load({"PULLQUOTE_GRACE_DAYS": raw}, dotenv=Path("none"))
    assert Settings.load({"PULLQUOTE_GRACE_DAYS": "0"}, dotenv=Path("none")).grace_days == 0


@pytest.mark.parametrize(
    "raw", ["discord.com/api/v10", "ftp://discord.com/", "https://", "https://[::1/", "https://a:b/"]
)
def test_what_is_no_address_of_discord_is_refused_in_a_sentence(raw: str) -> None:
    with pytest.raises(ConfigError, match="DISCORD_API_URL is not a web address"):
        Settings.load({"DISCORD_API_URL": raw}, dotenv=Path("none"))
    given = "http://127.0.0.1:8080/api/v10"
    assert Settings.load({"DISCORD_API_URL": given}, dotenv=Path("none")).discord_api == given


@pytest.mark.parametrize("token", ["", "x", "Bot " + TOKEN, TOKEN + ".x", TOKEN.replace("G", " ")])
def test_a_token_without_the_form_of_one_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Settings.load({"DISCORD_TOKEN": token}, dotenv=Path("none")).token()
    assert not token or token not in str(refused.value)


def test_the_token_shows_itself_only_when_asked_by_name(caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings.load({"DISCORD_TOKEN": TOKEN}, dotenv=Path("none"))
    logging.getLogger("test").warning("%s %r %s", settings, settings.token(), vars(Settings)["token"])
    assert TOKEN not in caplog.text
    assert TOKEN not in f"{settings}{settings.token()!r}{[settings.token()]}"
    assert settings.token().reveal() == TOKEN


def test_secrets_are_not_pickled_or_formatted_by_accident() -> None:
    assert f"{Secret(TOKEN):>20}".strip() == "Secret(…)"


def test_the_example_names_every_setting_with_its_help() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    for each in fields(Settings):
        assert f"{each.metadata['variable']}=" in example
        assert each.metadata["help"] in example


def test_the_token_is_taken_out_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    settings = Settings.load(dotenv=Path("none"))
    assert settings.token().reveal() == TOKEN
    assert TOKEN not in "".join(os.environ.values())
