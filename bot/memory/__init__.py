"""What the bot remembers about questions, servers and members, on disk."""
