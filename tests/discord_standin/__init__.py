"""A stand-in for Discord on the loopback address, for tests: it speaks the real protocol to an unmodified client.

world.py        who and what exists, and how Discord tells of it
messages.py     messages: what they show, and whom they ping
markdown.py     what a reader sees of a text, and what Discord makes of it
permissions.py  who may do what
record.py       what has happened so far, and how a test waits for more
limits.py       Discord's limits, written by hand
openapi.py      Discord's own description of each request, where there is a copy
faults.py       what goes wrong on the way
gateway.py      the websocket
routes.py       the HTTP interface: commands, channels, messages
responses.py    the HTTP interface: responses to interactions
rest.py         how each request is checked and answered
forms.py        what members fill in: options, components, modals
standin.py      all of it together: the `Discord` that a test talks to
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
