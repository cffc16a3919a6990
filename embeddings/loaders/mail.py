"""E-mail: the message itself, without quoted replies, signature and attachments."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

from embeddings.errors import SourceError
from embeddings.loaders.builder import Builder
from embeddings.loaders.markup import add_markup, page_of
from embeddings.loaders.plain import load_plain
from embeddings.types import About, Document

DAMAGED = "it is no e-mail message that can be read; save its text and give the file"

_QUOTED = re.compile(r"^[>|].*$\n?", re.MULTILINE)
_INTRODUCTION = re.compile(
    r"^[^\n]{5,200}(?:wrote|writes|schrieb|a écrit|escribió|ha scritto):[^\S\n]*\n(?=\s*>)", re.MULTILINE
)
_SIGNATURE = re.compile(r"^-- ?$.*\Z", re.MULTILINE | re.DOTALL)


def load_mail(data: bytes, *, source: str, title: str | None = None) -> Document:
    """Parse an e-mail message into an article.

    Raises:
        SourceError: it is not a message, or has no text.
    """
    try:
        message = message_from_bytes(data, policy=policy.default)
        subject, sender, date = (str(message.get(name) or "") for name in ("subject", "from", "date"))
        body = message.get_body(preferencelist=("plain", "html")) if isinstance(message, EmailMessage) else None
        words = str(body.get_content()) if body is not None else ""
    except (LookupError, ValueError, AttributeError, TypeError, RecursionError) as error:
        # The parser is lenient, and reports what it rejects by various exceptions.
        raise SourceError(source, DAMAGED) from error
    if not (subject or sender or date):
        raise SourceError(source, DAMAGED)
    title = title or subject
    if body is not None and body.get_content_type() == "text/html":
        document = _of_html(words, source, title)
    else:
        document = _of_text(words, source, title)
    return replace(document, about=About(author=parseaddr(sender)[0] or None, published=_day(date)))


def _of_text(words: str, source: str, title: str) -> Document:
    if not words.strip():
        raise SourceError(source, "the message has no text of its own; save what is attached and give that file")
    words = words.replace("\r\n", "\n")
    own = _SIGNATURE.sub("", _QUOTED.sub("", _INTRODUCTION.sub("", words)))
    # A message that only forwards another one is read as that one.
    return load_plain(own if own.strip() else words, source=source, title=title)


def _of_html(words: str, source: str, title: str) -> Document:
    builder = Builder()
    tree = page_of(words)
    if tree is not None:
        add_markup(builder, tree)
    return builder.document(title=title or source, source=source)


def _day(date: str) -> str | None:
    try:
        return parsedate_to_datetime(date).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
