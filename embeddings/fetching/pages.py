"""What is read of the web, as records: light, for those who only keep it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of a page, so that it can be asked whether that still holds."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What a server answered."""

    url: str
    """The address that answered in the end."""
    media_type: str
    """In lower case, without parameters; empty when none was given."""
    charset: str | None
    data: bytes
    validators: Validators
