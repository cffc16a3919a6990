"""Small working implementations that stand in for slow or remote parts."""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from bot.memory.records import Asked, Deed, ServerSettings, Unanswered
from embeddings.protocols import EncoderIdentity

_WORD = re.compile(r"\w+")


class BagEncoder:
    """A hashed bag of words: equal texts have equal vectors, and texts that share words have similar ones."""

    def __init__(
        self, *, name: str = "bag-of-words", dimension: int = 64, max_tokens: int = 64, multilingual: bool = True
    ) -> None:
        self._identity = EncoderIdentity(name, hashlib.sha256(name.encode()).hexdigest(), dimension)
        self._max_tokens = max_tokens
        self._multilingual = multilingual
        self.encoded = 0
        """Number of texts encoded so far."""

    @property
    def identity(self) -> EncoderIdentity:
        return self._identity

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    @property
    def multilingual(self) -> bool:
        return self._multilingual

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_WORD.findall(text)) for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += len(texts)
        vectors = np.zeros((len(texts), self._identity.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in _WORD.findall(text.lower()) or [""]:
                digest = hashlib.sha256(word.encode()).digest()
                vectors[row, digest[0] % self._identity.dimension] += 1 if digest[1] % 2 else -1
            if not vectors[row].any():
                vectors[row, 0] = 1
        unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_passages(texts)


class WaitingEncoder(BagEncoder):
    """Encodes questions at once, but blocks on passages until ``let_go`` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.let_go.wait(60)
        return super().encode_passages(texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return super().encode_passages(texts)


class MemoryRecords:
    """`Records` in memory: after a restart, buttons of earlier answers say that they no longer have the question."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._last = 0
        self._asked: OrderedDict[tuple[str, int], Asked] = OrderedDict()
        self.votes: dict[tuple[str, int, int], bool] = {}
        self.wishes: set[tuple[str, int, int]] = set()
        self.settled: set[tuple[str, int]] = set()
        self.decided: dict[str, ServerSettings] = {}
        self.done: list[tuple[str, Deed]] = []

    def record_question(self, library: str, asked: Asked) -> int:
        """See `Records`."""
        self._last += 1
        self._asked[library, self._last] = asked
        if len(self._asked) > self._most:
            self._asked.popitem(last=False)
        return self._last

    def question(self, library: str, key: int) -> Asked | None:
        """See `Records`."""
        return self._asked.get((library, key))

    def asked_in(self, library: str, channel_id: int, most: int) -> tuple[Asked, ...]:
        """See `Records`."""
        return tuple(
            asked
            for (where, _), asked in self._asked.items()
            if (where, asked.channel_id, asked.is_private) == (library, channel_id, False)
        )[-most:]

    def vote(self, library: str, key: int, user_id: int, helpful: bool) -> None:
        """See `Records`."""
        self.votes[library, key, user_id] = helpful

    def wish(self, library: str, key: int, user_id: int) -> None:
        """See `Records`."""
        self.wishes.add((library, key, user_id))

    def unanswered(self, library: str, most: int) -> list[Unanswered]:
        """See `Records`."""
        found = [
            Unanswered(key, asked, wishers, (library, key) in self.settled)
            for (where, key), asked in self._asked.items()
            if where == library
            and ((wishers := self._wishers(library, key)) or ((library, key) not in self.settled and self._is_gap(key)))
        ]
        return sorted(found, key=lambda each: (not each.wishers, -each.key))[:most]

    def dismiss(self, library: str, keys: Collection[int]) -> None:
        """See `Records`."""
        self.settled |= {(library, key) for key in keys}

    def settle(self, library: str, keys: Collection[int]) -> tuple[int, ...]:
        """See `Records`."""
        self.dismiss(library, keys)
        told = {each for each in self.wishes if each[0] == library and each[1] in keys}
        self.wishes -= told
        return tuple(sorted({user_id for _, _, user_id in told}))

    def waiting(self) -> tuple[str, ...]:
        """See `Records`."""
        return tuple(sorted({library for library, _ in self._asked if self.unanswered(library, 1)}))

    def _wishers(self, library: str, key: int) -> tuple[int, ...]:
        return tuple(sorted(user_id for where, of, user_id in self.wishes if (where, of) == (library, key)))

    def _is_gap(self, key: int) -> bool:
        (asked,) = (asked for (_, number), asked in self._asked.items() if number == key)
        votes = [helpful for (_, of, _), helpful in self.votes.items() if of == key]
        return asked.status != "answered" or votes.count(False) > votes.count(True)

    def settings(self, library: str) -> ServerSettings:
        """See `Records`."""
        return self.decided.get(library, ServerSettings())

    def change_settings(self, library: str, settings: ServerSettings) -> None:
        """See `Records`."""
        self.decided[library] = settings

    def record_deed(self, library: str, deed: Deed) -> None:
        """See `Records`."""
        self.done.append((library, deed))

    def deeds(self, library: str, article_id: str) -> tuple[Deed, ...]:
        """See `Records`."""
        return tuple(deed for where, deed in self.done if (where, deed.article_id) == (library, article_id))

    def forget_user(self, user_id: int) -> int:
        """See `Records`."""
        found = {key for key, asked in self._asked.items() if asked.user_id == user_id}
        self._forget(found)
        self.votes = {key: helpful for key, helpful in self.votes.items() if key[2] != user_id}
        self.wishes = {each for each in self.wishes if each[2] != user_id}
        self.done = [
            (where, replace(deed, user_id=None) if deed.user_id == user_id else deed) for where, deed in self.done
        ]
        return len(found)

    def forget_library(self, library: str) -> bool:
        """See `Records`."""
        asked = {key for key in self._asked if key[0] == library}
        done = [each for each in self.done if each[0] == library]
        decided = self.decided.pop(library, None)
        self.done = [each for each in self.done if each not in done]
        self._forget(asked)
        return bool(asked or done or decided)

    def forget_old(self, now: datetime) -> None:
        """See `Records`."""
        self._forget(
            {
                key
                for key, asked in self._asked.items()
                if asked.at < now - timedelta(days=self.settings(key[0]).keep_days)
            }
        )

    def _forget(self, questions: set[tuple[str, int]]) -> None:
        for key in questions:
            del self._asked[key]
        self.votes = {each: helpful for each, helpful in self.votes.items() if each[:2] not in questions}
        self.wishes = {each for each in self.wishes if each[:2] not in questions}
