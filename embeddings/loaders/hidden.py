"""What a page holds and a reader does not see: taken out before anything is read from it.

Judged by what stands in the page itself: attributes, styles, and simple rules of its style sheets. A style sheet that would hide
most of the words is one that a script undoes when the page is shown, and is not believed.
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
# A rule for a class, an id or an element's name; those that hide something are seldom of another kind.
_SELECTOR = re.compile(r"[a-z][a-z0-9]*|[.#][a-z_-][\w-]*", re.IGNORECASE)
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)")
# Names that style sheets of every kind give to what is for screen readers only; those sheets stand in files of their own.
_FOR_SCREEN_READERS = frozenset(
    {"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "u-hiddenvisually"}
)
# Colours nearer than this in each of their parts cannot be told apart; text fainter than this cannot be seen.
_NEAR, _FAINT = 0.04, 0.05
# Text smaller than this is not read, in pixels; text farther out than this is off the page.
_SMALLEST, _FARTHEST = 2.0, 900.0
_PIXELS = {"px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": 0.16, "": 1.0}

Style = dict[str, str]
"""Properties to their values, in lower case."""
Rules = dict[str, Style]
"""What style sheets say of classes (``.a``), ids (``#a``) and elements (``a``)."""


def take_out_hidden(tree: HtmlElement) -> None:
    """Remove from a page what a reader of it does not see."""
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
    """The outermost elements that are not seen."""
    # Each with the colour it stands on; None where that cannot be told.
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
        # Rules for print, small screens and the like are not those a page is read by.
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
