"""The settings panel: what it shows, and what can be chosen on it."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.memory.records import ServerSettings
from bot.settings.choices import MOST_CHANNELS, Server, Setting, SettingError, changed
from bot.settings.panel import panel_view
from tests.discord_standin import limits
from tests.discord_standin.messages import COMPONENTS_V2, components_within, texts

CHANNELS = tuple(range(100, 140))
SERVER = Server(1, roles={1, 10, 11}, channels=CHANNELS)


def sent(settings: ServerSettings, *, may_read: bool = True) -> list[dict[str, Any]]:
    components: list[dict[str, Any]] = panel_view(settings, SERVER, may_read=may_read).to_components()  # type: ignore[no-untyped-call]
    assert not list(limits.message({"flags": COMPONENTS_V2, "components": components}, new=True))
    return components


def shown(settings: ServerSettings) -> dict[str, list[str]]:
    """What each part of the panel shows as chosen."""
    found = {}
    for each in components_within(sent(settings)):
        if setting := each.get("custom_id", "").removeprefix("pullquote:settings:").partition(":")[0]:
            chosen = [str(one["id"]) for one in each.get("default_values", [])]
            chosen += [one["value"] for one in each.get("options", []) if one.get("default")]
            found[setting] = chosen or [each["label"]] if "label" in each else chosen
    return found


def test_the_panel_shows_what_holds() -> None:
    settings = ServerSettings(
        librarian_role=10,
        question_channels=frozenset({101, 100}),
        silent_channels=frozenset({102}),
        minimum_confidence=0.8,
        excerpts=2,
        in_thread=True,
        keep_days=30,
    )
    assert shown(settings) == {
        "librarian_role": ["10"],
        "question_channels": ["100", "101"],
        "silent_channels": ["102"],
        "minimum_confidence": ["0.8"],
        "excerpts": ["2"],
        "in_thread": ["On"],
        "keep_days": ["30"],
    }


def test_every_setting_can_be_decided_and_what_holds_at_first_is_on_offer() -> None:
    first = shown(ServerSettings())
    assert first.keys() == {str(each) for each in Setting} == ServerSettings.__dataclass_fields__.keys()
    assert first["minimum_confidence"] == ["0.0"]
    assert first["excerpts"] == ["3"]
    assert first["keep_days"] == ["90"]


def test_what_was_deleted_since_is_not_shown() -> None:
    found = shown(ServerSettings(librarian_role=99, question_channels=frozenset({100, 999})))
    assert found["librarian_role"] == []
    assert found["question_channels"] == ["100"]


def test_as_many_channels_as_can_be_chosen_are_within_the_limits() -> None:
    most = frozenset(CHANNELS[:MOST_CHANNELS])
    sent(ServerSettings(question_channels=most, silent_channels=most))


@pytest.mark.parametrize("may_read", [True, False])
def test_question_channels_say_when_they_cannot_work(may_read: bool) -> None:
    words = "\n".join(texts(sent(ServerSettings(), may_read=may_read)))
    assert ("message-content intent" in words) is not may_read


@pytest.mark.parametrize(
    ("setting", "values", "expected"),
    [
        (Setting.LIBRARIAN_ROLE, ["10"], ServerSettings(librarian_role=10)),
        (Setting.QUESTION_CHANNELS, ["100", "101"], ServerSettings(question_channels=frozenset({100, 101}))),
        (Setting.SILENT_CHANNELS, ["100"], ServerSettings(silent_channels=frozenset({100}))),
        (Setting.MINIMUM_CONFIDENCE, ["0.7"], ServerSettings(minimum_confidence=0.7)),
        (Setting.EXCERPTS, ["1"], ServerSettings(excerpts=1)),
        (Setting.IN_THREAD, ["True"], ServerSettings(in_thread=True)),
        (Setting.KEEP_DAYS, ["7"], ServerSettings(keep_days=7)),
    ],
)
def test_a_choice_changes_its_setting_only(setting: Setting, values: list[str], expected: ServerSettings) -> None:
    assert changed(ServerSettings(), setting, values, SERVER) == expected


def test_a_choice_can_be_taken_back() -> None:
    settings = ServerSettings(librarian_role=10, question_channels=frozenset({100}), in_thread=True)
    settings = changed(settings, Setting.LIBRARIAN_ROLE, [], SERVER)
    settings = changed(settings, Setting.QUESTION_CHANNELS, [], SERVER)
    assert changed(settings, Setting.IN_THREAD, ["False"], SERVER) == ServerSettings()


def test_a_channel_is_not_both_silent_and_a_question_channel() -> None:
    asked = changed(ServerSettings(), Setting.QUESTION_CHANNELS, ["100", "101"], SERVER)
    silent = changed(asked, Setting.SILENT_CHANNELS, ["100"], SERVER)
    assert silent.question_channels == {101}
    assert changed(silent, Setting.QUESTION_CHANNELS, ["100"], SERVER).silent_channels == frozenset()


@pytest.mark.parametrize(
    ("setting", "values"),
    [
        pytest.param(Setting.LIBRARIAN_ROLE, ["1"], id="everybody's role"),
        pytest.param(Setting.LIBRARIAN_ROLE, ["99"], id="another server's role"),
        pytest.param(Setting.LIBRARIAN_ROLE, ["10", "11"], id="two roles"),
        pytest.param(Setting.QUESTION_CHANNELS, ["999"], id="another server's channel"),
        pytest.param(Setting.QUESTION_CHANNELS, ["general"], id="a name"),
        pytest.param(Setting.SILENT_CHANNELS, [str(each) for each in CHANNELS], id="too many channels"),
        pytest.param(Setting.MINIMUM_CONFIDENCE, ["-1.0"], id="less than nothing"),
        pytest.param(Setting.MINIMUM_CONFIDENCE, ["nan"], id="no number"),
        pytest.param(Setting.EXCERPTS, ["0"], id="no excerpt"),
        pytest.param(Setting.EXCERPTS, ["1", "2"], id="two numbers"),
        pytest.param(Setting.IN_THREAD, ["maybe"], id="neither on nor off"),
        pytest.param(Setting.KEEP_DAYS, ["100000"], id="for ever"),
        pytest.param(Setting.KEEP_DAYS, [], id="nothing"),
    ],
)
def test_what_is_not_possible_is_refused(setting: Setting, values: Sequence[str]) -> None:
    with pytest.raises(SettingError):
        changed(ServerSettings(), setting, values, SERVER)
