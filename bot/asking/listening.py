"""Messages: which of them ask something, what they ask, and where the answer goes."""

import asyncio
import logging
import re
from collections.abc import Callable
from contextlib import suppress

import discord

from bot.asking.answering import Asking, Inquiry
from bot.asking.conversations import NOTHING, Earlier, in_thread, replied_to
from bot.asking.wording import in_words
from bot.logs import log_failure
from bot.memory.records import ServerSettings
from bot.policy import LOOK, Limits
from bot.posting.buttons import View, key_on
from bot.posting.delivery import BROKEN, persistently, post
from bot.posting.markdown import plain
from bot.posting.responding import or_apology
from bot.posting.views import SERVERS_ONLY, notice_view, wait_view
from embeddings.errors import PullquoteError
from embeddings.questions.small_talk import is_small_talk

_log = logging.getLogger("pullquote")

_NO_QUESTION = "Mention me together with your question, and I will look for the answer in the articles."
_WITHHELD = (
    "I cannot see what you wrote: Discord shows me messages that mention me, but not those that mention the role with my name. "
    "Choose me instead in the list after the @."
)
_NO_THREADS = "I should answer in a thread, but cannot here: I am missing the permission {}."
# Permissions needed to answer in a thread.
_FOR_THREADS = {
    "create_public_threads": "Create Public Threads",
    "send_messages_in_threads": "Send Messages in Threads",
}
_HAS_THREAD = 160004
_LONGEST_NAME = 100
# Question marks, and first words that make a message a question without one, for messages that do not address the bot.
_ASKS = re.compile(
    r"[?？؟⁇⁈¿՞]|^(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were|do|does|did|can|could|may|will|would|should|has|have)\b",
    re.IGNORECASE,
)


class Listening:
    """Answers messages that mention the bot, follow up on its answers, or ask something in a question channel."""

    def __init__(
        self,
        asking: Asking,
        limits: Limits,
        library_of: Callable[[int | None], str | None],
    ) -> None:
        self._asking = asking
        self._limits = limits
        self._library_of = library_of

    async def message(self, message: discord.Message, me: discord.ClientUser) -> None:
        """Answer a message, if it asks something and may be answered in its channel."""
        library = self._library_of(message.guild.id if message.guild else None)
        if library is None:
            if not self._limits.wait(message.author.id, None, LOOK):
                await post(message.channel, notice_view(SERVERS_ONLY), nonce=message.id)
            return
        replied = _answer_replied_to(message, me)
        is_by_role = _mentions_role_of_bot(message)
        is_mentioned = message.guild is None or me in message.mentions or is_by_role
        if not is_mentioned and not message.content:
            # A message among members, whose content Discord withholds from the bot.
            return
        if (is_mentioned or replied) and not await _is_placed(message):
            return
        settings = await self._asking.settings(library)
        # A reply to the answer of a command cannot mention the bot.
        is_addressed = is_mentioned or bool(replied and replied.interaction_metadata)
        question = question_in(message)
        if not _is_heard(
            message, question, settings, is_meant=is_addressed or bool(replied and key_on(replied) is not None)
        ):
            return
        if not may_answer(message) or not await self._has_turn(message, is_addressed=is_addressed):
            return
        is_withheld = is_by_role and not message.content
        if is_withheld or is_small_talk(question) or not any(map(str.isalnum, question)):
            # Thanks for an answer need no reply; a member who greets the bot may not know yet what it is for.
            if is_withheld or (is_mentioned and replied is None):
                await self._post(message, notice_view(_WITHHELD if is_withheld else _NO_QUESTION))
            return
        place, note = _place_for(message, in_thread=settings.in_thread)
        inquiry = Inquiry(
            library,
            question,
            message.author.id,
            message.channel.id,
            message_id=message.id,
            instead=_title_of(message),
            earlier=await self._earlier(library, message, replied),
            is_unasked=not is_addressed,
        )
        if (view := await self._view(message, inquiry, note, place)) is not None:
            await self._post(message, view, await place.channel())

    async def _has_turn(self, message: discord.Message, *, is_addressed: bool) -> bool:
        """Whether the rate limit lets a member ask. Only a member who addressed the bot is told to wait."""
        wait = self._limits.wait(message.author.id, message.guild.id if message.guild else None)
        if wait and is_addressed and self._limits.may_tell(message.author.id):
            await self._post(message, wait_view(wait))
        return not wait

    async def _earlier(self, library: str, message: discord.Message, replied: discord.Message | None) -> Earlier:
        """The context of a message: the answer replied to, or else the earlier questions of its thread."""
        channel = message.channel
        if replied and (key := key_on(replied)) is not None:
            asked = await self._asking.question(library, key)
            if asked and asked.channel_id == channel.id:
                return replied_to(asked)
        if isinstance(channel, discord.Thread):
            return in_thread(await self._asking.asked_in(library, channel.id), channel.name)
        return NOTHING

    async def _view(self, message: discord.Message, inquiry: Inquiry, note: str, place: "_Place") -> View | None:
        """The view to post. Only members who addressed the bot are told of errors."""
        if inquiry.is_unasked:
            with suppress(PullquoteError):
                return await self._asking.answer(inquiry, place=place.id)
            return None
        typing = asyncio.create_task(_show_typing(message.channel))
        try:
            return await or_apology(lambda: self._asking.answer(inquiry, note, place.id), "a message")
        finally:
            typing.cancel()

    async def _post(
        self, message: discord.Message, view: View, channel: "discord.abc.MessageableChannel | None" = None
    ) -> None:
        channel = channel or message.channel
        # Discord requires permission to read the history for a reply, and a thread that was started from the question shows it
        # anyway.
        may_reply = channel == message.channel and message.guild and _permissions(message).read_message_history
        await post(channel, view, reply_to=message if may_reply else None, nonce=message.id)


class _Place:
    """Where an answer goes: the channel of its question, or a thread of its own, created once there is an answer."""

    def __init__(self, message: discord.Message, *, in_thread: bool) -> None:
        self._message = message
        self._channel = None if in_thread else message.channel

    async def channel(self) -> "discord.abc.MessageableChannel":
        """The channel or thread, the same on every call."""
        self._channel = self._channel or await _thread_at(self._message) or self._message.channel
        return self._channel

    async def id(self) -> int:
        """Its id."""
        return (await self.channel()).id


def _place_for(message: discord.Message, *, in_thread: bool) -> tuple[_Place, str]:
    """Where the answer to a message goes, and a note on the missing permission if it should go into a thread but cannot."""
    wanted = in_thread and isinstance(message.channel, discord.TextChannel)
    missing = _missing_for_a_thread(message) if wanted else None
    return _Place(message, in_thread=wanted and not missing), _NO_THREADS.format(missing) if missing else ""


async def _thread_at(message: discord.Message) -> discord.Thread | None:
    """A thread started from the message; None if that failed, with the reason in the log."""
    name = plain(message.clean_content, _LONGEST_NAME) or "?"
    try:
        try:
            return await persistently(lambda: message.create_thread(name=name))
        except discord.HTTPException as error:
            if error.code != _HAS_THREAD:
                raise
            # Another bot was quicker, or an earlier attempt succeeded and only its response was lost.
            return await persistently(message.fetch_thread)
    except (discord.HTTPException, discord.InvalidData, *BROKEN) as error:
        log_failure("a thread for an answer", error)
        return None


async def _is_placed(message: discord.Message) -> bool:
    """Whether the message's channel is known. A thread that is not in the cache is fetched, since its parent may be a silent channel."""
    guild, channel = message.guild, message.channel
    if guild is None or not isinstance(channel, discord.PartialMessageable):
        return True
    try:
        found = await persistently(lambda: guild.fetch_channel(channel.id))
    except (discord.HTTPException, discord.InvalidData, *BROKEN) as error:
        log_failure("a question in a place unknown", error)
        return False
    if not isinstance(found, discord.abc.Messageable):
        return False
    message.channel = found
    return True


def _is_heard(message: discord.Message, question: str, settings: ServerSettings, *, is_meant: bool) -> bool:
    """Whether a message is to be answered under its server's settings; ``is_meant`` says that it is for the bot."""
    places = {message.channel.id, getattr(message.channel, "parent_id", None)}
    if places & settings.silent_channels:
        return False
    return is_meant or bool(places & settings.question_channels and _ASKS.search(question))


def question_in(message: discord.Message) -> str:
    """The question in a message, or in what it forwards, without markup; in a forum post, its title and its first message."""
    typed = message.content or next((each.content for each in message.message_snapshots), "")
    words = in_words(typed, names_in(message.guild))
    if isinstance(message.channel, discord.Thread) and (_title_of(message) or not words):
        return "\n".join(part for part in (message.channel.name, words) if part)
    return words


def names_in(guild: discord.Guild | None) -> Callable[[int], str]:
    """A function from a channel's id to its name; empty for channels that not everybody in the server can see."""

    def name(channel_id: int) -> str:
        channel = guild.get_channel_or_thread(channel_id) if guild else None
        try:
            is_open = channel is not None and channel.permissions_for(channel.guild.default_role).view_channel
        except discord.ClientException:
            # The thread's parent channel is not in the cache.
            return ""
        return channel.name if channel is not None and is_open else ""

    return name


def _title_of(message: discord.Message) -> str:
    """The title of the forum post that begins with this message (which then has the post's id), or nothing."""
    post = message.channel
    return post.name if isinstance(post, discord.Thread) and post.id == message.id else ""


def may_answer(message: discord.Message) -> bool:
    """Whether the bot may post in the message's channel; if not, the missing permissions are logged."""
    if message.guild is None:
        return True
    allowed = _permissions(message)
    speaking = "send_messages_in_threads" if isinstance(message.channel, discord.Thread) else "send_messages"
    missing = [name for name in ("view_channel", speaking) if not getattr(allowed, name)]
    if missing:
        _log.warning("a question in channel %d was not answered: missing %s", message.channel.id, ", ".join(missing))
    return not missing


def _permissions(message: discord.Message) -> discord.Permissions:
    assert message.guild
    try:
        return message.channel.permissions_for(message.guild.me)
    except (discord.ClientException, AttributeError):
        # The thread's parent channel, or the guild, is not in the cache yet: assume all, and let Discord refuse.
        return discord.Permissions.all()


def _missing_for_a_thread(message: discord.Message) -> str | None:
    """The first permission that the bot lacks to answer in a thread."""
    allowed = _permissions(message)
    return next((name for each, name in _FOR_THREADS.items() if not getattr(allowed, each)), None)


def _mentions_role_of_bot(message: discord.Message) -> bool:
    """Whether the message mentions the role that Discord made for the bot: it has its name, and is listed beside it after an @."""
    role = message.guild.self_role if message.guild else None
    # Discord may withhold the content, and does not say whether it lists a role that the author may not mention.
    return role is not None and (role in message.role_mentions or role.id in message.raw_role_mentions)


def _answer_replied_to(message: discord.Message, me: discord.ClientUser) -> discord.Message | None:
    replied = message.reference.resolved if message.reference else None
    return replied if isinstance(replied, discord.Message) and replied.author.id == me.id else None


async def _show_typing(channel: discord.abc.Messageable) -> None:
    """Show the typing indicator; its failure is no reason not to answer."""
    with suppress(discord.HTTPException, *BROKEN):
        await channel.typing()
