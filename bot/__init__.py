"""Two thin front ends over the core, a terminal and Discord, and their configuration."""
