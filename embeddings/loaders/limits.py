"""The most that is taken in, in one place."""

#: The most a text, a page of the web or a message may hold, in bytes: about a million words. More would take an hour to encode and is
#: never one article.
LARGEST = 5_000_000
#: The most a file may hold of which most is pictures and fonts: a PDF, a book, a document.
LARGEST_BINARY = 100_000_000
#: The most letters an article may have, whatever it was read from.
LARGEST_TEXT = 5_000_000
#: The most lines of a text that is parsed without a process of its own.
MOST_LINES = 300_000
#: The most pages of a PDF.
MOST_PAGES = 2_000
#: The most that one part of a packed file may unpack to, and all its parts together, in bytes; and how many parts there may be.
LARGEST_PART, LARGEST_UNPACKED = 50_000_000, 200_000_000
MOST_PARTS = 20_000
#: The most that parsing one file may take: seconds, and bytes of memory.
SECONDS = 120
MEMORY = 1 << 30
