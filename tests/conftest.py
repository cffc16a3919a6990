"""No test depends on how fast the machine is; and a store that the tests of a module share."""

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
