"""Bytes to documents: encodings, titles, bylines and captions of news reports, Markdown as rendered, and bad input."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.clean import normalise
from embeddings.errors import SourceError
from embeddings.loaders import LARGEST, load
from embeddings.types import Document, Kind

NEWS = """Harbour bridge closed
Photo: Jo Marsh / Town Gazette
By Ada Lind
14 March 2024, 09:32

PORT ELLEN, March 14 (Gazette) — The bridge was closed on Monday. Ada Lind saw it.

Work will take six weeks.
"""

MARKDOWN = """---
title: Pool rules
url: https://pool.example/rules
---
# Rules of the pool

See [the map](https://evil.example) and **read** `this`. ![a hidden caption](x.png)

## Times

- Open from 7 to 9.
- Closed on *Sundays*.

1. Shower first.
2. No shouting.

| Day | Price |
|---|---|
| Monday | 3 |

> Swim safely.

```
print("hello")
```

<script>alert(1)</script><b>Bold</b> move
"""


def text_of(document: Document, kind: Kind) -> list[str]:
    return [block.span.of(document.text) for block in document.blocks if block.kind is kind]


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        pytest.param("utf-8", "Füße – naïve café “quoted”", id="UTF-8"),
        pytest.param("utf-8-sig", "Füße – naïve café", id="UTF-8 with a mark"),
        pytest.param("utf-16", "Füße – naïve café", id="UTF-16 with a mark"),
        pytest.param("utf-16-le", "A long enough line of text in sixteen bits", id="UTF-16 LE without a mark"),
        pytest.param("utf-16-be", "A long enough line of text in sixteen bits", id="UTF-16 BE without a mark"),
        pytest.param(
            "cp1252", "The café’s owner said “no” – and that’s that, said the naïve waiter.", id="Windows-1252"
        ),
    ],
)
def test_the_encoding_is_detected(encoding: str, words: str) -> None:
    assert load(f"{words}.\n\nSecond.".encode(encoding), source="a.txt").text.startswith(words)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "empty", id="0 bytes"),
        pytest.param(b" \n\t \r\n", "empty", id="white space"),
        pytest.param("\ufeff".encode(), "empty", id="a mark alone"),
        pytest.param(b"Some text\x00\x00 and NULs", "not a text file", id="NULs"),
        pytest.param(bytes(range(256)) * 20, "not a text file", id="binary"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a text file", id="a picture"),
        pytest.param("café, naïve, Füße ".encode() * 5 + "café".encode("cp1252"), "mixes UTF-8", id="mixed encodings"),
        pytest.param(b"a" * (LARGEST + 1), "split it into several", id="too large"),
        pytest.param(b"---\n\n***\n", "no text", id="nothing but rules"),
    ],
)
def test_what_is_no_article_is_refused_in_one_sentence(data: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said) as refused:
        load(data, source="a.md")
    assert "\n" not in str(refused.value)


def test_a_news_report_is_told_from_its_furniture() -> None:
    document = load(NEWS.encode(), source="news.txt")
    assert document.title == "Harbour bridge closed"
    assert text_of(document, Kind.CAPTION) == ["Harbour bridge closed", "Photo: Jo Marsh / Town Gazette"]
    assert text_of(document, Kind.BYLINE) == ["By Ada Lind"]
    assert text_of(document, Kind.DATELINE) == ["14 March 2024, 09:32", "PORT ELLEN, March 14 (Gazette) —"]
    assert text_of(document, Kind.PARAGRAPH) == [
        "The bridge was closed on Monday. Ada Lind saw it.",
        "Work will take six weeks.",
    ]


def test_markdown_is_what_its_reader_sees() -> None:
    document = load(MARKDOWN.encode(), source="rules.md")
    assert (document.title, document.url) == ("Pool rules", "https://pool.example/rules")
    assert text_of(document, Kind.PARAGRAPH) == ["See the map and read this.", "Bold move"]
    assert text_of(document, Kind.LIST_ITEM) == [
        "Open from 7 to 9.",
        "Closed on Sundays.",
        "1. Shower first.",
        "2. No shouting.",
    ]
    assert text_of(document, Kind.TABLE_ROW) == ["Monday | 3"]
    assert {block.heading[-1] for block in document.blocks if block.kind is Kind.TABLE_ROW} == {"Day | Price"}
    assert text_of(document, Kind.QUOTE) == ["Swim safely."]
    assert text_of(document, Kind.CODE) == ['print("hello")']
    assert {block.heading for block in document.blocks if block.kind is Kind.LIST_ITEM} == {
        ("Rules of the pool", "Times")
    }
    for hidden in ("hidden caption", "alert", "evil.example", "**"):
        assert hidden not in document.text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        pytest.param("# From a heading\n\nText.", "From a heading", id="heading"),
        pytest.param("First words.\n\nMore.", "First words.", id="first line"),
        pytest.param("---\ntitle: 1984\n---\n# One\n\nText.", "1984", id="a number"),
        pytest.param("---\ntitle: 2024-05-03\n---\n# One\n\nText.", "2024-05-03", id="a date"),
        pytest.param("---\ntitle: 1.10\n---\n# One\n\nText.", "1.10", id="a version"),
        pytest.param("---\ntitle:\n---\n# One\n\nText.", "One", id="no title in front matter"),
        pytest.param("---\ntitle: null\n---\n# One\n\nText.", "One", id="null in front matter"),
        pytest.param("---\ntitle: [a]\n---\n# One\n\nText.", "One", id="a list in front matter"),
        pytest.param("---\n- a list\n---\nText here.", "a list", id="rules that are no front matter"),
        pytest.param("---\ntitle: [unclosed\n---\nText.", "title: [unclosed", id="broken front matter"),
        pytest.param(
            '---\ntitle: "Pool"\nimage: {{ year }}/a.png\n---\nText.', "Pool", id="front matter of a template"
        ),
        pytest.param("---\ntitle: {{ name }}\n---\n# One\n\nText.", "One", id="a title that a template fills in"),
        pytest.param("---\n{{ this }} is said\n---\nText.", "{{ this }} is said", id="a template between rules"),
    ],
)
def test_the_title(text: str, title: str) -> None:
    assert load(text.encode(), source="a.md").title == title


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("0. Zero.\n1. One.", "0. Zero.\n1. One.", id="a list from zero"),
        pytest.param("7. Seven.\n8. Eight.", "7. Seven.\n8. Eight.", id="a list from seven"),
        pytest.param(
            "Town Hall  \n5 Main Street\\\nRiverside", "Town Hall\n5 Main Street\nRiverside", id="lines that are broken"
        ),
        pytest.param("Town Hall \n5 Main Street", "Town Hall 5 Main Street", id="a line that runs on"),
        pytest.param("```\na  \n  b\n```", "a\n  b", id="code"),
    ],
)
def test_lines_and_numbers_of_markdown(text: str, read: str) -> None:
    assert load(text.encode(), source="a.md").text == read


@pytest.mark.parametrize(
    ("html", "words"),
    [
        pytest.param(
            "<div>One<br>two<p>three</p></div>", ["One\ntwo", "three", "Text."], id="what stands between tags"
        ),
        pytest.param('<div>Seen<span style="display:none">secret</span></div>', ["Seen", "Text."], id="what is hidden"),
        pytest.param("<div>Seen<!-- secret </div>", ["Seen", "Text."], id="a comment that does not end"),
        pytest.param(
            "<div>Seen<script>secret</script><template>secret</template></div>", ["Seen", "Text."], id="no words"
        ),
        pytest.param("<!-- secret -->", ["Text."], id="a comment alone"),
    ],
)
def test_html_in_markdown_is_what_is_seen_of_it(html: str, words: list[str]) -> None:
    document = load(f"# Pool\n\n{html}\n\nText.".encode(), source="a.md")
    assert text_of(document, Kind.PARAGRAPH) == words


SCHEDULE = """# Swimming day

<div>
<h2>Saturday</h2>

<table>
    <tr>
        <th>Time</th>
        <th>What</th>
    </tr>

    <tr>
        <td>9:00</td>
        <td>Doors open</td>
    </tr>
</table>

<table><tr><th>Lane</th><th>For</th></tr><tr><td>One</td><td>children</td></tr></table>
<ul>
    <li>Bring towels.</li>

    <li>Wash first.</li>
</ul>
</div>

Text *below*.

    swim --far
"""


def test_html_in_markdown_keeps_its_headings_tables_and_lists() -> None:
    document = load(SCHEDULE.encode(), source="a.md")
    assert [(block.kind, block.span.of(document.text)) for block in document.blocks] == [
        (Kind.HEADING, "Swimming day"),
        (Kind.PARAGRAPH, "Saturday"),
        (Kind.HEADING, "Time | What"),
        (Kind.TABLE_ROW, "9:00 | Doors open"),
        (Kind.HEADING, "Lane | For"),
        (Kind.TABLE_ROW, "One | children"),
        (Kind.LIST_ITEM, "Bring towels."),
        (Kind.LIST_ITEM, "Wash first."),
        (Kind.PARAGRAPH, "Text below."),
        (Kind.CODE, "swim --far"),
    ]


def test_markdown_in_a_cell_of_html_is_markdown_still() -> None:
    text = "<table><tr><td>\n\n**Type** this:\n\n    swim --far\n\n</td></tr></table>"
    document = load(text.encode(), source="a.md")
    assert text_of(document, Kind.PARAGRAPH) == ["Type this:"]
    assert text_of(document, Kind.CODE) == ["swim --far"]


def test_html_of_an_open_table_in_a_list_ends_with_its_item() -> None:
    text = "- One\n\n  <table>\n  <tr><td>a</td><td>b</td></tr>\n\n<b>Two</b>\n"
    assert load(text.encode(), source="a.md").text == "- One\n\na | b\n\nTwo"


@pytest.mark.parametrize(
    ("html", "kind", "words"),
    [
        pytest.param(
            "<pre>\n  <kbd>&lt;c-r&gt;</kbd>: Go back\n  <kbd>W</kbd>: Open a menu\n\n</pre>",
            Kind.LIST_ITEM,
            ["<c-r>: Go back", "W: Open a menu"],
            id="keys",
        ),
        pytest.param(
            "<pre>press <kbd>W</kbd> to go\nand <kbd>R</kbd> to stop</pre>",
            Kind.CODE,
            ["press W to go\nand R to stop"],
            id="keys among words",
        ),
        pytest.param("<pre>W: go\nR: stop</pre>", Kind.CODE, ["W: go\nR: stop"], id="no keys"),
        pytest.param("<pre><kbd>W</kbd>\n<kbd>R</kbd></pre>", Kind.CODE, ["W\nR"], id="keys of which nothing is said"),
        pytest.param(
            "<dl><dt>Depth</dt><dt>Deepness:</dt><dd>Three metres.</dd><dd><p>At most.</p></dd><dt>How long?</dt><dd><p>Twenty.</p></dd></dl>",
            Kind.LIST_ITEM,
            ["Depth, Deepness: Three metres.", "How long? Twenty."],
            id="terms",
        ),
        pytest.param(
            "<dl><dt>Depth</dt><dd><pre>three()</pre></dd><dt>Length</dt></dl>",
            Kind.PARAGRAPH,
            ["Depth", "Length"],
            id="terms of which no words say anything",
        ),
    ],
)
def test_keys_and_terms_in_html_stand_before_what_is_said_of_them(html: str, kind: Kind, words: list[str]) -> None:
    document = load(f"# Pool\n\n{html}".encode(), source="a.md")
    assert text_of(document, kind) == words


@pytest.mark.parametrize(
    ("given", "url"),
    [
        pytest.param("https://Pool.example/rules?utm_source=x#top", "https://pool.example/rules", id="one"),
        pytest.param('"https://pool.example/\\ud83d"', None, id="half a character"),
        pytest.param("https://ada:secret@pool.example/", None, id="a password"),
        pytest.param("javascript:alert(1)", None, id="a script"),
        pytest.param("/rules", None, id="no address"),
    ],
)
def test_the_address_in_front_matter(given: str, url: str | None) -> None:
    assert load(f"---\nurl: {given}\n---\nText.".encode(), source="a.md").url == url


ASKED = """The pool

{0}Q:{0} When do you open
on Sundays?

{0}A:{0} At nine.

The café opens at ten.

{0}Q:{0} Is there a café?

{0}A:{0} Yes.
"""


@pytest.mark.parametrize(
    ("text", "source"),
    [
        pytest.param(ASKED.format(""), "a.txt", id="typed"),
        pytest.param(ASKED.format("**"), "a.md", id="Markdown"),
    ],
)
def test_a_question_that_is_answered_below_is_a_heading(text: str, source: str) -> None:
    document = load(text.encode(), source=source)
    under = {block.span.of(document.text): block.heading for block in document.blocks}
    assert under["The café opens at ten."][-1] == under["A: At nine."][-1] == "Q: When do you open on Sundays?"
    assert under["A: Yes."][-1] == "Q: Is there a café?"


def test_questions_and_answers_without_a_blank_line_between_them_are_told_apart() -> None:
    pair = """Q: Is there a {} that opens at the same time as the
small pool on Sundays and on the days of the school?
A: There is one beside the small pool, and it is open
as long as the pool is, on holidays as well as then."""
    document = load("\n\n".join(map(pair.format, ("shop", "café"))).encode(), source="a.txt", title="Pool")
    asked, answered = (" ".join(part.split()) for part in pair.format("café").split("\nA: "))
    assert document.blocks[-1].heading == (asked,)
    assert document.blocks[-1].span.of(document.text) == f"A: {answered}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Q: When?\n\nA: At nine.\n\nBring towels.", id="one question"),
        pytest.param("Q: When?\n\nQ: Where?\n\nThe guard knows.", id="without answers"),
        pytest.param("Q: When?\n\nA: Now.\n\nQ: " + "Why? " * 200 + "\n\nA: So.", id="a story"),
    ],
)
def test_other_paragraphs_that_ask_are_no_headings(text: str) -> None:
    document = load(f"We met.\n\n{text}".encode(), source="a.txt")
    assert text_of(document, Kind.HEADING) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(
            "Use --all in a shell:\n\n    OPTIONS=--all\n    export OPTIONS\n\nThat is all.",
            ["OPTIONS=--all\nexport OPTIONS"],
            id="below",
        ),
        pytest.param("Type this:\n    tar -x\n      --all\nand wait.", ["tar -x\n  --all"], id="right below"),
        pytest.param(
            "    So:\n\n        swim --far\n\n        float()\n\n    Or not.",
            ["swim --far", "float()"],
            id="set in twice",
        ),
        pytest.param("He said:\n\n    We go to the pool -\n    as always.", [], id="a quotation"),
        pytest.param("Hours:\n\n    Monday 9-5\n    Sunday 10-12", [], id="a table"),
        pytest.param("Bring:\n\n    - a towel\n    - x=1", [], id="a list"),
        pytest.param("Type this.\n\n    tar -x", [], id="not announced"),
        pytest.param("Type this:\n\n  tar -x", [], id="hardly set in"),
    ],
)
def test_commands_that_are_set_in_are_code(text: str, code: list[str]) -> None:
    document = load(f"We met.\n\n{text}".encode(), source="a.txt")
    assert text_of(document, Kind.CODE) == code


def test_a_text_that_is_set_in_is_no_code() -> None:
    assert text_of(load(b"    Use:\n    tar -x\n\n    tar --all", source="a.txt"), Kind.CODE) == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param(":::tip\n\nSwim *far*.\n\n:::\nRest.", "Swim far.\n\nRest.", id="a fenced box"),
        pytest.param(":::note[At *noon*]\nSwim.\n:::", "At noon\n\nSwim.", id="its title"),
        pytest.param("::::: warning In winter\n- Rest.\n:::::", "In winter\n\n- Rest.", id="its title behind its kind"),
        pytest.param("::: {.note}\nSwim.\n:::", "Swim.", id="its class"),
        pytest.param(
            '!!! info "At noon"\n    Swim.\n\n    - Far\n\nRest.',
            "At noon\n\nSwim.\n\n- Far\n\nRest.",
            id="a marked box",
        ),
        pytest.param("??? note\n\n    Swim.\n\n        swim()\n\nRest.", "Swim.\n\nswim()\n\nRest.", id="its code"),
        pytest.param("!!! Swim far, or rest.", "!!! Swim far, or rest.", id="a shout"),
        pytest.param("> warn\n> Do not *run*.", "Do not run.", id="a quoted box"),
        pytest.param("> [!NOTE]\n> Do not run.", "Do not run.", id="one of GitHub"),
        pytest.param("> Note that we\n> rest.", "Note that we rest.", id="a quotation"),
        pytest.param(
            "# Rules {#rules}\n\nPrices {: .x}\n---\nSwim {#far}.",
            "Rules\n\nPrices\n\nSwim {#far}.",
            id="names of headings",
        ),
        pytest.param(
            "See [[#Rules]], [[Pool|the pool]] and [[Map]].", "See Rules, the pool and Map.", id="links of a wiki"
        ),
        pytest.param("So.[[1]](https://a.example) ![[pool.png]]", "So.[1]", id="no links of a wiki"),
        pytest.param("![item-46]\n\nLook![see] ![a](b.png)", "Look![see]", id="a picture that is nowhere"),
        pytest.param(
            "set speed <number>, <b>use</b> <Tip>this</Tip> :<port>",
            "set speed <number>, use this :<port>",
            id="what is to be put in",
        ),
    ],
)
def test_what_sites_have_beside_commonmark_is_its_words(text: str, read: str) -> None:
    assert load(text.encode(), source="a.md").text == read


NOTED = """# Pool

It opens in May.[^1],[^a-b] [^no] It is warm [^word].

| Lane | For |
|---|---|
| 1 | all[^1] |

[^1]: Unless it *rains*,
which it does.[^word]

    Then it opens in June.
[^a-b]: The guard decides.
[^word]: Mostly

## Rules

Do not run."""


def test_footnotes_are_paragraphs_without_their_marks() -> None:
    document = load(NOTED.encode(), source="a.md")
    assert text_of(document, Kind.PARAGRAPH) == [
        "It opens in May. [^no] It is warm.",
        "Unless it rains, which it does.",
        "Then it opens in June.",
        "The guard decides.",
        "Mostly",
        "Do not run.",
    ]
    assert text_of(document, Kind.TABLE_ROW) == ["1 | all"]


def test_a_thousand_footnotes_in_one_another() -> None:
    document = load(b"It opens in May.[^1]\n\n" + b"[^1]: " * 1_000 + b"Or not.", source="a.md")
    assert document.text.startswith("It opens in May.")


def test_front_matter_may_be_toml() -> None:
    text = "+++\ntitle = 'The pool'\nurl = 'https://pool.example/'\n[extra]\nn = 1\n+++\nText."
    document = load(text.encode(), source="a.md")
    assert (document.title, document.url, document.text) == ("The pool", "https://pool.example/", "Text.")
    assert "+++" in load(text.replace("n = 1", "n = ").encode(), source="a.md").text


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        pytest.param("###Saddle", "Saddle", id="a heading"),
        pytest.param("##Golden saddle##", "Golden saddle", id="closed"),
        pytest.param("#saddle", None, id="a channel"),
        pytest.param("#1 is open", None, id="a number"),
        pytest.param("#Pool #Summer", None, id="topics"),
        pytest.param("#Pool is what we call it, and " + "so on and " * 5, None, id="a sentence"),
        pytest.param("#######Saddle", None, id="seven signs"),
        pytest.param("    ###Saddle", None, id="code"),
    ],
)
def test_headings_without_a_blank_behind_their_signs(line: str, heading: str | None) -> None:
    document = load(f"# Items\n\n{line}\nIt is rare.".encode(), source="a.md", title="Game")
    assert text_of(document, Kind.HEADING)[1:] == ([heading] if heading else [])


@pytest.mark.parametrize(
    ("listed", "kinds"),
    [
        pytest.param(
            "- [Rules](#rules)\n  1. [In *May*](#may)\n- [Prices](#prices)", {Kind.TEASER}, id="a table of contents"
        ),
        pytest.param("- 1.0) [Rules](#rules)\n  - 1.1) [In May](#may)", {Kind.TEASER}, id="numbers before its links"),
        pytest.param("- [Rules](#rules): no running\n- [Prices](#prices)", {Kind.LIST_ITEM}, id="words beside a link"),
        pytest.param("- [Rules](rules.md)\n- [Prices](#prices)", {Kind.LIST_ITEM}, id="another page"),
        pytest.param("- [Rules](#rules)", {Kind.LIST_ITEM}, id="one link"),
        pytest.param("- Rules\n- Prices", {Kind.LIST_ITEM}, id="no links"),
    ],
)
def test_a_table_of_contents_is_not_quotable(listed: str, kinds: set[Kind]) -> None:
    document = load(f"# Pool\n\n{listed}\n\nText.".encode(), source="a.md")
    assert {block.kind for block in document.blocks[1:-1]} == kinds


def test_front_matter_is_short() -> None:
    # Long text between two rules of dashes is not front matter.
    text = "---\n" + "a: b\n" * 5_000 + "---\nText."
    assert "a: b" in load(text.encode(), source="a.md").text
    assert load(text.replace("a: b\n", "", 2_000).encode(), source="a.md").text == "Text."


def test_hard_wrapped_lines_are_joined_and_others_are_not() -> None:
    wrapped = "This line was wrapped by somebody who typed it in\nan editor of seventy columns, as many people have\ndone for years. It is one paragraph, whatever the\nline ends say."
    assert len(load(wrapped.encode(), source="a.txt").blocks) == 1
    lines = "The first paragraph is rather long and ends with a full stop here.\nThe second one follows on the next line.\nSo does a third."
    assert len(load(lines.encode(), source="a.txt").blocks) == 3


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        pytest.param("Notes\n=====\n\nAll is new.\n\nUse\n---\n\nRun it.", ["Notes", "Use"], id="alone"),
        pytest.param(
            "Notes\n=====\nAll is new.\n\nUse\n---\nRun it.\nStop it.", ["Notes", "Use"], id="text right below"
        ),
        pytest.param("We met again.\n---\nAll is new.\nThat is all.", [], id="a dashed line that parts"),
    ],
)
def test_an_underlined_line_is_a_heading(text: str, headings: list[str]) -> None:
    document = load(text.encode(), source="a.txt")
    assert [block.span.of(document.text) for block in document.blocks if block.kind is Kind.HEADING] == headings
    assert not headings or ("==" not in document.text and "--" not in document.text)


def test_a_typed_manual_is_read_as_it_looks() -> None:
    manual = """
        ==================
         The Great Manual
        ==================

        4.  Commands

             There  are  two  ways  to give a com-
        mand.  A full-sized   one   is  typed.  This
        is the full-sized way, and it is long enough.

          pray      - require an answer before praying
                      to anybody at all;
          quit      - require an answer before you are
                      allowed to leave the game.

        4.1.  What is done by itself?

        1. Nothing is picked up without being asked.

        --------

OPTIONS
        Everything else is an option, and there are as
        many of them as you like."""
    document = load(manual.encode(), source="a.txt", title="Manual")
    assert [(block.kind, block.span.of(document.text)) for block in document.blocks] == [
        (Kind.HEADING, "The Great Manual"),
        (Kind.HEADING, "4. Commands"),
        (
            Kind.PARAGRAPH,
            "There are two ways to give a command. A full-sized one is typed. This is the full-sized way, and it is long enough.",
        ),
        (Kind.PARAGRAPH, "pray - require an answer before praying to anybody at all;"),
        (Kind.PARAGRAPH, "quit - require an answer before you are allowed to leave the game."),
        (Kind.HEADING, "4.1. What is done by itself?"),
        (Kind.LIST_ITEM, "1. Nothing is picked up without being asked."),
        (Kind.HEADING, "OPTIONS"),
        (Kind.PARAGRAPH, "Everything else is an option, and there are as many of them as you like."),
    ]


ITEMS = """Changes
-------
* The pool has a new slide, which is open to all who can swim as far as the
  Tower and back.
  + Towels: bring your own.
  Lockers cost
  + Slippers
- Children swim from the age of
  6. Others rest
  1. in the hall
  2. at home.
1. Wash first,
   Ada says.
\tNot here.
- Q: When?
  A: Now.
"""


def test_an_item_goes_on_with_what_is_set_in_as_its_words_are() -> None:
    document = load(ITEMS.encode(), source="a.txt")
    assert [block.span.of(document.text) for block in document.blocks[1:]] == [
        "The pool has a new slide, which is open to all who can swim as far as the Tower and back.",
        "Towels: bring your own.",
        "Lockers cost",
        "Slippers",
        "Children swim from the age of 6. Others rest",
        "1. in the hall",
        "2. at home.",
        "1. Wash first, Ada says.",
        "Not here.",
        "Q: When?",
        "A: Now.",
    ]


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        pytest.param(
            "Monday to Thursday  5 pm to 11 pm\nFriday              4 pm to midnight\nSunday              closed",
            ["Monday to Thursday | 5 pm to 11 pm", "Friday | 4 pm to midnight", "Sunday | closed"],
            id="words above a gap",
        ),
        pytest.param(
            "Pressure washer 35\nSaw             12\nAxe             10",
            ["Pressure washer | 35", "Saw | 12", "Axe | 10"],
            id="a longest cell that fills its column",
        ),
        pytest.param(
            "Ada     Ad     0123\nBo             0456\nCy      C      0789",
            ["Ada | Ad | 0123", "Bo |  | 0456", "Cy | C | 0789"],
            id="an empty cell",
        ),
    ],
)
def test_words_of_one_cell_are_not_parted_where_others_are_short(lines: str, rows: list[str]) -> None:
    document = load(f"The pool\n\nIt is open.\n\n{lines}\n".encode(), source="a.txt")
    assert text_of(document, Kind.TABLE_ROW) == rows


TABLES = """Prices

          Full price  Winter
----------------------------
Adults          4.50    5.00
Children        2.00    2.50
Dogs              --      --

--  cannot swim
-1  poor
 0  as others

All of it is new: the slide, the tower and the lanes, which are painted
blue.
"""


def test_what_stands_in_columns_is_a_table() -> None:
    document = load(TABLES.encode(), source="a.txt")
    assert [(block.kind, block.span.of(document.text)) for block in document.blocks] == [
        (Kind.HEADING, "Prices"),
        (Kind.HEADING, "| Full price | Winter"),
        (Kind.TABLE_ROW, "Adults | 4.50 | 5.00"),
        (Kind.TABLE_ROW, "Children | 2.00 | 2.50"),
        (Kind.TABLE_ROW, "Dogs | -- | --"),
        (Kind.TABLE_ROW, "-- | cannot swim"),
        (Kind.TABLE_ROW, "-1 | poor"),
        (Kind.TABLE_ROW, "0 | as others"),
        (
            Kind.PARAGRAPH,
            "All of it is new: the slide, the tower and the lanes, which are painted blue.",
        ),
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("We met.\n\n1.  Wash first.\n2.  Swim.\n3.  Leave.", id="numbers"),
        pytest.param(
            "We met.\n\nThe pool opens.  It is\nwarm in May.  Nobody\nis there.  So we go.",
            id="two spaces after sentences",
        ),
        pytest.param(
            "The  pool opens  in May and it is warm\nwho knows  the tower  will come along\nwith us  and with all the  others too",
            id="justified lines",
        ),
        pytest.param("We met.\n\nMonday    9\nTuesday   10", id="two lines"),
    ],
)
def test_other_gaps_are_no_columns(text: str) -> None:
    assert text_of(load(text.encode(), source="a.txt"), Kind.TABLE_ROW) == []


ASCIIDOC = """= The pool
:toc: left

.Who may swim
[quote, guard]
____
All may.
____

[[rules]]
Rules
-----

// a remark
Ask https://pool.example/guard[the
guard] or see <<rules>>, <<rules, the rules>> and +help+.

[source,python]
----
swim(far=True)

rest(long=True)
----

== Prices

====
Four.
====
"""


def test_asciidoc_is_read_without_its_markup() -> None:
    document = load(ASCIIDOC.encode(), source="a.adoc")
    assert [(block.kind, block.span.of(document.text)) for block in document.blocks] == [
        (Kind.HEADING, "The pool"),
        (Kind.PARAGRAPH, "Who may swim"),
        (Kind.PARAGRAPH, "All may."),
        (Kind.HEADING, "Rules"),
        (Kind.PARAGRAPH, "Ask the guard or see rules, the rules and help."),
        (Kind.CODE, "swim(far=True)\nrest(long=True)"),
        (Kind.HEADING, "Prices"),
        (Kind.PARAGRAPH, "Four."),
    ]


def test_short_rules_around_a_line_are_a_fence() -> None:
    text = "Pool\n\n----\nswim(far=True, warm=True)\n----\n\nText."
    assert text_of(load(text.encode(), source="a.txt"), Kind.CODE) == ["swim(far=True, warm=True)"]


SHEET = """SAFETY SHEET
Version 3

{}

Police 110
Fire brigade 112

{}

Press the red button and leave by the nearest exit."""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("EMERGENCY NUMBERS", "WHAT TO DO IN A FIRE?"),
        ("1. EMERGENCY NUMBERS", "2. IF THERE IS A FIRE"),
        ("A) NUMBERS", "B) FIRE"),
    ],
)
def test_a_line_in_capitals_over_others_is_a_heading(first: str, second: str) -> None:
    document = load(SHEET.format(first, second).encode(), source="a.txt")
    assert text_of(document, Kind.HEADING)[-2:] == [first, second]
    assert document.blocks[-1].heading[-1] == second


def test_a_title_and_a_heading_in_capitals_are_two() -> None:
    document = load(
        b"THE POOL\n\nOPENING HOURS\n\nDaily from nine to five.\n\nSAFETY\n\n1. FIRE\n\nLeave.", source="a.txt"
    )
    assert text_of(document, Kind.HEADING) == ["THE POOL", "OPENING HOURS", "SAFETY", "1. FIRE"]
    assert document.blocks[-1].heading == ("SAFETY", "1. FIRE")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("We met.\n\nDOGS ARE NOT ALLOWED IN THE POOL\n\nThe guard decides.", id="what is forbidden"),
        pytest.param("We met.\n\nTHE POOL IS CLOSED.\n\nIt opens in May.", id="a sentence"),
        pytest.param("We met.\n\nTHE POOL IS CLOSED!\n\nIt opens in May.", id="an exclamation"),
        pytest.param("We met.\n\nMON-FRI 9 AM TO 5 PM\n\nClosed in winter.", id="hours"),
        pytest.param("We met.\n\nTEL 0170 5550142\n\nClosed in winter.", id="a number to call"),
        pytest.param("We met.\n\nBY ADA LIND\n\nIt opens in May.", id="a byline"),
        pytest.param("We met.\n\nIt opens in May.\n\nADA LIND", id="with nothing under it"),
        pytest.param("We met.\n\nTOWN HALL\n\nMAIN STREET\n\nIt opens in May.", id="two in a row"),
        pytest.param("We met.\n\n1. WASH HANDS\n\n2. DRY HANDS\n\nThe guard decides.", id="numbered rules"),
        pytest.param("We met.\n\n- TOWELS\n\nBring them.", id="an item"),
        pytest.param("WE MET.\n\nTHE POOL\n\nIT OPENS IN MAY.\n\nBring towels.", id="a text that is shouted"),
    ],
)
def test_other_lines_in_capitals_are_no_headings(text: str) -> None:
    assert text_of(load(text.encode(), source="a.txt"), Kind.HEADING) == []


def test_numbered_rules_are_no_headings() -> None:
    for rules in (
        "1. No running\n\n2. No glass\n\nThe guard decides.",
        "1. In the hall\n\n1.1 No running\n\n1.2 No glass",
    ):
        blocks = load(f"Rules\n\n{rules}".encode(), source="a.txt").blocks
        assert all(block.kind is not Kind.HEADING for block in blocks[1:])


def test_ten_thousand_headings() -> None:
    text = "\n\n".join(f"{'#' * (1 + number % 6)} Heading a{number}\n\nText {number}." for number in range(10_000))
    document = load(text.encode(), source="a.md")
    assert sum(block.kind is Kind.HEADING for block in document.blocks) == 10_000
    assert document.blocks[-1].span.of(document.text) == "Text 9999."


@given(st.text())
def test_normalisation_is_idempotent_and_keeps_what_is_seen(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    seen = [char for char in unicodedata.normalize("NFC", once) if char.isalnum()]
    assert "".join(seen) == "".join(char for char in unicodedata.normalize("NFC", text) if char.isalnum())


@given(
    st.text(
        alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n#>-*`|1. \t"),
        max_size=400,
    ),
    st.sampled_from(["a.md", "a.txt", "stdin:x"]),
)
def test_every_block_stands_where_it_says(text: str, source: str) -> None:
    try:
        document = load(text.encode(), source=source)
    except SourceError:
        return
    ends = 0
    for block in document.blocks:
        assert ends <= block.span.start < block.span.end <= len(document.text)
        assert block.span.of(document.text) == block.span.of(document.text).strip()
        ends = block.span.end


def test_a_heading_that_tells_something_may_be_quoted_and_is_one_all_the_same() -> None:
    document = load(
        b"# Gifts\n\nFor campers.\n\n## 1. A tent for $90\n\nIt is dry.\n\n## 2. A rope\n\nIt is long.\n",
        source="gifts.md",
    )
    found = {block.span.of(document.text): (block.kind, block.heading, block.paragraph) for block in document.blocks}
    assert found["1. A tent for $90"] == (Kind.PARAGRAPH, ("1. A tent for $90",), 2)
    assert found["It is dry."] == (Kind.PARAGRAPH, ("1. A tent for $90",), 2)
    assert found["2. A rope"] == (Kind.HEADING, (), 0)


@pytest.mark.parametrize(
    ("heading", "quotable"),
    [
        pytest.param("0.28.0 (2022-02-03)", True, id="a date"),
        pytest.param("v2.6.30", True, id="a version"),
        pytest.param("Monday", True, id="a day"),
        pytest.param("3 May", True, id="a day of a month"),
        pytest.param("In May", False, id="hardly a month: what one may do"),
        pytest.param("9:00 - 9:30 Welcome", True, id="hours"),
        pytest.param("Tents from € 90", True, id="a price"),
        pytest.param("Step 3 – Flash it", True, id="a step"),
        pytest.param("Contact: the office", True, id="what something is"),
        pytest.param("How to get a tent", False, id="nothing"),
        pytest.param("2.1) Voting", False, id="its own number"),
        pytest.param("2.1 Voting", False, id="its own number, of several levels"),
        pytest.param("3 Methods", False, id="its own number alone"),
        pytest.param("The X12B adapter", False, id="a name with digits"),
        pytest.param("Needed for it:", False, id="a colon and nothing after it"),
    ],
)
def test_a_heading_tells_something_by_a_number_a_day_or_a_label(heading: str, quotable: bool) -> None:
    document = load(f"# Camp\n\n## {heading}\n\nIt is so.\n".encode(), source="camp.md")
    assert (heading in text_of(document, Kind.PARAGRAPH)) is quotable


def test_what_a_title_is_about_is_not_quoted() -> None:
    assert text_of(load(b"# Camp: how it began\n\nIt is so.\n", source="camp.md"), Kind.PARAGRAPH) == ["It is so."]
