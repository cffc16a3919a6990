"""What the bot says of itself."""
