"""Registers roles and directives unknown to docutils, mostly Sphinx's, so that they yield what their reader sees.

docutils keeps registrations for the whole process; each file is read in a process of its own.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from docutils import nodes, utils
from docutils.parsers.rst import Directive, directives, languages, roles
from docutils.statemachine import StringList

_ROLE = re.compile(r":([a-zA-Z][\w.+:-]{0,60}):`|`:([a-zA-Z][\w.+:-]{0,60}):")
_DIRECTIVE = re.compile(
    r"^[^\S\n]{0,80}\.\.[^\S\n]{1,4}(?:\|[^|\n]{1,80}\|[^\S\n]{1,4})?([a-zA-Z][\w.+:-]{0,60})::", re.MULTILINE
)
_AIM = re.compile(r"(.*\S)\s*<[^<>]*>", re.DOTALL)
# The access key of a menu entry, as in "&Save".
_KEY = re.compile(r"&(?=\w)")

_NOT_SEEN = frozenset(
    """toctree index highlight currentmodule module py:module raw include literalinclude contents sectnum meta graphviz mermaid plantuml
    uml inheritance-diagram digraph tabularcolumns youtube video raw-html codeauthor sectionauthor rst-class cssclass default-domain
    bibliography title date""".split()
)
_CODE = frozenset(
    "code code-block sourcecode prompt code-tab console ipython productionlist testcode testsetup testoutput".split()
)
_SINCE = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "versionremoved": "Removed in version",
    "deprecated": "Deprecated since version",
}
# Their argument says how something is displayed and is not displayed itself.
_OF_LOOKS = frozenset("only ifconfig grid tabs tab-set columns container grid-item hlist list div nested".split())


def make_known(text: str) -> None:
    """Register the names that a text uses; those docutils knows stay as they are, except the ones that Sphinx redefines."""
    # The type stubs are too narrow here: docutils accepts this language module and any nodes.
    language: Any = languages.get_language("en")
    role: Any = _role
    document = utils.new_document("", _quiet())
    for name in {(each[1] or each[2]).lower() for each in _ROLE.finditer(text)}:
        if roles.role(name, language, 0, document.reporter)[0] is None:
            roles.register_local_role(name, role)
    for name in {each[1].lower() for each in _DIRECTIVE.finditer(text)}:
        if kind := _kind_of(name):
            directives.register_directive(name, kind)
        elif directives.directive(name, language, document)[0] is None:
            directives.register_directive(name, _Described)


def _quiet() -> Any:
    from docutils.frontend import get_default_settings

    settings = get_default_settings()
    settings.report_level = 5
    settings.warning_stream = False
    return settings


def _role(
    name: str,
    source: str,  # noqa: ARG001
    text: str,
    line: int,  # noqa: ARG001
    inliner: Any,  # noqa: ARG001
    options: Any = None,  # noqa: ARG001
    content: Any = (),  # noqa: ARG001
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """The text of a role, without the target that it may name beside it."""
    words = utils.unescape(text)
    if found := _AIM.fullmatch(words):
        words = found[1]
    elif words.startswith("~"):
        words = words.rpartition(".")[2].lstrip("~")
    words = words.removeprefix("!")
    if name.lower() in ("menuselection", "guilabel"):
        words = _KEY.sub("", words).replace("-->", "‣")
    return [nodes.Text(words)], []


class _AnyOption(dict[str, Callable[[str], str]]):
    """Accepts any option of a directive; none concerns a reader."""

    def __missing__(self, name: str) -> Callable[[str], str]:
        return str

    def __bool__(self) -> bool:
        return True


class _Known(Directive):
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _AnyOption()

    def within(self, content: StringList, offset: int) -> list[nodes.Node]:
        holder = nodes.Element()
        self.state.nested_parse(content, offset, holder, match_titles=True)
        return holder.children

    def said(self) -> str:
        return " ".join(self.arguments[0].split()) if self.arguments else ""


class _NotSeen(_Known):
    def run(self) -> list[nodes.Node]:
        return []


class _Code(_Known):
    def run(self) -> list[nodes.Node]:
        code = "\n".join(self.content)
        return [nodes.literal_block(code, code)] if code.strip() else []


class _Since(_Known):
    def run(self) -> list[nodes.Node]:
        version, _, words = self.said().partition(" ")
        label = f"{_SINCE[self.name.lower()]} {version}"
        said, messages = self.state.inline_text(words, self.lineno)
        found = self.within(self.content, self.content_offset)
        first = nodes.paragraph("", "", nodes.Text(f"{label}: " if said or found else f"{label}."), *said)
        if not said and found and isinstance(found[0], nodes.paragraph):
            first += found.pop(0).children
        return [first, *found, *messages]


class _Described(_Known):
    """A name with a description, or only one of the two."""

    def run(self) -> list[nodes.Node]:
        found = self.within(self.content, self.content_offset)
        said = "" if self.name.lower() in _OF_LOOKS else self.said()
        if not said or (not found and " " not in said):
            # A name alone is that of a file, a module or a video.
            return found
        # A signature with arguments is kept as written.
        words, messages = ([nodes.Text(said)], []) if "(" in said else self.state.inline_text(said, self.lineno)
        if not found:
            return [nodes.paragraph("", "", *words), *messages]
        item = nodes.definition_list_item("", nodes.term("", "", *words), nodes.definition("", *found))
        return [nodes.definition_list("", item), *messages]


class _Glossary(_Known):
    """A glossary: unindented terms, each with its indented definition below, with or without a blank line between."""

    def run(self) -> list[nodes.Node]:
        found = nodes.definition_list()
        terms: list[nodes.term] = []
        for start, end in self._parts():
            line = self.content[start]
            if end == start + 1 and not line[0].isspace():
                words, _ = self.state.inline_text(line.partition(" : ")[0], self.lineno)
                terms.append(nodes.term("", "", *words))
                continue
            block = self.content[start:end]
            block.disconnect()
            block.trim_left(min(len(each) - len(each.lstrip()) for each in block if each.strip()))
            said = self.within(block, self.content_offset + start)
            found += nodes.definition_list_item("", *terms, nodes.definition("", *said)) if terms else said
            terms = []
        left: list[nodes.Node] = [nodes.paragraph("", "", *term.children) for term in terms]
        return [found, *left] if found.children else left

    def _parts(self) -> Iterator[tuple[int, int]]:
        lines = list(self.content)
        place = 0
        while place < len(lines):
            start, place = place, place + 1
            if not lines[start].strip():
                continue
            if lines[start][0].isspace():
                while place < len(lines) and (not lines[place].strip() or lines[place][0].isspace()):
                    place += 1
            elif lines[start].startswith(".. "):
                continue
            yield start, place


def _kind_of(name: str) -> type[Directive] | None:
    if name in _NOT_SEEN or name.startswith("auto"):
        return _NotSeen
    if name in _CODE:
        return _Code
    if name in _SINCE:
        return _Since
    return _Glossary if name == "glossary" else None
