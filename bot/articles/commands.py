"""`/article …`, the form for pasted text, and "Add to the articles". Discord shows them to managers only, unless a server decides
otherwise; users are checked all the same.
"""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any, cast

import discord
from discord import app_commands

from bot.articles.intake import Upload
from bot.articles.keeping import Keeping
from bot.posting.buttons import Interaction, View
from bot.posting.responding import or_apology
from embeddings.clean import title_of

_LONGEST_TITLE = 200
# Discord's limit for a text input.
_LONGEST_TEXT = 4000
_FORM = "pullquote:paste"
_MANAGERS = discord.Permissions(manage_guild=True)
_SERVERS = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)

Complete = Callable[[Interaction, str], Awaitable[list[app_commands.Choice[str]]]]


class PasteForm(discord.ui.Modal):
    """The form for title and text of a pasted article. `pasted` reads what was submitted.

    discord.py tracks only one form per custom id, and none across a restart: of two librarians who write at once, one would lose
    their text. So it is stopped at once and not tracked at all.
    """

    def __init__(self) -> None:
        super().__init__(title="Add an article", custom_id=_FORM)
        title: discord.ui.TextInput[Any] = discord.ui.TextInput(custom_id="title", max_length=_LONGEST_TITLE)
        text: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id="text", style=discord.TextStyle.paragraph, max_length=_LONGEST_TEXT
        )
        self.add_item(discord.ui.Label(text="Title", component=title))
        self.add_item(
            discord.ui.Label(
                text="Text",
                description="Markdown headings and lists are understood. Longer texts are better given as files.",
                component=text,
            )
        )
        self.stop()


def pasted(interaction: Interaction) -> list[Upload] | None:
    """The article submitted with the form, the same title again being a new version; empty if nothing of its title or its text is
    visible, and None if the interaction is not this form.
    """
    data = cast("dict[str, Any]", interaction.data or {})
    if interaction.type is not discord.InteractionType.modal_submit or data.get("custom_id") != _FORM:
        return None
    parts = [each.get("component") or {} for each in data.get("components", ())]
    said = {each.get("custom_id"): str(each.get("value") or "") for each in parts}
    title, text = " ".join(said.get("title", "").split()), said.get("text", "")
    name = hashlib.sha256(title.casefold().encode()).hexdigest()[:16]
    return [Upload(f"pasted-{name}.md", text.encode(), title)] if title_of(title) and title_of(text) else []


async def _given(keeping: Keeping, interaction: Interaction, url: str | None, file: discord.Attachment | None) -> None:
    """Add what was given, or else open the form, which can only be the first response."""
    if url or file:
        await keeping.add(interaction, [each for each in (url, file) if each])
        return

    async def refusal() -> View | None:
        await keeping.librarian(interaction)
        return None

    if view := await or_apology(refusal, "a form"):
        await interaction.response.send_message(view=view, ephemeral=True)
    else:
        await interaction.response.send_modal(PasteForm())


def add_article_commands(tree: "app_commands.CommandTree[Any]", keeping: Keeping, complete: Complete) -> None:
    """Define the commands."""
    group = app_commands.Group(
        name="article",
        description="Manage the articles that I answer from.",
        default_permissions=_MANAGERS,
        allowed_contexts=_SERVERS,
    )

    @group.command(name="add", description="Add a web page, a file, or (with neither) text that you paste.")
    @app_commands.describe(url="The address of a page, a feed or a file", file="A file: PDF, Word, Markdown, …")
    async def add(
        interaction: Interaction,
        url: app_commands.Range[str, 1, 2000] | None = None,
        file: discord.Attachment | None = None,
    ) -> None:
        await _given(keeping, interaction, url, file)

    @group.command(name="list", description="The articles of this server.")
    async def list_(interaction: Interaction) -> None:
        await keeping.list(interaction)

    @group.command(name="show", description="Show an article: where it is from, its dates, how it begins.")
    @app_commands.describe(article="Which article")
    async def show(interaction: Interaction, article: str) -> None:
        await keeping.show(interaction, article)

    @group.command(name="rename", description="Give an article another title.")
    @app_commands.describe(article="Which article", title="Its new title")
    async def rename(interaction: Interaction, article: str, title: app_commands.Range[str, 1, _LONGEST_TITLE]) -> None:
        await keeping.rename(interaction, article, title)

    @group.command(name="remove", description="Remove an article for good; I ask first.")
    @app_commands.describe(article="Which article")
    async def remove(interaction: Interaction, article: str) -> None:
        await keeping.ask_to_remove(interaction, article)

    @group.command(name="refresh", description="Read one article, or all of them, again from the source.")
    @app_commands.describe(article="Which article; leave empty for all")
    async def refresh(interaction: Interaction, article: str | None = None) -> None:
        await keeping.refresh(interaction, article)

    @show.autocomplete("article")
    @rename.autocomplete("article")
    @remove.autocomplete("article")
    @refresh.autocomplete("article")
    async def article_typed(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await complete(interaction, current)

    tree.add_command(group)

    @tree.context_menu(name="Add to the articles")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def add_message(interaction: Interaction, message: discord.Message) -> None:
        await keeping.add_message(interaction, message)
