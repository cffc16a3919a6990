"""What is said to a question: excerpts with citations, or that there is no answer; and how that is written."""

from embeddings.answer.composing import compose
from embeddings.answer.rendering import also_in, place, to_json, to_text

__all__ = ["also_in", "compose", "place", "to_json", "to_text"]
