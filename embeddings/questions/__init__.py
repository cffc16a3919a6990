"""What a question asks for, and what to search for to answer it."""
