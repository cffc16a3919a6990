"""A stand-in for Discord on the loopback address, for tests: it speaks the real protocol to an unmodified client.

world.py     who and what exists, and how Discord tells of it
record.py    what has happened so far, and how a test waits for more
limits.py    Discord's limits, written by hand
openapi.py   Discord's own description of each request, where there is a copy
gateway.py   the websocket
rest.py      the HTTP interface
standin.py   all of it together: the `Discord` that a test talks to
"""

from .gateway import Intent
from .record import Interaction
from .routes import Deadlines
from .standin import TOKEN, Discord
from .world import Channel, Guild, Message, User

__all__ = ["TOKEN", "Channel", "Deadlines", "Discord", "Guild", "Intent", "Interaction", "Message", "User"]
