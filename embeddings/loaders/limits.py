"""All limits on input, in one place."""

#: Maximum size of a text, web page or message, in bytes: about a million words. More would take an hour to encode and is never one
#: article.
LARGEST = 5_000_000
#: Maximum size, in bytes, of a file that consists mostly of pictures and fonts: a PDF, a book, a document.
LARGEST_BINARY = 100_000_000
#: Maximum length of an article in characters, whatever it was read from.
LARGEST_TEXT = 5_000_000
#: Maximum number of lines in a text file.
MOST_LINES = 300_000
#: Maximum number of pages in a PDF or slides in a presentation.
MOST_PAGES = 2_000
#: Maximum unpacked size of one part of a packed file, and of all its parts together, in bytes; and the maximum number of parts.
LARGEST_PART, LARGEST_UNPACKED = 50_000_000, 200_000_000
MOST_PARTS = 20_000
#: Limits on parsing one file: seconds, and bytes of memory.
SECONDS = 120
MEMORY = 1 << 30
