"""Attachments of commands and messages, read from Discord within the limits of the loaders."""

from collections.abc import Sequence

import discord

from bot.articles.intake import Upload
from bot.posting.delivery import BROKEN, persistently
from embeddings.errors import SourceError
from embeddings.loaders import check_size, most_bytes

# Timeout for one file, which may be large, in seconds.
_PATIENCE = 300.0


async def contents(
    given: "Sequence[str | discord.Attachment | Upload]", message: discord.Message | None
) -> tuple["list[str | Upload]", list[SourceError]]:
    """What was given, with attachments read into uploads; and what could not be read.

    A librarian who uploads a name again means a new version. Attachments of messages are other people's, and Discord names every
    long text "message.txt", so their names include the message's id.
    """
    place, url = (f"{message.id}/", message.jump_url) if message else ("", None)
    found: list[str | Upload] = []
    failures: list[SourceError] = []
    for each in given:
        if not isinstance(each, discord.Attachment):
            found.append(each)
            continue
        try:
            check_size(each.size, each.filename, most_bytes(each.filename))
            found.append(Upload(place + each.filename, await persistently(each.read, patience=_PATIENCE), url=url))
        except SourceError as error:
            failures.append(error)
        except discord.HTTPException:
            failures.append(SourceError(each.filename, "Discord no longer has this file; upload it again"))
        except BROKEN:
            failures.append(
                SourceError(each.filename, "Discord does not send this file just now; try again in a minute")
            )
    return found, failures
