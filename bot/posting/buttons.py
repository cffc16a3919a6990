"""The buttons under an answer. What a press means is in the button itself, so they work after a restart."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, Self, cast

import discord

Interaction = discord.Interaction[Any]
View = discord.ui.LayoutView


class Action(StrEnum):
    """What pressing does."""

    CONTEXT = "context"
    MORE = "more"
    HELPFUL = "helpful"
    UNHELPFUL = "unhelpful"
    WISH = "wish"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Press:
    """What a button stands for. Of which server it is, is not written on it: that is where it is pressed."""

    action: Action
    key: int
    """The question's number in its library."""
    number: int = 0
    """Which excerpt, for those that concern one."""

    @property
    def custom_id(self) -> str:
        """As Discord keeps it."""
        return f"pullquote:{self.action}:{self.key}:{self.number}"


class Pressed(Protocol):
    """Whoever deals with presses: the client."""

    async def pressed(self, interaction: Interaction, press: Press) -> None:
        """Deal with one."""
        ...


class AnswerButton(
    discord.ui.DynamicItem["discord.ui.Button[View]"],
    template=rf"pullquote:(?P<action>{'|'.join(Action)}):(?P<key>[0-9]{{1,15}}):(?P<number>[0-9]{{1,2}})",
):
    """A button that is understood by what is written on it."""

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
        """Hand it on."""
        await cast(Pressed, interaction.client).pressed(interaction, self.press)


def key_on(message: discord.Message) -> int | None:
    """The number of the question that a message of the bot's answers, read from its buttons."""
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
