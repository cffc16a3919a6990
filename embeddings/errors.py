"""Every error a caller may encounter, in one place.

    PullquoteError
    ├── InputError               the input cannot be used; nothing was changed
    │   ├── SourceError          a source cannot be read as an article
    │   │   └── GoneError        a source does not exist, or no longer exists
    │   ├── QuestionError        a question cannot be asked as it stands
    │   ├── TitleError           an article cannot have that title
    │   ├── UnknownArticleError  no article, or more than one, has that id
    │   └── UnknownVersionError  no text of an article, or more than one, has that hash
    ├── StorageError             a problem with the data directory or its database
    │   ├── DataDirError         it cannot be created, read or written
    │   ├── DiskFullError        its disk is full
    │   ├── BusyError            another process is writing
    │   ├── DamagedError         the database is damaged
    │   └── NewerSchemaError     the database was written by a newer release
    └── ModelError               a problem with the encoder or the reader
        ├── ModelMissingError    it cannot be found or loaded
        ├── ModelChangedError    its weights are not the ones expected
        └── IndexMismatchError   the articles were encoded by another model

The message of each is one sentence that a person can act on; its data are attributes.
"""

from pathlib import Path


class PullquoteError(Exception):
    """The base class: ``str(error)`` is a sentence that can be shown to a user."""


class InputError(PullquoteError):
    """The input cannot be used; nothing was changed."""


class SourceError(InputError):
    """A source cannot be read as an article."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class GoneError(SourceError):
    """A source does not exist, or no longer exists."""


class QuestionError(InputError):
    """A question cannot be asked as it stands."""


class TitleError(InputError):
    """An article cannot have the given title."""


class UnknownArticleError(InputError):
    """No article, or more than one, has the given id."""

    def __init__(self, article_id: str, *, matches: int = 0) -> None:
        if matches:
            message = f"{matches} articles have an id that begins with {article_id!r}; type more of it."
        else:
            message = f"There is no article with the id {article_id!r}; `pullquote list` shows the ids."
        super().__init__(message)
        self.article_id = article_id
        self.matches = matches


class UnknownVersionError(InputError):
    """An article has no version, or more than one, with the given hash."""

    def __init__(self, article_id: str, version: str, *, matches: int = 0) -> None:
        if matches:
            message = f"Article {article_id} has {matches} versions that begin with {version!r}; type more of it."
        else:
            message = f"Article {article_id} has no version {version!r}; `pullquote history {article_id}` shows them."
        super().__init__(message)
        self.article_id = article_id
        self.version = version
        self.matches = matches


class StorageError(PullquoteError):
    """A problem with the data directory or its database."""


class DataDirError(StorageError):
    """The data directory cannot be created, read or written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The data directory {path} cannot be used: {reason}.")
        self.path = path
        self.reason = reason


class DiskFullError(StorageError):
    """The disk of the data directory is full."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"The disk that holds {path} is full; make room and try again. Nothing was changed.")
        self.path = path


class BusyError(StorageError):
    """Another process is writing to the same data directory."""

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(f"{holder} is writing to {path.parent}; try again when it has finished.")
        self.path = path
        self.holder = holder


class DamagedError(StorageError):
    """The database is damaged."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            f"The database {path} is damaged ({detail}); `pullquote doctor --repair` saves what can be saved."
        )
        self.path = path
        self.detail = detail


class NewerSchemaError(StorageError):
    """The database was written by a newer release."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"The database {path} was written by a newer release (schema {found}; this one knows up to {known}); "
            "install the newest release of Pullquote."
        )
        self.path = path
        self.found = found
        self.known = known


class ModelError(PullquoteError):
    """A problem with the encoder or the reader."""


class ModelMissingError(ModelError):
    """A model cannot be found or loaded."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The model {name!r} cannot be loaded: {reason}.")
        self.name = name
        self.reason = reason


class ModelChangedError(ModelError):
    """The weights of a model, or its other files, are not the ones expected."""

    def __init__(self, path: Path, expected: str, found: str) -> None:
        super().__init__(
            f"The model file {path} is not the one expected (SHA-256 {found[:12]}…, not {expected[:12]}…); install it again."
        )
        self.path = path
        self.expected = expected
        self.found = found


class IndexMismatchError(ModelError):
    """The articles were encoded by another model, or chunked by another release, than the present one."""

    def __init__(self, library: str, stored: str, current: str) -> None:
        super().__init__(
            f"The articles of {library!r} were encoded with {stored} and the present encoder is {current}; "
            "`pullquote doctor --repair` encodes them anew."
        )
        self.library = library
        self.stored = stored
        self.current = current
