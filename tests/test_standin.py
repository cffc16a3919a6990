"""The stand-in for Discord: it reports what Discord would refuse, and implements the gateway protocol."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.discord_standin import TOKEN, Channel, Deadlines, Discord, Guild, Intent, User, limits
from tests.discord_standin.gateway import Close, Op
from tests.discord_standin.openapi import PATH, OpenApi

GENERAL = Channel("general")
HARBOUR = Guild("Harbour", (GENERAL,))
ADA = User("Ada")
INTENTS = Intent.GUILDS | Intent.GUILD_MESSAGES | Intent.DIRECT_MESSAGES
ASK = {
    "name": "ask",
    "description": "Ask.",
    "type": 1,
    "options": [{"name": "question", "description": "What?", "type": 3, "required": True}],
}
MESSAGES = f"/channels/{GENERAL.id}/messages"
MESSAGES_TEMPLATE = "/channels/{channel_id}/messages"

described = pytest.mark.skipif(not PATH.is_file(), reason="there is no copy of Discord's OpenAPI description")


class Bot:
    """A bot without a library: plain HTTP and a plain websocket."""

    def __init__(self, discord: Discord, http: aiohttp.ClientSession) -> None:
        self._discord = discord
        self._http = http
        self._inflate = zlib.decompressobj()
        self.socket: aiohttp.ClientWebSocketResponse | None = None

    async def call(self, method: str, path: str, body: object = None, *, token: str = TOKEN) -> tuple[int, Any]:
        headers = {"Authorization": f"Bot {token}"}
        async with self._http.request(method, self._discord.api_url + path, json=body, headers=headers) as response:
            return response.status, await response.json() if response.status != 204 else None

    async def connect(self, *, compress: bool = False) -> None:
        query = {"v": "10", "encoding": "json"} | ({"compress": "zlib-stream"} if compress else {})
        self._inflate = zlib.decompressobj()
        self.socket = await self._http.ws_connect(self._discord.gateway.url, params=query)
        assert (await self.receive())["op"] == Op.HELLO

    async def send(self, op: int, data: object = None) -> None:
        assert self.socket
        await self.socket.send_json({"op": op, "d": data})

    async def receive(self) -> dict[str, Any]:
        assert self.socket
        message = await self.socket.receive(30)
        if message.type is aiohttp.WSMsgType.CLOSE:
            return {"closed": message.data}
        raw = self._inflate.decompress(message.data) if message.type is aiohttp.WSMsgType.BINARY else message.data
        return dict(json.loads(raw))

    async def event(self, name: str) -> dict[str, Any]:
        while (frame := await self.receive()).get("t") != name:
            assert "closed" not in frame
        return frame

    async def identify(self, *, intents: Intent = INTENTS, token: str = TOKEN) -> None:
        await self.send(Op.IDENTIFY, {"token": token, "intents": int(intents), "properties": {}})

    async def log_in(self, *, intents: Intent = INTENTS) -> None:
        await self.connect()
        await self.identify(intents=intents)
        await self.event("GUILD_CREATE")
        await self.call("PUT", f"/applications/{self._discord.bot.id}/commands", [ASK])


@asynccontextmanager
async def standin(**settings: Any) -> AsyncIterator[tuple[Discord, Bot]]:
    async with Discord(HARBOUR, **settings) as discord, aiohttp.ClientSession() as http:
        yield discord, Bot(discord, http)


def run(scenario: Callable[[Discord, Bot], Awaitable[None]], **settings: Any) -> None:
    async def whole() -> None:
        async with standin(**settings) as (discord, bot):
            await scenario(discord, bot)

    asyncio.run(whole())


# The limits, by hand


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def select(count: int, **more: object) -> dict[str, Any]:
    return {
        "type": 3,
        "custom_id": "s",
        "options": [{"label": f"{each}", "value": f"{each}", **more} for each in range(count)],
    }


def button(custom_id: str) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "x", "custom_id": custom_id}


def modal(changes: dict[str, Any], label: str = "Title") -> dict[str, Any]:
    text = {"type": 4, "custom_id": "a", "style": 1, "max_length": 4000, "placeholder": "a" * 100} | changes
    return {
        "type": 9,
        "data": {"title": "a", "custom_id": "b", "components": [{"type": 18, "label": label, "component": text}]},
    }


def display(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param({}, "empty", id="nothing"),
        pytest.param({"content": "a" * 2001}, "content has 2,001", id="long content"),
        pytest.param({"content": "𝕏" * 1001}, "content has 2,002", id="content outside the basic plane"),
        pytest.param({"embeds": [{"title": "a" * 257}]}, "title of an embed has 257", id="long title"),
        pytest.param({"embeds": [{"description": "a" * 4097}]}, "description of an embed", id="long description"),
        pytest.param({"embeds": [{"description": "a" * 3001}] * 2}, "6,002 characters in all", id="embeds in all"),
        pytest.param({"embeds": [{"title": "a"}] * 11}, "11 embeds", id="many embeds"),
        pytest.param({"embeds": [{"fields": [{"name": "", "value": "a"}]}]}, "name of a field is missing", id="field"),
        pytest.param({"content": "a", "allowed_mentions": {"parse": ["all"]}}, "cannot parse", id="mention kinds"),
        pytest.param(
            {"content": "a", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "both", id="mentions twice"
        ),
        pytest.param({"components": [row(button(str(n))) for n in range(6)]}, "6 rows", id="many rows"),
        pytest.param({"components": [row(button("a")), row(button("a"))]}, "is used 2 times", id="repeated custom id"),
        pytest.param({"components": [row(select(26))]}, "26 options", id="many options"),
        pytest.param({"components": [row(select(2) | {"max_values": 26})]}, "of at most 26", id="many choices"),
        pytest.param({"components": [row(select(2, default=True))]}, "has 2 chosen", id="more chosen than may be"),
        pytest.param({"components": [row(*(button(str(n)) for n in range(6)))]}, "one to five", id="long row"),
        pytest.param({"components": [button("a")]}, "outside a row", id="bare button"),
        pytest.param({"components": [display("a")]}, "without its flag", id="components of V2 unflagged"),
        pytest.param(
            {"flags": 1 << 15, "content": "a", "components": [display("a")]}, "go with no content", id="V2 and content"
        ),
        pytest.param(
            {"flags": 1 << 15, "components": [{"type": 17, "components": [display("a" * 2001)]}, display("a" * 2000)]},
            "4,001 characters in all",
            id="text of V2, nested",
        ),
        pytest.param(
            {"flags": 1 << 15, "components": [{"type": 17, "components": [display("a")] * 40}]},
            "41 components",
            id="components of V2, nested",
        ),
        pytest.param({"flags": 1 << 15, "components": [display("")]}, "display is empty", id="no words"),
        pytest.param(
            {"flags": 1 << 15, "components": [{"type": 9, "components": [display("a")]}]},
            "no accessory",
            id="a section without its button",
        ),
        pytest.param(
            {"flags": 1 << 15, "components": [{"type": 9, "components": [display("a")] * 4, "accessory": button("a")}]},
            "4 texts of a section",
            id="a long section",
        ),
    ],
)
def test_a_message_over_a_limit_is_reported(body: dict[str, Any], said: str) -> None:
    (found,) = limits.message(body, new=True)
    assert said in found


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"content": "a" * 2000}, id="content"),
        pytest.param({"embeds": [{"title": "a" * 256, "description": "a" * 4096}]}, id="an embed"),
        pytest.param({"components": [row(*(button(str(n)) for n in range(5)))]}, id="five buttons"),
        pytest.param({"flags": 1 << 15, "components": [display("a" * 4000)]}, id="V2"),
        pytest.param({"content": "a", "allowed_mentions": {"parse": [], "replied_user": False}}, id="no mentions"),
    ],
)
def test_a_message_at_its_limits_is_taken(body: dict[str, Any]) -> None:
    assert list(limits.message(body, new=True)) == []


def options(*names: str, **more: object) -> list[dict[str, Any]]:
    return [{"name": name, "description": "x", "type": 3, **more} for name in names]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"name": "Ask"}, "cannot be the name", id="capital"),
        pytest.param({"name": "ask me"}, "cannot be the name", id="space"),
        pytest.param({"name": "a" * 33}, "cannot be the name", id="long name"),
        pytest.param({"description": ""}, "is missing", id="no description"),
        pytest.param({"description": "a" * 101}, "has 101", id="long description"),
        pytest.param({"name_localizations": {"de": "Frag"}}, "'Frag' cannot be", id="capital in a language"),
        pytest.param({"description_localizations": {"fr": "a" * 101}}, "has 101", id="long in a language"),
        pytest.param({"options": options(*map(str, range(26)))}, "26 options", id="many options"),
        pytest.param({"options": options("a", "a")}, "one name", id="options with one name"),
        pytest.param(
            {"options": options("a") + options("b", required=True)}, "follows an optional", id="order of options"
        ),
        pytest.param({"type": 3}, "no descriptions", id="description in a context menu"),
    ],
)
def test_a_command_that_discord_refuses_is_reported(changes: dict[str, Any], said: str) -> None:
    (found,) = limits.commands([ASK | changes])
    assert said in found


def test_commands_have_names_of_their_own() -> None:
    assert list(limits.commands([ASK])) == []
    assert list(limits.commands([ASK, ASK])) == ["2 commands are called 'ask'"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param({"type": 5, "data": {"content": "a"}}, "but the ephemeral flag", id="deferral with content"),
        pytest.param({"type": 5, "data": {"flags": 1 << 15}}, "but the ephemeral flag", id="deferral with V2"),
        pytest.param(
            {"type": 8, "data": {"choices": [{"name": "a", "value": "a"}] * 26}}, "26 choices", id="many choices"
        ),
        pytest.param(
            {"type": 8, "data": {"choices": [{"name": "a", "value": "a" * 101}]}}, "value of a choice", id="long value"
        ),
        pytest.param(modal({"max_length": 4001}), "takes 4,001", id="long text in a modal"),
        pytest.param(modal({"placeholder": "a" * 101}), "a placeholder has 101", id="long placeholder in a modal"),
        pytest.param(modal({}, label="a" * 46), "a label of a modal has 46", id="long label in a modal"),
        pytest.param({"type": 4, "data": {"content": "a" * 2001}}, "content has", id="long answer"),
        pytest.param({"type": 3}, "no kind of response", id="unknown kind"),
    ],
)
def test_a_response_that_discord_refuses_is_reported(body: dict[str, Any], said: str) -> None:
    (found,) = limits.callback(body)
    assert said in found


def test_a_modal_at_its_limits_is_taken() -> None:
    assert list(limits.callback(modal({}, label="a" * 45))) == []


# Discord's OpenAPI description


@pytest.fixture
def openapi() -> OpenApi:
    found = OpenApi.load()
    assert found
    return found


@described
@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param({"content": 5}, "$.content", id="number for text"),
        pytest.param({"content": "a", "embeds": {}}, "$.embeds", id="object for list"),
        pytest.param({"content": "a", "message_reference": {"message_id": "x"}}, "message_reference", id="id"),
        pytest.param({"components": [{"type": 99}]}, "$.components[0]", id="unknown component"),
    ],
)
def test_a_body_that_is_not_as_described_is_reported(openapi: OpenApi, body: object, said: str) -> None:
    (found,) = openapi.violations("POST", MESSAGES_TEMPLATE, body)
    assert said in found


@described
def test_ids_may_be_numbers_and_everything_else_is_as_described(openapi: OpenApi) -> None:
    body = {"content": "a", "message_reference": {"message_id": 1, "channel_id": "2", "fail_if_not_exists": False}}
    assert openapi.violations("POST", MESSAGES_TEMPLATE, body) == []
    assert openapi.violations("PUT", "/applications/{application_id}/commands", [ASK]) == []
    assert openapi.violations("POST", "/channels/{channel_id}/typing", None) == []
    assert openapi.violations("POST", "/channels/{channel_id}/typing", {}) == ["no body is expected"]
    assert openapi.violations("POST", "/nowhere", {}) == ["no such operation is described"]


def test_a_missing_description_is_no_error(tmp_path: Any) -> None:
    assert OpenApi.load(tmp_path / "openapi.json") is None


# Over HTTP


def test_a_bad_request_is_refused_and_reported() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        assert (await bot.call("POST", MESSAGES, {"content": "a" * 2001}))[0] == 400
        assert (await bot.call("POST", MESSAGES, {"embeds": "text"}))[0] == 400
        assert (await bot.call("POST", "/nowhere", {}))[0] == 404
        assert discord.record.messages == {}
        assert len([each for each in discord.violations if "2,001" in each]) == 1
        assert any("embeds" in each or "shape" in each for each in discord.violations)
        assert any("no such route" in each for each in discord.violations)

    run(scenario)


def test_a_good_request_is_done_and_not_reported() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        status, message = await bot.call("POST", MESSAGES, {"content": "one"})
        assert (status, message["content"]) == (200, "one")
        path = f"{MESSAGES}/{message['id']}"
        assert (await bot.call("PATCH", path, {"embeds": [{"title": "two"}]}))[0] == 200
        assert [each.text for each in discord.said_by_bot(GENERAL)] == ["one\ntwo"]
        assert (await bot.call("DELETE", path))[0] == 204
        assert (await bot.call("GET", path))[0] == 404
        assert (await bot.call("POST", "/channels/1/messages", {"content": "one"}))[0] == 404
        assert discord.violations == []

    run(scenario)


def test_another_token_is_refused() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        assert (await bot.call("GET", "/users/@me", token="another"))[0] == 401
        assert (await bot.call("GET", "/users/@me"))[0] == 200

    run(scenario)


# Interactions


def test_a_deferred_command_is_answered_by_editing() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        asking = asyncio.create_task(discord.slash("ask", user=ADA, channel=GENERAL, question="Who?"))
        event = (await bot.event("INTERACTION_CREATE"))["d"]
        assert event["data"]["options"] == [{"name": "question", "type": 3, "value": "Who?"}]
        original = f"/webhooks/{discord.bot.id}/{event['token']}/messages/@original"
        assert (await bot.call("PATCH", original, {"content": "early"}))[0] == 404
        callback = f"/interactions/{event['id']}/{event['token']}/callback"
        assert (await bot.call("POST", callback, {"type": 5}))[0] == 204
        assert not asking.done()
        assert (await bot.call("PATCH", original, {"content": "She."}))[0] == 200
        asked = await asking
        assert (asked.steps, asked.answer and asked.answer.text) == (["defer", "edit"], "She.")
        assert discord.violations == []
        assert (await bot.call("POST", callback, {"type": 4, "data": {"content": "again"}}))[0] == 400
        assert any("second first response" in each for each in discord.violations)

    run(scenario)


def test_the_first_follow_up_to_a_deferral_is_its_answer() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        asked = await discord.use("ask", user=ADA, channel=GENERAL, question="Who?")
        await bot.call("POST", f"/interactions/{asked.id}/{asked.token}/callback", {"type": 5})
        for content in ("one", "two"):
            await bot.call("POST", f"/webhooks/{discord.bot.id}/{asked.token}", {"content": content, "flags": 64})
        assert asked.answer
        assert asked.answer.text == "one"
        assert [each.text for each in asked.followups] == ["two"]
        assert asked.steps == ["defer", "edit", "followup"]

    run(scenario)


def test_a_late_first_response_is_refused_and_reported() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        asked = await discord.use("ask", user=ADA, channel=GENERAL, question="Who?")
        status, body = await bot.call("POST", f"/interactions/{asked.id}/{asked.token}/callback", {"type": 5})
        assert (status, body["code"]) == (404, 10062)
        assert len(discord.violations) == 1

    run(scenario, deadlines=Deadlines(acknowledge=-1))


def test_only_commands_that_were_made_known_can_be_used() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        for command, given in (("nothing", {}), ("ask", {}), ("ask", {"question": 5}), ("ask", {"other": "x"})):
            with pytest.raises(AssertionError, match=r"command|required|takes"):
                await discord.use(command, user=ADA, channel=GENERAL, **given)

    run(scenario)


# The gateway


@pytest.mark.parametrize("compress", [True, False])
def test_a_session_begins_with_the_guilds(compress: bool) -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.connect(compress=compress)
        await bot.identify()
        ready = await bot.event("READY")
        assert ready["d"]["guilds"] == [{"id": str(HARBOUR.id), "unavailable": True}]
        guild = await bot.event("GUILD_CREATE")
        assert (guild["d"]["name"], guild["s"]) == ("Harbour", 2)
        await bot.send(Op.HEARTBEAT, 2)
        assert (await bot.receive())["op"] == Op.HEARTBEAT_ACK

    run(scenario)


@pytest.mark.parametrize(
    ("token", "intents", "code"),
    [
        pytest.param("another", INTENTS, Close.WRONG_TOKEN, id="token"),
        pytest.param(TOKEN, INTENTS | Intent.MESSAGE_CONTENT, Close.DISALLOWED_INTENTS, id="intents"),
    ],
)
def test_who_may_not_identify_is_cut_off(token: str, intents: Intent, code: Close) -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.connect()
        await bot.identify(intents=intents, token=token)
        assert (await bot.receive())["closed"] == code

    run(scenario)


def test_what_was_missed_is_told_again_on_resume() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.connect(compress=True)
        await bot.identify()
        session = (await bot.event("READY"))["d"]["session_id"]
        seen = (await bot.event("GUILD_CREATE"))["s"]
        await discord.gateway.drop()
        assert (await bot.receive())["closed"] == Close.GOING_AWAY
        said = await discord.say(f"<@{discord.bot.id}> are you there?", user=ADA, channel=GENERAL)
        await bot.connect(compress=True)
        await bot.send(Op.RESUME, {"token": TOKEN, "session_id": session, "seq": seen})
        assert (await bot.event("MESSAGE_CREATE"))["d"]["id"] == str(said.id)
        assert (await bot.receive())["t"] == "RESUMED"

    run(scenario)


def test_a_session_that_is_gone_cannot_be_resumed() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        assert discord.gateway.session
        session = discord.gateway.session.id
        await discord.gateway.end_session()
        await bot.connect()
        await bot.send(Op.RESUME, {"token": TOKEN, "session_id": session, "seq": 1})
        assert (await bot.receive())["op"] == Op.INVALID_SESSION

    run(scenario)


# What a bot may read, and whom it pings


def test_words_are_withheld_from_a_bot_that_is_not_mentioned() -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.log_in()
        _, own = await bot.call("POST", MESSAGES, {"content": "an answer"})
        await bot.event("MESSAGE_CREATE")
        answer = discord.record.messages[int(own["id"])]
        said = [
            await discord.say("among us", user=ADA, channel=GENERAL),
            await discord.say(f"<@{discord.bot.id}> to you", user=ADA, channel=GENERAL),
            await discord.say("a reply", user=ADA, channel=GENERAL, reply_to=answer),
            await discord.say("a quiet reply", user=ADA, channel=GENERAL, reply_to=answer, ping=False),
        ]
        heard = [(await bot.event("MESSAGE_CREATE"))["d"] for _ in said]
        assert [each["content"] for each in heard] == ["", f"<@{discord.bot.id}> to you", "a reply", ""]
        assert [each["type"] for each in heard] == [0, 0, 19, 19]
        assert heard[3]["referenced_message"]["content"] == "an answer"
        assert "message_reference" not in heard[3]["referenced_message"]
        deeper = await discord.say("to the reply", user=ADA, channel=GENERAL, reply_to=said[2])
        heard_of = (await bot.event("MESSAGE_CREATE"))["d"]["referenced_message"]
        assert heard_of["id"] == str(deeper.replies_to and deeper.replies_to.id)
        assert heard_of["message_reference"]["message_id"] == str(answer.id)
        assert "referenced_message" not in heard_of

    run(scenario)


@pytest.mark.parametrize(
    ("body", "pings"),
    [
        pytest.param({"content": "<@5> <@&6> @everyone"}, ("<@5>", "<@&6>", "@everyone"), id="by default, all"),
        pytest.param({"content": "<@5> @here", "allowed_mentions": {"parse": []}}, (), id="none allowed"),
        pytest.param({"content": "<@5> <@7>", "allowed_mentions": {"users": ["7"]}}, ("<@7>",), id="one allowed"),
        pytest.param({"embeds": [{"description": "<@5> @everyone"}]}, (), id="embeds never"),
        pytest.param({"flags": 1 << 15, "components": [display("<@5>")]}, ("<@5>",), id="text of V2"),
    ],
)
def test_whom_a_message_pings(body: dict[str, Any], pings: tuple[str, ...]) -> None:
    async def scenario(discord: Discord, bot: Bot) -> None:
        await bot.call("POST", MESSAGES, body)
        assert [each.pings for each in discord.said_by_bot(GENERAL)] == [pings]

    run(scenario)
