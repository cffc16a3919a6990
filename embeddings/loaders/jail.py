"""Parsing in a separate process with limits on time and memory, which is killed when it exceeds them.

The process reads the bytes from its standard input, writes the document as JSON to an anonymous temporary file, sees nothing of this
process's environment, and can harm nothing but itself.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from embeddings.errors import SourceError
from embeddings.loaders.formats import Format
from embeddings.loaders.limits import MEMORY, SECONDS
from embeddings.loaders.wire import from_wire
from embeddings.types import Document

TOO_SLOW = "reading it takes longer than {seconds:.0f} seconds; save it anew, or split it"
TOO_MUCH = "reading it takes too much memory, or breaks the program that reads it; save it anew, or split it"
NO_PROCESS = "there is no process to read it with at present ({reason}); try again later"

_ROOT = Path(__file__).parents[2]


def parse_apart(
    data: bytes,
    form: Format,
    *,
    source: str,
    title: str | None = None,
    url: str | None = None,
    seconds: float = SECONDS,
    memory: int = MEMORY,
) -> Document:
    """Run `parse` in a separate process and return its document.

    Raises:
        SourceError: for the reasons of `parse`, or it took more than ``seconds`` or ``memory``.
    """
    order = {"format": form, "source": source, "title": title, "url": url, "seconds": seconds, "memory": memory}
    try:
        with tempfile.TemporaryFile() as answer:
            done = subprocess.run(
                # -P: never import a module from the user's current directory.
                [sys.executable, "-P", "-m", "embeddings.loaders.child"],
                input=json.dumps(order).encode() + b"\n" + data,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                env=_environment(),
                check=False,
            )
            answer.seek(0)
            written = answer.read()
    except subprocess.TimeoutExpired as error:
        raise SourceError(source, TOO_SLOW.format(seconds=seconds)) from error
    except OSError as error:
        raise SourceError(source, NO_PROCESS.format(reason=error.strerror or error)) from error
    try:
        record = json.loads(written) if done.returncode == 0 else {"error": _broken(done.returncode, seconds)}
        if reason := record.get("error"):
            raise SourceError(source, str(reason))
        return from_wire(record, source)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise SourceError(source, TOO_MUCH) from error


def _environment() -> dict[str, str] | None:
    # Python does not start on Windows without some of the system's own variables.
    return None if sys.platform == "win32" else {"PYTHONPATH": str(_ROOT)}


def _broken(status: int, seconds: float) -> str:
    import signal

    slow = sys.platform != "win32" and status == -signal.SIGXCPU
    return TOO_SLOW.format(seconds=seconds) if slow else TOO_MUCH
