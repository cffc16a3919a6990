"""Which servers the bot is in, and when it left the others.

Only data of servers listed here is ever deleted because the bot left: a library that was filled from the terminal, for a server
that the bot has yet to join, has no entry.
"""

from collections.abc import Collection
from datetime import datetime

from bot.memory.notebook import Notebook, written


class Servers:
    """Stored with the questions. Servers are identified by the names of their libraries. Thread-safe."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    def arrived(self, library: str, at: datetime) -> bool:
        """Record that the bot is in a server; returns whether it was not in it before, or had left it."""
        with self._notebook.transaction() as connection:
            row = connection.execute("SELECT left_at FROM servers WHERE library = ?", (library,)).fetchone()
            if row is None or row[0] is not None:
                connection.execute("INSERT OR REPLACE INTO servers VALUES (?, ?, NULL)", (library, written(at)))
                return True
        return False

    def left(self, library: str, at: datetime) -> None:
        """Record that the bot was removed from a server, which starts the grace period; repeating it changes nothing."""
        with self._notebook.transaction() as connection:
            connection.execute(
                "UPDATE servers SET left_at = ? WHERE library = ? AND left_at IS NULL", (written(at), library)
            )

    def only_in(self, present: Collection[str], at: datetime) -> list[str]:
        """Record all servers that the bot is in, unavailable ones included; returns those it must have left meanwhile."""
        with self._notebook.transaction() as connection:
            known = {
                str(library): left_at for library, left_at in connection.execute("SELECT library, left_at FROM servers")
            }
            missing = sorted(
                library for library, left_at in known.items() if left_at is None and library not in present
            )
            returned = [library for library, left_at in known.items() if left_at is not None and library in present]
            connection.executemany(
                "UPDATE servers SET left_at = ? WHERE library = ?",
                [*((written(at), library) for library in missing), *((None, library) for library in returned)],
            )
        return missing

    def left_before(self, moment: datetime) -> list[str]:
        """The servers that were left at ``moment`` or before."""
        with self._notebook.reading() as connection:
            rows = connection.execute(
                "SELECT library FROM servers WHERE left_at <= ? ORDER BY library", (written(moment),)
            )
            return [str(library) for (library,) in rows]

    def forget(self, library: str) -> None:
        """Delete the entry of a server."""
        with self._notebook.transaction() as connection:
            connection.execute("DELETE FROM servers WHERE library = ?", (library,))
