"""Who may do what: pure functions over what Discord says of a member."""

from collections.abc import Collection

from bot.records import ServerSettings


def is_librarian(settings: ServerSettings, *, manages_server: bool, role_ids: Collection[int]) -> bool:
    """Whether a member may keep the articles of a server: who manages it, and who has the role that it chose for that."""
    return manages_server or (settings.librarian_role is not None and settings.librarian_role in role_ids)
