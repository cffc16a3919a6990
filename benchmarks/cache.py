"""What takes long is kept on disk, so that a second run of a benchmark does not take an hour: vectors, readings, parsed documentation."""

import hashlib
import pickle
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

import embeddings
from embeddings.encoders import load_encoder
from embeddings.encoders.wrapped import Wrapped
from embeddings.protocols import Encoder, Reader, Reading

FOLDER = Path(__file__).parent / ".cache"

_Made = TypeVar("_Made")


def cached(name: str, inputs: Iterable[Path], make: Callable[[], _Made]) -> _Made:
    """What ``make`` returns, from the cache if neither one of the ``inputs`` nor any module of the product has changed since."""
    digest = hashlib.sha256()
    for path in (*inputs, *sorted(Path(embeddings.__file__).parent.rglob("*.py"))):
        digest.update(path.read_bytes())
    path = FOLDER / f"{name}-{digest.hexdigest()[:16]}.pickle"
    if path.exists():
        made: _Made = pickle.loads(path.read_bytes())
        return made
    made = make()
    FOLDER.mkdir(exist_ok=True)
    (part := path.with_suffix(".part")).write_bytes(pickle.dumps(made))
    part.replace(path)
    return made


class CachingEncoder(Wrapped):
    """The vectors of another encoder, cached in one file per model."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        super().__init__(encoder or load_encoder())
        self._path = FOLDER / f"{self.identity.sha256[:16]}.npz"
        self._held: dict[str, NDArray[np.float32]] = {}
        if self._path.exists():
            with np.load(self._path) as stored:
                self._held = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
        self._new = 0

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._remembered("p", texts, super().encode_passages)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._remembered("q", texts, super().encode_queries)

    def save(self) -> None:
        """Write the cache, if anything was added."""
        if self._new:
            FOLDER.mkdir(exist_ok=True)
            vectors = np.array(list(self._held.values()), dtype=np.float32)
            with (part := self._path.with_suffix(".part")).open("wb") as file:
                np.savez(file, keys=np.array(list(self._held)), vectors=vectors)
            part.replace(self._path)
            self._new = 0

    def _remembered(
        self, kind: str, texts: Sequence[str], encode: Callable[[Sequence[str]], NDArray[np.float32]]
    ) -> NDArray[np.float32]:
        keys = [hashlib.sha1(f"{kind}{text}".encode()).hexdigest() for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._held}
        if missing:
            self._held.update(zip(missing, encode(list(missing.values())), strict=True))
            self._new += len(missing)
        return np.array([self._held[key] for key in keys], dtype=np.float32).reshape(len(texts), -1)


class CachingReader:
    """The readings of another reader, cached in one file per model."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._path = FOLDER / f"reader-{reader.sha256[:16]}.pickle"
        self._held: dict[tuple[str, str], Reading] = (
            pickle.loads(self._path.read_bytes()) if self._path.exists() else {}
        )
        self._new = 0

    def understands(self, question: str, language: str, /) -> bool:
        return self._reader.understands(question, language)

    @property
    def sha256(self) -> str:
        return self._reader.sha256

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        missing = [passage for passage in passages if (question, passage) not in self._held]
        for passage, reading in zip(missing, self._reader.read(question, missing), strict=True):
            self._held[question, passage] = reading
        self._new += len(missing)
        return [self._held[question, passage] for passage in passages]

    def save(self) -> None:
        """Write the cache, if anything was added."""
        if self._new:
            FOLDER.mkdir(exist_ok=True)
            (part := self._path.with_suffix(".part")).write_bytes(pickle.dumps(self._held))
            part.replace(self._path)
            self._new = 0
