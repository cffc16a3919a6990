"""reStructuredText: what a reader of the rendered page sees, by way of HTML."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from docutils import nodes
from docutils.core import publish_doctree, publish_from_doctree

from embeddings.loaders.builder import Builder
from embeddings.loaders.counting import counted
from embeddings.loaders.markup import add_markup, page_of
from embeddings.loaders.plain import load_plain
from embeddings.loaders.rst_names import make_known
from embeddings.types import About, Document

_SETTINGS = {
    # A file may not include another file, nor raw output that is not checked.
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    # Errors in the file are not reported and stop nothing.
    "report_level": 5,
    "halt_level": 6,
    "warning_stream": False,
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "toc_backlinks": False,
    "sectsubtitle_xform": False,
}
# Fields that configure Sphinx; above the title they would keep it from becoming the document title.
_FOR_SPHINX = re.compile(r"(?:\s*:(?:orphan|tocdepth|nocomments|no-?search|hide-toc|hide-navigation):[^\n]*(?:\n|$))+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_REFERENCE = re.compile(r"`?([^`]*?)(?<!\s)\s*(?:<[^<>`]*>)?`?_{1,2}", re.DOTALL)
_LONGEST_REFERENCE = 1000
_OPTIONS = re.compile(r"^[^\S\n]+:[\w-]{1,40}:[^\n]*(?:\n|$)", re.MULTILINE)


def load_rst(text: str, *, source: str, title: str | None = None) -> Document:
    """Parse reStructuredText into an article; what docutils cannot parse is read as plain text.

    Raises:
        SourceError: it contains no words.
    """
    try:
        tree, html = _read(text)
    except Exception:  # docutils' many directives may raise anything
        return load_plain(text, source=source, title=title)
    builder = Builder()
    page = page_of(html)
    if page is not None:
        add_markup(builder, page)
    return replace(builder.document(title=title, source=source), about=_about(tree))


def _read(text: str) -> tuple[nodes.document, str]:
    """The tree of a text as parsed, and its rendering in HTML."""
    if found := _FOR_SPHINX.match(text):
        text = text[found.end() :]
    make_known(text)
    settings = {**_SETTINGS, "line_length_limit": max(10_000, len(text))}
    tree = publish_doctree(text, settings_overrides=settings)
    about = tree.deepcopy()
    _tidy(tree)
    html = publish_from_doctree(tree, writer="html5", settings_overrides={**settings, "output_encoding": "unicode"})
    return about, html


def _about(tree: nodes.document) -> About:
    """Author and date from the fields below the title."""
    said = [next(iter(tree.findall(kind)), None) for kind in (nodes.author, nodes.date)]
    author, day = (" ".join(each.astext().split()) if each is not None else "" for each in said)
    return About(author=author or None, published=day if _DAY.fullmatch(day) else None)


def _tidy(tree: nodes.document) -> None:
    """Remove from a tree what a reader does not see, and replace what a reader sees as something else."""
    for name, change in _CHANGES:
        for node in list(tree.findall(name)):
            change(node)


def _drop(node: nodes.Element) -> None:
    node.parent.remove(node)


def _unwrap(node: nodes.Element) -> None:
    node.parent.replace(node, node.children)


def _message(node: nodes.system_message) -> None:
    """Drop an error message; keep the text of a directive that was not understood, as written."""
    written = [each.astext().split("\n", 1) for each in node.findall(nodes.literal_block)]
    words = [_OPTIONS.sub("", lines[1]) for lines in written if lines[0].lstrip().startswith("..") and len(lines) > 1]
    node.parent.replace(
        node, [nodes.paragraph("", part) for each in words for part in re.split(r"\n\s*\n", each) if part.strip()]
    )


def _problem(node: nodes.problematic) -> None:
    """A broken link becomes its words; any other mistake stays as written."""
    words = node.astext()
    found = _REFERENCE.fullmatch(words) if len(words) < _LONGEST_REFERENCE else None
    node.parent.replace(node, nodes.Text(found[1] if found else words))


def _note(node: nodes.Element) -> None:
    """Unwrap an admonition to its content, with its own title if it has one."""
    titles = [each for each in node.children if isinstance(each, nodes.title)]
    for each in titles:
        node.replace(each, nodes.paragraph("", "", *each.children))
    _unwrap(node)


def _field(node: nodes.field) -> None:
    """Drop a field without a value, which is a switch."""
    fields = node.parent
    if not node[-1].astext().strip():
        fields.remove(node)
        if not fields.children:
            _drop(fields)


def _authors(node: nodes.authors) -> None:
    """Put several authors into one line."""
    names = ", ".join(" ".join(each.astext().split()) for each in node.children)
    node.clear()
    node += nodes.author("", names)


def _footnote(node: nodes.Element) -> None:
    """Make a footnote a paragraph in place; a citation is prefixed with its label."""
    label = node.next_node(nodes.label)
    if label is not None:
        _drop(label)
        first = node.next_node(nodes.paragraph)
        if isinstance(node, nodes.citation) and first is not None:
            first.insert(0, nodes.Text(f"[{label.astext()}] "))
    _unwrap(node)


def _mark(node: nodes.footnote_reference) -> None:
    """Drop a footnote mark with the space before it."""
    before = node.previous_sibling()
    if isinstance(before, nodes.Text):
        node.parent.replace(before, nodes.Text(before.rstrip()))
    _drop(node)


def _classifier(node: nodes.classifier) -> None:
    """Put a term's classifier in parentheses after it."""
    term = node.previous_sibling()
    if isinstance(term, nodes.term):
        term += nodes.Text(f" ({node.astext()})")
    _drop(node)


def _lettered(node: nodes.enumerated_list) -> None:
    """Write out numbers in letters or Roman numerals, which the HTML would turn into digits."""
    form = {"loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}.get(node["enumtype"])
    if form is None:
        return
    for number, item in enumerate(node.children, node.get("start", 1)):
        words = item.next_node(nodes.paragraph)
        if words is not None:
            words.insert(0, nodes.Text(f"{node['prefix']}{counted(number, form)}{node['suffix']} "))
    node.parent.replace(node, nodes.bullet_list("", *node.children))


_NOTES = (
    nodes.note,
    nodes.tip,
    nodes.hint,
    nodes.important,
    nodes.warning,
    nodes.caution,
    nodes.attention,
    nodes.danger,
    nodes.error,
    nodes.admonition,
)
_CHANGES: tuple[tuple[type[Any], Callable[[Any], None]], ...] = (
    (nodes.system_message, _message),
    (nodes.problematic, _problem),
    *((each, _drop) for each in (nodes.comment, nodes.substitution_definition, nodes.image, nodes.raw, nodes.meta)),
    (nodes.field, _field),
    (nodes.authors, _authors),
    *((each, _note) for each in _NOTES),
    (nodes.footnote_reference, _mark),
    *((each, _footnote) for each in (nodes.footnote, nodes.citation)),
    (nodes.classifier, _classifier),
    (nodes.enumerated_list, _lettered),
)
