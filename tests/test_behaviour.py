"""What members see when they use the bot, in a Discord simulated by `simcord`; see `tests.simulated`."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self, cast

import discord
import numpy as np
import pytest
from numpy.typing import NDArray
from simcord import InteractionResult, ResponseMessage

from bot.hosting.client import Client
from bot.memory.records import Asked, ServerSettings
from tests.fakes import BagEncoder, WaitingEncoder
from tests.simulated import Server, World, simulated
from tests.wire import POOL

SAUNA = b"# Sauna\n\nThe sauna is heated on Thursdays from five in the afternoon.\n"
QUESTION = "When was the pool built?"

Play = Callable[[Callable[[World, Server], Awaitable[None]]], None]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Runs a scenario in a server with two articles, whose members are Ada, Bea and a manager."""

    async def whole(scenario: Callable[[World, Server], Awaitable[None]]) -> None:
        async with simulated(tmp_path) as world:
            server = Server.of(world.env)
            world.fill(server, {"pool.md": POOL, "sauna.md": SAUNA})
            await scenario(world, server)

    return lambda scenario: asyncio.run(whole(scenario))


def words(response: Any) -> str:
    """All text of a response."""
    assert response is not None
    return "\n".join(each["content"] for each in within(response.components) if "content" in each)


def within(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for each in components:
        found += [each, *within([*each.get("components", ()), *([each["accessory"]] if "accessory" in each else [])])]
    return found


def button(response: Any, action: str) -> str:
    """The custom_id of the first button with this action."""
    custom_ids = [str(each.get("custom_id")) for each in within(response.components)]
    return next(each for each in custom_ids if f":{action}:" in each)


async def answer_to(server: Server, question: str) -> ResponseMessage:
    """The answer to a question of Ada."""
    found = (await server.ada.slash(server.general, "ask", question=question)).response
    assert found is not None
    return found


# Asking


def test_an_article_is_chosen_as_it_is_typed_and_alone_answers_in_private(play: Play) -> None:
    async def scenario(_: World, server: Server) -> None:
        (sauna,) = await server.ada.autocomplete(server.general, "ask", "article", "snaua", question="x")
        assert sauna["name"] == "Sauna"
        asked = await server.ada.slash(
            server.general, "ask", question="When is it heated?", article=sauna["value"], private=True
        )
        assert asked.ephemeral
        assert "Thursdays" in words(asked.response)
        assert "Harbour pool" not in words(asked.response)
        assert server.general.history(viewer=server.bea) == []

    play(scenario)


def test_what_was_asked_in_private_is_no_context_for_what_others_ask(play: Play) -> None:
    async def scenario(world: World, server: Server) -> None:
        world.env.backend.create_thread(server.general.id, "towels", server.ada.id)
        (thread,) = server.general.threads
        await server.ada.slash(thread, "ask", question="Who runs the pool?", private=True)
        asked = await server.bea.slash(thread, "ask", question="and when was it built?")
        assert "Understood as" not in words(asked.response)
        await server.ada.slash(thread, "ask", question="Who runs the pool?")
        asked = await server.bea.slash(thread, "ask", question="and when was it built?")
        assert "Understood as: Who runs the pool?" in words(asked.response)

    play(scenario)


def test_a_mention_in_a_thread_that_the_bot_was_not_told_of_is_answered_unless_its_channel_is_silent(
    play: Play,
) -> None:
    async def scenario(world: World, server: Server) -> None:
        world.env.backend.create_thread(server.general.id, "towels", server.ada.id)
        (thread,) = server.general.threads

        async def answers() -> list[discord.Message]:
            me, guild = world.env.bot.user, world.env.bot.get_guild(server.id)
            assert me is not None
            assert guild is not None
            known = guild.get_thread(thread.id)
            if known is not None:
                guild._remove_thread(known)
            await server.ada.send(thread, f"{me.mention} {QUESTION}")
            return [each for each in thread.history() if each.author.id == me.id]

        assert len(await answers()) == 1
        world.records.change_settings(str(server.id), ServerSettings(silent_channels=frozenset({server.general.id})))
        assert len(await answers()) == 1

    play(scenario)


def test_a_conversation_in_a_thread_goes_on_after_a_restart(play: Play) -> None:
    async def scenario(world: World, server: Server) -> None:
        world.env.backend.create_thread(server.general.id, "towels", server.ada.id)
        (thread,) = server.general.threads
        await server.ada.slash(thread, "ask", question="Who runs the pool?")
        await world.restart()
        asked = await server.bea.slash(thread, "ask", question="and when was it built?")
        assert "Understood as: Who runs the pool?" in words(asked.response)

    play(scenario)


def test_the_buttons_show_what_they_promise_to_whoever_presses(play: Play) -> None:
    async def scenario(_: World, server: Server) -> None:
        answer = await answer_to(server, QUESTION)
        context = await server.bea.click(answer, custom_id=button(answer, "context"))
        assert context.ephemeral
        assert "**Mira Okafor, who runs the pool, said that it was built in 1987.**" in words(context.response)
        more = await server.bea.click(answer, label="More passages")
        assert more.ephemeral
        assert "Thursdays" in words(more.response)
        # The answer itself has not changed.
        assert "1987" in words(answer)

    play(scenario)


def test_an_answer_is_removed_by_who_asked_and_by_moderators_only(play: Play) -> None:
    async def scenario(_: World, server: Server) -> None:
        for remover in (server.ada, server.moderator):
            answer = await answer_to(server, QUESTION)
            refused = await server.bea.click(answer, label="Remove")
            assert "Only the member who asked" in words(refused.followups[0])
            assert server.general.last_message is not None
            await remover.click(answer, label="Remove")
            assert server.general.history() == []

    play(scenario)


def test_buttons_outlive_a_restart(play: Play) -> None:
    async def scenario(world: World, server: Server) -> None:
        answer = await answer_to(server, QUESTION)
        await world.restart()
        context = await server.bea.click(answer, custom_id=button(answer, "context"))
        assert "1987" in words(context.response)

    play(scenario)


def test_whom_a_question_calls_to_it_is_no_part_of_it_and_a_hidden_channel_is_not_named(play: Play) -> None:
    async def scenario(world: World, server: Server) -> None:
        nobody: dict[Any, discord.PermissionOverwrite] = {
            server.guild.default_role: discord.PermissionOverwrite(view_channel=False)
        }
        hidden = server.guild.create_text_channel("plans", overwrites=nobody)
        marks = f"<@{server.bea.id}> <:wave:{server.id}> <#{hidden.id}>"
        asked = await server.ada.slash(server.general, "ask", question=f"{marks} {QUESTION}")
        assert words(asked.response).startswith(f"### {QUESTION}\n")
        await server.ada.slash(server.general, "ask", question=f"<#{server.general.id}>? {QUESTION}")
        said = await server.ada.send(server.general, f"{marks} {QUESTION}")
        found = await server.bea.context_menu(server.general, "Find in the articles", said)
        assert words(found.response).startswith(f"### {QUESTION}\n")
        texts = [each.text for each in world.records.asked_in(str(server.id), server.general.id, 9)]
        assert texts == [QUESTION, f"general? {QUESTION}"]

    play(scenario)


def test_a_message_is_looked_up_from_its_menu(play: Play) -> None:
    async def scenario(_: World, server: Server) -> None:
        said = await server.bea.send(server.general, "Does anybody know when the sauna is heated?")
        found = await server.ada.context_menu(server.general, "Find in the articles", said)
        assert found.ephemeral
        assert "Thursdays" in words(found.response)

    play(scenario)


# Forgetting

CANARY = "When is the zeppelin cleaned?"


def test_what_somebody_else_wanted_to_know_and_is_answered_by_now_is_forgotten_with_its_asker(play: Play) -> None:
    async def scenario(world: World, server: Server) -> None:
        answer = await answer_to(server, CANARY)
        world.fill(server, {"zeppelin.md": b"# Zeppelin\n\nThe zeppelin is cleaned on Mondays.\n"})
        pressed = await server.bea.click(answer, custom_id=button(answer, "wish"))
        assert "Mondays" in words(pressed.response)
        world.records.forget_user(server.ada.id)
        assert [world.records.question(str(server.id), key) for key in range(10)] == [None] * 10

    play(scenario)


def test_what_is_held_to_put_gaps_together_holds_no_words(play: Play) -> None:
    async def scenario(world: World, server: Server) -> None:
        await answer_to(server, CANARY)
        assert "zeppelin" in words((await server.manager.slash(server.general, "gaps")).response)
        assert isinstance(world.env.bot, Client)
        assert "zeppelin" not in repr(vars(world.env.bot._gap_list))

    play(scenario)


def test_who_is_told_later_is_not_remembered_for_longer(play: Play) -> None:
    async def scenario(world: World, server: Server) -> None:
        library, long_ago = str(server.id), datetime.now(UTC).replace(microsecond=0) - timedelta(days=89)
        asked = Asked(server.ada.id, server.general.id, None, CANARY, CANARY, "not_found", 0.1, "[]", long_ago)
        key = world.records.record_question(library, asked)
        world.records.wish(library, key, server.bea.id)
        world.fill(server, {"zeppelin.md": b"# Zeppelin\n\nThe zeppelin is cleaned on Mondays.\n"})
        assert isinstance(world.env.bot, Client)
        await world.env.bot._reasking.look()
        assert server.general.last_message is not None
        told = world.records.question(library, key + 1)
        assert told
        assert (told.status, told.at) == ("answered", long_ago)

    play(scenario)


def test_whoever_is_forgotten_before_others_are_told_the_answer_is_not_written_down_anew(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(world: World, server: Server) -> None:
        library = str(server.id)
        answer = await answer_to(server, CANARY)
        pressed = await server.bea.click(answer, custom_id=button(answer, "wish"))
        assert "I will tell you" in words(pressed.response)
        world.fill(server, {"zeppelin.md": b"# Zeppelin\n\nThe zeppelin is cleaned on Mondays.\n"})
        settle = world.records.settle

        def settled(library: str, keys: Collection[int]) -> tuple[int, ...]:
            found = settle(library, keys)
            world.records.forget_user(server.ada.id)
            return found

        monkeypatch.setattr(world.records, "settle", settled)
        assert isinstance(world.env.bot, Client)
        await world.env.bot._reasking.look()
        told = server.general.last_message
        assert told is not None
        assert "Mondays" in str([each.to_dict() for each in told.components])
        assert world.records.asked_in(library, server.general.id, 9) == ()

    play(scenario)


class Pausing(BagEncoder):
    """Encodes nothing while it is paused."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()
        self.go_on.set()

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.go_on.wait(60)
        return super().encode_passages(texts)


@dataclass
class Confirmation:
    """That somebody wants to be forgotten, pressed while something else is under way, which simcord does not know."""

    user: discord.Object

    @property
    def response(self) -> Self:
        return self

    async def defer(self, **_: object) -> None: ...

    async def edit_original_response(self, **_: object) -> None: ...


FORGOTTEN_MEANWHILE: dict[str, Callable[[Server, ResponseMessage, InteractionResult], Awaitable[object]]] = {
    "a question": lambda server, _, __: server.manager.slash(server.general, "ask", question=QUESTION),
    "a wish": lambda server, refused, _: server.manager.click(refused, custom_id=button(refused, "wish")),
    "an article": lambda server, _, form: server.manager.submit_modal(
        form, {"title": "Kiosk", "text": "It sells ice."}
    ),
}


@pytest.mark.parametrize("act", FORGOTTEN_MEANWHILE.values(), ids=FORGOTTEN_MEANWHILE.keys())
def test_what_is_under_way_of_somebody_who_is_forgotten_is_not_written_down_afterwards(
    tmp_path: Path, act: Callable[[Server, ResponseMessage, InteractionResult], Awaitable[object]]
) -> None:
    async def scenario() -> None:
        encoder = Pausing()
        async with simulated(tmp_path, encoder=encoder) as world:
            server = Server.of(world.env)
            world.fill(server, {"pool.md": POOL})
            library = str(server.id)
            refused = await answer_to(server, CANARY)
            await server.manager.slash(server.general, "ask", question="Who runs the pool?")
            assert len(world.records.asked_in(library, server.general.id, 9)) == 2
            form = await server.manager.slash(server.general, "article add")
            encoder.go_on.clear()
            try:
                known = set(world.env.backend.interactions)
                acting = asyncio.ensure_future(act(server, refused, form))
                async with asyncio.timeout(30):
                    while not any(
                        each.deferred for key, each in world.env.backend.interactions.items() if key not in known
                    ):
                        await asyncio.sleep(0.01)
                    # It has come as far as it can.
                    await asyncio.sleep(0.3)
                    assert isinstance(world.env.bot, Client)
                    confirmation = Confirmation(discord.Object(server.manager.id))
                    await world.env.bot._informing.forget(cast(Any, confirmation))
            finally:
                encoder.go_on.set()
            await acting
            asked = world.records.asked_in(library, server.general.id, 9)
            assert [each.user_id for each in asked] == [server.ada.id]
            assert [each.wishers for each in world.records.unanswered(library, 9)] == [()]
            deeds = [
                deed for each in world.library(server).articles() for deed in world.records.deeds(library, each.id)
            ]
            assert {deed.user_id for deed in deeds} <= {None}

    asyncio.run(scenario())


# Keeping


def test_where_there_is_no_article_there_is_nothing_to_read_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with simulated(tmp_path) as world:
            server = Server.of(world.env)
            done = await server.manager.slash(server.general, "article refresh")
            assert words(done.response) == "There are no articles here yet."

    asyncio.run(scenario())


def test_who_is_no_librarian_is_not_even_shown_what_librarians_do(play: Play) -> None:
    async def scenario(_: World, server: Server) -> None:
        shown, hidden = server.ada.available_commands(server.general), {"article add", "settings", "gaps"}
        assert "ask" in shown
        assert not hidden & set(shown)
        assert hidden <= set(server.manager.available_commands(server.general))

    play(scenario)


def test_two_forms_that_are_open_at_once_are_both_taken_and_so_is_one_from_before_a_restart(play: Play) -> None:
    async def scenario(world: World, server: Server) -> None:
        forms = [await server.manager.slash(server.general, "article add") for _ in range(3)]
        for number, form in enumerate(forms):
            if number == 2:
                await world.restart()
            text = f"Kiosk {number} sells ice cream for {number} euros."
            added = await server.manager.submit_modal(form, {"title": f"Kiosk {number}", "text": text})
            assert f"### Added\n**Kiosk {number}**" in words(added.response)
        assert {"Kiosk 0", "Kiosk 1", "Kiosk 2"} <= {each.title for each in world.library(server).articles()}

    play(scenario)


@pytest.mark.parametrize(
    "filled", [("  ", "It sells ice cream."), ("\u200b", "It sells ice cream."), ("Kiosk", " \n ")]
)
def test_a_form_without_words_is_told_what_it_needs(play: Play, filled: tuple[str, str]) -> None:
    async def scenario(world: World, server: Server) -> None:
        form = await server.manager.slash(server.general, "article add")
        told = await server.manager.submit_modal(form, dict(zip(("title", "text"), filled, strict=True)))
        assert words(told.response) == (
            "The form needs both a title and a text; open it again with /article add, and write some words in each."
        )
        assert len(world.library(server).articles()) == 2

    play(scenario)


def test_an_article_is_not_given_a_title_that_cannot_be_seen(play: Play) -> None:
    async def scenario(_: World, server: Server) -> None:
        told = await server.manager.slash(server.general, "article rename", article="Sauna", title="   ")
        assert words(told.response) == "The title is empty; write some words."

    play(scenario)


def test_a_form_of_somebody_who_is_no_librarian_any_more_adds_nothing(play: Play) -> None:
    async def scenario(world: World, server: Server) -> None:
        form = await server.manager.slash(server.general, "article add")
        world.env.backend.edit_role(server.guild.id, server.managers.id, {"permissions": 0})
        refused = await server.manager.submit_modal(form, {"title": "Kiosk", "text": "It sells ice cream."})
        assert "the librarian role set in /settings." in words(refused.response)
        assert "Kiosk" not in {each.title for each in world.library(server).articles()}

    play(scenario)


def test_a_message_is_added_from_its_menu_and_answers(play: Play) -> None:
    async def scenario(_: World, server: Server) -> None:
        said = await server.bea.send(server.general, "The kiosk sells ice cream for two euros.")
        added = await server.manager.context_menu(server.general, "Add to the articles", said)
        assert "### Added" in words(added.response)
        asked = await server.ada.slash(server.general, "ask", question="What does the kiosk sell?")
        assert "ice cream" in words(asked.response)

    play(scenario)


def test_files_are_not_read_before_it_is_their_turn(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []

    async def noted(attachment: discord.Attachment, *, use_cached: bool = False) -> bytes:
        read.append(attachment.filename)
        return await as_ever(attachment, use_cached=use_cached)

    as_ever = discord.Attachment.read
    monkeypatch.setattr(discord.Attachment, "read", noted)

    async def scenario(world: World, server: Server) -> None:
        assert isinstance(world.env.bot, Client)
        files = [("kiosk.txt", b"The kiosk sells ice cream for two euros.")]
        said = await server.bea.send(server.general, "Look at this price list.", attachments=files)
        async with world.env.bot._keeping._writing[str(server.id)]:
            adding = asyncio.create_task(server.manager.context_menu(server.general, "Add to the articles", said))
            async with asyncio.timeout(30):
                while not any(each.deferred for each in world.env.backend.interactions.values()):
                    await asyncio.sleep(0.01)
            # It has come as far as it can.
            await asyncio.sleep(0.3)
            assert read == []
        assert "### Added" in words((await adding).response)
        assert read == ["kiosk.txt"]

    play(scenario)


def test_a_message_that_was_forwarded_is_added_and_looked_up_like_any_other(play: Play) -> None:
    async def scenario(_: World, server: Server) -> None:
        files = [("kiosk.txt", b"The kiosk sells ice cream for two euros.")]
        said = await server.bea.send(server.general, "The ferry leaves at noon.", attachments=files)
        forwarded = await server.bea.forward(said, server.general)
        added = await server.manager.context_menu(server.general, "Add to the articles", forwarded)
        assert "ferry leaves" in words(added.response)
        assert "**The kiosk sells ice cream" in words(added.response)
        asked = await server.ada.send(server.general, "When does the ferry leave?")
        forwarded = await server.ada.forward(asked, server.general)
        found = await server.ada.context_menu(server.general, "Find in the articles", forwarded)
        assert "noon" in words(found.response)

    play(scenario)


def test_a_choice_on_the_panel_holds_at_once(play: Play) -> None:
    async def scenario(world: World, server: Server) -> None:
        panel = (await server.manager.slash(server.general, "settings")).response
        assert panel is not None
        await server.manager.select(panel, ["1"], custom_id="pullquote:settings:excerpts:")
        await server.manager.select(panel, [server.general], custom_id="pullquote:settings:silent_channels:")
        decided = world.records.settings(str(server.id))
        assert decided == ServerSettings(excerpts=1, silent_channels=frozenset({server.general.id}))
        asked = await server.ada.slash(server.general, "ask", question=QUESTION)
        assert asked.ephemeral
        assert "`[2]`" not in words(asked.response)

    play(scenario)


# Time


def test_what_took_longer_than_a_quarter_of_an_hour_is_told_to_the_librarian_alone(tmp_path: Path) -> None:
    async def scenario() -> None:
        encoder = WaitingEncoder()
        async with simulated(tmp_path, encoder=encoder) as world:
            server = Server.of(world.env)
            form = await server.manager.slash(server.general, "article add")
            filled = {"title": "Kiosk", "text": "It sells ice cream."}
            adding = asyncio.create_task(server.manager.submit_modal(form, filled))
            try:
                async with asyncio.timeout(30):
                    while not any(each.deferred for each in world.env.backend.interactions.values()):
                        await asyncio.sleep(0.01)
                world.env.backend.advance_clock(15 * 60)
            finally:
                encoder.let_go.set()
            await adding
            told = server.manager.user.dm_channel.last_message
            assert told is not None
            assert "**Kiosk** · 4 words" in str([each.to_dict() for each in told.components])
            assert "Kiosk" in {each.title for each in world.library(server).articles()}

    asyncio.run(scenario())


def test_who_had_to_wait_for_another_librarian_for_so_long_is_told_alone_too(play: Play) -> None:
    async def scenario(world: World, server: Server) -> None:
        assert isinstance(world.env.bot, Client)
        async with world.env.bot._keeping._writing[str(server.id)]:
            given = {"article": "Sauna", "title": "Sweat lodge"}
            renaming = asyncio.create_task(server.manager.slash(server.general, "article rename", **given))
            async with asyncio.timeout(30):
                while not any(each.deferred for each in world.env.backend.interactions.values()):
                    await asyncio.sleep(0.01)
            world.env.backend.advance_clock(15 * 60)
        await renaming
        told = server.manager.user.dm_channel.last_message
        assert told is not None
        assert "“Sauna” is now called “Sweat lodge”." in str([each.to_dict() for each in told.components])

    play(scenario)
