"""Composes replies, excerpts with citations or `NotFound`, and renders them as JSON and text."""

from embeddings.answer.composing import compose
from embeddings.answer.rendering import also_in, place, to_json, to_text

__all__ = ["also_in", "compose", "place", "to_json", "to_text"]
