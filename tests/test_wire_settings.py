"""The bot over the wire: the choices in `/settings`, and their effects."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.memory.community import Community
from bot.memory.records import ServerSettings
from tests.discord_standin import Channel, Discord, Guild, Intent, Interaction, Kind, Message, Permission, Role, User
from tests.discord_standin.messages import components_within
from tests.wire import POOL, Bot, Play, fill, on_stage, player

ADA, MANAGER, LIBRARIAN = User("Ada"), User("Manager"), User("Librarian")
GENERAL, DESK, LIBRARY, ATTIC = (Channel(name) for name in ("general", "desk", "library", "attic"))
LIBRARIANS = Role("Librarians")
SWIMMERS = Guild("Swimmers", (GENERAL, DESK, LIBRARY, ATTIC), roles=(LIBRARIANS,))
TRACK = Channel("track")
RUNNERS = Guild("Runners", (TRACK,), roles=(Role("Coaches"),))

Stage = tuple[Discord, Bot, asyncio.Runner]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    articles = [(SWIMMERS, {"pool.md": POOL}), (RUNNERS, {"pool.md": POOL})]
    discord = Discord(SWIMMERS, RUNNERS, granted=Intent.MESSAGE_CONTENT)
    discord.permissions.grant(MANAGER, SWIMMERS, Permission.MANAGE_GUILD)
    with on_stage(discord, tmp_path_factory.mktemp("settings"), articles) as found:
        yield found


@pytest.fixture
def play(stage: Stage) -> Iterator[Play]:
    discord, _, runner = stage
    yield from player(discord, runner)


async def panel(discord: Discord, user: User = MANAGER, channel: Channel = GENERAL) -> Message:
    opened = await discord.slash("settings", user=user, channel=channel)
    assert opened.ephemeral
    assert opened.answer
    return opened.answer


async def choose(discord: Discord, setting: str, *chosen: str | Role | Channel, user: User = MANAGER) -> Interaction:
    return await discord.choose(await panel(discord), f"pullquote:settings:{setting}:", *chosen, user=user)


async def ask(discord: Discord, question: str, channel: Channel = GENERAL) -> Interaction:
    return await discord.slash("ask", user=ADA, channel=channel, question=question)


def chosen_on(message: Message | None, setting: str) -> list[str]:
    assert message
    (select,) = (
        each
        for each in components_within(message.components)
        if each.get("custom_id", "").startswith(f"pullquote:settings:{setting}:")
    )
    return [str(each["id"]) for each in select.get("default_values") or []] + [
        each["value"] for each in select.get("options") or [] if each.get("default")
    ]


def test_only_managers_see_the_panel(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        assert "Librarian role" in (await panel(discord)).text
        for user in (ADA, LIBRARIAN):
            refused = await panel(discord, user)
            assert refused.text == "Only members who can manage this server can change its settings."
        (command,) = [each for each in discord.record.commands[None] if each["name"] == "settings"]
        assert int(command["default_member_permissions"]) == Permission.MANAGE_GUILD
        assert command["contexts"] == [0]

    play(scenario)


def test_who_uses_the_panel_is_looked_at_anew_each_time(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        former = User("Former manager")
        discord.permissions.grant(former, SWIMMERS, Permission.MANAGE_GUILD)
        shown = await panel(discord, former)
        discord.permissions.take_everything(former, SWIMMERS)
        discord.permissions.give_role(former, SWIMMERS, LIBRARIANS)
        used = await discord.choose(shown, "pullquote:settings:excerpts:", "1", user=former)
        assert "Only members who can manage" in used.followups[0].text
        used = await discord.press(shown, "Off", user=former)
        assert "Only members who can manage" in used.followups[0].text
        assert decided(bot) == ServerSettings()

    play(scenario)


def test_the_panel_shows_what_was_chosen_and_remembers_it(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        used = await choose(discord, "librarian_role", LIBRARIANS)
        assert used.steps == ["defer", "edit"]
        assert chosen_on(used.answer, "librarian_role") == [str(LIBRARIANS.id)]
        assert used.answer
        # The same panel can be used again, and shows every choice.
        used = await discord.choose(used.answer, "pullquote:settings:keep_days:", "7", user=MANAGER)
        assert chosen_on(used.answer, "keep_days") == ["7"]
        assert chosen_on(used.answer, "librarian_role") == [str(LIBRARIANS.id)]
        assert chosen_on(await panel(discord), "keep_days") == ["7"]
        await choose(discord, "librarian_role")
        await choose(discord, "keep_days", "90")
        assert decided(bot) == ServerSettings()

    play(scenario)


def test_what_is_not_of_this_server_is_refused(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        used = await choose(discord, "librarian_role", RUNNERS.roles[0])
        assert "in this server" in used.followups[0].text
        assert chosen_on(used.answer, "librarian_role") == []
        used = await choose(discord, "question_channels", TRACK)
        assert "in this server" in used.followups[0].text
        for forged in ("excerpts:True", "keep_days:False"):
            used = await discord.press(await panel(discord), f"pullquote:settings:{forged}", user=MANAGER, forged=True)
            assert "cannot be chosen" in used.followups[0].text
        assert decided(bot) == ServerSettings()

    play(scenario)


def test_in_question_channels_questions_are_answered_without_a_mention(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        await choose(discord, "question_channels", DESK)
        said = await discord.say("When was the pool built?", user=ADA, channel=DESK)
        assert "1987" in (await discord.answer_to(said)).text
        said = await discord.say("the pool, built when？", user=ADA, channel=DESK)
        await discord.answer_to(said)
        # No answer if it is unsure, the message is no question, or the channel is another one.
        quiet = [
            await discord.say("How do I bake rye bread?", user=ADA, channel=DESK),
            await discord.say("The pool was built in 1987.", user=ADA, channel=DESK),
            await discord.say("When was the pool built?", user=ADA, channel=LIBRARY),
        ]
        # When a member opens a thread, Discord posts a message of type 18 in their name.
        opened = Message(DESK, ADA, SWIMMERS, content="When was the pool built?")
        await discord.gateway.dispatch("MESSAGE_CREATE", opened.payload(readable=True) | {"type": 18})
        quiet.append(opened)
        await choose(discord, "question_channels")
        quiet.append(await discord.say("When was the pool built?", user=ADA, channel=DESK))
        for channel in (DESK, LIBRARY):
            said = await discord.say(f"<@{discord.bot.id}> When was the pool built?", user=ADA, channel=channel)
            await discord.answer_to(said)
        answered = replied_to(discord, DESK) | replied_to(discord, LIBRARY)
        assert not answered & {each.id for each in quiet}

    play(scenario)


def test_with_the_intent_a_mention_of_the_role_with_the_name_of_the_bot_is_answered(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        said = await discord.say(f"{SWIMMERS.bot_role.mention} When was the pool built?", user=ADA, channel=GENERAL)
        assert "1987" in (await discord.answer_to(said)).text
        # It counts if only the text shows it, too.
        said = Message(GENERAL, ADA, SWIMMERS, content=f"{SWIMMERS.bot_role.mention} When was the pool built?")
        discord.record.messages[said.id] = said
        await discord.gateway.dispatch("MESSAGE_CREATE", said.payload() | {"mention_roles": []})
        assert "1987" in (await discord.answer_to(said)).text
        quiet = await discord.say(f"{LIBRARIANS.mention} When was the pool built?", user=ADA, channel=GENERAL)
        said = await discord.say(f"<@{discord.bot.id}> When was the pool built?", user=ADA, channel=GENERAL)
        await discord.answer_to(said)
        assert quiet.id not in replied_to(discord, GENERAL)

    play(scenario)


def test_in_silent_channels_only_commands_are_answered_and_for_the_asker_alone(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        await choose(discord, "silent_channels", ATTIC)
        said = await discord.say(f"<@{discord.bot.id}> When was the pool built?", user=ADA, channel=ATTIC)
        asked = await ask(discord, "When was the pool built?", ATTIC)
        assert asked.ephemeral
        assert asked.answer
        assert "1987" in asked.answer.text
        await choose(discord, "silent_channels")
        asked = await ask(discord, "When was the pool built?", ATTIC)
        assert not asked.ephemeral
        assert said.id not in replied_to(discord, ATTIC)

    play(scenario)


def test_a_mention_is_answered_in_a_thread_where_that_was_chosen(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        used = await discord.press(await panel(discord), "Off", user=MANAGER)
        assert used.answer
        said = await discord.say(f"<@{discord.bot.id}> When was the pool built?", user=ADA, channel=LIBRARY)
        thread = Channel("When was the pool built?", said.id, kind=Kind.THREAD, parent=LIBRARY)

        def answered() -> Message | None:
            found = (each for each in discord.record.messages.values() if each.channel.id == thread.id)
            return next((each for each in found if each.author == discord.bot), None)

        assert "1987" in (await discord.record.until(answered, "answer in a thread")).text
        used = await discord.press(used.answer, "On", user=MANAGER)
        said = await discord.say(f"<@{discord.bot.id}> When was the pool built?", user=ADA, channel=LIBRARY)
        await discord.answer_to(said)

    play(scenario)


def test_what_is_less_sure_than_was_chosen_counts_as_not_found(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        for least, said in (("0.95", "do not seem to answer"), ("0.0", "`[1]`")):
            await choose(discord, "minimum_confidence", least)
            asked = await ask(discord, "Is it open at night?")
            assert asked.answer
            assert said in asked.answer.text

    play(scenario)


def test_no_more_excerpts_are_shown_than_were_chosen(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        question = "When does the pool open, and who runs it?"
        asked = await ask(discord, question)
        assert asked.answer
        assert "`[2]`" in asked.answer.text
        await choose(discord, "excerpts", "1")
        asked = await ask(discord, question)
        assert asked.answer
        assert "`[1]`" in asked.answer.text
        assert "`[2]`" not in asked.answer.text
        await choose(discord, "excerpts", "3")

    play(scenario)


def test_without_the_intent_the_panel_says_so_and_after_a_restart_an_old_panel_works(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Discord(SWIMMERS) as discord:
            bot = Bot.of(discord, tmp_path)
            await asyncio.to_thread(fill, bot.data_dir, SWIMMERS, {"pool.md": POOL})
            discord.permissions.grant(MANAGER, SWIMMERS, Permission.MANAGE_GUILD)
            await bot.start()
            await discord.ready()
            shown = await panel(discord)
            assert "message-content intent" in shown.text
            await bot.restart(discord)
            used = await discord.choose(shown, "pullquote:settings:excerpts:", "1", user=MANAGER)
            assert chosen_on(used.answer, "excerpts") == ["1"]
            assert decided(bot).excerpts == 1
            assert discord.violations == []
            await bot.stop()
            status, log = await bot.ended()
            assert status == 0, log

    asyncio.run(scenario())


def decided(bot: Bot) -> ServerSettings:
    with Community(bot.data_dir) as community:
        return community.settings(str(SWIMMERS.id))


def replied_to(discord: Discord, channel: Channel) -> set[int]:
    return {each.replies_to.id for each in discord.said_by_bot(channel) if each.replies_to}
