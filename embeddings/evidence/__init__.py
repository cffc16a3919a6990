"""Which sentences answer a question, and how sure we are that any does."""

from embeddings.evidence.weighing import Evidence, introduction, signature, weigh

__all__ = ["Evidence", "introduction", "signature", "weigh"]
