"""The buttons under an answer. Their custom ids say what a press means, so they work after a restart."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, Self, cast

import discord

Interaction = discord.Interaction[Any]
View = discord.ui.LayoutView


class Action(StrEnum):
    """What a button does."""

    CONTEXT = "context"
    MORE = "more"
    HELPFUL = "helpful"
    UNHELPFUL = "unhelpful"
    WISH = "wish"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Press:
    """What a button stands for. It does not name its server: that is where it is pressed."""

    action: Action
    key: int
    """The question's key in the records."""
    number: int = 0
    """The excerpt's number, for buttons that concern one."""

    @property
    def custom_id(self) -> str:
        """The custom id that Discord keeps."""
        return f"pullquote:{self.action}:{self.key}:{self.number}"


class Pressed(Protocol):
    """What handles presses: the client."""

    async def pressed(self, interaction: Interaction, press: Press) -> None:
        """Handle one."""
        ...


class AnswerButton(
    discord.ui.DynamicItem["discord.ui.Button[View]"],
    template=rf"pullquote:(?P<action>{'|'.join(Action)}):(?P<key>[0-9]{{1,15}}):(?P<number>[0-9]{{1,2}})",
):
    """A button whose custom id says what it does."""

    def __init__(
        self, press: Press, text: str | None = None, *, emoji: str | None = None, is_grave: bool = False
    ) -> None:
        style = discord.ButtonStyle.danger if is_grave else discord.ButtonStyle.secondary
        super().__init__(discord.ui.Button(style=style, label=text, emoji=emoji, custom_id=press.custom_id))
        self.press = press

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: "discord.ui.Item[Any]", match: "Any", /) -> Self:
        """The button that was pressed."""
        return cls(Press(Action(match["action"]), int(match["key"]), int(match["number"])), "…")

    async def callback(self, interaction: Interaction) -> None:
        """Pass the press on."""
        await cast(Pressed, interaction.client).pressed(interaction, self.press)


def key_on(message: discord.Message) -> int | None:
    """The key of the question that a message of the bot answers, read from its buttons."""
    template = AnswerButton.__discord_ui_compiled_template__
    for component in _within(message.components):
        custom_id = getattr(component, "custom_id", None)
        if custom_id and (match := template.fullmatch(custom_id)):
            return int(match["key"])
    return None


def _within(components: "list[Any]") -> "list[Any]":
    found = []
    for each in components:
        inner = [*getattr(each, "children", ()), *([each.accessory] if hasattr(each, "accessory") else [])]
        found += [each, *_within(inner)]
    return found
