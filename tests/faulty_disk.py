"""A disk under SQLite that fails when it is told to: the process dies in the middle of a write, or there is no more room."""

import os
import signal
from collections.abc import Callable

import apsw

Fault = Callable[[apsw.VFSFile | None, bytes, int], None]


def die_writing(file: apsw.VFSFile | None, data: bytes, offset: int) -> None:
    """Half of it is written; nothing is cleaned up."""
    if file is not None:
        apsw.VFSFile.xWrite(file, data[: len(data) // 2], offset)
    os.kill(os.getpid(), signal.SIGKILL)


def have_no_room(file: apsw.VFSFile | None, data: bytes, offset: int) -> None:
    """What exists may be overwritten; no file may grow."""
    if file is not None and offset + len(data) > file.xFileSize():
        raise apsw.FullError("there is no room")


class FaultyDisk(apsw.VFS):
    """Every connection of this process is on it once it is made. Its steps are what changes a file; from step ``at`` on there is ``fault``."""

    def __init__(self, fault: Fault) -> None:
        super().__init__("faulty", "unix", makedefault=True)
        self._fault = fault
        self.at = 0
        """0 for never."""
        self.steps = 0

    def step(self, file: apsw.VFSFile | None = None, data: bytes = b"", offset: int = 0) -> None:
        self.steps += 1
        if self.at and self.steps >= self.at:
            self._fault(file, data, offset)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> "_File":  # noqa: N802
        return _File(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self.step()
        super().xDelete(filename, syncdir)


class _File(apsw.VFSFile):
    def __init__(self, disk: FaultyDisk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__("unix", name, flags)
        self._disk = disk

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.step(self, data, offset)
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._disk.step()
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.step()
        super().xSync(flags)
