"""Markdown extensions beyond CommonMark: footnotes, headings without a space, indented HTML; and tables of contents."""

import re
from collections.abc import Collection, Iterator, Sequence
from copy import copy

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, html_block
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from embeddings.loaders.boxes import add_boxes

_NOTE = re.compile(r"\[\^([^\[\]\s]{1,60})\]:")
_MARK = re.compile(r"[^\S\n]?\[\^([^\[\]\s]{1,60})\](?:,[^\S\n]?(?=\[\^))?")
# At most this long: a sentence that begins with a topic ("#Pool …") is longer, and a line with several topics is not a heading.
_BARE_HEADING = re.compile(r"(#{1,6})([^\W\d_][^#\n]{0,60})#*")
# CommonMark takes indented lines after a blank line within these for code, though only HTML can occur there.
_SETS_IN = re.compile(r"<(/?)(?:table|ul|ol|dl)\b", re.IGNORECASE)
# "[[Page|words]]" is a wiki link, but not "[[1]](address)", which is an ordinary one; a "!" before it marks an embed.
_WIKI = re.compile(r"(!?)\[\[(?:[^\[\]|\n]{1,200}\|)?([^\[\]|\n]{1,200})\]\](?![(\[:])")
# A picture whose address is missing; "Look![^1]" has a footnote.
_PICTURE = re.compile(r"(?<!\w)!\[[^\[\]^\n]{0,200}\](?![(\[:])")
# Item numbers of a table of contents, beside the links.
_COUNT = re.compile(r"(?:\d{1,3}(?:\.\d{1,3}){0,4}|[a-zA-Z])[.)]{0,2}")
# Tokens that may follow a bold line that is a section heading.
_BELOW_BOLD = frozenset(
    f"{each}_open" for each in ("paragraph", "bullet_list", "ordered_list", "table", "blockquote")
) | {"fence", "code_block"}
# Indent of a footnote's continuation lines.
_SET_IN = 4
# Key in the parser's environment for the names of the footnotes.
_NOTES = "notes"


def parsed(text: str) -> tuple[list[Token], set[str]]:
    """The tokens of a text, and the names of its footnotes, which become paragraphs where they are written."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.block.ruler.before("reference", "note", _note, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("link", "wiki_link", _wiki_link)
    parser.inline.ruler.after("image", "lost_picture", _lost_picture)
    add_boxes(parser)
    parser.block.ruler.at("html_block", _html, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.block.ruler.before("paragraph", "bare_heading", _bare_heading, {"alt": ["paragraph", "reference"]})
    kept: dict[str, set[str]] = {_NOTES: set()}
    return parser.parse(text, kept), kept[_NOTES]


def without_marks(words: str, notes: Collection[str]) -> str:
    """``words`` without the reference marks of the footnotes named in ``notes``."""
    return _MARK.sub(lambda found: "" if found[1] in notes else found[0], words)


def contents_among(tokens: Sequence[Token]) -> set[int]:
    """Indices of the inline tokens in tables of contents: in top-level lists where every item is a link within the text."""
    found: set[int] = set()
    for start, end in _lists(tokens):
        items = [place for place in range(start, end) if tokens[place].type == "inline"]
        others = any(tokens[place].type in ("fence", "code_block", "html_block") for place in range(start, end))
        if len(items) > 1 and not others and all(_leads_within(tokens[place].children or ()) for place in items):
            found.update(items)
    return found


def _lists(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Start and end indices of the top-level lists."""
    borders = [
        place
        for place, token in enumerate(tokens)
        if token.level == 0 and token.type.endswith(("_list_open", "_list_close"))
    ]
    return zip(borders[::2], borders[1::2], strict=True)


def _leads_within(children: Sequence[Token]) -> bool:
    """Whether inline tokens are only links to anchors of the same text."""
    links = depth = 0
    for token in children:
        depth += token.nesting * (token.type in ("link_open", "link_close"))
        if token.type == "link_open":
            links += 1
            if not str(token.attrGet("href")).startswith("#"):
                return False
        elif depth == 0 and (words := token.content.strip()) and (links or not _COUNT.fullmatch(words)):
            return False
    return links > 0


def with_bold_lines_apart(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, with a bold line that opens a top-level paragraph split off as a paragraph of its own."""
    found: list[Token] = []
    for place, token in enumerate(tokens):
        found.append(token)
        bold, behind = _parted_at_bold(token) if place and _is_lone(tokens, place) else ([], [])
        if len(behind) > 1 and behind[0].type in ("softbreak", "hardbreak") and behind[1].content[:1].isupper():
            rest = copy(token)
            token.children, rest.children = bold, behind[1:]
            found += [tokens[place + 1], tokens[place - 1], rest]
    return found


def bold_lines_among(tokens: Sequence[Token]) -> set[int]:
    """Indices of the inline tokens of top-level paragraphs that are entirely bold, above text that is not."""
    bold = {place for place in range(1, len(tokens)) if _is_lone(tokens, place) and _is_bold(tokens[place])}
    return {
        place
        for place in bold
        if place + 3 not in bold and place + 2 < len(tokens) and tokens[place + 2].type in _BELOW_BOLD
    }


def _is_lone(tokens: Sequence[Token], place: int) -> bool:
    return tokens[place].type == "inline" and tokens[place].level == 1 and tokens[place - 1].type == "paragraph_open"


def _is_bold(words: Token) -> bool:
    bold, behind = _parted_at_bold(words)
    return bool(bold) and not behind


def _parted_at_bold(words: Token) -> tuple[list[Token], list[Token]]:
    """The bold beginning of a paragraph's tokens, and the rest."""
    # The parser leaves empty text tokens around emphasis marks.
    children = [each for each in words.children or () if each.type != "text" or each.content]
    closed = [place for place, token in enumerate(children, 1) if token.type == "strong_close"]
    if not closed or children[0].type != "strong_open":
        return [], children
    return children[: closed[0]], children[closed[0] :]


def _note(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule for a footnote: the text after its name, and the indented lines below."""
    begins = state.bMarks[start] + state.tShift[start]
    found = _NOTE.match(state.src, begins, state.eMarks[start])
    if not found or state.is_code_block(start):
        return False
    if silent:
        return True
    state.env[_NOTES].add(found[1])
    state.push("note_open", "section", 1)
    before = state.bMarks[start], state.tShift[start], state.sCount[start], state.parentType
    words = state.skipSpaces(found.end())
    # Parse the text after the name as if it were indented like the lines that follow.
    state.blkIndent += _SET_IN
    state.bMarks[start], state.tShift[start], state.sCount[start] = found.end(), words - found.end(), state.blkIndent
    state.parentType = "note"
    state.md.block.tokenize(state, start, end)
    state.blkIndent -= _SET_IN
    state.bMarks[start], state.tShift[start], state.sCount[start], state.parentType = before
    state.push("note_close", "section", -1)
    return True


def _wiki_link(state: StateInline, silent: bool) -> bool:
    """Inline rule for wiki links: a link to another page, or to a part of this one, becomes its words; an embed is dropped."""
    found = _WIKI.match(state.src, state.pos) if state.src[state.pos] in "![" else None
    if not found:
        return False
    if not silent and not found[1]:
        state.push("text", "", 0).content = found[2].lstrip("#").strip()
    state.pos = found.end()
    return True


def _lost_picture(state: StateInline, silent: bool) -> bool:  # noqa: ARG001
    found = _PICTURE.match(state.src, state.pos) if state.src[state.pos] == "!" else None
    if found:
        state.pos = found.end()
    return bool(found)


def _html(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule for HTML: if a table or list is still open at its end, it continues past blank lines."""
    if not html_block(state, start, end, silent):
        return False
    if silent:
        return True
    block = state.tokens[-1]
    depth = _depth(block.content)
    while depth > 0:
        first = state.skipEmptyLines(state.line)
        if first >= end or state.sCount[first] < state.blkIndent or not _begins_with(state, first, "<"):
            break
        last = first
        while last < end and not state.isEmpty(last):
            last += 1
        depth += _depth(state.getLines(first, last, 0, False))
        state.line = last
    block.map = [start, state.line]
    block.content = state.getLines(start, state.line, state.blkIndent, True)
    return True


def _depth(scrap: str) -> int:
    return sum(-1 if found[1] else 1 for found in _SETS_IN.finditer(scrap))


def _begins_with(state: StateBlock, line: int, sign: str) -> bool:
    return state.src.startswith(sign, state.bMarks[line] + state.tShift[line])


def _bare_heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: ARG001
    """Block rule for headings without a space, as in old wikis: "###Saddle"."""
    begins = state.bMarks[start] + state.tShift[start]
    found = _BARE_HEADING.fullmatch(state.src[begins : state.eMarks[start]].rstrip())
    if not found or not found[2][0].isupper() or state.is_code_block(start):
        return False
    if not silent:
        tag = f"h{len(found[1])}"
        state.line = start + 1
        state.push("heading_open", tag, 1)
        words = state.push("inline", "", 0)
        words.content, words.map, words.children = found[2].strip(), [start, state.line], []
        state.push("heading_close", tag, -1)
    return True
