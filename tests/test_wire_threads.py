"""The bot over the wire: answers in threads, and the fallback where no thread can be opened."""

import asyncio
from collections.abc import Iterator

import pytest

from bot.memory.community import Community
from bot.memory.records import ServerSettings
from tests.discord_standin import DROPPED, LOST_ANSWER, Channel, Discord, Fault, Guild, Message, Permission, User
from tests.discord_standin.routes import THREADS
from tests.wire import POOL, Bot, Play, on_stage, player

ADA, BEA = User("Ada"), User("Bea")
GENERAL, ATTIC = Channel("general"), Channel("attic")
SWIMMERS = Guild("Swimmers", (GENERAL, ATTIC))
EXISTS = Fault(400, {"code": 160004, "message": "A thread has already been created for this message"})
FULL = Fault(400, {"code": 160006, "message": "Maximum number of active threads reached"})

Stage = tuple[Discord, Bot, asyncio.Runner]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("threads")
    with Community(folder / "data") as records:
        records.change_settings(str(SWIMMERS.id), ServerSettings(in_thread=True))
    with on_stage(Discord(SWIMMERS), folder, [(SWIMMERS, {"pool.md": POOL})]) as found:
        yield found


@pytest.fixture
def play(stage: Stage) -> Iterator[Play]:
    discord, _, runner = stage
    yield from player(discord, runner)
    assert discord.faults.left == 0


async def ask(discord: Discord, channel: Channel = GENERAL) -> tuple[Message, Message]:
    """Ask a question; returns it and its answer, in whatever channel that is."""
    known = set(discord.record.messages)
    said = await discord.say(f"<@{discord.bot.id}> When was the pool built?", user=ADA, channel=channel)

    def answered() -> Message | None:
        new = (each for key, each in discord.record.messages.items() if key not in known)
        return next((each for each in new if each.author == discord.bot), None)

    return said, await discord.record.until(answered, "answer")


async def shows_its_context(discord: Discord, answer: Message) -> None:
    pressed = await discord.press(answer, "In context", user=BEA)
    assert pressed.answer
    assert "The pool opens at seven" in pressed.answer.text


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(DROPPED, id="the connection breaks"),
        pytest.param(LOST_ANSWER, id="there is one by then, for only the answer was lost"),
    ],
)
def test_a_thread_that_met_trouble_is_opened_all_the_same(play: Play, fault: Fault) -> None:
    async def scenario(discord: Discord) -> None:
        discord.faults.next("POST", THREADS, fault)
        said, answer = await ask(discord)
        assert answer.channel.id == said.id
        await shows_its_context(discord, answer)

    play(scenario)


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([FULL], id="there are too many"),
        pytest.param([EXISTS], id="there is said to be one, and cannot be found"),
        pytest.param([DROPPED] * 4, id="the connection breaks each time"),
    ],
)
def test_where_no_thread_can_be_opened_the_answer_stands_in_the_channel_and_is_known_there(
    play: Play, faults: list[Fault]
) -> None:
    async def scenario(discord: Discord) -> None:
        discord.faults.next("POST", THREADS, *faults)
        said, answer = await ask(discord)
        assert answer.channel == GENERAL
        assert answer.replies_to
        assert answer.replies_to.id == said.id
        await shows_its_context(discord, answer)
        # A reply to it is a follow-up.
        said = await discord.say(
            f"<@{discord.bot.id}> and by whom is it run?", user=ADA, channel=GENERAL, reply_to=answer
        )
        (thread,) = await discord.record.until(lambda: of_thread(discord, said) or None, "answer in a thread")
        assert "Understood as: When was the pool built?" in thread.text

    play(scenario)


@pytest.mark.parametrize(
    ("denied", "missing"),
    [
        pytest.param(Permission.CREATE_THREADS, "Create Public Threads", id="to open one"),
        pytest.param(Permission.SEND_IN_THREADS, "Send Messages in Threads", id="to speak in one"),
    ],
)
def test_where_a_permission_is_missing_the_answer_stands_in_the_channel_and_says_so(
    play: Play, denied: Permission, missing: str
) -> None:
    async def scenario(discord: Discord) -> None:
        await discord.deny_bot(ATTIC, denied)
        _, answer = await ask(discord, ATTIC)
        assert answer.channel == ATTIC
        assert "1987" in answer.text
        assert f"I am missing the permission {missing}." in answer.text
        await shows_its_context(discord, answer)
        await discord.deny_bot(ATTIC, Permission(0))

    play(scenario)


def of_thread(discord: Discord, said: Message) -> list[Message]:
    """The bot's messages in the thread that starts from a message."""
    return [
        each for each in discord.record.messages.values() if each.author == discord.bot and each.channel.id == said.id
    ]
