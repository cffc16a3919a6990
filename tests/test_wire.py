"""The bot over the wire: asking by command, mention, reply, thread and context menu."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.discord_standin import Channel, Discord, Guild, Kind, Permission, User
from tests.wire import NOTICE, POOL, Bot, Play, on_stage, player

ADA = User("Ada")
GENERAL, LOUNGE, NOTICES, OFFICE = (Channel(name) for name in ("general", "lounge", "notices", "office"))
HELP = Channel("help", kind=Kind.FORUM)
SWIMMERS = Guild("Swimmers", (GENERAL, LOUNGE, NOTICES, OFFICE, HELP))
TRACK = Channel("track")
RUNNERS = Guild("Runners", (TRACK,))
DIRECT = Channel("", recipient=ADA)

Stage = tuple[Discord, Bot, asyncio.Runner]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    discord = Discord(SWIMMERS, RUNNERS, direct=(DIRECT,))
    articles = [(SWIMMERS, {"pool.md": POOL, "notice.md": NOTICE})]
    never = ("runs the pool", "rye bread", "Okafor")
    with on_stage(discord, tmp_path_factory.mktemp("wire"), articles, never=never) as found:
        yield found
    _, bot, _ = found
    assert "invite it with https://discord.com/oauth2/authorize?" in bot.log
    assert "the message-content intent is off" in bot.log


@pytest.fixture
def play(stage: Stage) -> Iterator[Play]:
    discord, _, runner = stage
    yield from player(discord, runner)


def test_a_command_is_acknowledged_at_once_and_answered_by_editing(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        asked = await discord.slash("ask", user=ADA, channel=GENERAL, question="Who runs the pool?")
        assert asked.steps == ["defer", "edit"]
        assert asked.answer
        assert asked.answer.pings == ()
        # How much is quoted around the answer is up to the library.
        assert asked.answer.text.startswith("### Who runs the pool?\n> ")
        assert "**Mira Okafor**, who runs the pool, said" in asked.answer.text
        assert " `[1]`\n" in asked.answer.text
        assert "\n-# `[1]` Harbour pool, paragraph " in asked.answer.text

    play(scenario)


def test_what_the_articles_do_not_hold_is_not_answered(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        asked = await discord.slash("ask", user=ADA, channel=GENERAL, question="How do I bake rye bread?")
        assert asked.answer
        assert "do not seem to answer" in asked.answer.text
        assert "[1]" not in asked.answer.text

    play(scenario)


def test_another_server_has_another_library(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        asked = await discord.slash("ask", user=ADA, channel=TRACK, question="Who runs the pool?")
        assert asked.answer
        assert f"pullquote --library {RUNNERS.id} add FILE" in asked.answer.text
        assert "Okafor" not in asked.answer.text
        assert "Harbour" not in asked.answer.text

    play(scenario)


def test_a_question_that_cannot_be_asked_is_told_so(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        asked = await discord.slash("ask", user=ADA, channel=GENERAL, question="?!")
        assert asked.answer
        assert asked.answer.text == "The question has no words; ask in a few words."

    play(scenario)


def test_a_mention_is_answered_by_a_reply_and_a_reply_to_that_is_a_follow_up(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        said = await discord.say(f"<@{discord.bot.id}> When was the pool built?", user=ADA, channel=LOUNGE)
        answer = await discord.answer_to(said)
        assert "built in **1987**" in answer.text
        assert answer.pings == ()
        assert LOUNGE.id in discord.record.typing
        said = await discord.say("and by whom is it run?", user=ADA, channel=LOUNGE, reply_to=answer)
        follow_up = await discord.answer_to(said)
        assert "Understood as: When was the pool built?" in follow_up.text
        assert "Mira Okafor" in follow_up.text
        # A mention in a reply to the answer to a command knows the question of that command.
        asked = await discord.slash("ask", user=ADA, channel=LOUNGE, question="When was the pool built?")
        said = await discord.say(
            f"<@{discord.bot.id}> and by whom is it run?", user=ADA, channel=LOUNGE, reply_to=asked.answer
        )
        assert "Understood as: When was the pool built?" in (await discord.answer_to(said)).text

    play(scenario)


def test_whoever_mentions_the_role_with_the_name_of_the_bot_is_told_to_mention_the_bot(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        said = await discord.say(f"{SWIMMERS.bot_role.mention} When was the pool built?", user=ADA, channel=LOUNGE)
        told = await discord.answer_to(said)
        assert "Choose me instead" in told.text
        # Another role has nothing to do with the bot.
        await discord.say("<@&1234> When was the pool built?", user=ADA, channel=LOUNGE)
        said = await discord.say(f"<@{discord.bot.id}> When was the pool built?", user=ADA, channel=LOUNGE)
        answer = await discord.answer_to(said)
        assert discord.said_by_bot(LOUNGE)[-2:] == [told, answer]
        said = await discord.say(
            f"{SWIMMERS.bot_role.mention} By whom?", user=ADA, channel=LOUNGE, reply_to=answer, ping=False
        )
        assert "Choose me instead" in (await discord.answer_to(said)).text

    play(scenario)


def test_talk_among_members_is_left_alone(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        said = await discord.say(f"<@!{discord.bot.id}> Do children pay?", user=ADA, channel=OFFICE)
        answer = await discord.answer_to(said)
        await discord.say("Who runs the pool?", user=ADA, channel=OFFICE)
        await discord.say("Who runs the pool?", user=ADA, channel=OFFICE, reply_to=answer, ping=False)
        await discord.say(f"<@{discord.bot.id}> Who runs the pool?", user=User("robot", bot=True), channel=OFFICE)
        said = await discord.say(f"<@{discord.bot.id}>", user=ADA, channel=OFFICE)
        hint = await discord.answer_to(said)
        assert "together with your question" in hint.text
        # Thanks for an answer are not answered.
        await discord.say(f"<@{discord.bot.id}> Thanks a lot!", user=ADA, channel=OFFICE, reply_to=answer)
        await discord.say(f"<@{discord.bot.id}> 👍", user=ADA, channel=OFFICE, reply_to=answer)
        greeting = await discord.answer_to(await discord.say(f"<@{discord.bot.id}> hello", user=ADA, channel=OFFICE))
        assert "together with your question" in greeting.text
        # Earlier messages were processed before the last mention, and got no answer.
        assert discord.said_by_bot(OFFICE) == [answer, hint, greeting]

    play(scenario)


def test_direct_messages_are_declined(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        await discord.say("Who runs the pool?", user=ADA, channel=DIRECT)
        (said,) = await discord.record.until(lambda: discord.said_by_bot(DIRECT) or None, "direct message")
        assert "I answer in servers" in said.text

    play(scenario)


def test_nothing_in_an_article_or_a_question_pings_or_links(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        question = "Where are lost towels kept, @everyone <@1234> [x](https://evil.example/)?"
        asked = await discord.slash("ask", user=ADA, channel=NOTICES, question=question)
        assert asked.answer
        assert asked.answer.pings == ()
        assert "lost towels" in asked.answer.text.lower()
        for live in ("](https:", "[7]", " @everyone", " <@"):
            assert live not in asked.answer.text

    play(scenario)


def test_a_question_that_was_deleted_is_answered_all_the_same(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        said = await discord.say(f"<@{discord.bot.id}> Who runs the pool?", user=ADA, channel=NOTICES)
        await discord.delete(said)
        own = await discord.record.until(
            lambda: [each for each in discord.said_by_bot(NOTICES) if not each.interaction] or None, "answer"
        )
        assert [each.replies_to for each in own] == [None]

    play(scenario)


def test_questions_asked_at_once_are_all_acknowledged_in_time_and_answered(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        questions = ["Who runs the pool?", "When was the pool built?", "When does the pool open?", "Do children pay?"]
        asked = await asyncio.gather(
            *(discord.slash("ask", user=ADA, channel=GENERAL, question=each) for each in questions * 10)
        )
        assert {tuple(each.steps) for each in asked} == {("defer", "edit")}
        assert all(each.answer and "`[1]`" in each.answer.text for each in asked)

    play(scenario)


def test_a_question_asked_while_the_connection_was_down_is_answered_once(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        await discord.gateway.drop()
        asked = await discord.slash("ask", user=ADA, channel=GENERAL, question="Who runs the pool?")
        assert asked.steps == ["defer", "edit"]
        await discord.gateway.ask_to_reconnect()
        asked = await discord.slash("ask", user=ADA, channel=GENERAL, question="When does the pool open?")
        assert asked.steps == ["defer", "edit"]
        opcodes = [frame["op"] for frame in discord.record.frames]
        assert (opcodes.count(2), opcodes.count(6)) == (1, 2)

    play(scenario)


# What the command takes


def test_articles_are_offered_as_their_titles_are_typed_and_only_those_of_the_server(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        for typed, expected in [
            ("", ["Harbour pool", "Lost property"]),
            ("har", ["Harbour pool"]),
            ("PROP", ["Lost property"]),
            ("harbor pol", ["Harbour pool"]),
            ("zzz", []),
        ]:
            offered = await discord.complete("ask", "article", typed, user=ADA, channel=GENERAL, question="x")
            assert [each["name"] for each in offered] == expected
        assert await discord.complete("ask", "article", "har", user=ADA, channel=TRACK) == []

    play(scenario)


def test_a_question_is_answered_from_the_article_that_was_chosen(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        (offered,) = await discord.complete("ask", "article", "lost", user=ADA, channel=GENERAL)
        for article in (offered["value"], "lost property"):
            asked = await discord.slash(
                "ask", user=ADA, channel=GENERAL, question="Who runs the pool?", article=article
            )
            assert asked.answer
            assert "Okafor" not in asked.answer.text
        asked = await discord.slash("ask", user=ADA, channel=GENERAL, question="Who?", article="zzz")
        assert asked.answer
        assert "No article here has a title like that" in asked.answer.text

    play(scenario)


def test_a_private_answer_is_seen_by_the_asker_alone(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        asked = await discord.slash("ask", user=ADA, channel=GENERAL, question="Who runs the pool?", private=True)
        assert asked.ephemeral
        assert asked.answer
        assert "Mira Okafor" in asked.answer.text
        assert "Remove" not in str(asked.answer.components)

    play(scenario)


def test_a_message_can_be_looked_up_in_the_articles(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        said = await discord.say("Does anybody know who runs the pool?", user=User("Bea"), channel=GENERAL)
        asked = await discord.menu("Find in the articles", said, user=ADA)
        assert asked.ephemeral
        assert asked.answer
        assert "Mira Okafor" in asked.answer.text
        said = await discord.say("", user=User("Bea"), channel=GENERAL)
        asked = await discord.menu("Find in the articles", said, user=ADA)
        assert asked.answer
        assert "no words that I could look up" in asked.answer.text

    play(scenario)


# Threads and forums


def test_a_post_of_a_forum_asks_with_its_title_and_its_words(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        post = await discord.open_thread("Who runs the pool?", parent=HELP)
        said = await discord.say(f"<@{discord.bot.id}> I should like to thank them.", user=ADA, channel=post)
        assert "Mira Okafor" in (await discord.answer_to(said)).text
        # In a thread, a question can follow up on the previous one without being a reply.
        said = await discord.say(f"<@{discord.bot.id}> and when was it built?", user=ADA, channel=post)
        answer = await discord.answer_to(said)
        assert "Understood as: Who runs the pool?" in answer.text
        assert "1987" in answer.text

    play(scenario)


def test_a_thread_in_a_channel_is_answered_where_it_is(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        thread = await discord.open_thread("towels", parent=LOUNGE)
        said = await discord.say(f"<@{discord.bot.id}> When was the pool built?", user=ADA, channel=thread)
        assert "**1987**" in (await discord.answer_to(said)).text

    play(scenario)


# Where the bot may not speak


@pytest.mark.parametrize("denied", [Permission.SEND_MESSAGES, Permission.VIEW_CHANNEL])
def test_where_it_may_not_speak_it_is_silent_and_the_log_says_why(stage: Stage, play: Play, denied: Permission) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        await discord.deny_bot(OFFICE, denied)
        before = len(discord.record.calls)
        await discord.say(f"<@{discord.bot.id}> Who runs the pool?", user=ADA, channel=OFFICE)
        said = await discord.say(f"<@{discord.bot.id}> Who runs the pool?", user=ADA, channel=LOUNGE)
        await discord.answer_to(said)
        # Wait before lifting the denial: a question still in progress would be answered after all.
        await bot.until_logged(
            f"a question in channel {OFFICE.id} was not answered: missing {(denied.name or '').lower()}"
        )
        calls = [each for each in discord.record.calls[before:] if each.parameters.get("channel_id") == str(OFFICE.id)]
        assert calls == []
        await discord.deny_bot(OFFICE, Permission(0))

    play(scenario)


def test_without_the_history_it_answers_without_replying(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        await discord.deny_bot(OFFICE, Permission.READ_HISTORY)
        before = len(discord.said_by_bot(OFFICE))
        await discord.say(f"<@{discord.bot.id}> Who runs the pool?", user=ADA, channel=OFFICE)
        answer = await discord.record.until(lambda: discord.said_by_bot(OFFICE)[before:] or None, "answer")
        assert answer[0].replies_to is None
        await discord.deny_bot(OFFICE, Permission(0))

    play(scenario)
