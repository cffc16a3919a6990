"""What is kept on the disk: the articles of every library, with their vectors, in one SQLite database."""

from embeddings.store.articles import Imprint, Store, utc_now

__all__ = ["Imprint", "Store", "utc_now"]
