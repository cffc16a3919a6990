"""The stand-in for Discord: members' use of components, modals, files and menus, permissions, and faults."""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.discord_standin import (
    DROPPED,
    LOST_ANSWER,
    Channel,
    Discord,
    Guild,
    Intent,
    Interaction,
    Kind,
    Message,
    Permission,
    Role,
    User,
    rate_limited,
    unavailable,
)
from tests.discord_standin.gateway import Op
from tests.discord_standin.markdown import read
from tests.test_standin import ADA, ASK, GENERAL, HARBOUR, MESSAGES, Bot, button, row, run

BEA = User("Bea", locale="de")
LIBRARIAN = Role("Librarian")
MODAL = {
    "custom_id": "paste",
    "title": "Paste",
    "components": [
        {
            "type": 18,
            "label": "Text",
            "component": {"type": 4, "custom_id": "text", "style": 2, "min_length": 1, "max_length": 20},
        },
        {
            "type": 18,
            "label": "File",
            "component": {"type": 19, "custom_id": "file", "required": False, "max_values": 2},
        },
    ],
}


async def event(bot: Bot) -> dict[str, Any]:
    found: dict[str, Any] = (await bot.event("INTERACTION_CREATE"))["d"]
    return found


async def respond(bot: Bot, to: dict[str, Any], kind: int, **data: object) -> int:
    status, _ = await bot.call(
        "POST", f"/interactions/{to['id']}/{to['token']}/callback", {"type": kind, **({"data": data} if data else {})}
    )
    return status


async def post(discord: Discord, bot: Bot, body: dict[str, Any]) -> Message:
    _, message = await bot.call("POST", MESSAGES, body)
    return discord.record.messages[int(message["id"])]


async def together(action: Any, bot: Bot, kind: int, **data: object) -> tuple[Interaction, dict[str, Any]]:
    """Perform a member's action and the bot's response to it; returns the interaction and the event that the bot received."""
    doing = asyncio.create_task(action)
    told = await event(bot)
    assert await respond(bot, told, kind, **data) == 204
    return await doing, told


def test_a_button_that_is_pressed_tells_of_its_message_and_its_presser() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        message = await post(discord, bot, {"content": "one", "components": [row(button("a"))]})
        pressed, told = await together(discord.press(message, "a", user=BEA), bot, 7, content="two")
        assert (told["type"], told["data"]["custom_id"]) == (3, "a")
        assert told["message"]["content"] == "one"
        assert told["locale"] == "de"
        assert pressed.steps == ["update"]
        assert discord.record.messages[message.id].content == "two"
        with pytest.raises(AssertionError, match="has no 'b'"):
            await discord.press(message, "b", user=BEA)
        assert discord.violations == []

    run(scenario)


def test_a_deferred_update_is_of_the_message_with_the_button() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        message = await post(discord, bot, {"content": "one", "components": [row(button("a"))]})
        pressing = asyncio.create_task(discord.press(message, "a", user=BEA))
        told = await event(bot)
        await respond(bot, told, 6)
        hook = f"/webhooks/{discord.bot.id}/{told['token']}"
        assert (await bot.call("POST", hook, {"content": "aside", "flags": 64}))[0] == 200
        assert (await bot.call("DELETE", f"{hook}/messages/@original"))[0] == 204
        pressed = await pressing
        assert [each.content for each in pressed.followups] == ["aside"]
        assert message.id not in discord.record.messages

    run(scenario)


def test_a_select_takes_what_it_offers() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        options = [{"label": each, "value": each} for each in ("x", "y")]
        message = await post(
            discord,
            bot,
            {
                "content": "choose",
                "components": [
                    row({"type": 3, "custom_id": "words", "options": options}),
                    row({"type": 6, "custom_id": "roles", "max_values": 2}),
                ],
            },
        )
        _, told = await together(discord.choose(message, "words", "y", user=ADA), bot, 7, content="y")
        assert told["data"]["values"] == ["y"]
        _, told = await together(discord.choose(message, "roles", LIBRARIAN, user=ADA), bot, 7, content="roles")
        assert told["data"]["resolved"]["roles"][str(LIBRARIAN.id)]["name"] == "Librarian"
        for chosen in (("z",), ("x", "y")):
            with pytest.raises(AssertionError, match="chosen"):
                await discord.choose(message, "words", *chosen, user=ADA)

    run(scenario)


def test_a_modal_is_filled_in_with_text_and_files() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        opened, _ = await together(discord.slash("ask", user=ADA, channel=GENERAL, question="Who?"), bot, 9, **MODAL)
        assert opened.steps == ["modal"]
        file = discord.attach("rules.md", b"# Rules")
        submitted, told = await together(
            discord.submit(opened, {"text": "No running.", "file": [file]}, user=ADA), bot, 4, content="Done."
        )
        text, upload = (each["component"] for each in told["data"]["components"])
        assert (text["value"], upload["values"]) == ("No running.", [str(file.id)])
        url = told["data"]["resolved"]["attachments"][str(file.id)]["url"]
        async with aiohttp.ClientSession() as http, http.get(url) as response:
            assert await response.read() == b"# Rules"
        assert submitted.answer
        for wrong in ({"text": "a" * 21}, {"file": [file]}, {"text": "x", "other": "y"}):
            with pytest.raises(AssertionError, match="modal"):
                await discord.submit(opened, wrong, user=ADA)
        assert discord.violations == []

    run(scenario)


def test_options_are_completed_and_menus_carry_their_message() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        path = f"/applications/{discord.bot.id}/commands"
        await bot.call("PUT", path, [ASK, {"name": "Find", "type": 3}])
        completing = asyncio.create_task(discord.complete("ask", "question", "wh", user=ADA, channel=GENERAL))
        told = await event(bot)
        assert told["data"]["options"] == [{"name": "question", "type": 3, "value": "wh", "focused": True}]
        await respond(bot, told, 8, choices=[{"name": "Who?", "value": "1"}])
        assert await completing == [{"name": "Who?", "value": "1"}]
        said = await discord.say("Who runs it?", user=BEA, channel=GENERAL)
        _, told = await together(discord.menu("Find", said, user=ADA), bot, 4, content="She.")
        assert told["data"]["resolved"]["messages"][told["data"]["target_id"]]["content"] == "Who runs it?"

    run(scenario)


def test_a_response_of_the_wrong_kind_is_refused_and_reported() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        await discord.use("ask", user=ADA, channel=GENERAL, question="Who?")
        assert await respond(bot, await event(bot), 8, choices=[]) == 400
        assert "no response to a command" in discord.violations[0]

    run(scenario)


def test_members_may_do_what_they_were_granted() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        discord.permissions.grant(ADA, HARBOUR, Permission.MANAGE_GUILD)
        discord.permissions.give_role(ADA, HARBOUR, LIBRARIAN)
        for expected in (True, False):
            await discord.use("ask", user=ADA, channel=GENERAL, question="Who?")
            member = (await event(bot))["member"]
            assert bool(int(member["permissions"]) & Permission.MANAGE_GUILD) is expected
            assert member["roles"] == ([str(LIBRARIAN.id)] if expected else [])
            discord.permissions.take_everything(ADA, HARBOUR)

    run(scenario)


@pytest.mark.parametrize(
    ("denied", "code"), [(Permission.SEND_MESSAGES, 50013), (Permission.VIEW_CHANNEL, 50001)], ids=["send", "view"]
)
def test_the_bot_may_not_do_what_was_denied(denied: Permission, code: int) -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        await discord.deny_bot(GENERAL, denied)
        told = (await bot.event("CHANNEL_UPDATE"))["d"]
        assert told["permission_overwrites"][0]["deny"] == str(int(denied))
        status, body = await bot.call("POST", MESSAGES, {"content": "one"})
        assert (status, body["code"]) == (403, code)
        await discord.deny_bot(GENERAL, Permission(0))
        assert (await bot.call("POST", MESSAGES, {"content": "one"}))[0] == 200

    run(scenario)


def test_a_thread_and_a_post_begin_with_a_message_of_their_own_id() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        said = await discord.say("Who?", user=ADA, channel=GENERAL)
        status, thread = await bot.call("POST", f"{MESSAGES}/{said.id}/threads", {"name": "Who?"})
        assert (status, thread["id"]) == (200, str(said.id))
        assert (await bot.call("POST", f"/channels/{said.id}/messages", {"content": "She."}))[0] == 200
        assert (await bot.call("POST", f"{MESSAGES}/{said.id}/threads", {"name": "Who?"}))[0] == 400
        forum = Channel("help", kind=Kind.FORUM)
        guild = Guild("Others", (forum,))
        await discord.join(guild)
        post = await discord.open_thread("How?", parent=forum)
        assert (await discord.say("Please.", user=ADA, channel=post)).id == post.id
        assert (await discord.say("Anyone?", user=ADA, channel=post)).id != post.id

    run(scenario)


def test_guilds_are_joined_left_and_lost_from_sight() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        guild = Guild("Others", (Channel("one"),))
        await discord.join(guild)
        assert (await bot.event("GUILD_CREATE"))["d"]["name"] == "Others"
        await discord.black_out(guild)
        assert (await bot.event("GUILD_DELETE"))["d"] == {"id": str(guild.id), "unavailable": True}
        await discord.leave(guild)
        assert "unavailable" not in (await bot.event("GUILD_DELETE"))["d"]

    run(scenario)


def test_each_fault_is_met_once_and_in_its_order() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        template = "/channels/{channel_id}/messages"
        discord.faults.next("POST", template, rate_limited(1.5), unavailable())
        status, body = await bot.call("POST", MESSAGES, {"content": "one"})
        assert (status, body["retry_after"]) == (429, 1.5)
        with pytest.raises(aiohttp.ContentTypeError):
            await bot.call("POST", MESSAGES, {"content": "one"})
        assert (await bot.call("POST", MESSAGES, {"content": "one"}))[0] == 200
        assert discord.faults.left == 0
        for fault, said in ((DROPPED, 1), (LOST_ANSWER, 2)):
            discord.faults.next("POST", template, fault)
            with pytest.raises(aiohttp.ClientError):
                await bot.call("POST", MESSAGES, {"content": "one"})
            assert len(discord.said_by_bot(GENERAL)) == said

    run(scenario)


@pytest.mark.parametrize("resumable", [True, False])
def test_a_session_can_be_made_invalid(resumable: bool) -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        await discord.gateway.invalidate(resumable=resumable)
        while (frame := await bot.receive())["op"] != Op.INVALID_SESSION:
            pass
        assert frame["d"] is resumable
        assert (discord.gateway.session is None) is not resumable

    run(scenario)


def test_a_bot_is_told_which_intents_it_may_ask_for() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        _, application = await bot.call("GET", "/applications/@me")
        assert application["flags"] == 1 << 19

    run(scenario, granted=Intent.MESSAGE_CONTENT)


# Its Markdown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a **b** c", [("plain", "a b c", ["bold"])], id="bold"),
        pytest.param(
            "*a* _b_ __c__ ~~d~~ ||e||",
            [("plain", "a b c d e", ["italic", "italic", "underline", "struck", "spoiler"])],
            id="the others",
        ),
        pytest.param("> a\n> b\nc", [("quote", "a", []), ("quote", "b", []), ("plain", "c", [])], id="quote"),
        pytest.param(">>> a\nb", [("quote", "a", []), ("quote", "b", [])], id="quote to the end"),
        pytest.param(
            "# a\n-# b\n- c\n1. d",
            [("heading", "a", []), ("subtext", "b", []), ("item", "c", []), ("numbered", "d", [])],
            id="lines",
        ),
        pytest.param(r"\*a\* \> \`b\`", [("plain", "*a* > `b`", [])], id="escaped"),
        pytest.param("`a*b*` [c](https://d.e)", [("plain", "a*b* c", ["code", "link"])], id="code and link"),
        pytest.param(
            "<@1> <#2> @everyone :a: https://b.c",
            [("plain", "<@1> <#2> @everyone :a: https://b.c", ["live"] * 5)],
            id="live",
        ),
        pytest.param("a\n```py\nb\n```", [("plain", "a", []), ("code", "b", ["code"])], id="fence"),
        pytest.param("**a [b](https://c.d)**", [("plain", "a b", ["bold", "bold link"])], id="nested"),
    ],
)
def test_markdown_is_read_as_discord_reads_it(text: str, expected: list[tuple[str, str, list[str]]]) -> None:
    def styles(piece: Any) -> str:
        names = ("bold", "italic", "underline", "struck", "spoiler", "code", "link", "live")
        return " ".join(name for name in names if getattr(piece.style, name))

    found = [(line.kind, line.text, [styles(piece) for piece in line.pieces if styles(piece)]) for line in read(text)]
    assert found == expected
