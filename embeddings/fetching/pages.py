"""Records of fetched pages, in a module that is light for those who only keep them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Validators:
    """A server's validators for a page, for asking it whether the page has changed since."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What a server answered."""

    url: str
    """The final address, after redirects."""
    media_type: str
    """In lower case, without parameters; empty when none was given."""
    charset: str | None
    data: bytes
    validators: Validators
