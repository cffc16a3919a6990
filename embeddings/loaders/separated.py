"""CSV: each row is a table row with its cells as they are; the row number is the paragraph number."""

import csv
from io import StringIO
from pathlib import PurePath

from embeddings.errors import SourceError
from embeddings.loaders.builder import Builder
from embeddings.types import Document

#: Maximum number of rows of a table; a longer one is data, not an article.
MOST_ROWS = 50_000

_DELIMITERS = ",;\t|"
# How many characters are sampled to find the delimiter.
_SAMPLE = 20_000


def load_separated(text: str, *, source: str, title: str | None = None) -> Document:
    """Parse comma-, semicolon-, tab- or pipe-separated values into an article.

    Raises:
        SourceError: it is not a table, or has too many rows.
    """
    text = text.removeprefix("\ufeff")
    builder = Builder()
    try:
        for number, row in enumerate(csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text)), 1):
            if number > MOST_ROWS:
                raise too_many_rows(source)
            builder.row([" ".join(cell.split()) for cell in row], number=number)
    except csv.Error as error:
        raise SourceError(source, "it is no table that can be read; save it anew as CSV in UTF-8") from error
    name = "" if source.startswith("stdin:") else PurePath(source).stem
    return builder.document(title=title or name, source=source)


def too_many_rows(source: str) -> SourceError:
    """The error for a table that is data rather than an article."""
    return SourceError(source, f"it has more than {MOST_ROWS:,} rows; split it into several")


def _delimiter(text: str) -> str:
    """The delimiter that is most frequent and most regular in the first lines."""
    lines = [line for line in text[:_SAMPLE].splitlines() if line.strip()][:20]
    counts = {each: [line.count(each) for line in lines] for each in _DELIMITERS}
    return max(_DELIMITERS, key=lambda each: (min(counts[each], default=0), sum(counts[each])))
