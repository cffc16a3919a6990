"""Delivery to Discord, exactly once though connections break. What Discord refuses temporarily, discord.py retries by itself."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import aiohttp
import discord

from bot.posting.buttons import Interaction

T = TypeVar("T")

#: Pings nobody, whatever the text is.
NOBODY = discord.AllowedMentions.none()

_log = logging.getLogger("pullquote")

# Seconds before each further attempt, and the timeout of each: a connection may be half-open. An attempt includes discord.py's
# own waiting for rate limits.
_PAUSES = (0.25, 1.0, 3.0)
_PATIENCE = 30.0
#: Errors of a connection that breaks or times out.
BROKEN = (aiohttp.ClientError, OSError, TimeoutError)
_ALREADY_ACKNOWLEDGED = 40060
_ANOTHER_BOT = (
    "somebody else answers with this bot's token: stop the other one, or reset the token if it is none of yours"
)


async def persistently(send: Callable[[], Awaitable[T]], *, patience: float = _PATIENCE) -> T:
    """The result of ``send``, retried if the connection breaks or is silent for ``patience`` seconds: repeating it must do no harm."""
    for pause in _PAUSES:
        try:
            async with asyncio.timeout(patience):
                return await send()
        except BROKEN:
            await asyncio.sleep(pause)
    async with asyncio.timeout(patience):
        return await send()


async def acknowledge(interaction: Interaction, *, thinking: bool = False, private: bool = False) -> None:
    """Tell Discord, which waits three seconds for it, that the response will follow."""
    attempts = 0

    async def defer() -> None:
        nonlocal attempts
        attempts += 1
        await interaction.response.defer(thinking=thinking, ephemeral=private)

    try:
        await persistently(defer)
    except discord.HTTPException as error:
        if error.code == _ALREADY_ACKNOWLEDGED and attempts > 1:
            # An earlier attempt succeeded and only its response was lost.
            return
        if error.code == _ALREADY_ACKNOWLEDGED:
            _log.error(_ANOTHER_BOT)
        raise


async def answer(interaction: Interaction, view: discord.ui.LayoutView | None) -> None:
    """Replace the acknowledgement with the answer."""
    await persistently(lambda: interaction.edit_original_response(view=view))


async def post(
    channel: discord.abc.Messageable,
    view: discord.ui.LayoutView,
    *,
    reply_to: discord.Message | discord.PartialMessage | None = None,
    mention: Sequence[int] = (),
    nonce: int | str,
) -> None:
    """Send a message that pings the members in ``mention`` and nobody else; Discord drops another with the same ``nonce`` as a
    duplicate.
    """
    pinged = discord.AllowedMentions(users=[discord.Object(each) for each in mention]) if mention else NOBODY
    if reply_to is None:
        await persistently(lambda: channel.send(view=view, nonce=nonce, allowed_mentions=pinged))
        return
    # The question may have been deleted meanwhile; then the answer is not a reply.
    reference = reply_to.to_reference(fail_if_not_exists=False)
    await persistently(
        lambda: channel.send(view=view, nonce=nonce, allowed_mentions=pinged, reference=reference, mention_author=False)
    )
