"""Unanswered questions, and what becomes of them."""
