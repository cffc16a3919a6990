"""What a command works with: the settings, the store and one library, each made when it is first needed."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Settings

if TYPE_CHECKING:
    from embeddings.fetching.fetch import Fetcher
    from embeddings.library import Library
    from embeddings.protocols import Encoder, Reader
    from embeddings.store import Store


DEFAULT = "local"
"""The library that is used where none is named."""


@dataclass
class Session:
    """One run of the command."""

    library_name: str
    data_dir: Path | None = None

    @cached_property
    def settings(self) -> Settings:
        """What the host set; the command line wins over the environment, and that over ``.env``."""
        settings = Settings.load()
        return replace(settings, data_dir=self.data_dir) if self.data_dir else settings

    @cached_property
    def store(self) -> "Store":
        """The articles on disk."""
        from embeddings.store import Store

        return Store.open(self.settings.data_dir)

    @cached_property
    def encoder(self) -> "Encoder":
        """The model; its weights are read when the first text is encoded."""
        from embeddings.encoders import load_encoder

        return load_encoder(self.settings.model)

    @cached_property
    def reader(self) -> "Reader | None":
        """The model that reads passages, if there is to be one; its weights are loaded when the first is read."""
        from embeddings.readers import load_reader

        return load_reader(self.settings.reader)

    @cached_property
    def fetcher(self) -> "Fetcher":
        """What reads the web."""
        return fetcher_for(self.settings)

    @cached_property
    def library(self) -> "Library":
        """The library that was named."""
        from embeddings.library import Library

        settings = self.settings
        return Library(self.store, self.library_name, self.encoder, self.reader, settings.minimum_confidence)

    def close(self) -> None:
        """Let go of what was opened."""
        if "store" in self.__dict__:
            self.store.close()


def fetcher_for(settings: Settings) -> "Fetcher":
    """What reads the web, within what the settings allow."""
    from embeddings.fetching.addresses import anywhere, open_internet
    from embeddings.fetching.fetch import Fetcher

    return Fetcher(anywhere if settings.allow_private_addresses else open_internet)
