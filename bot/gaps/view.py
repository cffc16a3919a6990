"""How the list of gaps looks: a page of groups, each with a button, which works after a restart."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Protocol, Self, cast

import discord

from bot.gaps.groups import Gap
from bot.posting.buttons import Interaction, View
from bot.posting.markdown import label
from bot.posting.views import ACCENT

#: Groups on a page: their text and components stay well within a message's limits, whatever they contain.
ON_PAGE = 5
_LONGEST_WORDING = 200
_HEAD = "### What the articles do not answer\n-# Questions without an answer, or with an unhelpful one. Only you can see this."
_NONE = "Nothing is missing: every recent question was answered, and nobody found the answer unhelpful."


class Choice(StrEnum):
    """What a button of the list does."""

    PAGE = "page"
    DISMISS = "dismiss"


class Choosing(Protocol):
    """What handles presses: the client."""

    async def gap_chosen(self, interaction: Interaction, choice: Choice, key: int, page: int) -> None:
        """Handle one; ``key`` is that of a question of the group, or 0 if none is meant."""
        ...


class GapButton(
    discord.ui.DynamicItem["discord.ui.Button[View]"],
    template=rf"pullquote:gaps:(?P<choice>{'|'.join(Choice)}):(?P<key>[0-9]{{1,15}}):(?P<page>[0-9]{{1,4}})",
):
    """A button whose custom id says what it does."""

    def __init__(
        self, choice: Choice, text: str | None = None, *, key: int = 0, page: int, disabled: bool = False
    ) -> None:
        custom_id = f"pullquote:gaps:{choice}:{key}:{page}"
        style = discord.ButtonStyle.secondary
        super().__init__(discord.ui.Button(style=style, label=text, custom_id=custom_id, disabled=disabled))
        self._choice, self._key, self._page = choice, key, page

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: "discord.ui.Item[Any]", match: "Any", /) -> Self:
        """The button that was pressed."""
        return cls(Choice(match["choice"]), "…", key=int(match["key"]), page=int(match["page"]))

    async def callback(self, interaction: Interaction) -> None:
        """Pass the choice on."""
        await cast(Choosing, interaction.client).gap_chosen(interaction, self._choice, self._key, self._page)


def gaps_view(gaps: Sequence[Gap], page: int) -> View:
    """A page of the list, counted from 0; beyond the end, the last one."""
    view = View(timeout=None)
    if not gaps:
        view.add_item(discord.ui.Container(discord.ui.TextDisplay(_NONE), accent_colour=ACCENT))
        return view
    pages = -(-len(gaps) // ON_PAGE)
    page = min(page, pages - 1)
    parts: list[discord.ui.Item[View]] = [discord.ui.TextDisplay(_HEAD)]
    for gap in gaps[page * ON_PAGE : (page + 1) * ON_PAGE]:
        dismiss = GapButton(Choice.DISMISS, "Dismiss", key=gap.keys[0], page=page)
        parts += [
            discord.ui.Separator(spacing=discord.SeparatorSpacing.small),
            discord.ui.Section(_told(gap), accessory=cast("discord.ui.Item[View]", dismiss)),
        ]
    view.add_item(discord.ui.Container(*parts, accent_colour=ACCENT))
    if pages > 1:
        # Discord requires unique custom ids, also of disabled buttons.
        view.add_item(
            discord.ui.ActionRow(
                GapButton(Choice.PAGE, "Newer", page=max(page - 1, 0), disabled=page == 0),
                GapButton(Choice.PAGE, f"{page + 1} of {pages}", key=1, page=page, disabled=True),
                GapButton(Choice.PAGE, "Older", page=page + 1, disabled=page == pages - 1),
            )
        )
    return view


def _told(gap: Gap) -> str:
    times = "Once" if len(gap.keys) == 1 else f"{len(gap.keys)} times"
    by = f" by {gap.askers} members" if gap.askers > 1 else ""
    # Discord shows this as the time since it was last asked, in the reader's language.
    when = f"<t:{int(gap.last.timestamp())}:R>"
    waiting = f" · 🔔 {gap.wishers} waiting" if gap.wishers else ""
    unhelpful = " · 👎 found unhelpful" if gap.is_answered else ""
    return f"**{label(gap.wording, _LONGEST_WORDING)}**\n-# {times}{by} · {when}{waiting}{unhelpful}"
