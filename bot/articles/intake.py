"""Takes addresses, files and text from librarians into their library. Every call may take minutes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from bot.taking import Outcome, Taking
from embeddings.archives import SUFFIX as ARCHIVE_SUFFIX
from embeddings.archives import names_in, read_from
from embeddings.errors import BusyError, SourceError, UnknownArticleError
from embeddings.fetching.addresses import is_address
from embeddings.fetching.fetch import Fetcher
from embeddings.library import Library
from embeddings.listings import Listing
from embeddings.loaders import load
from embeddings.prepare import Progress
from embeddings.sources import expand, is_lasting, uploaded
from embeddings.types import Addition, Article

#: How many pages and files named by feeds, sitemaps and archives, directly or indirectly, are read at once: one given by mistake
#: must not fill a server's library, and two that name one another must come to an end.
MOST_AT_ONCE = 50
# Unlike the error's own message, without the path of the host's folder.
_BUSY = "something else is writing to the articles; try again in a minute"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file, or text as one."""

    name: str
    """With its suffix, which tells its format; the same name again is a new version."""
    data: bytes
    title: str | None = None
    """The title to use instead of its own, or if it has none."""
    url: str | None = None
    """The link for readers."""
    member: str | None = None
    """For an archive: the name of the file in it that is meant."""

    @property
    def known_as(self) -> str:
        """The source of its article."""
        return uploaded(self.name if self.member is None else f"{self.name}/{self.member}")


def take_in(library: Library, fetcher: Fetcher, given: Sequence[str | Upload], progress: Progress) -> Outcome:
    """Add addresses and files, and what feeds name and archives hold; a failure does not stop the rest.

    Raises:
        StorageError, ModelError: nothing can be stored now.
    """

    def take(each: str | Upload, report: Progress | None) -> Addition | Sequence[str | Upload]:
        try:
            return _taken(library, fetcher, each, report)
        except BusyError as error:
            raise SourceError(each.known_as if isinstance(each, Upload) else each, _BUSY) from error

    return Taking(given, len(given) + MOST_AT_ONCE).run(take, progress)


def read_again(library: Library, fetcher: Fetcher, articles: Sequence[Article], progress: Progress) -> Outcome:
    """Read articles again from their sources; uploaded ones stay as they are.

    Raises:
        StorageError, ModelError: nothing can be stored now.
    """

    def take(article: Article, report: Progress | None) -> Addition:
        # A failure names the article's title, because its source may be a path on the host's disk.
        try:
            return library.refresh(article.id, fetcher, progress=report)
        except SourceError as error:
            raise SourceError(article.title, error.reason) from error
        except BusyError as error:
            raise SourceError(article.title, _BUSY) from error
        except UnknownArticleError as error:
            raise SourceError(article.title, "it was removed meanwhile") from error

    return Taking(articles, len(articles)).run(take, progress)


def can_be_read_again(article: Article) -> bool:
    """Whether an article's source can be read again."""
    return is_lasting(article.source)


def _taken(
    library: Library, fetcher: Fetcher, given: str | Upload, progress: Progress | None
) -> Addition | Sequence[str | Upload]:
    """The article added, or the sources that a feed names or an archive holds."""
    if isinstance(given, Upload):
        data = given.data
        if given.name.lower().endswith(ARCHIVE_SUFFIX):
            if given.member is None:
                return tuple(replace(given, member=name) for name in names_in(BytesIO(data), given.known_as))
            data = read_from(BytesIO(data), uploaded(given.name), given.member)
        document = load(data, source=given.known_as, title=given.title, url=given.url)
        return library.add(document, titled=given.title is not None, progress=progress)
    # A path would be one on the host's disk.
    if not is_address(given):
        raise SourceError(given, "this is no web address; give one that begins with https://, or attach the file")
    (source,) = expand(given)
    added = library.read_in(source, fetcher, progress=progress)
    return added.addresses if isinstance(added, Listing) else added
