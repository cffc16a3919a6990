"""What the bot says about itself: how to ask it, what it keeps, and how that is deleted. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from bot.posting.buttons import View
from bot.posting.markdown import label
from bot.posting.translations import command_name, in_language
from bot.posting.views import text_view
from embeddings.errors import UnknownArticleError
from embeddings.library import Library

# How many examples are shown, and the maximum lengths of each and of the host's note.
_EXAMPLES, _LONGEST_EXAMPLE, _LONGEST_NOTE = 3, 80, 600


@dataclass(frozen=True, slots=True, order=True)
class CommandLine:
    """A command with its localized name and description."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Retention:
    """How long data is kept, as set by the host."""

    grace_days: int
    """For a server's data, after the bot was removed from it."""
    host_note: str = ""
    """The host's own words in `/privacy`."""


def help_view(examples: Sequence[str], commands: Sequence[CommandLine], locale: str) -> View:
    """How to ask, with examples from this server's own articles, or how to begin if there are none."""
    ask = f"{command_name('ask', locale)} {in_language('question', locale)}:"
    head = (
        "### How to ask me\n"
        "I answer by quoting this server's articles word for word, and show where each quote is from. "
        "When the articles do not hold the answer, I say so."
    )
    if examples:
        shown = "\n".join(f"- `{ask}` {label(each, _LONGEST_EXAMPLE)}" for each in examples)
        begin = f"**Try one of these**\n{shown}"
    else:
        begin = (
            "**There are no articles here yet**\n"
            f"Anyone who can manage this server, or has its librarian role, can add some with `{command_name('article add', locale)}`: "
            "a web address, a file, or pasted text. Then everyone can ask."
        )
    ways = (
        "**Other ways to ask**\n"
        "- Mention me together with your question.\n"
        "- Reply to one of my answers with a follow-up: *and when?*\n"
        f"- On any message: *Apps*, *{in_language('Find in the articles', locale)}*."
    )
    known = "\n".join(f"- `{each.name}` – {label(each.description, 100)}" for each in commands)
    return text_view(head, begin, ways, f"**Commands**\n{known}")


def examples_from(articles: Library) -> list[str]:
    """What to ask for: headings of the first articles, or titles of those without any; the same as long as the articles are."""
    found = []
    for each in articles.articles()[:_EXAMPLES]:
        try:
            chunks = articles.show(each.id).chunks
        except UnknownArticleError:
            # Removed meanwhile.
            continue
        headings = dict.fromkeys(chunk.heading[-1] for chunk in chunks if chunk.heading)
        found.append([heading for heading in headings if heading.strip()] or [each.title])
    # One from each article before a second one from any.
    in_turn = chain.from_iterable(zip_longest(*found))
    return list(dict.fromkeys(each for each in in_turn if each))[:_EXAMPLES]


def welcome_view(locale: str) -> View:
    """The greeting for a server without articles that the bot has joined."""
    add, ask = command_name("article add", locale), command_name("ask", locale)
    return text_view(
        "### Hello!\n"
        "I answer questions by quoting this server's own articles word for word, and show where each quote is from. "
        "There are no articles here yet.",
        f"**1.** Add some with `{add}`: a web address, a file, or pasted text. Members who can manage this server can do that, "
        f"and so can those with the role that you choose in `{command_name('settings', locale)}`.\n"
        f"**2.** Ask with `{ask}`, or mention me together with your question.",
        f"-# `{command_name('help', locale)}` tells you more, and `{command_name('privacy', locale)}` what I keep.",
    )


def privacy_view(retention: Retention, keep_days: int | None, locale: str) -> View:
    """What is kept, where, for how long, and who sees it; ``keep_days`` is the server's setting, None outside servers."""
    days = _days(keep_days) + " here" if keep_days else "as long as each server decides"
    parts = [
        "### What I keep",
        "**Questions that I was asked.** The words, who asked, where and when; how I understood them, how sure I was, and which places "
        "in the articles I cited. I use the latest ones in a thread to understand follow-ups. I also keep who found an answer helpful "
        "or not, and who wants to be told when there is one. "
        f"All this is kept for {days}, then deleted. Messages that do not ask me anything are not kept.",
        "**Articles.** What librarians added, until they remove it, and which of them added, changed or removed what.",
        "**Where.** In files on the machine that I run on. The models run there too: no question and no article is sent to "
        "anyone else. What I post stays in Discord until you or a moderator press *Remove*. My log holds no questions.",
        "**Who sees it.** Whoever hosts me has the files. Librarians of this server can see which questions got no answer here, or no "
        "helpful one, but not who asked them. Other servers see nothing of it.",
        f"**When I am removed from a server,** its articles and questions are deleted {_after(retention.grace_days)}.",
        f"**`{command_name('forget-me', locale)}`** deletes everything I keep about you, in every server, at once.",
    ]
    if retention.host_note:
        # Not escaped: only the host can have written this Markdown.
        parts.append(f"**From whoever hosts me:** {retention.host_note[:_LONGEST_NOTE]}")
    return text_view(*parts)


def forgetting_text() -> str:
    """The prompt before a member's data is deleted."""
    return (
        "### Forget you?\n"
        "This deletes what you asked me, which answers you found helpful or not, and what you wanted to be told: in every server, at "
        "once, and for good. The buttons under the answers you got stop working. The answers themselves stay in Discord; "
        "if they should go too, press *Remove* under them first."
    )


def forgotten_text(questions: int) -> str:
    """The message afterwards."""
    count = "no question" if not questions else "one question" if questions == 1 else f"{questions:,} questions"
    return f"Done. I have deleted {count} of yours, along with your votes and requests. Nothing I keep points to you any more."


def _days(count: int) -> str:
    return "one day" if count == 1 else f"{count} days"


def _after(days: int) -> str:
    return f"after {_days(days)}, unless I am invited again" if days else "at once"
