"""How things look in Discord, and how they get there."""
