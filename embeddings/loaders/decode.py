"""Decode bytes to text: UTF-8, UTF-16 and UTF-32 with or without a BOM, and legacy encodings if they can be told with certainty."""

import codecs
import re

from charset_normalizer import from_bytes

from embeddings.errors import SourceError

_MARKS = (
    # UTF-32 first: its little-endian BOM begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Candidate encodings of text that is not Unicode, most frequent first.
_LEGACY = (
    "cp1252",
    "cp1250",
    "cp1251",
    "koi8_r",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "shift_jis",
    "gb18030",
    "big5",
    "euc_kr",
)

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UTF8_SEQUENCE = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
# How much of a file is sampled to guess its encoding, in bytes.
_SAMPLE = 200_000

NOT_TEXT = "this is not a text file, and not in any other format that can be read; save it as text, a web page or PDF"
UNKNOWN = "its text encoding cannot be told; save it as UTF-8"
MIXED = "it mixes UTF-8 with another text encoding; save it as UTF-8"


def decode(data: bytes, source: str) -> str:
    """The text of a file.

    Raises:
        SourceError: it is binary, or its encoding is unknown or mixed.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding, source)
    if b"\x00" in data:
        return _strictly(data, _unmarked_utf16(data, source), source)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _strictly(data, _legacy(data, source), source)
    if _CONTROLS.search(text):
        raise SourceError(source, NOT_TEXT)
    return text


def _strictly(data: bytes, encoding: str, source: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(source, UNKNOWN) from error
    if _CONTROLS.search(text):
        raise SourceError(source, NOT_TEXT)
    return text


def _unmarked_utf16(data: bytes, source: str) -> str:
    """Which UTF-16: in it at least line ends and spaces have a NUL on the same side of each pair. Other files with NULs are binary."""
    even, odd = data[:_SAMPLE:2], data[1:_SAMPLE:2]
    if len(data) % 2 == 0:
        for high, low, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
            if high.count(0) * 20 >= len(high) and low.count(0) == 0:
                return encoding
    raise SourceError(source, NOT_TEXT)


def _legacy(data: bytes, source: str) -> str:
    high = len(_HIGH_BYTE.findall(data))
    in_utf8 = sum(len(sequence) for sequence in _UTF8_SEQUENCE.findall(data))
    if in_utf8 * 2 > high:
        raise SourceError(source, MIXED)
    if _CONTROLS.search(data[:_SAMPLE].decode("latin-1")):
        raise SourceError(source, NOT_TEXT)
    guesses = from_bytes(data[:_SAMPLE], cp_isolation=list(_LEGACY), enable_fallback=False)
    best = guesses.best()
    if best is None:
        raise SourceError(source, UNKNOWN)
    # Western text often decodes equally well in several of these; of equals, Windows-1252 is by far the likeliest.
    western = next((guess for guess in guesses if "cp1252" in (guess.encoding, *guess.could_be_from_charset)), None)
    return "cp1252" if western is not None and western.chaos <= best.chaos else best.encoding
