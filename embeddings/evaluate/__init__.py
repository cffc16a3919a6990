"""Labelled questions, what a library makes of them, and what the answers are worth."""

from embeddings.evaluate.cases import Case, load_cases
from embeddings.evaluate.measure import Report, Result, evaluate

__all__ = ["Case", "Report", "Result", "evaluate", "load_cases"]
