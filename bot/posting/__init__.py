"""Views in Discord, and their delivery."""
