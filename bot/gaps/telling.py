"""Tells members what they wanted to know: in the channel of the question, or privately if that was private or is gone."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TypeAlias

import discord

from bot.asking.answering import Asking, Inquiry
from bot.gaps.reasking import News
from bot.logs import log_failure
from bot.posting.delivery import BROKEN, persistently, post
from bot.posting.markdown import label

# Members mentioned in one message, few enough to leave room for the answer.
_MENTIONED = 20
_LONGEST_NAME = 100
# From this HTTP status on the fault is Discord's and, as with a broken connection, it is unknown what arrived.
_TROUBLE = 500

Place: TypeAlias = discord.abc.GuildChannel | discord.Thread


class Telling:
    """The `Teller` for Discord; the protocol documents its methods."""

    def __init__(self, client: discord.Client, asking: Asking, dm_library: str | None) -> None:
        self._client = client
        self._asking = asking
        self._dm_library = dm_library

    def reaches(self, library: str) -> bool:
        """See `Teller`."""
        return library == self._dm_library or self._guild(library) is not None

    async def tell(self, library: str, news: News) -> None:
        """See `Teller`."""
        guild = self._guild(library)
        channel = await self._channel(library, guild, news)
        if channel is None or not await self._told_in(channel, library, news):
            for user_id in news.user_ids:
                await self._told_alone(user_id, library, guild, news)

    def _guild(self, library: str) -> discord.Guild | None:
        return self._client.get_guild(int(library)) if library.isdecimal() else None

    async def _channel(self, library: str, guild: discord.Guild | None, news: News) -> Place | None:
        """The channel of the question, if the answer may be posted there; never that of a private question."""
        if guild is None or news.asked.is_private:
            return None
        channel: Place | None = guild.get_channel_or_thread(news.asked.channel_id)
        if channel is None:
            # An archived thread is not in the cache.
            with suppress(discord.HTTPException, discord.InvalidData, *BROKEN):
                channel = await persistently(lambda: guild.fetch_channel(news.asked.channel_id))
        silent = (await self._asking.settings(library)).silent_channels
        places = {news.asked.channel_id, getattr(channel, "parent_id", None)}
        return None if places & silent else channel

    async def _told_in(self, channel: Place, library: str, news: News) -> bool:
        """Tell members in a channel; returns whether that was possible."""
        if not isinstance(channel, discord.abc.Messageable):
            return False
        asked = news.asked
        is_forgotten = self._asking.forgetting.since_now(asked.user_id)
        # If the asker had the question deleted since it was answered, it must not be recorded again.
        lasts = await self._asking.question(library, news.key) is not None
        inquiry = Inquiry(
            library,
            asked.interpreted,
            asked.user_id,
            asked.channel_id,
            asked.message_id,
            article_ids=asked.article_ids,
            is_command=True,
            at=asked.at,
        )
        # A thread that was started from the question does not contain it.
        replies = asked.message_id not in (None, channel.id) and _may_read(channel)
        question = channel.get_partial_message(asked.message_id) if replies and asked.message_id else None
        for start in range(0, len(news.user_ids), _MENTIONED):
            members = news.user_ids[start : start + _MENTIONED]
            view = await self._asking.view(
                inquiry, news.answer, lead=lead_to(members), lasts=lasts, is_forgotten=is_forgotten
            )
            try:
                await post(channel, view, reply_to=question, mention=members, nonce=f"told-{news.key}-{start}")
            except discord.HTTPException as error:
                if error.status >= _TROUBLE:
                    raise
                log_failure("telling who wanted to know", error)
                # Discord refused it. If nobody was told yet, direct messages are sent instead.
                return start > 0
        return True

    async def _told_alone(self, user_id: int, library: str, guild: discord.Guild | None, news: News) -> None:
        """Send a direct message, to current members only: those who left must not see a server's articles any more."""
        is_forgotten = self._asking.forgetting.since_now(user_id)
        try:
            if guild:
                await persistently(lambda: guild.fetch_member(user_id))
            channel = await persistently(lambda: self._client.create_dm(discord.Object(user_id)))
            where = f" in {label(guild.name, _LONGEST_NAME)}" if guild else ""
            inquiry = Inquiry(
                library, news.asked.interpreted, user_id, channel.id, is_private=True, is_command=True, at=news.asked.at
            )
            # Buttons would ask the library of direct messages, so a server's answer has none. What was deleted is not recorded again.
            lasts = guild is None and await self._asking.question(library, news.key) is not None
            lead = f"🔔 You asked this{where} and wanted to know:"
            view = await self._asking.view(inquiry, news.answer, lead=lead, lasts=lasts, is_forgotten=is_forgotten)
            # Discord sends only the first of two messages with one nonce, even to different users; it may have 25 characters.
            await post(channel, view, nonce=f"{news.key:x}-{user_id:x}")
        except (discord.HTTPException, *BROKEN) as error:
            # They left or accept no messages, or the connection broke; the others must still be told.
            log_failure("telling who wanted to know", error)


def lead_to(members: Sequence[int]) -> str:
    """The line above an answer that members waited for."""
    return f"🔔 {' '.join(f'<@{each}>' for each in members)} – you wanted to know:"


def _may_read(channel: Place) -> bool:
    try:
        return channel.permissions_for(channel.guild.me).read_message_history
    except discord.ClientException:
        # The thread's parent channel is not in the cache.
        return False
