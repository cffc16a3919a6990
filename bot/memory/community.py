"""The records on disk."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import apsw

from bot.memory.notebook import Notebook, written
from bot.memory.records import Asked, Deed, ServerSettings, Unanswered, Voted, Work

_COLUMNS = (
    "user_id, channel_id, message_id, text, interpreted, status, confidence, citations, at, article_ids, is_private"
)
# Not answered, or answered but with more unhelpful than helpful votes. A settled question counts only if members wait for it.
_UNANSWERED = """
    (is_settled = 0 AND (
        status <> 'answered'
        OR (SELECT sum(1 - 2 * helpful) FROM votes WHERE question_key = questions.key) > 0
    ) OR EXISTS (SELECT 1 FROM wishes WHERE question_key = questions.key))
"""


class Community(Notebook):
    """Persistent `Records`; the protocol documents their methods. Thread-safe."""

    def record_question(self, library: str, asked: Asked) -> int:
        """See `Records`. Also deletes questions that have exceeded the server's retention."""
        values = {
            **asdict(asked),
            "library": library,
            "at": written(asked.at),
            "article_ids": json.dumps(asked.article_ids),
            "is_private": int(asked.is_private),
        }
        oldest = written(asked.at - timedelta(days=self.settings(library).keep_days))
        with self.transaction() as connection:
            connection.execute("DELETE FROM questions WHERE library = ? AND at < ?", (library, oldest))
            names = ", ".join(f":{name}" for name in _COLUMNS.split(", "))
            connection.execute(f"INSERT INTO questions (library, {_COLUMNS}) VALUES (:library, {names})", values)
            return connection.last_insert_rowid()

    def question(self, library: str, key: int) -> Asked | None:
        """See `Records`."""
        with self.reading() as connection:
            row = connection.execute(
                f"SELECT {_COLUMNS} FROM questions WHERE library = ? AND key = ?", (library, key)
            ).fetchone()
        return None if row is None else _asked(row)

    def asked_in(self, library: str, channel_id: int, most: int) -> tuple[Asked, ...]:
        """See `Records`."""
        with self.reading() as connection:
            rows = connection.execute(
                f"""SELECT {_COLUMNS} FROM questions WHERE library = ? AND channel_id = ? AND is_private = 0
                ORDER BY key DESC LIMIT ?""",
                (library, channel_id, most),
            ).fetchall()
        return tuple(_asked(row) for row in reversed(rows))

    def vote(self, library: str, key: int, user_id: int, helpful: bool) -> None:
        """See `Records`."""
        self._add("votes (question_key, user_id, helpful)", "?3, ?4", library, key, user_id, int(helpful))

    def voted(self, library: str) -> list[Voted]:
        """The answers that members voted on, oldest first."""
        with self.reading() as connection:
            rows: list[tuple[Any, ...]] = connection.execute(
                f"""SELECT {_COLUMNS}, key,
                    (SELECT count(*) FROM votes WHERE question_key = key AND helpful = 1),
                    (SELECT count(*) FROM votes WHERE question_key = key AND helpful = 0)
                FROM questions WHERE library = ? AND status = 'answered'
                AND EXISTS (SELECT 1 FROM votes WHERE question_key = key) ORDER BY key""",
                (library,),
            ).fetchall()
        return [Voted(key, _asked(asked), helpful, unhelpful) for *asked, key, helpful, unhelpful in rows]

    def wish(self, library: str, key: int, user_id: int) -> None:
        """See `Records`."""
        self._add("wishes (question_key, user_id)", "?3", library, key, user_id)

    def unanswered(self, library: str, most: int) -> list[Unanswered]:
        """See `Records`."""
        with self.reading() as connection:
            rows: list[tuple[Any, ...]] = connection.execute(
                f"""SELECT {_COLUMNS}, key, is_settled,
                    (SELECT json_group_array(user_id) FROM wishes WHERE question_key = questions.key) AS wishers
                FROM questions WHERE library = ? AND {_UNANSWERED} ORDER BY wishers = '[]', key DESC LIMIT ?""",
                (library, most),
            ).fetchall()
        return [
            Unanswered(key, _asked(asked), tuple(sorted(json.loads(wishers))), bool(is_settled))
            for *asked, key, is_settled, wishers in rows
        ]

    def dismiss(self, library: str, keys: Collection[int]) -> None:
        """See `Records`."""
        with self.transaction() as connection:
            _settle(connection, library, keys)

    def settle(self, library: str, keys: Collection[int]) -> tuple[int, ...]:
        """See `Records`."""
        with self.transaction() as connection:
            _settle(connection, library, keys)
            rows: list[tuple[Any, ...]] = connection.execute(
                """DELETE FROM wishes WHERE question_key IN (SELECT value FROM json_each(?2))
                AND question_key IN (SELECT key FROM questions WHERE library = ?1) RETURNING user_id""",
                (library, json.dumps([*keys])),
            ).fetchall()
        return tuple(sorted({user_id for (user_id,) in rows}))

    def waiting(self) -> tuple[str, ...]:
        """See `Records`."""
        with self.reading() as connection:
            rows = connection.execute(f"SELECT DISTINCT library FROM questions WHERE {_UNANSWERED} ORDER BY library")
            return tuple(str(library) for (library,) in rows)

    def settings(self, library: str) -> ServerSettings:
        """See `Records`."""
        with self.reading() as connection:
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
                (library, deed.article_id, deed.work, deed.user_id, written(deed.at)),
            )

    def deeds(self, library: str, article_id: str) -> tuple[Deed, ...]:
        """See `Records`."""
        with self.reading() as connection:
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

    def forget_library(self, library: str) -> bool:
        """See `Records`."""
        count = 0
        with self.transaction() as connection:
            for table in ("questions", "settings", "deeds"):
                connection.execute(f"DELETE FROM {table} WHERE library = ?", (library,))
                count += connection.changes()
        self.wipe()
        return count > 0

    def forget_old(self, now: datetime) -> None:
        """See `Records`."""
        with self.reading() as connection:
            libraries = [str(row[0]) for row in connection.execute("SELECT DISTINCT library FROM questions")]
        for library in libraries:
            oldest = written(now - timedelta(days=self.settings(library).keep_days))
            with self.transaction() as connection:
                connection.execute("DELETE FROM questions WHERE library = ? AND at < ?", (library, oldest))
        self.wipe()

    def _add(self, table: str, values: str, library: str, key: int, *given: int) -> None:
        """Insert or replace a row about a question, if the question belongs to this library."""
        with self.transaction() as connection:
            connection.execute(
                f"INSERT OR REPLACE INTO {table} SELECT key, {values} FROM questions WHERE library = ?1 AND key = ?2",
                (library, key, *given),
            )


def _asked(row: Sequence[Any]) -> Asked:
    values: dict[str, Any] = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return Asked(
        **{
            **values,
            "at": datetime.fromisoformat(values["at"]),
            "article_ids": tuple(json.loads(values["article_ids"])),
            "is_private": bool(values["is_private"]),
        }
    )


def _settle(connection: apsw.Connection, library: str, keys: Collection[int]) -> None:
    connection.execute(
        "UPDATE questions SET is_settled = 1 WHERE library = ? AND key IN (SELECT value FROM json_each(?))",
        (library, json.dumps([*keys])),
    )
