"""Removes what a page contains and its reader does not see, before anything else is read from it.

Judged by the page alone: attributes, inline styles, and simple rules of its embedded style sheets. A style sheet that would hide at least
half of the words is ignored: a script undoes it when the page is shown.
"""

import re
from collections.abc import Iterator

import tinycss2
from lxml import etree
from lxml.html import HtmlElement
from tinycss2.color3 import RGBA, parse_color

_UNSEEN = (
    "head",
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "object",
    "svg",
    "select",
    "datalist",
    "textarea",
)
# Selectors of one class, id or element name; rules that hide something seldom have other ones.
_SELECTOR = re.compile(r"[a-z][a-z0-9]*|[.#][a-z_-][\w-]*", re.IGNORECASE)
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)")
# Conventional class names for screen-reader-only text; their style sheets are usually in files of their own.
_FOR_SCREEN_READERS = frozenset(
    {"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "u-hiddenvisually"}
)
# Colours that differ by less than this in each channel look the same; text with less opacity than this is invisible.
_NEAR, _FAINT = 0.04, 0.05
# Text smaller than this cannot be read; text farther out than this is off the page. In pixels.
_SMALLEST, _FARTHEST = 2.0, 900.0
_PIXELS = {"px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": 0.16, "": 1.0}

Style = dict[str, str]
"""Properties mapped to their values, in lower case."""
Rules = dict[str, Style]
"""Styles by selector: classes (``.a``), ids (``#a``) and elements (``a``)."""


def take_out_hidden(tree: HtmlElement) -> None:
    """Remove from a page what its reader does not see."""
    rules = _rules("\n".join(element.text or "" for element in tree.iter("style")))
    for element in [*tree.iter(*_UNSEEN), *tree.iter(etree.Comment, etree.ProcessingInstruction)]:
        _drop(element)
    body = tree.find("body")
    if body is None:
        return
    for element in list(_hidden(body, {})):
        _drop(element)
    by_sheet = list(_hidden(body, rules)) if rules else []
    if 2 * sum(map(_words, by_sheet)) < _words(body):
        for element in by_sheet:
            _drop(element)


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _words(element: HtmlElement) -> int:
    return len(str(element.text_content()).split())


def _hidden(body: HtmlElement, rules: Rules) -> Iterator[HtmlElement]:
    """The outermost invisible elements."""
    # Elements with the colour behind them; None if it is unknown.
    waiting: list[tuple[HtmlElement, RGBA | None]] = [(child, RGBA(1, 1, 1, 1)) for child in body]
    while waiting:
        element, ground = waiting.pop()
        style = _style(element, rules)
        ground = _ground(style, ground)
        if _is_hidden(element, style, ground):
            yield element
        else:
            waiting.extend((child, ground) for child in element)


def _style(element: HtmlElement, rules: Rules) -> Style:
    style: Style = {}
    for attribute, name in (("color", "color"), ("bgcolor", "background-color")):
        if attribute in element.attrib:
            style[name] = element.get(attribute, "").lower()
    if rules:
        names = [element.tag, *(f".{each}" for each in element.get("class", "").split()), f"#{element.get('id', '')}"]
        for name in names:
            style |= rules.get(name, {})
    if "style" in element.attrib:
        style |= _declared(tinycss2.parse_blocks_contents(element.get("style", "")))
    return style


def _rules(sheets: str) -> Rules:
    found: Rules = {}
    for rule in tinycss2.parse_stylesheet(sheets, skip_comments=True, skip_whitespace=True):
        # At-rules for print, small screens and the like do not apply.
        if rule.type == "qualified-rule":
            style = _declared(tinycss2.parse_blocks_contents(rule.content))
            for selector in tinycss2.serialize(rule.prelude).split(",") if style else ():
                if _SELECTOR.fullmatch(selector.strip()):
                    found.setdefault(selector.strip(), {}).update(style)
    return found


def _declared(nodes: list[tinycss2.ast.Node]) -> Style:
    return {
        node.lower_name: tinycss2.serialize(node.value).strip().lower() for node in nodes if node.type == "declaration"
    }


def _is_hidden(element: HtmlElement, style: Style, ground: RGBA | None) -> bool:
    if "hidden" in element.attrib or (element.tag == "dialog" and "open" not in element.attrib):
        return True
    if not _FOR_SCREEN_READERS.isdisjoint(element.get("class", "").lower().split()):
        return True
    if not style:
        return False
    return (
        style.get("display") == "none"
        or style.get("visibility") in ("hidden", "collapse")
        or _pixels(style.get("font-size")) < _SMALLEST
        or _pixels(style.get("opacity")) < _FAINT
        or (_is_without_room(style) and style.get("overflow", "visible") != "visible")
        or _is_off_the_page(style)
        or _is_clipped(style)
        or _is_like_its_ground(style, ground)
    )


def _is_without_room(style: Style) -> bool:
    return any(_pixels(style.get(name)) <= 1 for name in ("width", "height", "max-width", "max-height"))


def _is_off_the_page(style: Style) -> bool:
    if abs(_pixels(style.get("text-indent"), 0.0)) > _FARTHEST:
        return True
    placed = style.get("position") in ("absolute", "fixed")
    return placed and any(_pixels(style.get(side), 0.0) < -_FARTHEST for side in ("left", "top", "right", "bottom"))


def _is_clipped(style: Style) -> bool:
    clip = "".join(f"{style.get('clip', '')}{style.get('clip-path', '')}".split())
    return bool(re.match(r"rect\((?:[01](?:px)?[,)]?){4}|inset\((?:50|100)%", clip))


def _is_like_its_ground(style: Style, ground: RGBA | None) -> bool:
    colour = parse_color(style.get("color", ""))
    if not isinstance(colour, RGBA):
        return False
    return colour.alpha < _FAINT or (
        ground is not None and all(abs(one - other) < _NEAR for one, other in zip(colour[:3], ground[:3], strict=True))
    )


def _ground(style: Style, below: RGBA | None) -> RGBA | None:
    value = style.get("background-color") or style.get("background")
    if not value:
        return below
    if "(" in value and not value.startswith(("rgb", "hsl")):
        # A picture or a gradient.
        return None
    colours = (parse_color(value), *(parse_color(word) for word in value.split()))
    colour = next((each for each in colours if isinstance(each, RGBA)), None)
    return below if colour is None or colour.alpha < _FAINT else colour


def _pixels(value: str | None, otherwise: float = _FARTHEST) -> float:
    """A length in pixels, or a bare number; ``otherwise`` when it is neither."""
    number = _NUMBER.match(value or "")
    unit = (value or "")[number.end() :].removesuffix("!important").strip() if number else None
    return float(number[0]) * _PIXELS[unit] if number and unit in _PIXELS else otherwise
