"""From a question to the view that is posted, for every way of asking."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.asking.conversations import LATEST, NOTHING, Earlier
from bot.memory.citations import citations_json
from bot.memory.forgetting import Forgetting
from bot.memory.records import Asked, Records, ServerSettings
from bot.posting.buttons import View
from bot.posting.views import Frame, reply_view
from bot.service import Service, UnwrittenError
from embeddings.errors import PullquoteError, UnknownArticleError
from embeddings.library import Library
from embeddings.questions.understanding import LONGEST_QUESTION
from embeddings.types import Answer, Heading, NotFound, Question, Reply

_log = logging.getLogger("pullquote")

# The confidence needed to answer a message that did not address the bot.
_UNASKED = 0.8


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question, and where it comes from."""

    library: str
    text: str
    user_id: int
    channel_id: int
    """Where the answer is posted."""
    message_id: int | None = None
    """The message that asks; None for a command."""
    instead: str = ""
    """The question to try if ``text`` finds nothing: a forum post's title without its text."""
    earlier: Earlier = NOTHING
    article_ids: tuple[str, ...] = ()
    is_private: bool = False
    """Whether the asker alone sees the answer."""
    is_command: bool = False
    """Whether the answer must show the question, because no message does."""
    is_unasked: bool = False
    """Whether nobody addressed the bot, so that it stays silent unless it is sure."""
    at: datetime | None = None
    """When it was asked, if not just now: asking again does not extend its retention."""


class Asking:
    """Answers inquiries, and keeps a record of them."""

    def __init__(
        self, service: Service[Library], records: Records, clock: Callable[[], datetime] | None = None
    ) -> None:
        self._service = service
        self._records = records
        self._clock = clock or (lambda: datetime.now(UTC))
        self.forgetting = Forgetting()

    async def settings(self, library: str) -> ServerSettings:
        """The settings of a server."""
        return await self._service.do(lambda: self._records.settings(library))

    async def question(self, library: str, key: int) -> Asked | None:
        """The record of an earlier question."""
        return await self._service.do(lambda: self._records.question(library, key))

    async def asked_in(self, library: str, channel_id: int) -> tuple[Asked, ...]:
        """The latest questions with public answers in a channel or thread, oldest first."""
        return await self._service.do(lambda: self._records.asked_in(library, channel_id, LATEST))

    async def answer(
        self, inquiry: Inquiry, note: str = "", place: Callable[[], Awaitable[int]] | None = None
    ) -> View | None:
        """The view to post, or None to stay silent. ``place`` returns the id of the answer's channel, if that is decided only once
        there is an answer.

        Raises:
            PullquoteError: the question cannot be answered now, or not as it stands.
        """
        is_forgotten = self.forgetting.since_now(inquiry.user_id)
        settings = await self.settings(inquiry.library)
        reply = await self._reply(inquiry, settings, inquiry.text)
        if inquiry.instead and not isinstance(reply, Answer):
            other = await self._reply(inquiry, settings, inquiry.instead)
            reply = other if isinstance(other, Answer) else reply
        if inquiry.is_unasked and not (isinstance(reply, Answer) and reply.confidence >= _UNASKED):
            return None
        if place:
            inquiry = replace(inquiry, channel_id=await place())
        return await self.view(inquiry, reply, note=note, is_forgotten=is_forgotten)

    async def again(self, library: str, asked: Asked, *, top_k: int = 5, patiently: bool = False) -> Reply:
        """The current reply to an earlier question; if ``patiently``, after all questions of users.

        Raises:
            PullquoteError: it cannot be answered now, or an article that it was restricted to is gone.
        """
        ask = self._service.ask_patiently if patiently else self._service.ask
        return held_to(await self.settings(library), await ask(library, once_more(asked, top_k=top_k)))

    async def view(
        self,
        inquiry: Inquiry,
        reply: Reply,
        *,
        note: str = "",
        lead: str = "",
        lasts: bool = True,
        is_forgotten: Callable[[], bool] = lambda: False,
    ) -> View:
        """The view of a reply. The question is recorded, which the buttons need, unless ``lasts`` is false or the asker had their data
        deleted meanwhile; then there are no buttons.
        """
        frame = Frame(
            key=await self._keep(inquiry, reply) if lasts and not is_forgotten() else None,
            dates=await self._dates(inquiry.library, reply),
            show_question=inquiry.is_command,
            can_be_removed=not inquiry.is_private,
            lead=lead,
            note=note,
        )
        return reply_view(reply, frame, library=inquiry.library)

    async def _reply(self, inquiry: Inquiry, settings: ServerSettings, text: str) -> Reply:
        question = Question(
            cut(text), inquiry.earlier.questions, inquiry.article_ids, lately=inquiry.earlier.article_ids
        )
        return held_to(settings, await self._service.ask(inquiry.library, question))

    async def _keep(self, inquiry: Inquiry, reply: Reply) -> int | None:
        """The question's key in the records; None if recording failed, and then the answer is posted without buttons."""
        asked = Asked(
            user_id=inquiry.user_id,
            channel_id=inquiry.channel_id,
            message_id=inquiry.message_id,
            text=inquiry.text,
            interpreted=reply.interpreted_question,
            status=reply.status,
            confidence=reply.confidence,
            citations=citations_json(reply),
            at=inquiry.at or self._clock(),
            article_ids=inquiry.article_ids,
            is_private=inquiry.is_private,
        )
        try:
            return await self._service.write(lambda: self._records.record_question(inquiry.library, asked))
        except UnwrittenError:
            _log.warning("a question could not be recorded in time, so its answer has no buttons")
        except PullquoteError as error:
            _log.warning("a question was not recorded, so its answer has no buttons: %s", error)
        return None

    async def _dates(self, library: str, reply: Reply) -> dict[str, str]:
        cited = {each.citation.article_id: each.citation.version for each in getattr(reply, "excerpts", ())}

        def look(articles: Library) -> dict[str, str]:
            found = {}
            for article_id, version in cited.items():
                try:
                    article = articles.article(article_id)
                except UnknownArticleError:
                    continue
                if article.version == version:
                    found[article_id] = article.updated
            return found

        return await self._service.read(library, look) if cited else {}


def held_to(settings: ServerSettings, reply: Reply) -> Reply:
    """A reply under a server's settings: refused below its minimum confidence, and limited to its number of excerpts."""
    if not isinstance(reply, Answer):
        return reply
    if reply.confidence >= settings.minimum_confidence:
        return replace(reply, excerpts=reply.excerpts[: max(1, settings.excerpts)])
    places = dict.fromkeys(
        Heading(each.citation.article_id, each.citation.title, each.citation.heading) for each in reply.excerpts
    )
    return NotFound(
        reply.question, reply.interpreted_question, reply.confidence, tuple(places), reply.passages, reply.timings
    )


def once_more(asked: Asked, *, top_k: int = 5) -> Question:
    """An earlier question, to be asked again; a follow-up has the question that it was appended to as its history."""
    follow_up = " ".join(asked.text.split())
    if not asked.interpreted.endswith(follow_up):
        # Its spelling was corrected, or it was substituted into a later question.
        follow_up = asked.interpreted.rpartition("? ")[2]
    before = asked.interpreted.removesuffix(follow_up).strip()
    if before and before != asked.interpreted:
        return Question(cut(follow_up), (before,), asked.article_ids, top_k)
    return Question(cut(asked.interpreted), (), asked.article_ids, top_k)


def cut(text: str) -> str:
    """A question cut to the length limit, which a forum post may exceed."""
    return text if len(text) <= LONGEST_QUESTION else text[:LONGEST_QUESTION].rsplit(None, 1)[0]
