"""The process that `jail` starts: a request and the file's bytes in, a document or an error message out. Not to be imported."""

import json
import sys
from typing import Any

from embeddings.errors import SourceError
from embeddings.loaders.formats import Format

# Maximum size of any file it writes, the answer included, in bytes.
_LARGEST_ANSWER = 100_000_000

NO_MEMORY = "reading it takes more memory than an article may; save it anew, or split it"
DAMAGED = "it is damaged and cannot be read; save it anew"


def main() -> None:
    """Read the request, apply its limits, parse, and write the answer."""
    order = json.loads(sys.stdin.buffer.readline())
    _bind(order["seconds"], order["memory"])
    try:
        answer = _answer(order, sys.stdin.buffer.read())
    except SourceError as error:
        answer = _error(error.reason)
    except MemoryError:
        answer = _error(NO_MEMORY)
    except Exception:  # an untrusted file may make any library raise anything
        answer = _error(DAMAGED)
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def _answer(order: dict[str, Any], data: bytes) -> bytes:
    from embeddings.loaders.parse import parse
    from embeddings.loaders.wire import to_wire

    form = Format(order["format"])
    return to_wire(parse(data, form, source=order["source"], title=order["title"], url=order["url"]))


def _error(reason: str) -> bytes:
    return json.dumps({"error": reason}).encode()


def _bind(seconds: float, memory: int) -> None:
    """Limit the CPU time, memory and file size of this process; it cannot raise the limits again."""
    if sys.platform == "win32":
        return  # there only the parent's timeout applies
    import resource

    limits = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_FSIZE, _LARGEST_ANSWER),
    ]
    if sys.platform == "linux":
        # On other systems the address space includes much that is not memory in use.
        limits.append((resource.RLIMIT_AS, memory))
    for limit, most in limits:
        _, hard = resource.getrlimit(limit)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (allowed, allowed))


if __name__ == "__main__":
    main()
