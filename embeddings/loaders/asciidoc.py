"""AsciiDoc as if it were typed without markup: what is only for tools is removed, and the rest is read as plain text."""

import re
from collections.abc import Iterator

# The words of a link, which may continue on the next line.
_LINK = re.compile(r"(?:https?://|link:|xref:|mailto:)[^\s\[\]]{1,300}\[([^\[\]]{1,200})\]")
_REFERENCE = re.compile(r"<<(?:[^<>,\n]{1,100},)?[^\S\n]?([^<>,\n]{1,200})>>")
_TYPED = re.compile(r"(?<![\w+])\+(\S(?:[^+\n]{0,80}[^\s+])?)\+(?![\w+])")
_ANCHOR = re.compile(r"\[\[[\w:.,-]{1,80}\]\]")
_ATTRIBUTES = re.compile(r"\[[^\[\]\n]{0,200}\]|:!?[\w-]{1,60}!?:(?:[^\S\n].*)?|//(?!/).*")
_HEADING = re.compile(r"(={1,6})[^\S\n]+(\S.*)")
_TITLE = re.compile(r"\.([^\W\d_].*)")
_TYPED_BLOCK = re.compile(r"-{4}|\.{4}")
# Delimiters of sidebars, quotations and other blocks; and of examples, unless the line underlines the one above it.
_BLOCK = re.compile(r"\*{4}|_{4}|--")
_EXAMPLE = "===="


def without_markup(text: str) -> str:
    """The text in a form that `load_plain` reads."""
    for pattern in (_LINK, _REFERENCE, _TYPED):
        text = pattern.sub(r"\1", text)
    return "\n".join(_lines(text.replace("\r\n", "\n").split("\n")))


def _lines(lines: list[str]) -> Iterator[str]:
    fence, before = "", ""
    in_example = False
    for line in (_ANCHOR.sub("", each).rstrip() for each in lines):
        was, before = before, line
        if fence or _TYPED_BLOCK.fullmatch(line):
            if not fence:
                fence = line
                yield from ("", "----")
            elif line == fence:
                fence = ""
                yield from ("----", "")
            elif line:
                yield line
        elif line == _EXAMPLE and (in_example or not was):
            in_example, before = not in_example, ""
        elif _ATTRIBUTES.fullmatch(line) or _BLOCK.fullmatch(line):
            before = ""
        elif heading := _HEADING.fullmatch(line):
            yield from ("", heading[2], ("=" if len(heading[1]) == 1 else "-") * max(3, len(heading[2])), "")
        elif title := _TITLE.fullmatch(line):
            before = ""
            yield from ("", title[1], "")
        else:
            yield line
