"""What was asked and not answered, and what becomes of it."""
