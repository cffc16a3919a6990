"""Labelled questions, a library's replies to them, and measures of how good these are."""

from embeddings.evaluate.cases import Case, load_cases
from embeddings.evaluate.measure import Report, Result, evaluate

__all__ = ["Case", "Report", "Result", "evaluate", "load_cases"]
