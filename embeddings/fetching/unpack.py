"""Decompression of a response's body, in bounded memory however well it is compressed."""

import zlib
from collections.abc import Iterable


class TooLargeError(Exception):
    """The body is larger than allowed."""


class BrokenError(Exception):
    """The body cannot be unpacked; the message says why."""


def unpacked(pieces: Iterable[bytes], encoding: str, most: int) -> bytes:
    """The pieces joined, and unpacked if they are packed by gzip or deflate.

    Raises:
        TooLargeError: they have more than ``most`` bytes, packed or unpacked; not much more than that was held in memory.
        BrokenError: they are packed in another way, damaged or incomplete.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return b"".join(_counted(pieces, most))
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise BrokenError(f"it is packed in a way that was not asked for ({encoding[:40]})")
    try:
        return _inflated(_counted(pieces, most), most)
    except zlib.error as error:
        raise BrokenError("it is packed wrongly and cannot be read") from error


def _counted(pieces: Iterable[bytes], most: int) -> Iterable[bytes]:
    received = 0
    for piece in pieces:
        received += len(piece)
        if received > most:
            raise TooLargeError
        yield piece


def _inflated(pieces: Iterable[bytes], most: int) -> bytes:
    whole = bytearray()
    # Detects whether the format is gzip's or zlib's.
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    for piece in pieces:
        left = piece
        while left:
            if unpacker.eof:
                # A gzip file may have several members.
                unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
            whole += unpacker.decompress(left, most + 1 - len(whole))
            if len(whole) > most:
                raise TooLargeError
            left = unpacker.unused_data
    if not unpacker.eof:
        raise BrokenError("it broke off before its end; try again later")
    return bytes(whole)
