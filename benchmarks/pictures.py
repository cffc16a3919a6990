"""Render pictures of the bot's messages in the style of Discord, for the documentation: ``python -m benchmarks.pictures [FOLDER]``.

Needs Chromium on the path and a font with emoji, without which they come out as boxes. The content is what is really sent; the rendering is
our own: see `tests.preview`.
"""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.about.information import CommandLine, Retention, forgetting_text, help_view, privacy_view, welcome_view
from bot.about.informing import ForgetButton
from bot.articles.views import Beginning, article_view, list_view, outcome_view, removal_view
from bot.gaps.groups import Gap
from bot.gaps.telling import lead_to
from bot.gaps.view import gaps_view
from bot.memory.records import Deed, ServerSettings, Work
from bot.posting.buttons import View
from bot.posting.markdown import quoted
from bot.posting.views import Frame, Passage, context_view, passages_view, reply_view, text_view
from bot.settings.choices import Server
from bot.settings.panel import panel_view
from bot.taking import Outcome
from embeddings.errors import SourceError
from embeddings.types import (
    Addition,
    Answer,
    Article,
    Chunk,
    Citation,
    Context,
    Excerpt,
    Heading,
    NotFound,
    Span,
    StoredArticle,
)
from tests.preview import page

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
_WIDTH = 640


def excerpt(
    number: int, quote: str, *answers: str, title: str, heading: tuple[str, ...], paragraph: int, url: str | None = None
) -> Excerpt:
    """An excerpt with the ``answers`` highlighted."""
    marks = tuple(Span(quote.index(each), quote.index(each) + len(each)) for each in answers)
    citation = Citation(str(number), title, "", url, "0" * 64, Span(0, len(quote)), heading, paragraph, None)
    return Excerpt(number, quote, marks, 0.9, citation)


QUESTION = "When does the pool open?"
EXCERPTS = (
    excerpt(
        1,
        "The pool opens at seven in the morning and closes at nine in the evening. On Sundays it opens at nine.",
        "at seven in the morning",
        title="Harbour pool",
        heading=("Opening hours",),
        paragraph=3,
        url="https://pool.example/hours",
    ),
    excerpt(
        2,
        "During the school holidays the small pool opens an hour earlier.",
        "an hour earlier",
        title="Holiday programme",
        heading=("Children", "Small pool"),
        paragraph=12,
    ),
    excerpt(
        3,
        "Early swimmers of the club enter from six by the side door, with their cards.",
        "from six",
        title="Club rules",
        heading=(),
        paragraph=2,
    ),
)
DATES = {"1": "2026-11-03T10:00:00+00:00", "2": "2026-06-21T10:00:00+00:00", "3": "2025-01-12T10:00:00+00:00"}
SERVER = Server(1, roles={2}, channels={3, 4, 5})
NAMES = {"2": "@Librarians", "3": "# ask-the-pool", "4": "# announcements", "5": "# rules"}
DECIDED = ServerSettings(librarian_role=2, question_channels=frozenset({3}), silent_channels=frozenset({4, 5}))
RETENTION = Retention(30, "The harbour pool's friends, desk@pool.example")
COMMANDS = {
    "article add": "Add a web page, a file, or (with neither) text that you paste.",
    "article list": "The articles of this server.",
    "ask": "Ask a question; this server's articles answer in their own words.",
    "forget-me": "Delete everything that I keep about you.",
    "help": "How to ask me, with examples from this server.",
    "privacy": "What I keep, where, for how long, and who sees it.",
    "settings": "Choose how I answer in this server.",
}
LONG = (
    "The sauna is heated on Thursdays from five in the afternoon until the last guest has left, but not before the pool's own "
    "water is warm, since both hang on the same boiler; whoever comes earlier may wait in the hall, where there is tea. "
) * 5


LATER = "When is the sauna heated?"
HEATED = excerpt(
    1,
    "The sauna is heated on Thursdays from five in the afternoon until the last guest has left.",
    "on Thursdays from five in the afternoon",
    title="Sauna",
    heading=("Times",),
    paragraph=1,
    url="https://pool.example/sauna",
)
# Ages are relative to now, so that the picture stays the same.
_NOW = datetime.now(UTC)
GAPS = [
    Gap(wording, tuple(range(key, key + times)), askers, wishers, _NOW - timedelta(days), is_answered)
    for key, (wording, times, askers, wishers, days, is_answered) in enumerate(
        (
            ("Can I pay by card at the side door?", 1, 1, 0, 1, False),
            ("what does a season ticket cost", 7, 5, 3, 2, False),
            ("Are dogs allowed in the garden, and on which days?", 2, 2, 1, 6, False),
            ("Is there a lift for wheelchairs?", 3, 3, 2, 9, False),
            ("Who won the hundred metres last summer?", 1, 1, 0, 12, True),
            ("Is there a café?", 1, 1, 0, 20, False),
        )
    )
]


ARTICLES = [
    Article(
        f"{number:08x}", title, source, None, "5e1f" * 16, added, added, size, size // 700 + 1, size // 90, gone=gone
    )
    for number, (title, source, added, size, gone) in enumerate(
        (
            ("Club rules", "upload:rules.pdf", DATES["3"], 18_240, None),
            ("Harbour pool", "https://pool.example/hours", DATES["1"], 4_312, None),
            ("Holiday programme", "https://pool.example/holidays", DATES["2"], 7_901, DATES["1"]),
            ("Sauna", "/srv/articles/sauna.md", DATES["2"], 2_077, None),
            ("Season tickets", "upload:tickets.docx", DATES["1"], 3_350, None),
            ("Swimming lessons", "https://club.example/lessons", DATES["2"], 9_128, None),
            ("The garden", "https://pool.example/garden", DATES["1"], 1_264, None),
            ("The kiosk", "upload:991/message.txt", DATES["3"], 612, None),
            ("Towels and lockers", "https://pool.example/lockers", DATES["2"], 1_905, None),
            ("Wheelchairs and lifts", "https://pool.example/access", DATES["1"], 2_733, None),
            ("Winter opening", "https://pool.example/winter", DATES["1"], 1_480, None),
            ("Youth team", "https://club.example/youth", DATES["2"], 5_016, None),
        ),
        1,
    )
]
# Word count of the rules, the same in every picture of them.
WORDS = 3_105
BEGINNINGS = [
    Beginning(Addition("added", ARTICLES[1]), 742, EXCERPTS[0].quote),
    Beginning(Addition("updated", ARTICLES[0]), WORDS, EXCERPTS[2].quote),
]
FAILED = SourceError("minutes.pdf", "it is encrypted; save it without a password")
RULES = StoredArticle(
    ARTICLES[0],
    " ".join([EXCERPTS[2].quote, *["and"] * (WORDS - len(EXCERPTS[2].quote.split()))]),
    (Chunk(Span(0, len(EXCERPTS[2].quote)), 0, 0, ()),),
)
DEEDS = [
    Deed(RULES.article.id, work, 1, datetime.fromisoformat(DATES[date]))
    for work, date in ((Work.ADDED, "3"), (Work.RENAMED, "1"))
]


def pages() -> Mapping[str, str]:
    """The HTML of each picture, by its name."""
    frame = Frame(key=1, dates=DATES, show_question=True)
    three = Answer(QUESTION, QUESTION, 0.9, EXCERPTS, ())
    follow_up = Answer("and on Sundays?", f"{QUESTION} and on Sundays?", 0.9, EXCERPTS[:1], ())
    long = excerpt(1, LONG.strip(), "on Thursdays", title="Sauna", heading=("Times",), paragraph=1)
    not_found = NotFound(
        "Is there a sauna?",
        "Is there a sauna?",
        0.2,
        (Heading("1", "Harbour pool", ("Opening hours",)), Heading("3", "Club rules", ())),
        (),
    )
    around = "The pool was built in 1987.\n\n", EXCERPTS[0].quote, "\n\nChildren under six swim free of charge."
    start = len(around[0])
    context = Context("".join(around), Span(start, start + len(around[1])), (), changed=False)
    told = Frame(key=1, dates=DATES, show_question=True, lead=lead_to((1, 2)))
    passages = [Passage(each.quote, each.citation.title, each.citation.heading) for each in EXCERPTS[1:]]
    commands = [CommandLine(f"/{name}", words) for name, words in COMMANDS.items()]
    return {
        "settings": page(
            sent(panel_view(DECIDED, SERVER, may_read=True)), used="/settings", only_you=True, names=NAMES
        ),
        "settings-unread": page(
            sent(panel_view(ServerSettings(), SERVER, may_read=False)), used="/settings", only_you=True
        ),
        "help": page(
            sent(help_view(["Opening hours", "Small pool", "Club rules"], commands, "en-US")),
            used="/help",
            only_you=True,
        ),
        "help-empty": page(sent(help_view([], commands, "en-US")), used="/help", only_you=True),
        "privacy": page(sent(privacy_view(RETENTION, 90, "en-US")), used="/privacy", only_you=True),
        "forget-me": page(
            sent(text_view(forgetting_text(), buttons=[ForgetButton()])), used="/forget-me", only_you=True
        ),
        "welcome": page(sent(welcome_view("en-US"))),
        "answer": page(sent(reply_view(three, frame, library="1")), used="/ask"),
        "short": page(sent(reply_view(follow_up, Frame(key=1, dates=DATES), library="1"))),
        "long": page(sent(reply_view(Answer("?", "?", 0.9, (long,), ()), Frame(key=1), library="1"))),
        "not-found": page(sent(reply_view(not_found, frame, library="1")), used="/ask"),
        "context": page(sent(context_view("Harbour pool", context)), only_you=True),
        "passages": page(sent(passages_view(passages)), only_you=True),
        "gaps": page(sent(gaps_view(GAPS, 0)), used="/gaps", only_you=True),
        "told": page(
            sent(reply_view(Answer(LATER, LATER, 0.9, (HEATED,), ()), told, library="1")),
            names={"1": "Ada", "2": "Bea"},
        ),
        "added": page(
            sent(outcome_view(Outcome(tuple(each.addition for each in BEGINNINGS), (FAILED,)), BEGINNINGS)),
            used="/article add",
            only_you=True,
        ),
        "list": page(sent(list_view(ARTICLES, 0)), used="/article list", only_you=True),
        "article": page(sent(article_view(RULES, DEEDS)), used="/article show", only_you=True, names={"1": "Ada"}),
        "removal": page(sent(removal_view(ARTICLES[0])), used="/article remove", only_you=True),
        "embed": page(as_embed(three), used="/ask"),
    }


def sent(view: View) -> dict[str, Any]:
    """The payload of a view."""
    return {"components": view.to_components()}  # type: ignore[no-untyped-call]


def as_embed(answer: Answer) -> dict[str, Any]:
    """An answer as an embed, the alternative that was decided against."""
    sources = "\n".join(
        f"`[{each.number}]` {each.citation.title}, paragraph {each.citation.paragraph}" for each in answer.excerpts
    )
    embed = {
        "title": answer.question,
        "description": "\n\n".join([*map(quoted, answer.excerpts), sources]),
        "color": 0x2F6F6B,
    }
    rows = [
        [f"In context [{each.number}]" for each in answer.excerpts],
        ["Helpful", "Not helpful", "More passages", "Remove"],
    ]
    buttons = [[{"type": 2, "style": 2, "label": each} for each in row] for row in rows]
    return {"embeds": [embed], "components": [{"type": 1, "components": row} for row in buttons]}


def draw(html: str, picture: Path) -> None:
    """Render a page at its full height."""
    with tempfile.TemporaryDirectory() as folder:
        source, shot = Path(folder, "page.html"), Path(folder, "shot.png")
        source.write_text(html, encoding="utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        size = f"--window-size={_WIDTH},1200"
        subprocess.run([*command, size, f"--screenshot={shot}", source.as_uri()], check=True, capture_output=True)
        cut(shot, picture)


def cut(shot: Path, picture: Path) -> None:
    """Crop the empty part below, and keep the file small."""
    from PIL import Image, ImageChops

    image = Image.open(shot).convert("RGB")
    empty = Image.new("RGB", image.size, image.getpixel((0, 0)) or 0)
    box = ImageChops.difference(image, empty).getbbox() or (0, 0, *image.size)
    image.crop((0, 0, image.width, min(image.height, box[3] + 16))).quantize(128, dither=Image.Dither.NONE).save(
        picture, optimize=True
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, html in pages().items():
        draw(html, folder / f"{name}.png")
        print(folder / f"{name}.png")
