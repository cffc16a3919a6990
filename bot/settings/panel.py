"""The settings of a server as one panel of selects and a toggle, the only way to change them."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol, Self, cast

import discord

from bot.memory.records import ServerSettings
from bot.posting.buttons import Interaction, View
from bot.posting.views import ACCENT
from bot.settings.choices import MOST_CHANNELS, OPTIONS, Server, Setting

# Where messages can ask something; threads and forum posts belong to their channel.
_CHANNELS = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.voice,
]
_HEAD = "### Settings\n-# Changes take effect at once. Only members who can manage the server can make them."
_NO_CONTENT = (
    "\n-# ⚠ This has no effect yet: Discord does not show me messages that do not mention me. Whoever hosts me can change that by "
    "turning on the message-content intent in the developer portal."
)


class Deciding(Protocol):
    """What handles choices: the client."""

    async def decided(self, interaction: Interaction, setting: Setting, values: Sequence[str]) -> None:
        """Handle one."""
        ...


class SettingItem(
    discord.ui.DynamicItem["discord.ui.Item[View]"],
    template=rf"pullquote:settings:(?P<setting>{'|'.join(Setting)}):(?P<value>False|True|)",
):
    """A select or toggle of the panel. Its custom id names its setting, so it works after a restart."""

    def __init__(self, item: "discord.ui.Item[Any]", setting: Setting, value: str = "") -> None:
        super().__init__(item)
        self.setting = setting
        self._value = value

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: "discord.ui.Item[Any]", match: "Any", /) -> Self:
        """The item that was used."""
        return cls(item, Setting(match["setting"]), match["value"])

    async def callback(self, interaction: Interaction) -> None:
        """Pass on the chosen values, as strings."""
        given = cast("dict[str, Any]", interaction.data or {}).get("values") or []
        values = [self._value] if self._value else [str(each) for each in given]
        await cast(Deciding, interaction.client).decided(interaction, self.setting, values)


def panel_view(settings: ServerSettings, server: Server, *, may_read: bool) -> View:
    """The current settings; ``may_read`` says whether the bot gets the content of messages that do not mention it."""
    parts: list[discord.ui.Item[View]] = [
        discord.ui.TextDisplay(_HEAD),
        *_part(
            "Librarian role",
            "Members with this role can add, change and remove articles, as can everyone who can manage the server. Discord shows "
            "them the commands once you allow these for the role in *Server Settings*, *Integrations*.",
            _role(settings.librarian_role, server),
        ),
        *_part(
            "Question channels",
            "I answer questions here without being mentioned, but only when I am quite sure; otherwise I stay silent."
            + ("" if may_read else _NO_CONTENT),
            _channels(Setting.QUESTION_CHANNELS, settings.question_channels, server),
        ),
        *_part(
            "Silent channels",
            "I post nothing here. Commands work, but only the asker sees the answer.",
            _channels(Setting.SILENT_CHANNELS, settings.silent_channels, server),
        ),
        *_part(
            "Confidence",
            "How sure I must be to answer. When I am less sure, I say that I found nothing.",
            _options(Setting.MINIMUM_CONFIDENCE, settings.minimum_confidence),
        ),
        *_part("Excerpts", "How many I quote in one answer.", _options(Setting.EXCERPTS, settings.excerpts)),
        *_part(
            "Questions are kept for",
            "Then they are deleted, and the buttons under their answers stop working.",
            _options(Setting.KEEP_DAYS, settings.keep_days),
        ),
        discord.ui.Section(
            _words(
                "Answer in a thread",
                "Each message that asks me something in a text channel is answered in a thread of its own.",
            ),
            accessory=cast("discord.ui.Item[View]", _toggle(Setting.IN_THREAD, is_on=settings.in_thread)),
        ),
    ]
    view = View(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=ACCENT))
    return view


def _part(name: str, words: str, item: SettingItem) -> "list[discord.ui.Item[View]]":
    return [_words(name, words), discord.ui.ActionRow(cast("discord.ui.Item[View]", item))]


def _words(name: str, words: str) -> "discord.ui.TextDisplay[View]":
    return discord.ui.TextDisplay(f"**{name}**\n-# {words}")


def _role(chosen: int | None, server: Server) -> SettingItem:
    shown = [discord.Object(chosen)] if chosen in server.roles and chosen is not None else []
    select: discord.ui.RoleSelect[View] = discord.ui.RoleSelect(
        custom_id=_custom_id(Setting.LIBRARIAN_ROLE), placeholder="No role", min_values=0, default_values=shown
    )
    return SettingItem(select, Setting.LIBRARIAN_ROLE)


def _channels(setting: Setting, chosen: Collection[int], server: Server) -> SettingItem:
    select: discord.ui.ChannelSelect[View] = discord.ui.ChannelSelect(
        custom_id=_custom_id(setting),
        placeholder="No channels",
        channel_types=_CHANNELS,
        min_values=0,
        max_values=MOST_CHANNELS,
        default_values=[discord.Object(each) for each in sorted(set(chosen) & set(server.channels))],
    )
    return SettingItem(select, setting)


def _options(setting: Setting, chosen: float) -> SettingItem:
    options = [
        discord.SelectOption(label=words, value=str(value), default=value == chosen)
        for value, words in OPTIONS[setting].items()
    ]
    select: discord.ui.Select[View] = discord.ui.Select(custom_id=_custom_id(setting), options=options)
    return SettingItem(select, setting)


def _toggle(setting: Setting, *, is_on: bool) -> SettingItem:
    # The custom id holds the value after a press, so that two presses do not undo one another.
    value = str(not is_on)
    button: discord.ui.Button[View] = discord.ui.Button(
        style=discord.ButtonStyle.success if is_on else discord.ButtonStyle.secondary,
        label=OPTIONS[setting][is_on],
        custom_id=_custom_id(setting, value),
    )
    return SettingItem(button, setting, value)


def _custom_id(setting: Setting, value: str = "") -> str:
    return f"pullquote:settings:{setting}:{value}"
