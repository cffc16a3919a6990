"""The parts of a packed file (ZIP), with limits on what they unpack to."""

import zipfile
from io import BytesIO

from embeddings.errors import SourceError
from embeddings.loaders.limits import LARGEST_PART, LARGEST_UNPACKED, MOST_PARTS

LOCKED = "it is locked by a password; save a copy without one"
DAMAGED = "it is damaged or cut short; copy or download it again"
TOO_MUCH = "it unpacks to more than an article may hold; save it anew without its pictures, or split it"

_LOCKED_FLAG = 1


class Parts:
    """A ZIP file in memory; nothing of it is ever written to disk."""

    def __init__(self, data: bytes, source: str) -> None:
        self._source = source
        self._left = LARGEST_UNPACKED
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except Exception as error:  # zipfile raises many kinds of errors
            raise SourceError(source, DAMAGED) from error
        if len(self._zip.namelist()) > MOST_PARTS:
            raise SourceError(source, TOO_MUCH)

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def check_sizes(self) -> None:
        """Reject a file whose parts declare too large a total size; no part can unpack to more than it declares.

        Raises:
            SourceError: they do, or a part is locked.
        """
        parts = self._zip.infolist()
        if any(each.flag_bits & _LOCKED_FLAG for each in parts):
            raise SourceError(self._source, LOCKED)
        if sum(each.file_size for each in parts) > LARGEST_UNPACKED:
            raise SourceError(self._source, TOO_MUCH)

    def read(self, name: str) -> bytes:
        """The content of a part.

        Raises:
            SourceError: there is no such part, it is locked or damaged, or it holds too much.
        """
        info = self._zip.NameToInfo.get(name)
        if info is None:
            raise SourceError(self._source, DAMAGED)
        if info.flag_bits & _LOCKED_FLAG:
            raise SourceError(self._source, LOCKED)
        most = min(LARGEST_PART, self._left)
        try:
            with self._zip.open(info) as part:
                # The declared size may be false; one byte more than allowed is enough to know.
                data = part.read(most + 1)
        except Exception as error:  # zlib.error, lzma.LZMAError and whatever else a decompressor raises
            raise SourceError(self._source, DAMAGED) from error
        if len(data) > most:
            raise SourceError(self._source, TOO_MUCH)
        self._left -= len(data)
        return data
