"""Pages are refreshed when they are due and no sooner, also after a failure."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock

from bot.articles.upkeep import Upkeep
from bot.service import Service
from embeddings.fetching.fetch import Fetcher
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.prepare import Progress
from embeddings.store import Store
from embeddings.store.database import LOCK
from embeddings.types import Addition
from tests.fakes import BagEncoder
from tests.web import Reply, serving, visitor

PAGE = "<html><head><title>Pool</title></head><body><article><h1>Pool</h1><p>The pool opens at {} in the morning.</p></article></body></html>"
DAY = timedelta(hours=24)


def test_pages_are_read_again_when_it_is_time(tmp_path: Path) -> None:
    now = datetime.now(UTC)

    async def scenario() -> None:
        with serving() as web, Store.open(tmp_path) as store:
            async with Service(lambda name: Library(store, name, BagEncoder())) as service:
                upkeep = Upkeep(service, store.origins.due, visitor(), DAY, lambda: now)
                address = f"{web.address}/pool"
                web.pages["/pool"] = Reply(PAGE.format("seven").encode())
                library = Library(store, "1", BagEncoder())
                library.read_in(address, visitor())
                library.add(load(b"The sauna is hot.", source="/srv/sauna.txt"))
                web.pages["/pool"] = Reply(PAGE.format("eight").encode())

                await upkeep.once()
                assert "seven" in library.show(library.articles()[0].id).text
                now_later(DAY + timedelta(minutes=1))
                await upkeep.once()
                assert "eight" in library.show(library.articles()[0].id).text

                asked = len(web.paths)
                # The store records refreshes by the real clock, so the page is overdue again; a failure is not retried at once.
                web.pages["/pool"] = Reply(status=503)
                await upkeep.once()
                await upkeep.once()
                assert len(web.paths) == asked + 1
                now_later(DAY)
                web.pages["/pool"] = Reply(status=410)
                await upkeep.once()
                assert library.articles()[0].gone

    def now_later(by: timedelta) -> None:
        nonlocal now
        now += by

    asyncio.run(scenario())


def test_a_page_that_met_another_writer_is_read_at_the_next_look(tmp_path: Path) -> None:
    later = datetime.now(UTC) + DAY + timedelta(minutes=1)

    async def scenario() -> None:
        with serving() as web, Store.open(tmp_path) as store:
            async with Service(lambda name: Library(store, name, BagEncoder())) as service:
                upkeep = Upkeep(service, store.origins.due, visitor(), DAY, lambda: later)
                library = Library(store, "1", BagEncoder())
                web.pages["/pool"] = Reply(PAGE.format("seven").encode())
                library.read_in(f"{web.address}/pool", visitor())
                web.pages["/pool"] = Reply(PAGE.format("eight").encode())
                with FileLock(tmp_path / LOCK):
                    await upkeep.once()
                assert "seven" in library.show(library.articles()[0].id).text
                await upkeep.once()
                assert "eight" in library.show(library.articles()[0].id).text

    asyncio.run(scenario())


class Stumbling(Library):
    """A library in which refreshing one of the articles raises an unexpected error."""

    stumbled_at = ""

    def refresh(self, article_id: str, fetcher: Fetcher, *, progress: Progress | None = None) -> Addition:
        if article_id == self.stumbled_at:
            raise TypeError("not foreseen")
        return super().refresh(article_id, fetcher, progress=progress)


def test_one_page_that_nobody_foresaw_does_not_keep_the_others_from_being_read(tmp_path: Path) -> None:
    later = datetime.now(UTC) + DAY + timedelta(minutes=1)

    async def scenario() -> None:
        with serving() as web, Store.open(tmp_path) as store:
            library = Stumbling(store, "1", BagEncoder())
            async with Service[Library](lambda _: library) as service:
                upkeep = Upkeep(service, store.origins.due, visitor(), DAY, lambda: later)
                for path in ("/first", "/second"):
                    web.pages[path] = Reply(PAGE.format(path).encode())
                    library.read_in(f"{web.address}{path}", visitor())
                ((_, library.stumbled_at), (_, other)) = store.origins.due(later.isoformat())
                for path in ("/first", "/second"):
                    web.pages[path] = Reply(PAGE.format("eight").encode())
                await upkeep.once()
                assert "eight" in library.show(other).text

    asyncio.run(scenario())
