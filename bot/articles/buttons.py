"""The buttons under lists of articles and removal prompts. Their custom ids say what a press means."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, Self, cast

import discord

from bot.posting.buttons import Interaction


class Step(StrEnum):
    """What a button does."""

    PAGE = "page"
    REMOVE = "remove"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class ShelfPress:
    """What a button stands for. It does not name its server: that is where it is pressed."""

    step: Step
    of: str
    """A page's number from 0, or an article's id."""

    @property
    def custom_id(self) -> str:
        """The custom id that Discord keeps."""
        return f"pullquote:shelf:{self.step}:{self.of}"


class Keeper(Protocol):
    """What handles presses: the client."""

    async def kept(self, interaction: Interaction, press: ShelfPress) -> None:
        """Handle one."""
        ...


class ShelfButton(
    discord.ui.DynamicItem["discord.ui.Button[discord.ui.LayoutView]"],
    template=rf"pullquote:shelf:(?P<step>{'|'.join(Step)}):(?P<of>[0-9a-f]{{1,64}})",
):
    """A button whose custom id says what it does."""

    def __init__(self, press: ShelfPress, text: str = "…", *, is_grave: bool = False, is_off: bool = False) -> None:
        style = discord.ButtonStyle.danger if is_grave else discord.ButtonStyle.secondary
        super().__init__(discord.ui.Button(style=style, label=text, custom_id=press.custom_id, disabled=is_off))
        self.press = press

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: "discord.ui.Item[Any]", match: "Any", /) -> Self:
        """The button that was pressed."""
        return cls(ShelfPress(Step(match["step"]), match["of"]))

    async def callback(self, interaction: Interaction) -> None:
        """Pass the press on."""
        await cast(Keeper, interaction.client).kept(interaction, self.press)
