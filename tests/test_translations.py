"""All names and descriptions of the commands are translated into every supported language."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.asking.catalogue import Catalogue
from bot.config import Settings
from bot.hosting.client import Client
from bot.memory.community import Community
from bot.memory.servers import Servers
from bot.posting.translations import LANGUAGES, Translations, command_name, in_language
from bot.service import Service
from embeddings.fetching.addresses import open_internet
from embeddings.fetching.fetch import Fetcher
from embeddings.library import Library
from embeddings.store import Store
from tests.discord_standin import limits
from tests.fakes import BagEncoder

Payload = dict[str, Any]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[Payload]:
    """The payloads of all commands, as registered with Discord."""
    folder = tmp_path_factory.mktemp("translations")

    async def payloads() -> list[Payload]:
        with Store.open(folder) as store, Community(folder) as records:
            async with (
                Service(lambda name: Library(store, name, BagEncoder())) as service,
                client(service, records, store, folder) as bot,
            ):
                return [await each.get_translated_payload(bot.tree, Translations()) for each in bot.tree.get_commands()]

    return asyncio.run(payloads())


def client(service: Service[Library], records: Community, store: Store, folder: Path) -> Client:
    catalogue = Catalogue(store.generation, store.articles)
    return Client(Settings(data_dir=folder), service, records, Servers(records), catalogue, Fetcher(open_internet))


def parts(command: Payload) -> Iterator[tuple[str, Payload]]:
    """A command with its subcommands, options and choices, each with its path."""
    yield command["name"], command
    for each in [*command.get("options", ()), *command.get("choices", ())]:
        for path, part in parts(each):
            yield f"{command['name']} {path}", part


def test_there_are_commands_within_what_discord_takes(told: list[Payload]) -> None:
    assert {"ask", "settings", "help", "privacy", "forget-me"} <= {each["name"] for each in told}
    assert list(limits.commands(told)) == []


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
def test_every_name_and_description_is_translated(told: list[Payload], language: Any) -> None:
    missing = [
        f"{path}: {what} {part[what]!r}"
        for command in told
        for path, part in parts(command)
        for what in ("name", "description")
        if part.get(what) and language.value not in (part.get(f"{what}_localizations") or {})
    ]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
def test_no_two_have_one_name_in_any_language(told: list[Payload], language: Any) -> None:
    def name(part: Payload) -> str:
        return str(part["name_localizations"][language.value])

    # A context menu entry may have the name of a slash command.
    groups = [[name(each) for each in told if each["type"] == kind] for kind in {each["type"] for each in told}]
    groups += [[name(each) for each in part.get("options", ())] for command in told for _, part in parts(command)]
    for names in groups:
        assert len(set(names)) == len(names)


def test_other_languages_have_it_in_english() -> None:
    assert command_name("forget-me", "pt-BR") == "/forget-me"
    assert in_language("What nobody translated", "de") == "What nobody translated"
    assert command_name("article add", "fr") == "/article ajouter"
