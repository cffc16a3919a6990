"""Hypothesis without deadlines, so that no test depends on speed; and a store shared by the tests of a module."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from embeddings.store import Store

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("data")) as opened:
        yield opened
