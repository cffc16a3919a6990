"""The dependencies of a command: settings, store, models and one library, each created on first use."""

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
"""The library that is used if none is named."""


@dataclass
class Session:
    """One run of the command."""

    library_name: str
    data_dir: Path | None = None

    @cached_property
    def settings(self) -> Settings:
        """The host's settings; the command line takes precedence over the environment, and that over ``.env``."""
        settings = Settings.load()
        return replace(settings, data_dir=self.data_dir) if self.data_dir else settings

    @cached_property
    def store(self) -> "Store":
        """The articles on disk."""
        from embeddings.store import Store

        return Store.open(self.settings.data_dir)

    @cached_property
    def encoder(self) -> "Encoder":
        """The encoder; its weights are loaded when the first text is encoded."""
        from embeddings.encoders import load_encoder

        return load_encoder(self.settings.model)

    @cached_property
    def reader(self) -> "Reader | None":
        """The reader model, if there is one; its weights are loaded when the first passage is read."""
        from embeddings.readers import load_reader

        return load_reader(self.settings.reader)

    @cached_property
    def fetcher(self) -> "Fetcher":
        """The fetcher of web pages."""
        return fetcher_for(self.settings)

    @cached_property
    def library(self) -> "Library":
        """The named library."""
        from embeddings.library import Library

        settings = self.settings
        return Library(self.store, self.library_name, self.encoder, self.reader, settings.minimum_confidence)

    def close(self) -> None:
        """Close the store, if it was opened."""
        if "store" in self.__dict__:
            self.store.close()


def fetcher_for(settings: Settings) -> "Fetcher":
    """A fetcher limited to the addresses that the settings allow."""
    from embeddings.fetching.addresses import anywhere, open_internet
    from embeddings.fetching.fetch import Fetcher

    return Fetcher(anywhere if settings.allow_private_addresses else open_internet)
