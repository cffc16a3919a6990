"""Read access to the articles in the database, vectors included: the single source of truth.

Every query names its library, so that nothing leaks to another; only `Articles.libraries` and `Articles.damage` span them all.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from embeddings.errors import UnknownArticleError
from embeddings.store.database import Database
from embeddings.store.imprint import Imprint
from embeddings.store.rows import Segment, blocks_from_json, damage_of, read_segment
from embeddings.types import About, Article, Chunk, Document, Span, StoredArticle, Version

_NUMBER = re.compile(r"(\d{1,18})")
_ARTICLE = """
    SELECT a.id, a.title, a.source, a.url, v.sha256, a.added, v.stored, length(v.text),
        (SELECT count(*) FROM chunks WHERE version_key = v.key), (SELECT count(*) FROM sentences WHERE version_key = v.key),
        a.author, a.published, a.site, a.language, o.gone
    FROM articles a JOIN libraries l ON l.key = a.library_key JOIN versions v ON v.article_key = a.key AND v.present = 1
    LEFT JOIN origins o ON o.article_key = a.key
    WHERE l.name = ?
"""
_DOCUMENT = """
    SELECT a.id, a.title, v.text, v.blocks, a.source, a.url, a.author, a.published, a.site, a.language
    FROM articles a JOIN libraries l ON l.key = a.library_key JOIN versions v ON v.article_key = a.key WHERE l.name = ?
"""


class Articles:
    """The stored articles of every library in one database. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def libraries(self) -> tuple[str, ...]:
        """The names of the libraries that anything was ever added to, sorted."""
        return tuple(row[0] for row in self._rows("SELECT name FROM libraries ORDER BY name"))

    def generation(self, library: str) -> int:
        """A counter that increases with every change to the library; 0 before it exists."""
        return int(self._value("SELECT generation FROM libraries WHERE name = ?", library) or 0)

    def imprint(self, library: str) -> Imprint | None:
        """What the library's vectors were made with; None before anything was added."""
        for row in self._rows(
            "SELECT encoder, encoder_sha256, dimension, metric, chunking FROM libraries WHERE name = ?", library
        ):
            return Imprint(*row) if row[0] is not None else None
        return None

    def articles(self, library: str) -> tuple[Article, ...]:
        """All articles, sorted by title in natural order (chapter 2 before chapter 10), then by id."""
        return tuple(sorted((_article(row) for row in self._rows(_ARTICLE, library)), key=_by_title))

    def article(self, library: str, article_id: str) -> Article:
        """The article with this id, or else the only one whose id begins with it.

        Raises:
            UnknownArticleError: there is none, or more than one.
        """
        # SQLite takes no lone surrogates, and no id contains any.
        article_id = article_id.encode(errors="replace").decode()
        rows = list(
            self._rows(f"{_ARTICLE} AND substr(a.id, 1, length(?)) = ? ORDER BY a.id", library, article_id, article_id)
        )
        exact = [row for row in rows if row[0] == article_id]
        found = exact or rows
        if len(found) != 1 or not article_id:
            raise UnknownArticleError(article_id, matches=len(found) if article_id else 0)
        return _article(found[0])

    def has(self, library: str, article_id: str) -> bool:
        """Whether there is an article with exactly this id."""
        statement = "SELECT 1 FROM articles a JOIN libraries l ON l.key = a.library_key WHERE l.name = ? AND a.id = ?"
        return self._value(statement, library, article_id) is not None

    def stored(self, library: str, article_id: str) -> StoredArticle:
        """An article with its text and chunks.

        Raises:
            UnknownArticleError: there is none, or more than one.
        """
        with self._database.reading():
            article = self.article(library, article_id)
            text = self.text(library, article.id)
            chunks = self.chunks(library, article.id)
        assert text is not None, "an article that was found has a present text"
        return StoredArticle(article, text, chunks)

    def by_source(self, library: str, source: str) -> Article | None:
        """The article that was read from this source."""
        return next((_article(row) for row in self._rows(f"{_ARTICLE} AND a.source = ?", library, source)), None)

    def by_url(self, library: str, url: str) -> tuple[Article, ...]:
        """The articles with this URL."""
        return tuple(_article(row) for row in self._rows(f"{_ARTICLE} AND a.url = ? ORDER BY a.id", library, url))

    def by_content(self, library: str, sha256: str) -> tuple[Article, ...]:
        """The articles whose present text has this hash."""
        return tuple(_article(row) for row in self._rows(f"{_ARTICLE} AND v.sha256 = ? ORDER BY a.id", library, sha256))

    def text(self, library: str, article_id: str, version: str | None = None) -> str | None:
        """The text of the present version, or of the one with this hash; None if it is not stored."""
        chosen = "v.present = 1" if version is None else "v.sha256 = ?"
        arguments = (library, article_id) if version is None else (library, article_id, version)
        found = self._value(
            f"""SELECT v.text FROM versions v JOIN articles a ON a.key = v.article_key JOIN libraries l ON l.key = a.library_key
            WHERE l.name = ? AND a.id = ? AND {chosen}""",
            *arguments,
        )
        return None if found is None else str(found)

    def documents(self, library: str) -> Iterator[tuple[str, Document]]:
        """The id of each article and its present version, as the document that was loaded."""
        for row in self._rows(f"{_DOCUMENT} AND v.present = 1 ORDER BY a.id", library):
            yield row[0], _document(row)

    def document(self, library: str, article_id: str, version: str) -> Document | None:
        """A version as the document that was loaded, with the article's present title; None if it is not stored."""
        rows = self._rows(f"{_DOCUMENT} AND a.id = ? AND v.sha256 = ?", library, article_id, version)
        return next(map(_document, rows), None)

    def versions(self, library: str, article_id: str) -> tuple[Version, ...]:
        """The versions of an article, oldest first; their numbers of changed paragraphs are not filled in."""
        rows = self._rows(
            """SELECT v.sha256, v.stored, length(v.text), v.present FROM versions v JOIN articles a ON a.key = v.article_key
            JOIN libraries l ON l.key = a.library_key WHERE l.name = ? AND a.id = ? ORDER BY v.key""",
            library,
            article_id,
        )
        return tuple(Version(sha256, stored, length, bool(present)) for sha256, stored, length, present in rows)

    def segment(self, library: str, article_id: str) -> Segment:
        """The present version of an article, as it is searched.

        Raises:
            UnknownArticleError: there is none, or more than one.
        """
        with self._database.reading() as connection:
            article = self.article(library, article_id)
            key = self._value(
                """SELECT v.key FROM versions v JOIN articles a ON a.key = v.article_key JOIN libraries l ON l.key = a.library_key
                WHERE l.name = ? AND a.id = ? AND v.present = 1""",
                library,
                article.id,
            )
            dimension = int(self._value("SELECT dimension FROM libraries WHERE name = ?", library))
            return read_segment(connection, article, int(key), dimension)

    def chunks(self, library: str, article_id: str) -> tuple[Chunk, ...]:
        """The chunks of the present version, in reading order."""
        rows = self._rows(
            """SELECT c.start, c."end", c.first, c.last, c.heading FROM chunks c JOIN versions v ON v.key = c.version_key AND v.present = 1
            JOIN articles a ON a.key = v.article_key JOIN libraries l ON l.key = a.library_key
            WHERE l.name = ? AND a.id = ? ORDER BY c.number""",
            library,
            article_id,
        )
        return tuple(
            Chunk(Span(start, end), first, last, tuple(json.loads(heading)))
            for start, end, first, last, heading in rows
        )

    def segments(self, library: str, known: dict[int, Segment]) -> tuple[int, list[Segment]]:
        """The library's generation and its segments, sorted by article id; those in ``known``, by version key, are not read again."""
        with self._database.reading() as connection:
            generation = self.generation(library)
            keys = self._rows(
                """SELECT a.id, v.key FROM articles a JOIN libraries l ON l.key = a.library_key
                JOIN versions v ON v.article_key = a.key AND v.present = 1 WHERE l.name = ?""",
                library,
            )
            key_of = dict(keys)
            dimension = int(self._value("SELECT dimension FROM libraries WHERE name = ?", library) or 0)
            segments = []
            for article in sorted(self.articles(library), key=lambda article: article.id):
                held = known.get(key_of[article.id])
                segments.append(
                    replace(held, article=article)
                    if held
                    else read_segment(connection, article, key_of[article.id], dimension)
                )
        return generation, segments

    def damage(self) -> tuple[str, ...]:
        """What is wrong with the database: SQLite's own check and, if that finds nothing, the hashes of each version."""
        found = list(self._database.damage())
        if not found:
            with self._database.reading() as connection:
                versions = self._rows("SELECT a.id, v.key FROM versions v JOIN articles a ON a.key = v.article_key")
                found = [damage for each in versions if (damage := damage_of(connection, *each))]
        return tuple(found)

    def _rows(self, statement: str, *arguments: Any) -> Iterator[tuple[Any, ...]]:
        with self._database.errors():
            yield from self._database.connection.execute(statement, arguments)

    def _value(self, statement: str, *arguments: Any) -> Any:
        return next((row[0] for row in self._rows(statement, *arguments)), None)


def _by_title(article: Article) -> tuple[list[str | int], str]:
    # Text and numbers alternate, so that only like types are compared.
    parts = enumerate(_NUMBER.split(article.title.casefold()))
    return [int(part) if place % 2 else part for place, part in parts], article.id


def _article(row: tuple[Any, ...]) -> Article:
    *own, author, published, site, language, gone = row
    return replace(Article(*own), about=About(author, published, site, language), gone=gone)


def _document(row: tuple[Any, ...]) -> Document:
    _, title, text, blocks, source, url, *about = row
    return Document(title, text, blocks_from_json(blocks), source, url, About(*about))
