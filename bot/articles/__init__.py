"""Managing the articles of a server from within Discord."""
