"""The bot over the wire: librarians manage the articles, and nobody else can."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.memory.community import Community
from bot.memory.records import ServerSettings, Work
from tests.discord_standin import Channel, Discord, Guild, Interaction, Message, Permission, Role, User
from tests.web import Reply, serving
from tests.wire import POOL, Bot, Play, fill, on_stage, player

ADA, MANAGER, LIBRARIAN = User("Ada"), User("Manager"), User("Librarian")
LIBRARIANS = Role("Librarians")
GENERAL = Channel("general")
SWIMMERS = Guild("Swimmers", (GENERAL,), roles=(LIBRARIANS,))
TRACK = Channel("track")
RUNNERS = Guild("Runners", (TRACK,))
SAUNA = b"# Sauna\n\nThe sauna is heated on Thursdays from five in the afternoon.\n"

Stage = tuple[Discord, Bot, asyncio.Runner]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    discord = Discord(SWIMMERS, RUNNERS)
    for guild in (SWIMMERS, RUNNERS):
        discord.permissions.grant(MANAGER, guild, Permission.MANAGE_GUILD)
    discord.permissions.give_role(LIBRARIAN, SWIMMERS, LIBRARIANS)
    folder = tmp_path_factory.mktemp("articles")
    articles = [(SWIMMERS, {"pool.md": POOL}), (RUNNERS, {f"race-{at:02}.md": race(at) for at in range(12)})]
    with on_stage(discord, folder, articles, PULLQUOTE_ALLOW_PRIVATE_ADDRESSES="1") as found:
        with Community(found[1].data_dir) as community:
            community.change_settings(str(SWIMMERS.id), ServerSettings(librarian_role=LIBRARIANS.id))
        yield found


@pytest.fixture
def play(stage: Stage) -> Iterator[Play]:
    discord, _, runner = stage
    yield from player(discord, runner)


def race(number: int) -> bytes:
    return f"# Race {number:02}\n\nRace number {number} was won by Kai Lindqvist in {number + 20} minutes.\n".encode()


def said(interaction: Interaction) -> str:
    assert interaction.ephemeral
    assert interaction.answer
    assert interaction.answer.pings == ()
    return interaction.answer.text


def shown(interaction: Interaction) -> Message:
    assert interaction.answer
    return interaction.answer


async def article(
    discord: Discord, what: str, *, user: User = MANAGER, channel: Channel = GENERAL, **given: object
) -> Interaction:
    return await discord.slash(f"article {what}", user=user, channel=channel, **given)


async def asked(discord: Discord, question: str) -> str:
    return shown(await discord.slash("ask", user=ADA, channel=GENERAL, question=question)).text


def plain(text: str) -> str:
    """The text without what marks the words that answer: which of these are marked is not the matter here."""
    return text.replace("**", "")


def test_a_file_is_added_and_answers_at_once(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        assert "do not seem to answer" in await asked(discord, "When is the sauna heated?")
        added = said(await article(discord, "add", file=discord.attach("sauna.md", SAUNA)))
        assert "### Added\n**Sauna** · 12 words in 1 passage" in added
        assert "> The sauna is heated on Thursdays" in added
        assert "on Thursdays from five" in plain(await asked(discord, "When is the sauna heated?"))
        again = said(await article(discord, "add", file=discord.attach("sauna.md", SAUNA)))
        assert "### Unchanged\n**Sauna**" in again
        newer = discord.attach("sauna.md", SAUNA.replace(b"Thursdays", b"Fridays"))
        assert "### Updated\n**Sauna**" in said(await article(discord, "add", file=newer))
        assert "on Fridays from five" in plain(await asked(discord, "When is the sauna heated?"))

    play(scenario)


def test_a_page_is_added_by_its_address_and_read_again(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        with serving() as web:
            page = "<html><head><title>Lockers</title></head><body><article><h1>Lockers</h1><p>{}</p></article></body></html>"
            text = "A locker costs one euro, which comes back with the key when you leave the pool in the evening."
            web.pages["/lockers"] = Reply(page.format(text).encode())
            assert "**Lockers**" in said(await article(discord, "add", url=f"{web.address}/lockers"))
            assert "one euro" in await asked(discord, "How much does a locker cost?")
            web.pages["/lockers"] = Reply(page.format(text.replace("one euro", "two euros")).encode())
            assert "### Updated\n**Lockers**" in said(await article(discord, "refresh", article="Lockers"))
            assert "two euros" in await asked(discord, "How much does a locker cost?")

    play(scenario)


@pytest.mark.parametrize("given", ["/etc/passwd", "file:///etc/passwd", "rules.md"])
def test_a_file_of_the_host_is_no_address(play: Play, given: str) -> None:
    async def scenario(discord: Discord) -> None:
        refused = said(await article(discord, "add", url=given))
        assert "### Not added" in refused
        assert "web address" in refused or "can be read" in refused

    play(scenario)


def test_what_cannot_be_read_is_told_in_one_sentence(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        broken = discord.attach("minutes.pdf", b"%PDF-1.7 and nothing else", "application/pdf")
        refused = said(await article(discord, "add", file=broken))
        assert refused.startswith("### Not added\n**minutes.pdf**: ")
        assert "Traceback" not in refused

    play(scenario)


def test_text_is_pasted_into_a_form(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        opened = await article(discord, "add", user=LIBRARIAN)
        pasted = {"title": "Showers", "text": "The showers run for exactly four minutes."}
        added = said(await discord.submit(opened, pasted, user=LIBRARIAN))
        assert "### Added\n**Showers**" in added
        assert "four minutes" in await asked(discord, "How long do the showers run?")
        opened = await article(discord, "add", user=LIBRARIAN)
        discord.permissions.take_everything(LIBRARIAN, SWIMMERS)
        refused = said(await discord.submit(opened, pasted, user=LIBRARIAN))
        discord.permissions.give_role(LIBRARIAN, SWIMMERS, LIBRARIANS)
        assert refused.startswith("Only librarians")

    play(scenario)


def test_a_message_is_added_with_its_files(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        file = discord.attach("kiosk.txt", b"The kiosk sells ice cream until eight in the evening.")
        message = await discord.say(
            "The lifeguard whistle means that everybody leaves the water.",
            user=ADA,
            channel=GENERAL,
            attachments=[file],
        )
        added = said(await discord.menu("Add to the articles", message, user=LIBRARIAN))
        assert "lifeguard whistle" in added
        assert "**The kiosk sells ice cream" in added
        answer = await asked(discord, "What does the lifeguard whistle mean?")
        assert "everybody leaves the water" in answer
        assert str(message.id) in answer
        assert said(await discord.menu("Add to the articles", message, user=ADA)).startswith("Only librarians")

    play(scenario)


def test_files_of_one_name_in_two_messages_are_two_articles(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        texts = ("Lane seven is closed for divers.", "Yoga mats lie beside the whirlpool.")
        for text in texts:
            file = discord.attach("message.txt", text.encode())
            message = await discord.say("", user=ADA, channel=GENERAL, attachments=[file])
            assert "### Added" in said(await discord.menu("Add to the articles", message, user=LIBRARIAN))
        assert "closed for divers" in await asked(discord, "Why is lane seven closed?")
        answer = await asked(discord, "Where do the yoga mats lie?")
        assert "beside the whirlpool" in answer
        assert str(message.id) in answer

    play(scenario)


def test_the_list_is_turned_page_by_page(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        listed = await article(discord, "list", channel=TRACK)
        assert "### 12 articles" in said(listed)
        assert "Race 11" not in said(listed)
        await bot.restart(discord)
        turned = await discord.press(shown(listed), "Next", user=MANAGER)
        assert "Race 11" in shown(turned).text
        assert "Race 00" not in shown(turned).text
        assert "Pool" not in shown(turned).text
        refused = await discord.press(shown(turned), "Previous", user=ADA)
        assert shown(refused).text.startswith("Only librarians")

    play(scenario)


def test_an_article_is_renamed_and_shown_with_who_did_it(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        await article(
            discord, "add", file=discord.attach("towels.md", b"# Towels\n\nTowels are washed every night at the pool.")
        )
        assert "“Towels” is now called “Clean towels”" in said(
            await article(discord, "rename", user=LIBRARIAN, article="towels", title="Clean  towels")
        )
        (offered,) = await discord.complete("article show", "article", "clean", user=MANAGER, channel=GENERAL)
        assert offered["name"] == "Clean towels"
        told = said(await article(discord, "show", article=offered["value"]))
        assert "### Clean towels\nuploaded · 9 words, 1 sentence, 1 passage" in told
        assert f"by <@{MANAGER.id}>" in told
        assert f"by <@{LIBRARIAN.id}>" in told
        assert "> Towels are washed every night" in told
        assert "uploaded, so I cannot read it again" in said(await article(discord, "refresh", article="Clean towels"))

    play(scenario)


def test_removing_asks_first(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        await article(discord, "add", file=discord.attach("bats.md", b"# Bats\n\nBats sleep beneath the diving tower."))
        assert "diving tower" in await asked(discord, "Where do the bats sleep?")
        question = await article(discord, "remove", article="bats")
        assert "### Remove “Bats”?" in said(question)
        assert shown(await discord.press(shown(question), "Keep it", user=MANAGER)).text == "Nothing was removed."
        question = await article(discord, "remove", article="bats")
        refused = await discord.press(shown(question), "Remove it", user=ADA)
        assert shown(refused).text.startswith("Only librarians")
        question = await article(discord, "remove", article="bats")
        assert "was removed" in shown(await discord.press(shown(question), "Remove it", user=LIBRARIAN)).text
        assert "diving tower" not in await asked(discord, "Where do the bats sleep?")
        other = shown(await article(discord, "remove", article="Sauna"))
        forged = await discord.press(other, "pullquote:shelf:remove:abc", user=MANAGER, forged=True)
        assert "no longer here" in shown(forged).text

    play(scenario)
    for path in Path(bot.data_dir).rglob("*"):
        assert not path.is_file() or b"diving tower" not in path.read_bytes(), path.name


@pytest.mark.parametrize("what", ["list", "add", "refresh"])
def test_who_is_no_librarian_is_told_so(play: Play, what: str) -> None:
    async def scenario(discord: Discord) -> None:
        assert said(await article(discord, what, user=ADA)).startswith("Only librarians")

    play(scenario)


def test_a_librarian_of_one_server_is_none_of_another(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        assert said(await article(discord, "list", user=LIBRARIAN, channel=TRACK)).startswith("Only librarians")

    play(scenario)


def test_discord_shows_the_commands_to_managers(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        told = {each["name"]: each for each in discord.record.commands[None]}
        for name in ("article", "Add to the articles"):
            assert int(told[name]["default_member_permissions"]) == Permission.MANAGE_GUILD
            assert told[name]["contexts"] == [0]

    play(scenario)


def test_who_did_what_lasts_and_can_be_forgotten(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        await article(discord, "add", file=discord.attach("ducks.md", b"# Ducks\n\nDucks nest behind the pool."))
        (offered,) = await discord.complete("article show", "article", "ducks", user=MANAGER, channel=GENERAL)
        with Community(bot.data_dir) as community:
            (deed,) = community.deeds(str(SWIMMERS.id), offered["value"])
            assert (deed.work, deed.user_id) == (Work.ADDED, MANAGER.id)
            assert community.deeds(str(RUNNERS.id), offered["value"]) == ()
            community.forget_user(MANAGER.id)
        assert "by a member who has since been forgotten" in said(await article(discord, "show", article="ducks"))

    play(scenario)


def test_two_who_add_at_once_wait_for_one_another(play: Play) -> None:
    async def scenario(discord: Discord) -> None:
        both = await asyncio.gather(
            *(
                article(discord, "add", file=discord.attach(f"{name}.txt", f"The {name} is closed in winter.".encode()))
                for name in ("slide", "fountain")
            )
        )
        assert all("### Added" in said(each) for each in both)

    play(scenario)


def test_a_restart_forgets_no_article(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        await article(
            discord, "add", file=discord.attach("moles.md", b"# Moles\n\nMoles dig under the sunbathing lawn.")
        )
        await bot.restart(discord)
        assert "sunbathing lawn" in await asked(discord, "Where do moles dig?")

    play(scenario)


def test_articles_added_on_the_terminal_are_listed_too(stage: Stage, play: Play) -> None:
    _, bot, _ = stage

    async def scenario(discord: Discord) -> None:
        await asyncio.to_thread(
            fill, bot.data_dir, SWIMMERS, {"/srv/secret/otters.md": b"# Otters\n\nOtters visit at dawn.\n"}
        )
        told = said(await article(discord, "show", article="Otters"))
        assert "from the host's disk" in told
        assert "/srv" not in told
        assert "/srv" not in said(await article(discord, "refresh", article="Otters"))

    play(scenario)
