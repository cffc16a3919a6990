"""The sources of articles: what each returned when it was last read."""

from dataclasses import astuple, dataclass, field

from embeddings.fetching.pages import Validators
from embeddings.loaders import RULES
from embeddings.store.database import Database

_OF_ARTICLE = "FROM articles a JOIN libraries l ON l.key = a.library_key WHERE l.name = ? AND a.id = ?"


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known about an article's source."""

    validators: Validators = field(default_factory=Validators)
    sha256: str | None = None
    """Hash of the text that was last read there; after a rollback, not that of the present version."""
    titled: bool = False
    """Whether the article's title was given by whoever added it, not by the source."""
    gone: str | None = None
    """Since when the source no longer exists, ISO 8601, UTC; None if it does."""


class Origins:
    """What is known about the sources of all articles."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, library: str, article_id: str) -> Origin:
        """What is known about the article's source."""
        with self._database.reading() as connection:
            row = connection.execute(
                f"SELECT etag, last_modified, sha256, titled, gone, rules FROM origins WHERE article_key = (SELECT a.key {_OF_ARTICLE})",
                (library, article_id),
            ).fetchone()
        if row is None:
            return Origin()
        # By another release's rules, the same page may have given another text, so it is requested unconditionally.
        validators = Validators(row[0], row[1]) if row[5] == RULES else Validators()
        return Origin(validators, row[2], bool(row[3]), row[4])

    def due(self, before: str) -> list[tuple[str, str]]:
        """The pages in all libraries that were last checked before a time (ISO 8601, UTC), longest ago first: the library's name and the
        article's id.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT l.name, a.id FROM articles a JOIN libraries l ON l.key = a.library_key
                JOIN origins o ON o.article_key = a.key
                WHERE o.checked < ? AND instr(a.source, '://') ORDER BY o.checked, l.name, a.id""",
                (before,),
            )
            return [(str(library), str(article_id)) for library, article_id in rows]

    def was_read(self, library: str, article_id: str, origin: Origin, now: str) -> None:
        """Record what the source returned when it was read at ``now``."""
        with self._database.transaction() as connection:
            connection.execute(
                f"""INSERT OR REPLACE INTO origins (article_key, etag, last_modified, sha256, rules, titled, checked, gone)
                SELECT a.key, ?, ?, ?, ?, ?, ?, ? {_OF_ARTICLE}""",
                (
                    *astuple(origin.validators),
                    origin.sha256,
                    RULES,
                    origin.titled,
                    now,
                    origin.gone,
                    library,
                    article_id,
                ),
            )
