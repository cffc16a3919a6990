"""How a library looks to librarians: what was added, the list, one article, the removal prompt. Pure functions."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bot.articles.buttons import ShelfButton, ShelfPress, Step
from bot.memory.records import Deed, Work
from bot.posting.buttons import View
from bot.posting.markdown import block_quote, escaped, is_quotable, label, length
from bot.posting.views import text_view
from bot.taking import Outcome
from bot.words import counted
from embeddings.errors import SourceError, UnknownArticleError
from embeddings.library import Library
from embeddings.sources import file_name, is_lasting
from embeddings.types import Addition, Article, StoredArticle

#: Articles on a page of the list.
ON_PAGE = 10
# How many articles or failures a list names, and in how many characters; the rest is counted. Four such lists and a beginning
# always fit into one message.
_NAMED, _ROOM = 8, 700
_LONGEST_TITLE, _LONGEST_REASON, _LONGEST_START = 120, 200, 280
# On a page of the list, which has ten entries.
_LONGEST_ENTRY, _LONGEST_HOST = 100, 40
_OUTCOMES = {"added": "Added", "updated": "Updated", "unchanged": "Unchanged"}
_DEEDS = {Work.ADDED: "Added", Work.UPDATED: "Updated", Work.RENAMED: "Renamed", Work.REMOVED: "Removed"}


@dataclass(frozen=True, slots=True)
class Beginning:
    """An article with its first words, which show the librarian whether it was read correctly."""

    addition: Addition
    words: int
    start: str


def beginning_of(addition: Addition, stored: StoredArticle) -> Beginning:
    """The beginning of an added article."""
    start = stored.chunks[0].span.of(stored.text) if stored.chunks else stored.text
    if len(start) > _LONGEST_START:
        start = start[:_LONGEST_START].rsplit(None, 1)[0] + " …"
    return Beginning(addition, len(stored.text.split()), start)


def beginnings_of(articles: Library, additions: Iterable[Addition]) -> list[Beginning]:
    """The beginnings of added articles, without those that another librarian has removed since."""
    found = []
    for each in additions:
        with suppress(UnknownArticleError):
            found.append(beginning_of(each, articles.show(each.article.id)))
    return found


def outcome_view(outcome: Outcome, beginnings: Sequence[Beginning], failed: str = "Not added") -> View:
    """The outcome of an addition, with the beginning of the first article to show whether it was read correctly. ``failed`` is
    the heading of the failures.
    """
    parts = []
    for kind, word in _OUTCOMES.items():
        of_kind = [each for each in beginnings if each.addition.outcome == kind]
        if of_kind:
            parts.append(_listed(word, map(_line, of_kind)))
    shown = next((each for each in beginnings if each.addition.outcome != "unchanged"), None)
    if shown and is_quotable(shown.start):
        title = label(shown.addition.article.title, _LONGEST_TITLE)
        parts.append(f"-# {title} begins:\n{block_quote(escaped(shown.start))}")
    if outcome.failures:
        parts.append(_listed(failed, map(_failure, outcome.failures)))
    if outcome.left_out:
        parts.append(
            f"-# {counted(outcome.left_out, 'more article')} did not fit into one go; add the rest separately."
        )
    return text_view(*(parts or ["There was nothing to add."]))


def progress_view(what: str, done: int, of: int) -> View:
    """The progress of a long change."""
    return text_view(f"{what} … {done:,} of {of:,}" if of else f"{what} …")


def list_view(articles: Sequence[Article], page: int) -> View:
    """A page of the list, counted from 0; beyond the end, the last one."""
    if not articles:
        return text_view("There are no articles here yet. Add one with `/article add`.")
    last = (len(articles) - 1) // ON_PAGE
    page = min(page, last)
    count = f"{len(articles):,} articles" if len(articles) > 1 else "One article"
    head = f"### {count}" + (f"\n-# Page {page + 1} of {last + 1}" if last else "")
    lines = [_entry(each) for each in articles[page * ON_PAGE : (page + 1) * ON_PAGE]]
    buttons = (
        [
            ShelfButton(ShelfPress(Step.PAGE, str(max(page - 1, 0))), "Previous", is_off=page == 0),
            ShelfButton(ShelfPress(Step.PAGE, str(page + 1)), "Next", is_off=page == last),
        ]
        if last
        else []
    )
    return text_view(head, "\n".join(lines), buttons=buttons)


def article_view(stored: StoredArticle, deeds: Sequence[Deed]) -> View:
    """One article: where it comes from, its sizes and dates, who did what with it, and how it begins."""
    article = stored.article
    counts = ((len(stored.text.split()), "word"), (article.sentences, "sentence"), (article.chunks, "passage"))
    size = ", ".join(counted(*each) for each in counts)
    lines = [f"### {label(article.title, _LONGEST_TITLE)}", f"{_from(article)} · {size}"]
    about = ", ".join(each for each in (article.about.author, article.about.site, article.about.published) if each)
    if about:
        lines.append(label(about, _LONGEST_REASON))
    # Additions from the terminal are not recorded as deeds.
    is_told = any(each.work is Work.ADDED for each in deeds[-_NAMED:])
    added = "This" if is_told else f"Added {_day(article.added)} · this"
    lines.append(f"-# {added} version {_day(article.updated)}, `{article.version[:12]}`")
    if article.gone:
        lines.append(f"-# ⚠ Gone from its source since {_day(article.gone)}.")
    lines += [f"-# {_DEEDS[each.work]} {_day(each.at.isoformat())} by {_whom(each)}" for each in deeds[-_NAMED:]]
    start = beginning_of(Addition("unchanged", article), stored).start
    return text_view("\n".join(lines), block_quote(escaped(start)) if is_quotable(start) else "")


def removal_view(article: Article) -> View:
    """The prompt before an article is removed."""
    return text_view(
        f"### Remove “{label(article.title, _LONGEST_TITLE)}”?\nThis deletes all its versions for good, and answers that quote it can no "
        "longer show the context. It cannot be undone.",
        buttons=[
            ShelfButton(ShelfPress(Step.REMOVE, article.id), "Remove it", is_grave=True),
            ShelfButton(ShelfPress(Step.KEEP, article.id), "Keep it"),
        ],
    )


def _line(each: Beginning) -> str:
    article = each.addition.article
    size = f"{counted(each.words, 'word')} in {counted(article.chunks, 'passage')}"
    return f"**{label(article.title, _LONGEST_TITLE)}** · {size} · `{article.id}`"


def _entry(article: Article) -> str:
    gone = " · ⚠ source gone" if article.gone else ""
    title = label(article.title, _LONGEST_ENTRY)
    about = f"{_from(article)} · {article.characters:,} characters · {_day(article.updated)}{gone}"
    return f"**{title}**\n-# {about} · `{article.id}`"


def _failure(error: SourceError) -> str:
    return (
        f"**{label(file_name(error.source) or error.source, _LONGEST_TITLE)}**: {label(error.reason, _LONGEST_REASON)}"
    )


def _listed(head: str, lines: Iterable[str]) -> str:
    """As many of the lines as fit, and how many more there are."""
    shown, left, room = [f"### {head}"], 0, _ROOM
    for line in lines:
        room -= length(line)
        if len(shown) <= _NAMED and room >= 0 and not left:
            shown.append(line)
        else:
            left += 1
    return "\n".join([*shown, *([f"-# and {left:,} more"] if left else [])])


def _from(article: Article) -> str:
    if not is_lasting(article.source):
        return "uploaded"
    try:
        host = urlsplit(article.source).hostname or ""
    except ValueError:
        host = ""
    # A path on the host's disk must not be shown here.
    return label(host, _LONGEST_HOST) if host else "from the host's disk"


def _day(iso: str) -> str:
    # Discord shows this in the reader's date format.
    return f"<t:{int(datetime.fromisoformat(iso).timestamp())}:D>"


def _whom(deed: Deed) -> str:
    # The mention pings nobody: the client's default for allowed mentions is `NOBODY`.
    return f"<@{deed.user_id}>" if deed.user_id else "a member who has since been forgotten"
