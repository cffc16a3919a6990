"""Admonition boxes of static site generators in Markdown: ":::tip" up to ":::", and '!!! note "Title"' with an indented body."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

_FENCE = re.compile(
    r":{3,}[^\S\n]*(?:\{[^{}\n]{0,80}\}|[a-zA-Z][\w-]{0,40})?(?:[^\S\n]*\[(?P<title>[^\[\]\n]{0,200})\]|[^\S\n]+(?P<words>[^\[\]{}:\n]{1,200}))?"
)
_MARK = re.compile(
    r"(?:!!!|\?\?\?\+?)[^\S\n]+[a-zA-Z][\w-]{0,40}(?:[^\S\n][\w-]{1,40}){0,4}(?:[^\S\n]+\"(?P<title>[^\"\n]{0,200})\")?"
)
# Indent of a box's body below its marker.
_SET_IN = 4
_INTERRUPTED = ["paragraph", "reference", "blockquote", "list"]

#: Marker line at the start of a block quote that is a box, as in GitHub's alerts and Discord's documentation.
QUOTED_MARK = re.compile(
    r"(?:\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]|info|warn|warning|danger|note|tip|success)[^\S\n]*(?:\n|$)"
)


def add_boxes(parser: MarkdownIt) -> None:
    """Add block rules for boxes to a parser; their text becomes ordinary blocks, and so does a title of their own."""
    parser.block.ruler.before("paragraph", "fenced_box", _fenced, {"alt": _INTERRUPTED})
    parser.block.ruler.before("paragraph", "marked_box", _marked, {"alt": _INTERRUPTED})


def _fenced(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: ARG001
    found = _FENCE.fullmatch(_line(state, start))
    if not found or state.is_code_block(start):
        return False
    if not silent:
        state.line = start + 1
        _say(state, start, found["title"] or found["words"])
    return True


def _marked(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    found = _MARK.fullmatch(_line(state, start))
    if not found or state.is_code_block(start):
        return False
    if silent:
        return True
    state.line = start + 1
    _say(state, start, found["title"])
    before = state.parentType
    state.parentType = "box"
    state.blkIndent += _SET_IN
    state.md.block.tokenize(state, start + 1, end)
    state.blkIndent -= _SET_IN
    state.parentType = before
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def _say(state: StateBlock, line: int, title: str | None) -> None:
    if not title or not title.strip():
        return
    state.push("paragraph_open", "p", 1)
    words = state.push("inline", "", 0)
    words.content, words.map, words.children = title.strip(), [line, line + 1], []
    state.push("paragraph_close", "p", -1)
