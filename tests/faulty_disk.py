"""A disk under SQLite that fails on demand: the process is killed in the middle of a write, or the disk is full."""

import os
import signal
from collections.abc import Callable

import apsw

Fault = Callable[[apsw.VFSFile | None, bytes, int], None]


def die_writing(file: apsw.VFSFile | None, data: bytes, offset: int) -> None:
    """Write half of the data, then kill the process without cleanup."""
    if file is not None:
        apsw.VFSFile.xWrite(file, data[: len(data) // 2], offset)
    os.kill(os.getpid(), signal.SIGKILL)


def have_no_room(file: apsw.VFSFile | None, data: bytes, offset: int) -> None:
    """Simulate a full disk: existing bytes may be overwritten, but no file may grow."""
    if file is not None and offset + len(data) > file.xFileSize():
        raise apsw.FullError("there is no room")


class FaultyDisk(apsw.VFS):
    """The default VFS of this process once created. Every change to a file is a step; from step ``at`` on, each calls ``fault``."""

    def __init__(self, fault: Fault) -> None:
        super().__init__("faulty", "unix", makedefault=True)
        self._fault = fault
        self.at = 0
        """The first step that fails; 0 for never."""
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
