"""Room that is held on the disk, so that it can be opened and something removed when it is full."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

_FILE = "reserve"
# To delete is to write: the log of a removal holds every page that is overwritten, at most the whole database.
_MOST = 32_000_000


class Reserve:
    """A file of no content beside the database, given up when there is no other room."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / _FILE

    def keep(self, size: int) -> None:
        """Hold so many bytes, within reason, unless that would fill the disk itself."""
        with suppress(OSError), self._path.open("ab") as file:
            missing = min(size, _MOST) - file.tell()
            if 0 < missing < shutil.disk_usage(self._path.parent).free // 2:
                file.write(bytes(missing))

    def give_up(self, most: int = _MOST) -> bool:
        """Let go of so many bytes of it; tells whether that has made any room."""
        with suppress(OSError):
            held = self._path.stat().st_size
            os.truncate(self._path, max(held - most, 0))
            return held > 0
        return False
