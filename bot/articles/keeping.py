"""Managing a server's articles from within Discord. Every command, press and form checks its user anew."""

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import discord

from bot.articles.attachments import contents
from bot.articles.buttons import ShelfPress, Step
from bot.articles.intake import Upload, can_be_read_again, read_again, take_in
from bot.articles.views import article_view, beginnings_of, list_view, outcome_view, progress_view, removal_view
from bot.asking.answering import Asking
from bot.asking.catalogue import Catalogue
from bot.librarians import may_keep
from bot.logs import log_failure
from bot.memory.records import Deed, Records, Work
from bot.posting.buttons import Interaction, View
from bot.posting.delivery import BROKEN, acknowledge, answer, post
from bot.posting.responding import or_apology, respond
from bot.posting.views import SERVERS_ONLY, notice_view
from bot.service import Service
from bot.taking import Outcome
from embeddings.clean import title_of
from embeddings.errors import PullquoteError
from embeddings.fetching.fetch import Fetcher
from embeddings.library import Library
from embeddings.prepare import Progress

_LIBRARIANS_ONLY = "Only librarians can do that: members who can manage this server, and those with the librarian role set in /settings."
_NOTHING_THERE = "That message has no text and no files that I could add."
_NOT_FILLED_IN = (
    "The form needs both a title and a text; open it again with /article add, and write some words in each."
)
_UPLOADED = "That article was uploaded, so I cannot read it again; upload the new version under the same name."
_ALL_UPLOADED = (
    "All articles here were uploaded, so I cannot read them again; upload new versions under the same names."
)
_NONE_YET = "There are no articles here yet."
_KEPT = "Nothing was removed."
# Seconds between two edits of a progress message: Discord allows five edits in as many seconds.
_PAUSE = 2.0
# Long changes at once, over all servers: more would occupy all threads for changes, and nothing could be renamed or removed.
_AT_ONCE = 2
_LONGEST_TITLE = 80
# How many first words of an added message become the title.
_TITLE_WORDS = 10

T = TypeVar("T")


class Keeping:
    """Adds, shows, renames, refreshes and removes articles for librarians."""

    def __init__(
        self,
        service: Service[Library],
        records: Records,
        asking: Asking,
        catalogue: Catalogue,
        fetcher: Fetcher,
        *,
        on_added: Callable[[], None],
    ) -> None:
        """``on_added`` is called when articles were added or updated."""
        self._service = service
        self._records = records
        self._asking = asking
        self._catalogue = catalogue
        self._fetcher = fetcher
        self._on_added = on_added
        # A library has one writer at a time: a second one waits here instead of getting an error.
        self._writing: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    async def librarian(self, interaction: Interaction) -> str:
        """The library of the server, for a librarian of it.

        Raises:
            PullquoteError: not in a server, or the member is not a librarian.
        """
        if interaction.guild_id is None:
            raise PullquoteError(SERVERS_ONLY)
        library = str(interaction.guild_id)
        if not may_keep(interaction, await self._asking.settings(library)):
            raise PullquoteError(_LIBRARIANS_ONLY)
        return library

    async def add(
        self,
        interaction: Interaction,
        given: "Sequence[str | discord.Attachment | Upload]",
        message: discord.Message | None = None,
    ) -> None:
        """Add what a librarian gave, with progress in the response; ``message`` is the one that its files are attached to."""

        is_forgotten = self._asking.forgetting.since_now(interaction.user.id)

        async def view(library: str) -> View:
            if not given:
                return notice_view(_NOTHING_THERE if message else _NOT_FILLED_IN)
            async with self._turn(library):
                # Not before its turn: the files of all waiting commands would fill the memory.
                files, failures = await contents(given, message)
                outcome = await self._at_work(
                    interaction,
                    library,
                    "Adding",
                    lambda articles, progress: take_in(articles, self._fetcher, files, progress),
                )
            outcome = replace(outcome, failures=(*failures, *outcome.failures))
            return await self._told(interaction, library, outcome, is_forgotten)

        await self._change(interaction, "adding articles", view)

    async def add_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Add what a message says or forwards, and its files."""
        words = message.clean_content or next((each.content for each in message.message_snapshots), "")
        files = [*message.attachments, *(file for each in message.message_snapshots for file in each.attachments)]
        title = title_of(" ".join(words.split()[:_TITLE_WORDS])[:_LONGEST_TITLE])
        said = [Upload(f"message-{message.id}.md", words.encode(), title, message.jump_url)] if title else []
        await self.add(interaction, [*said, *files], message)

    async def list(self, interaction: Interaction) -> None:
        """Show the first page of the list."""
        await self._show(interaction, "the list", lambda library: self._page(library, 0))

    async def show(self, interaction: Interaction, chosen: str) -> None:
        """Show one article."""

        async def view(library: str) -> View:
            article_id = await self._chosen(library, chosen)
            stored = await self._service.read(library, lambda articles: articles.show(article_id))
            deeds = await self._service.do(lambda: self._records.deeds(library, article_id))
            return article_view(stored, deeds)

        await self._show(interaction, "an article", view)

    async def rename(self, interaction: Interaction, chosen: str, title: str) -> None:
        """Give an article another title."""
        is_forgotten = self._asking.forgetting.since_now(interaction.user.id)

        async def view(library: str) -> View:
            article_id = await self._chosen(library, chosen)
            async with self._writing[library]:
                before = await self._service.read(library, lambda articles: articles.article(article_id))
                article = await self._service.change(library, lambda articles: articles.rename(article_id, title))
            await self._note(interaction, library, article.id, Work.RENAMED, is_forgotten)
            # Both titles, so that a librarian who typed half of one sees which article it matched.
            return notice_view(f"“{before.title}” is now called “{article.title}”.")

        await self._change(interaction, "renaming an article", view)

    async def ask_to_remove(self, interaction: Interaction, chosen: str) -> None:
        """Ask for confirmation before an article is removed."""

        async def view(library: str) -> View:
            article_id = await self._chosen(library, chosen)
            return removal_view(await self._service.read(library, lambda articles: articles.article(article_id)))

        await self._show(interaction, "removing an article", view)

    async def refresh(self, interaction: Interaction, chosen: str | None) -> None:
        """Read one article again, or all that can be."""
        is_forgotten = self._asking.forgetting.since_now(interaction.user.id)

        async def view(library: str) -> View:
            everything = await self._service.read(library, Library.articles)
            wanted = await self._chosen(library, chosen) if chosen else None
            articles = [each for each in everything if can_be_read_again(each) and wanted in (None, each.id)]
            if not articles:
                return notice_view(_UPLOADED if chosen else _ALL_UPLOADED if everything else _NONE_YET)
            async with self._turn(library):
                outcome = await self._at_work(
                    interaction,
                    library,
                    "Reading again",
                    lambda held, progress: read_again(held, self._fetcher, articles, progress),
                )
            return await self._told(interaction, library, outcome, is_forgotten, failed="Not read again")

        await self._change(interaction, "refreshing articles", view)

    async def pressed(self, interaction: Interaction, press: ShelfPress) -> None:
        """Respond to a button by editing its message."""
        await acknowledge(interaction)

        async def view() -> View:
            library = await self.librarian(interaction)
            match press.step:
                case Step.PAGE:
                    # No page number of ours is longer.
                    return await self._page(library, int(press.of) if re.fullmatch(r"\d{1,6}", press.of) else 0)
                case Step.REMOVE:
                    return await self._remove(interaction, library, press.of)
                case Step.KEEP:
                    return notice_view(_KEPT)

        await _finish(interaction, await or_apology(view, "a button of the list"))

    async def _show(self, interaction: Interaction, what: str, view: Callable[[str], Awaitable[View]]) -> None:
        """Respond to a librarian who wants to see something."""

        async def allowed() -> View:
            return await view(await self.librarian(interaction))

        await respond(interaction, allowed, what)

    async def _change(self, interaction: Interaction, what: str, view: Callable[[str], Awaitable[View]]) -> None:
        """Respond to a librarian who changes something, which may take long, or have to wait for another change."""
        await acknowledge(interaction, thinking=True, private=True)

        async def allowed() -> View:
            return await view(await self.librarian(interaction))

        await _finish(interaction, await or_apology(allowed, what))

    async def _page(self, library: str, page: int) -> View:
        return list_view(await self._service.read(library, Library.articles), page)

    async def _remove(self, interaction: Interaction, library: str, article_id: str) -> View:
        is_forgotten = self._asking.forgetting.since_now(interaction.user.id)
        async with self._writing[library]:
            (article,) = await self._service.change(library, lambda articles: articles.remove([article_id]))
        await self._note(interaction, library, article.id, Work.REMOVED, is_forgotten)
        return notice_view(f"“{article.title}” was removed.")

    async def _chosen(self, library: str, given: str) -> str:
        """The id of the article that was chosen or typed."""
        return await self._service.do(lambda: self._catalogue.chosen(library, given))

    @asynccontextmanager
    async def _turn(self, library: str) -> AsyncIterator[None]:
        """Wait for the library's earlier changes, and for a free slot among long changes."""
        async with self._writing[library], self._at_once:
            yield

    async def _at_work(
        self,
        interaction: Interaction,
        library: str,
        what: str,
        work: Callable[[Library, Progress], T],
    ) -> T:
        """Run a long change and show its progress. It is finished even when the interaction has expired."""
        done = of = 0

        def progress(now: int, total: int) -> None:
            nonlocal done, of
            done, of = now, total

        working = asyncio.ensure_future(self._service.change(library, lambda articles: work(articles, progress)))
        shown = (0, 0)
        while not (await asyncio.wait([working], timeout=_PAUSE))[0]:
            # Discord refuses every edit of an expired interaction, and blocks clients that it refuses too often.
            if (done, of) != shown and not interaction.is_expired():
                shown = (done, of)
                # The change goes on, whether or not its progress can be shown.
                with suppress(discord.HTTPException, *BROKEN):
                    await answer(interaction, progress_view(what, *shown))
        return working.result()

    async def _told(
        self,
        interaction: Interaction,
        library: str,
        outcome: Outcome,
        is_forgotten: Callable[[], bool],
        failed: str = "Not added",
    ) -> View:
        """The view of an outcome, after recording it and calling ``on_added``."""
        for each in outcome.additions:
            if each.outcome != "unchanged":
                work = Work.ADDED if each.outcome == "added" else Work.UPDATED
                await self._note(interaction, library, each.article.id, work, is_forgotten)
        beginnings = await self._service.read(library, lambda articles: beginnings_of(articles, outcome.additions))
        if outcome.changed:
            self._on_added()
        return outcome_view(outcome, beginnings, failed)

    async def _note(
        self,
        interaction: Interaction,
        library: str,
        article_id: str,
        work: Work,
        is_forgotten: Callable[[], bool],
    ) -> None:
        """Record what was done; without the member's id if they had their data deleted meanwhile."""
        deed = Deed(article_id, work, None if is_forgotten() else interaction.user.id, datetime.now(UTC))
        try:
            await self._service.write(lambda: self._records.record_deed(library, deed))
        except PullquoteError as error:
            # The change itself is done, and is not undone because its record failed.
            log_failure("noting who keeps the articles", error)


async def _finish(interaction: Interaction, view: View | None) -> None:
    """Replace the progress with the outcome; if Discord no longer allows that, after a quarter of an hour, send it as a direct
    message, because only the librarian may see it.
    """
    try:
        await answer(interaction, view)
    except (discord.HTTPException, *BROKEN) as error:
        log_failure("telling a librarian what was done", error)
        if view is not None:
            with suppress(discord.HTTPException, *BROKEN):
                await post(interaction.user, view, nonce=interaction.id)
