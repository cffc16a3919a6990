"""The articles of a library: added, read again, rolled back, removed."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from embeddings.clean import title_of
from embeddings.errors import GoneError, IndexMismatchError, SourceError, TitleError, UnknownVersionError
from embeddings.fetching.pages import Validators
from embeddings.listings import Listing
from embeddings.prepare import Progress, prepare
from embeddings.protocols import Encoder
from embeddings.sameness import held_as, is_left
from embeddings.sources import Loaded, check_name, is_lasting, visit
from embeddings.store import Imprint, Store, utc_now
from embeddings.store.origins import Origin
from embeddings.store.reuse import Remembering, vectors_of
from embeddings.store.rows import sha256_of
from embeddings.types import Addition, Article, Changes, Document, StoredArticle, Version

if TYPE_CHECKING:
    from embeddings.fetching.fetch import Fetcher

_ID_LENGTH = 8


class Shelf:
    """The articles of one library; nothing of another one can be seen through it. Safe to use from several threads."""

    def __init__(self, store: Store, name: str, encoder: Encoder) -> None:
        self.name = name
        self._store = store
        self._encoder = encoder

    def add(
        self,
        document: Document,
        *,
        validators: Validators | None = None,
        titled: bool = False,
        progress: Progress | None = None,
    ) -> Addition:
        """Add a document. An article that is already there, from this source or as the same page at another address, is left alone if its
        text is the same, and gets a new version otherwise. An article whose own source is gone takes over this document's. A title that
        was given by hand is kept.

        ``validators`` are those of its source; ``titled``: its title was given by hand rather than taken from the source.

        Raises:
            SourceError: the encoder makes no vector of some of its text.
            BusyError, StorageError: it could not be stored; nothing was changed.
            IndexMismatchError: the library's articles were encoded by another model.
        """
        with self._store.at_once():
            sha256 = sha256_of(document.text)
            held = held_as(self._store, self.name, document, sha256)
            origin = self._store.origins.of(self.name, held.id) if held else Origin()
            if held and origin.titled and not titled:
                document, titled = replace(document, title=held.title), True
            stays = held is not None and document.source != held.source and not is_left(held)
            if held and stays:
                document = replace(document, source=held.source)
            if held and stays and held.version == sha256:
                return Addition("unchanged", held)
            addition = self._put(held, document, sha256, progress)
            return (
                addition if stays else self._with_origin(addition, Origin(validators or Validators(), sha256, titled))
            )

    def read_in(
        self,
        source: str,
        fetcher: "Fetcher",
        *,
        title: str | None = None,
        stdin: BinaryIO | None = None,
        progress: Progress | None = None,
    ) -> Addition | Listing:
        """Add the article at a source that `sources.expand` returned, or return the addresses that a feed there names. An unchanged
        file is hashed, but not parsed again.

        Raises:
            GoneError: there is nothing there.
            SourceError: it cannot be read, or is not an article.
            BusyError, StorageError, IndexMismatchError: as for `add`.
        """
        check_name(source)
        held = self.known(source) if title is None else None
        loaded = visit(source, fetcher, title=title, stdin=stdin, known=held[1] if held else None)
        if loaded is None:
            assert held is not None, "nothing was known of it"
            return Addition("unchanged", held[0])
        if isinstance(loaded, Listing):
            if title is not None:
                raise SourceError(source, "a title goes with one article, and this is a list of them")
            return loaded
        return self.add(loaded.document, validators=loaded.validators, titled=title is not None, progress=progress)

    def known(self, source: str) -> tuple[Article, Validators] | None:
        """The article from a source with that source's validators, if the text last read there is the one that is searched now."""
        article = self._store.by_source(self.name, source)
        origin = self._store.origins.of(self.name, article.id) if article else None
        if article is None or origin is None or article.gone or origin.sha256 != article.version:
            return None
        return article, origin.validators

    def refresh(self, article_id: str, fetcher: "Fetcher", *, progress: Progress | None = None) -> Addition:
        """Read an article again from its source. If that has not changed since it was last read, nothing changes, and a rollback
        stays in effect; if it has, the article gets a new version.

        Raises:
            UnknownArticleError: there is none, or more than one, or it was removed meanwhile.
            GoneError: the source is gone, which is recorded; the article stays.
            SourceError: it cannot be read now.
            BusyError, StorageError: it could not be stored; nothing was changed.
            IndexMismatchError: it has changed, and the library's articles were encoded by another model.
        """
        article = self.article(article_id)
        if not is_lasting(article.source):
            return Addition("unchanged", article)
        origin = self._store.origins.of(self.name, article.id)
        try:
            loaded = visit(
                article.source, fetcher, title=article.title if origin.titled else None, known=origin.validators
            )
        except GoneError:
            with self._store.at_once():
                # It may have been renamed or added again during the request.
                origin = self._store.origins.of(self.name, article.id)
                self._was_read(article.id, replace(origin, gone=origin.gone or utc_now()))
            raise
        if isinstance(loaded, Listing):
            raise SourceError(
                article.source, "it is now a feed and no longer a page; add it anew to have the pages that it names"
            )
        with self._store.at_once():
            # An article that was removed while its source was read stays removed.
            return self._was_visited(self.article(article.id), loaded, progress)

    def rename(self, article_id: str, title: str) -> Article:
        """Give an article another title, which it keeps when it is read again.

        Raises:
            TitleError: the title has nothing visible.
            UnknownArticleError: there is none, or more than one.
            BusyError, StorageError: it could not be stored; nothing was changed.
            IndexMismatchError: the library's articles were encoded by another model.
        """
        title = title_of(title)
        if not title:
            raise TitleError("The title is empty; write some words.")
        with self._store.at_once():
            article = self.article(article_id)
            document = self._store.document(self.name, article.id, article.version)
            assert document is not None, "the present version is held"
            self._put(article, replace(document, title=title), article.version, None)
            origin = self._store.origins.of(self.name, article.id)
            self._was_read(article.id, replace(origin, titled=True))
            return self.article(article.id)

    def history(self, article_id: str) -> tuple[Version, ...]:
        """The versions of an article, oldest first, each with how much it changed.

        Raises:
            UnknownArticleError: there is none, or more than one.
        """
        article = self.article(article_id)
        found: list[Version] = []
        before: list[str] = []
        for version in self._store.versions(self.name, article.id):
            now = self._paragraphs(article, version.sha256)
            changes = _changes(before, now)
            found.append(replace(version, new=len(changes.new), gone=len(changes.gone)))
            before = now
        return tuple(found)

    def changes(self, article_id: str, version: str) -> Changes:
        """What a version changed, paragraph by paragraph; ``version`` is its hash or an unambiguous prefix of that.

        Raises:
            UnknownArticleError, UnknownVersionError: there is none, or more than one.
        """
        article = self.article(article_id)
        hashes = [each.sha256 for each in self._store.versions(self.name, article.id)]
        at = hashes.index(_only(hashes, version, article))
        before = self._paragraphs(article, hashes[at - 1]) if at else []
        return _changes(before, self._paragraphs(article, hashes[at]))

    def roll_back(self, article_id: str, version: str) -> Addition:
        """Make a version the one that is searched; ``version`` is its hash or an unambiguous prefix of that.

        Raises:
            UnknownArticleError, UnknownVersionError: there is none, or more than one.
            BusyError, StorageError: it could not be stored; nothing was changed.
            IndexMismatchError: the library's articles were encoded by another model.
        """
        with self._store.writing():
            article = self.article(article_id)
            hashes = [each.sha256 for each in self._store.versions(self.name, article.id)]
            sha256 = _only(hashes, version, article)
            document = self._store.document(self.name, article.id, sha256)
            assert document is not None, "a version that is listed is held"
            return self._put(article, document, sha256, None)

    def articles(self) -> tuple[Article, ...]:
        """All articles, by title, then id."""
        return self._store.articles(self.name)

    def article(self, article_id: str) -> Article:
        """The article whose id is ``article_id``, or the only one whose id begins with it.

        Raises:
            UnknownArticleError: there is none, or more than one.
        """
        return self._store.article(self.name, article_id)

    def show(self, article_id: str) -> StoredArticle:
        """An article with its text and chunks.

        Raises:
            UnknownArticleError: there is none, or more than one.
        """
        return self._store.stored(self.name, article_id)

    def remove(self, article_ids: Sequence[str]) -> tuple[Article, ...]:
        """Delete articles with all their versions, atomically: all of these or none.

        Raises:
            UnknownArticleError: one of them is not there.
            BusyError, StorageError: they could not be deleted; nothing was changed.
        """
        with self._store.writing():
            found = {article.id: article for article in map(self.article, article_ids)}
            self._store.remove(self.name, list(found))
            return tuple(found.values())

    def rebuild(self, *, progress: Progress | None = None) -> int:
        """Split and encode every article again with the present encoder, in one transaction; returns how many there are.

        Raises:
            SourceError: the encoder makes no vector of some text of one of them; nothing was changed.
            BusyError, StorageError: they could not be stored; nothing was changed.
        """
        with self._store.writing():
            documents = list(self._store.documents(self.name))
            total = len(documents)
            prepared = []
            for number, (article_id, document) in enumerate(documents):
                prepared.append((article_id, prepare(document, self._encoder)))
                if progress:
                    progress(number + 1, total)
            if prepared:
                self._store.put(self.name, prepared, Imprint.of(self._encoder.identity))
            return total

    def is_current(self) -> bool:
        """Whether its vectors were made by the present encoder with this release's chunking."""
        return self._store.imprint(self.name) in (None, Imprint.of(self._encoder.identity))

    def _paragraphs(self, article: Article, sha256: str) -> list[str]:
        return (self._store.text(self.name, article.id, sha256) or "").split("\n\n")

    def _put(self, held: Article | None, document: Document, sha256: str, progress: Progress | None) -> Addition:
        """Store a document as a new article, or as the present version of one that is held."""
        # Keywords and vectors depend on the title too.
        if held and (held.version, held.title) == (sha256, document.title):
            if (held.source, held.url, held.about) == (document.source, document.url, document.about):
                return Addition("unchanged", held)
            self._store.describe(self.name, held.id, document)
            return Addition("updated", self.article(held.id))
        self._check_imprint()
        article_id = held.id if held else self._new_id(document.source)
        known = vectors_of(self._store.segment(self.name, held.id)) if held else {}
        prepared = prepare(document, Remembering(self._encoder, known), progress)
        self._store.put(self.name, [(article_id, prepared)], Imprint.of(self._encoder.identity))
        return Addition("updated" if held else "added", self.article(article_id))

    def _was_visited(self, article: Article, loaded: Loaded | None, progress: Progress | None) -> Addition:
        """Store what was found at an article's source; None means it is unchanged."""
        origin = self._store.origins.of(self.name, article.id)
        if loaded is None:
            return self._with_origin(Addition("unchanged", article), replace(origin, gone=None))
        # It may have been renamed while it was read.
        title = article.title if origin.titled else loaded.document.title
        document = replace(loaded.document, title=title)
        sha256 = sha256_of(document.text)
        # If this text was rolled back, the rollback stays in effect.
        is_news = sha256 != origin.sha256 or article.version == sha256
        addition = self._put(article, document, sha256, progress) if is_news else Addition("unchanged", article)
        return self._with_origin(addition, Origin(loaded.validators, sha256, origin.titled))

    def _with_origin(self, addition: Addition, origin: Origin) -> Addition:
        """The addition, after recording what its source answered; its article has the ``gone`` of that."""
        self._was_read(addition.article.id, origin)
        return replace(addition, article=replace(addition.article, gone=origin.gone))

    def _was_read(self, article_id: str, origin: Origin) -> None:
        self._store.origins.was_read(self.name, article_id, origin, utc_now())

    def _new_id(self, source: str) -> str:
        digest = hashlib.sha256(f"{self.name}\n{source}".encode()).hexdigest()
        ids = (digest[:length] for length in range(_ID_LENGTH, len(digest) + 1))
        return next(each for each in ids if not self._store.has(self.name, each))

    def _check_imprint(self) -> None:
        stored, present = self._store.imprint(self.name), Imprint.of(self._encoder.identity)
        if stored not in (None, present):
            raise IndexMismatchError(self.name, str(stored), str(present))


def _only(hashes: Sequence[str], version: str, article: Article) -> str:
    """The one hash that begins with ``version``."""
    matching = [each for each in hashes if version and each.startswith(version)]
    if len(matching) != 1:
        raise UnknownVersionError(article.id, version, matches=len(matching))
    return matching[0]


def _changes(before: Sequence[str], now: Sequence[str]) -> Changes:
    """The paragraphs of either that the other lacks or has less often; each in its order."""
    return Changes(_beyond(now, before), _beyond(before, now))


def _beyond(these: Sequence[str], those: Sequence[str]) -> tuple[str, ...]:
    held = Counter(those)
    found = []
    for paragraph in these:
        if held[paragraph]:
            held[paragraph] -= 1
        else:
            found.append(paragraph)
    return tuple(found)
