"""From a question to what is posted, whichever way it was asked."""

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

# Where nobody asked the bot, it speaks only when it is this sure.
_UNASKED = 0.8


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question, and where it comes from."""

    library: str
    text: str
    user_id: int
    channel_id: int
    """Where the answer will stand."""
    message_id: int | None = None
    """The message that asks; None for a command."""
    instead: str = ""
    """What is asked when the text finds nothing: a post's title without the words below it."""
    earlier: Earlier = NOTHING
    article_ids: tuple[str, ...] = ()
    is_private: bool = False
    """Whether the asker alone sees the answer."""
    is_command: bool = False
    """Whether the answer must show the question, for nothing else does."""
    is_unasked: bool = False
    """Whether nobody addressed the bot, so that it should rather keep silent."""
    at: datetime | None = None
    """When it was asked, if that was not just now: it is kept no longer for being asked again."""


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
        """What the librarians of a server decided."""
        return await self._service.do(lambda: self._records.settings(library))

    async def question(self, library: str, key: int) -> Asked | None:
        """A question that was asked before."""
        return await self._service.do(lambda: self._records.question(library, key))

    async def asked_in(self, library: str, channel_id: int) -> tuple[Asked, ...]:
        """The latest questions whose answers everybody sees in a channel or thread, oldest first."""
        return await self._service.do(lambda: self._records.asked_in(library, channel_id, LATEST))

    async def answer(
        self, inquiry: Inquiry, note: str = "", place: Callable[[], Awaitable[int]] | None = None
    ) -> View | None:
        """What to post; None is silence. ``place`` tells in which channel it will stand, where that is only decided once there is
        something to post.

        Raises:
            PullquoteError: it cannot be answered now, or not as it stands.
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
        """What is answered now to a question that was asked before; if ``patiently``, after everybody else's.

        Raises:
            PullquoteError: it cannot be answered now, or an article that was to answer it is gone.
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
        """A reply as it is posted, with a record of it, unless its buttons are not to last, or whoever asked had themselves forgotten
        since.
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
        """The number of the question in the records; without one the answer has no buttons, and is given all the same."""
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
    """A reply as a server wants it: surer than it demands, or none; no more excerpts than it allows."""
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
    """What was asked, to be asked again; a follow-up once more after the question that it was put behind."""
    follow_up = " ".join(asked.text.split())
    if not asked.interpreted.endswith(follow_up):
        # It was spelt otherwise, or put into what was asked since.
        follow_up = asked.interpreted.rpartition("? ")[2]
    before = asked.interpreted.removesuffix(follow_up).strip()
    if before and before != asked.interpreted:
        return Question(cut(follow_up), (before,), asked.article_ids, top_k)
    return Question(cut(asked.interpreted), (), asked.article_ids, top_k)


def cut(text: str) -> str:
    """A question no longer than one may be: a forum's post may say much before it asks."""
    return text if len(text) <= LONGEST_QUESTION else text[:LONGEST_QUESTION].rsplit(None, 1)[0]
