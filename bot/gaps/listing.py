"""`/gaps`: what members asked and did not find, for librarians."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Collection
from operator import methodcaller
from typing import Any

import numpy as np
from discord import app_commands
from numpy.typing import NDArray

from bot.asking.answering import Asking
from bot.gaps.groups import MOST, Gap, gaps_in
from bot.gaps.view import Choice, gaps_view
from bot.librarians import may_keep
from bot.memory.records import Records
from bot.policy import LOOK, Limits
from bot.posting.buttons import Interaction, View
from bot.posting.delivery import acknowledge, answer
from bot.posting.responding import or_apology, respond
from bot.posting.views import SERVERS_ONLY, notice_view, wait_view
from bot.service import Service
from embeddings.library import Library

_LIBRARIANS_ONLY = "Only librarians can see this: members who can manage this server, and those with the librarian role set in /settings."
# Batch size for encoding, small enough for members' questions to get their turn in between.
_TOGETHER = 32
# Vectors in the cache, over all servers: 7 MB with the default model. They depend on the wording alone, not on who asked it, and
# are keyed by its hash: the words are not held, so that askers can be forgotten.
_HELD = 5000


class GapList:
    """Shows the list, turns its pages, and removes what a librarian dismisses."""

    def __init__(
        self,
        service: Service[Library],
        records: Records,
        asking: Asking,
        limits: Limits,
        library_of: Callable[[int | None], str | None],
    ) -> None:
        self._service = service
        self._records = records
        self._asking = asking
        self._limits = limits
        self._library_of = library_of
        self._vectors: OrderedDict[bytes, NDArray[np.float32]] = OrderedDict()

    async def show(self, interaction: Interaction) -> None:
        """Show the first page."""
        await respond(interaction, lambda: self._view(interaction, 0), "the gaps")

    async def choose(self, interaction: Interaction, choice: Choice, key: int, page: int) -> None:
        """Replace the page with another one, or with the same without the dismissed gap."""
        await acknowledge(interaction)
        dismissed = key if choice is Choice.DISMISS else None
        await answer(
            interaction, await or_apology(lambda: self._view(interaction, page, dismissed=dismissed), "the gaps")
        )

    async def gaps(self, library: str) -> list[Gap]:
        """The gaps of a library."""
        records = self._records
        found = await self._service.do(lambda: records.unanswered(library, MOST))
        questions = [each for each in found if not each.is_dismissed]
        if not questions:
            return []
        vectors = await self._encoded(library, [each.asked.interpreted for each in questions])
        return await self._service.do(lambda: gaps_in(questions, vectors))

    async def _view(self, interaction: Interaction, page: int, *, dismissed: int | None = None) -> View:
        library = self._library_of(interaction.guild_id)
        if library is None or interaction.guild_id is None:
            return notice_view(SERVERS_ONLY)
        if not may_keep(interaction, await self._asking.settings(library)):
            return notice_view(_LIBRARIANS_ONLY)
        if wait := self._limits.wait(interaction.user.id, interaction.guild_id, LOOK):
            return wait_view(wait)
        gaps = await self.gaps(library)
        if dismissed is not None:
            keys = {key for gap in gaps if dismissed in gap.keys for key in gap.keys}
            await self._service.write(lambda: self._records.dismiss(library, keys))
            gaps = [gap for gap in gaps if dismissed not in gap.keys]
        return gaps_view(gaps, page)

    async def _encoded(self, library: str, wordings: Collection[str]) -> NDArray[np.float32]:
        """The vectors of wordings, one row each."""
        keys = [_hash(each) for each in wordings]
        found = {key: self._vectors[key] for key in keys if key in self._vectors}
        new = [*{key: each for key, each in zip(keys, wordings, strict=True) if key not in found}.items()]
        for start in range(0, len(new), _TOGETHER):
            some = new[start : start + _TOGETHER]
            rows = await self._service.read(library, methodcaller("vectors", [wording for _, wording in some]))
            found |= zip((key for key, _ in some), rows, strict=True)
        for key in found:
            self._vectors[key] = found[key]
            self._vectors.move_to_end(key)
        while len(self._vectors) > _HELD:
            self._vectors.popitem(last=False)
        return np.stack([found[key] for key in keys])


def _hash(wording: str) -> bytes:
    return hashlib.blake2b(wording.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def add_gaps(tree: "app_commands.CommandTree[Any]", gap_list: GapList) -> None:
    """Define the command. Discord shows it to managers only, and the list checks its user again."""

    @tree.command(name="gaps", description="What members asked that the articles do not answer.")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def gaps(interaction: Interaction) -> None:
        await gap_list.show(interaction)
