"""Responses to commands and presses: acknowledge at once, then show what was asked for, or a sentence that says why not."""

import logging
from collections.abc import Awaitable, Callable

from bot.logs import log_failure
from bot.posting.buttons import Interaction, View
from bot.posting.delivery import acknowledge, answer
from bot.posting.views import APOLOGY, IN_USE, NO_LONGER_HERE, notice_view
from embeddings.errors import BusyError, ModelError, PullquoteError, StorageError, UnknownArticleError

_log = logging.getLogger("pullquote")


async def respond(interaction: Interaction, view: Callable[[], Awaitable[View]], what: str) -> None:
    """Respond with an ephemeral view; ``what`` is what the log calls it."""
    await acknowledge(interaction, thinking=True, private=True)
    await answer(interaction, await or_apology(view, what))


async def or_apology(view: Callable[[], Awaitable[View | None]], what: str) -> View | None:
    """A view, or a notice of why there is none, so that nobody waits for an answer that never comes."""
    try:
        return await view()
    except BusyError:
        # The error's own message names a folder on the host's disk.
        return notice_view(IN_USE)
    except (StorageError, ModelError) as error:
        # So may these messages, and they are for the host: members can do nothing about the problem.
        _log.error("%s: %s", what, error)
        return notice_view(APOLOGY)
    except UnknownArticleError:
        # It was removed between the choice and the answer. The error's own message names a terminal command.
        return notice_view(NO_LONGER_HERE)
    except PullquoteError as error:
        return notice_view(str(error))
    except Exception as error:
        log_failure(what, error)
        return notice_view(APOLOGY)
