"""Web addresses to bytes: what is asked for, whom it is asked of, and how much is taken."""
