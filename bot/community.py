"""What is remembered of questions, on disk."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.notebook import Notebook
from bot.records import Asked, Deed, ServerSettings, Work

_COLUMNS = "user_id, channel_id, message_id, text, interpreted, status, confidence, citations, at"


class Community(Notebook):
    """`Records`, whose methods it documents, that outlive the process. Safe to use from several threads."""

    def record_question(self, library: str, asked: Asked) -> int:
        """See `Records`. What the server no longer wants kept is deleted on the way."""
        values = {**asdict(asked), "library": library, "at": _iso(asked.at)}
        oldest = _iso(asked.at - timedelta(days=self.settings(library).keep_days))
        with self.transaction() as connection:
            connection.execute("DELETE FROM questions WHERE library = ? AND at < ?", (library, oldest))
            names = ", ".join(f":{name}" for name in _COLUMNS.split(", "))
            connection.execute(f"INSERT INTO questions (library, {_COLUMNS}) VALUES (:library, {names})", values)
            return connection.last_insert_rowid()

    def question(self, library: str, key: int) -> Asked | None:
        """See `Records`."""
        with self.transaction() as connection:
            row = connection.execute(
                f"SELECT {_COLUMNS} FROM questions WHERE library = ? AND key = ?", (library, key)
            ).fetchone()
        if row is None:
            return None
        values: dict[str, Any] = dict(zip(_COLUMNS.split(", "), row, strict=True))
        return Asked(**{**values, "at": datetime.fromisoformat(values["at"])})

    def vote(self, library: str, key: int, user_id: int, helpful: bool) -> None:
        """See `Records`."""
        self._add("votes (question_key, user_id, helpful)", "?3, ?4", library, key, user_id, int(helpful))

    def wish(self, library: str, key: int, user_id: int) -> None:
        """See `Records`."""
        self._add("wishes (question_key, user_id)", "?3", library, key, user_id)

    def settings(self, library: str) -> ServerSettings:
        """See `Records`."""
        with self.transaction() as connection:
            row = connection.execute("SELECT decided FROM settings WHERE library = ?", (library,)).fetchone()
        if row is None:
            return ServerSettings()
        decided = json.loads(str(row[0]))
        for name in ("question_channels", "silent_channels"):
            decided[name] = frozenset(decided[name])
        return ServerSettings(**decided)

    def change_settings(self, library: str, settings: ServerSettings) -> None:
        """See `Records`."""
        decided = {
            name: sorted(each) if isinstance(each, frozenset) else each for name, each in asdict(settings).items()
        }
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (library, json.dumps(decided)))

    def record_deed(self, library: str, deed: Deed) -> None:
        """See `Records`."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO deeds (library, article_id, work, user_id, at) VALUES (?, ?, ?, ?, ?)",
                (library, deed.article_id, deed.work, deed.user_id, _iso(deed.at)),
            )

    def deeds(self, library: str, article_id: str) -> tuple[Deed, ...]:
        """See `Records`."""
        with self.transaction() as connection:
            rows = connection.execute(
                "SELECT work, user_id, at FROM deeds WHERE library = ? AND article_id = ? ORDER BY rowid",
                (library, article_id),
            ).fetchall()
        found: list[tuple[Any, ...]] = list(rows)
        return tuple(Deed(article_id, Work(work), who, datetime.fromisoformat(at)) for work, who, at in found)

    def forget_user(self, user_id: int) -> int:
        """See `Records`."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM questions WHERE user_id = ?", (user_id,))
            count = connection.changes()
            for table in ("votes", "wishes"):
                connection.execute(f"DELETE FROM {table} WHERE user_id = ?", (user_id,))
            connection.execute("UPDATE deeds SET user_id = NULL WHERE user_id = ?", (user_id,))
        self.wipe()
        return count

    def forget_library(self, library: str) -> None:
        """See `Records`."""
        with self.transaction() as connection:
            for table in ("questions", "settings", "deeds"):
                connection.execute(f"DELETE FROM {table} WHERE library = ?", (library,))
        self.wipe()

    def forget_old(self, now: datetime) -> None:
        """See `Records`."""
        with self.transaction() as connection:
            libraries = [str(row[0]) for row in connection.execute("SELECT DISTINCT library FROM questions")]
        for library in libraries:
            oldest = _iso(now - timedelta(days=self.settings(library).keep_days))
            with self.transaction() as connection:
                connection.execute("DELETE FROM questions WHERE library = ? AND at < ?", (library, oldest))
        self.wipe()

    def _add(self, table: str, values: str, library: str, key: int, *given: int) -> None:
        """A row about a question, if the question is this library's; a later one takes the place of an earlier one."""
        with self.transaction() as connection:
            connection.execute(
                f"INSERT OR REPLACE INTO {table} SELECT key, {values} FROM questions WHERE library = ?1 AND key = ?2",
                (library, key, *given),
            )


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
