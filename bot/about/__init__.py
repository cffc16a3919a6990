"""What the bot says about itself."""
