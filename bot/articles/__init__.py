"""The articles of a server, kept from within Discord."""
