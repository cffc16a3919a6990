"""What the bot remembers of questions, servers and members, on disk."""
