"""The bot as a process: its connection, the servers it is in, startup and shutdown."""
