"""The commands of `pullquote` on a terminal, and how they look."""
