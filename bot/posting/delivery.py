"""What is sent to Discord arrives, and only once, though connections break. What Discord itself refuses for a while, discord.py
sends again by itself.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import aiohttp
import discord

from bot.posting.buttons import Interaction

T = TypeVar("T")

#: Pings nobody, whatever the words are.
NOBODY = discord.AllowedMentions.none()

_log = logging.getLogger("pullquote")

# Seconds before each further attempt, and for each: a connection may be open though nobody is at its other end any more. discord.py
# waits within an attempt until Discord takes requests again.
_PAUSES = (0.25, 1.0, 3.0)
_PATIENCE = 30.0
#: What a connection that breaks, or on which nobody answers, raises.
BROKEN = (aiohttp.ClientError, OSError, TimeoutError)
_ALREADY_ACKNOWLEDGED = 40060
_ANOTHER_BOT = (
    "somebody else answers with this bot's token: stop the other one, or reset the token if it is none of yours"
)


async def persistently(send: Callable[[], Awaitable[T]], *, patience: float = _PATIENCE) -> T:
    """The outcome of ``send``, which is done again when the connection breaks or says nothing for so many seconds: it must do no
    harm twice.
    """
    for pause in _PAUSES:
        try:
            async with asyncio.timeout(patience):
                return await send()
        except BROKEN:
            await asyncio.sleep(pause)
    async with asyncio.timeout(patience):
        return await send()


async def acknowledge(interaction: Interaction, *, thinking: bool = False, private: bool = False) -> None:
    """Tell Discord, which waits three seconds for it, that the answer will come."""
    attempts = 0

    async def defer() -> None:
        nonlocal attempts
        attempts += 1
        await interaction.response.defer(thinking=thinking, ephemeral=private)

    try:
        await persistently(defer)
    except discord.HTTPException as error:
        if error.code == _ALREADY_ACKNOWLEDGED and attempts > 1:
            # An earlier attempt had arrived, and only its answer was lost.
            return
        if error.code == _ALREADY_ACKNOWLEDGED:
            _log.error(_ANOTHER_BOT)
        raise


async def answer(interaction: Interaction, view: discord.ui.LayoutView | None) -> None:
    """Put the answer in the place of what was acknowledged."""
    await persistently(lambda: interaction.edit_original_response(view=view))


async def post(
    channel: discord.abc.Messageable,
    view: discord.ui.LayoutView,
    *,
    reply_to: discord.Message | discord.PartialMessage | None = None,
    mention: Sequence[int] = (),
    nonce: int | str,
) -> None:
    """Send a message that pings the members in ``mention`` and nobody else; Discord takes another with the same ``nonce`` for the
    same one.
    """
    pinged = discord.AllowedMentions(users=[discord.Object(each) for each in mention]) if mention else NOBODY
    if reply_to is None:
        await persistently(lambda: channel.send(view=view, nonce=nonce, allowed_mentions=pinged))
        return
    # The question may have been deleted meanwhile; the answer then stands by itself.
    reference = reply_to.to_reference(fail_if_not_exists=False)
    await persistently(
        lambda: channel.send(view=view, nonce=nonce, allowed_mentions=pinged, reference=reference, mention_author=False)
    )
