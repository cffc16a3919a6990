"""The core: articles in, cited excerpts out. No Discord, no asyncio, no environment variables, no printing."""
