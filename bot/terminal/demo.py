"""The product on its sample article: three questions answered and one refused, in a temporary library."""

import json
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from rich.text import Text

from bot.terminal.chat import Chat
from bot.terminal.look import reply_view
from bot.terminal.screen import progress, put
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.protocols import Encoder, Reader
from embeddings.store import Store


def run_demo(encoder: Encoder, reader: Reader | None) -> None:
    """Ask questions that the sample article answers, and one that it does not; then, on a terminal, start a chat."""
    data = files("embeddings").joinpath("data")
    article = data.joinpath("sample_article.md").read_bytes()
    questions = json.loads(data.joinpath("demo.json").read_text(encoding="utf-8"))["questions"]
    with tempfile.TemporaryDirectory(prefix="pullquote-demo-") as folder, Store.open(Path(folder)) as store:
        library = Library(store, "demo", encoder, reader)
        with progress("Reading the sample article") as report:
            added = library.add(load(article, source="sample_article.md"), progress=report).article
        put(Text(f"The article: {added.title} ({added.sentences} sentences)", style="dim"))
        for question in questions:
            put(Text(f"\n? {question}\n", style="bold"))
            put(reply_view(library.ask(question)))
        if sys.stdin.isatty() and sys.stdout.isatty():
            put(Text("\nNow ask it yourself.", style="dim"))
            Chat(library).run()
