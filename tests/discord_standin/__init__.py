"""A stand-in for Discord on the loopback address, for tests: it speaks the real protocol with an unmodified client.

world.py        users, guilds and channels, and their payloads
messages.py     messages: their text, pings and payloads
markdown.py     rendering of Discord's Markdown
permissions.py  permissions of members and of the bot
record.py       everything that has happened, and waiting for more
limits.py       Discord's limits, written by hand
openapi.py      validation against Discord's OpenAPI description, if there is a copy
faults.py       injected faults
gateway.py      the websocket
routes.py       the REST API: commands, channels, messages
responses.py    the REST API: responses to interactions
rest.py         authorisation, validation and dispatch of requests
forms.py        what members fill in: options, components, modals
standin.py      the `Discord` that tests use, made of all of these
"""

from .faults import DROPPED, LOST_ANSWER, Fault, rate_limited, unavailable
from .gateway import Intent
from .messages import Message
from .record import Interaction
from .responses import Deadlines
from .standin import TOKEN, Discord
from .world import Attachment, Channel, Guild, Kind, Permission, Role, User

__all__ = [
    "DROPPED",
    "LOST_ANSWER",
    "TOKEN",
    "Attachment",
    "Channel",
    "Deadlines",
    "Discord",
    "Fault",
    "Guild",
    "Intent",
    "Interaction",
    "Kind",
    "Message",
    "Permission",
    "Role",
    "User",
    "rate_limited",
    "unavailable",
]
