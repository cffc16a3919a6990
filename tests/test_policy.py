"""Who may do what."""

import pytest

from bot.policy import is_librarian
from bot.records import ServerSettings


@pytest.mark.parametrize(
    ("chosen", "manages", "roles", "expected"),
    [
        (None, False, {7}, False),
        (None, True, set(), True),
        (7, False, {7, 8}, True),
        (7, False, {8}, False),
        (7, True, {8}, True),
    ],
)
def test_librarians_manage_the_server_or_have_the_role_it_chose(
    chosen: int | None, manages: bool, roles: set[int], expected: bool
) -> None:
    settings = ServerSettings(librarian_role=chosen)

    assert is_librarian(settings, manages_server=manages, role_ids=roles) is expected
