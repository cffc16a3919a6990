"""The data on disk: the articles of every library, with their vectors, in one SQLite database."""

from embeddings.store.changes import Store, utc_now
from embeddings.store.imprint import Imprint

__all__ = ["Imprint", "Store", "utc_now"]
