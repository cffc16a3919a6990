"""Reserved disk space, so that on a full disk the database can still be opened and articles removed."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

_FILE = "reserve"
# Maximum size in bytes. Deleting writes too: a removal's log holds every page that is overwritten, at most the whole database.
_MOST = 32_000_000


class Reserve:
    """A file of zeros beside the database, given up when there is no other space."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / _FILE

    def keep(self, size: int) -> None:
        """Reserve ``size`` bytes, at most `_MOST`, unless that would take half of the free space."""
        with suppress(OSError), self._path.open("ab") as file:
            missing = min(size, _MOST) - file.tell()
            if 0 < missing < shutil.disk_usage(self._path.parent).free // 2:
                file.write(bytes(missing))

    def give_up(self, most: int = _MOST) -> bool:
        """Release up to ``most`` bytes; returns whether any were reserved."""
        with suppress(OSError):
            held = self._path.stat().st_size
            os.truncate(self._path, max(held - most, 0))
            return held > 0
        return False
