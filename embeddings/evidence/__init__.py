"""Which sentences answer a question, and how sure we are that any does."""

from embeddings.evidence.weighing import Evidence, introduction, nothing, signature, weigh

__all__ = ["Evidence", "introduction", "nothing", "signature", "weigh"]
