"""Search in a snapshot of a library: its chunks, ranked by meaning and by words."""

from embeddings.search.ranking import Query, Ranking, search

__all__ = ["Query", "Ranking", "search"]
