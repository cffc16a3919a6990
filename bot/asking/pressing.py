"""What the buttons under an answer do. Every press checks its user and reads the library anew."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from bot.asking.answering import Asking, Inquiry
from bot.memory.citations import cited
from bot.memory.records import Asked, Records
from bot.policy import LOOK, QUESTION, Limits
from bot.posting.buttons import Action, Interaction, Press, View
from bot.posting.delivery import acknowledge, answer, persistently
from bot.posting.responding import or_apology
from bot.posting.views import Passage, context_view, gone_view, notice_view, passages_view, wait_view
from bot.service import Service
from embeddings.errors import PullquoteError, UnknownArticleError
from embeddings.library import Library
from embeddings.types import Answer, Citation, EmptyLibrary, Span

_FORGOTTEN = "I no longer have this question; please ask it again."
_NOT_YOURS = "Only the member who asked, and those who can manage messages, can remove this."
_THANKS = "Thank you, your vote has been noted."
_WISHED = "I will tell you as soon as an article answers this."
# How many passages are retrieved for "More passages"; some of them are in the answer already.
_PASSAGES = 8


class Pressing:
    """Handles presses."""

    def __init__(self, service: Service[Library], records: Records, asking: Asking, limits: Limits) -> None:
        self._service = service
        self._records = records
        self._asking = asking
        self._limits = limits
        self._ways: dict[Action, Callable[[str, Asked, Press, int], Coroutine[Any, Any, View]]] = {
            Action.CONTEXT: self._context,
            Action.MORE: self._more,
            Action.HELPFUL: self._vote,
            Action.UNHELPFUL: self._vote,
            Action.WISH: self._wish,
        }

    async def press(self, interaction: Interaction, library: str, press: Press) -> None:
        """Acknowledge a press at once, then respond with what it asked for, visible only to its user."""
        if press.action is Action.REMOVE:
            await self._remove(interaction, library, press)
            return
        await acknowledge(interaction, thinking=True, private=True)

        # These two ask the question once more.
        cost = QUESTION if press.action in (Action.MORE, Action.WISH) else LOOK
        if wait := self._limits.wait(interaction.user.id, interaction.guild_id, cost):
            await answer(interaction, wait_view(wait))
            return

        async def view() -> View:
            asked = await self._asked(interaction, library, press)
            try:
                return await self._ways[press.action](library, asked, press, interaction.user.id)
            except UnknownArticleError:
                # The article that the question was restricted to.
                return gone_view(is_removed=True)

        await answer(interaction, await or_apology(view, "a button"))

    async def _asked(self, interaction: Interaction, library: str, press: Press) -> Asked:
        asked = await self._asking.question(library, press.key)
        # A button works only in its answer's channel, for users who see the answer; a key from elsewhere opens nothing, not even
        # another channel's answer.
        is_seen = asked is not None and (not asked.is_private or asked.user_id == interaction.user.id)
        if asked is None or not is_seen or asked.channel_id != interaction.channel_id:
            raise PullquoteError(_FORGOTTEN)
        return asked

    async def _remove(self, interaction: Interaction, library: str, press: Press) -> None:
        await acknowledge(interaction)
        try:
            asker = (await self._asked(interaction, library, press)).user_id
        except PullquoteError:
            # Moderators can remove even an answer whose question was deleted.
            asker = None
        if interaction.user.id == asker or interaction.permissions.manage_messages:
            await persistently(interaction.delete_original_response)
        else:
            await interaction.followup.send(view=notice_view(_NOT_YOURS), ephemeral=True)

    async def _vote(self, library: str, _: Asked, press: Press, user_id: int) -> View:
        helpful = press.action is Action.HELPFUL
        await self._service.write(lambda: self._records.vote(library, press.key, user_id, helpful))
        return notice_view(_THANKS)

    async def _wish(self, library: str, asked: Asked, press: Press, user_id: int) -> View:
        is_forgotten = self._asking.forgetting.since_now(user_id)
        reply = await self._asking.again(library, asked)
        if isinstance(reply, Answer):
            # An article was added between the question and the wish.
            inquiry = Inquiry(
                library,
                asked.interpreted,
                user_id,
                asked.channel_id,
                article_ids=asked.article_ids,
                is_private=True,
                is_command=True,
            )
            # Not recorded: the words are the asker's, not those of the user who pressed.
            return await self._asking.view(inquiry, reply, lasts=False)
        if is_forgotten():
            raise PullquoteError(_FORGOTTEN)
        await self._service.write(lambda: self._records.wish(library, press.key, user_id))
        return notice_view(_WISHED)

    async def _context(self, library: str, asked: Asked, press: Press, _: int) -> View:
        citation = cited(asked).get(press.number)
        if citation is None:
            raise PullquoteError(_FORGOTTEN)
        return await self._service.read(library, lambda articles: context_of(articles, citation))

    async def _more(self, library: str, asked: Asked, _: Press, __: int) -> View:
        reply = await self._asking.again(library, asked, top_k=_PASSAGES)
        if isinstance(reply, EmptyLibrary):
            return passages_view(())
        shown = [each.citation for each in reply.excerpts] if isinstance(reply, Answer) else []
        places = [
            (each.article_id, each.span)
            for each in reply.passages
            if not any(each.article_id == one.article_id and each.span.overlaps(one.span) for one in shown)
        ]
        return passages_view(await self._service.read(library, lambda articles: passages_of(articles, places)))


def context_of(articles: Library, citation: Citation) -> View:
    """An excerpt in its context, if the article still holds it: text deleted from an article is not shown."""
    try:
        title = articles.article(citation.article_id).title
    except UnknownArticleError:
        return gone_view(is_removed=True)
    try:
        context = articles.context(citation)
    except UnknownArticleError:
        # The article is kept, but not that version of it.
        return gone_view(is_removed=False)
    if not context.changed:
        return context_view(title, context)
    words = context.excerpt.of(context.text)
    present = articles.show(citation.article_id)
    start = present.text.find(words)
    if start < 0:
        return gone_view(is_removed=False)
    moved = replace(citation, version=present.article.version, span=Span(start, start + len(words)))
    return context_view(title, articles.context(moved), is_newer=True)


def passages_of(articles: Library, places: list[tuple[str, Span]]) -> list[Passage]:
    """The passages at these places, with their headings; those that are gone meanwhile are left out."""
    found = []
    for article_id, span in places:
        try:
            stored = articles.show(article_id)
        except UnknownArticleError:
            continue
        for chunk in stored.chunks:
            if chunk.span == span:
                found.append(Passage(span.of(stored.text), stored.article.title, chunk.heading))
    return found
