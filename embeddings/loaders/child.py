"""The process that `jail` starts: an order and bytes in, a document or a sentence out. Not to be imported."""

import json
import sys
from typing import Any

from embeddings.errors import SourceError
from embeddings.loaders.formats import Format

# The most that may be written to any file, the answer included, in bytes.
_LARGEST_ANSWER = 100_000_000

NO_MEMORY = "reading it takes more memory than an article may; save it anew, or split it"
DAMAGED = "it is damaged and cannot be read; save it anew"


def main() -> None:
    """Read the order, be bound by its limits, parse, answer."""
    order = json.loads(sys.stdin.buffer.readline())
    _bind(order["seconds"], order["memory"])
    try:
        answer = _answer(order, sys.stdin.buffer.read())
    except SourceError as error:
        answer = _error(error.reason)
    except MemoryError:
        answer = _error(NO_MEMORY)
    except Exception:  # a stranger's file may bring any library to any error
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
    """From here on this process cannot take more, nor allow itself more."""
    if sys.platform == "win32":
        return  # there the clock alone limits it
    import resource

    limits = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_FSIZE, _LARGEST_ANSWER),
    ]
    if sys.platform == "linux":
        # Elsewhere the address space holds much that is no memory.
        limits.append((resource.RLIMIT_AS, memory))
    for limit, most in limits:
        _, hard = resource.getrlimit(limit)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (allowed, allowed))


if __name__ == "__main__":
    main()
