"""A page made easier to read for the extraction, in ways that nobody sees who looks at it: what it would lose otherwise is text.

Made for what the programs that write manuals make of a heading: an anchor of its own, a link to itself, boxes around it.
"""

from lxml.html import HtmlElement

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# What marks a place or draws a picture when it is empty. The extraction takes an empty one away with all the words behind it.
_INLINE = ("a", "b", "em", "i", "span", "strong")
# So much of what the paragraphs of a page say has to stand in one box for that to be its article.
_MOST_OF_IT = 0.9


def straighten(tree: HtmlElement) -> None:
    """Take empty anchors out of a page, links to themselves out of its headings, and its headings out of boxes of their own."""
    for element in list(tree.iter(*_INLINE)):
        if not len(element) and not (element.text or "").strip():
            _take_out(element)
    for heading in list(tree.iter(*_HEADINGS)):
        for link in list(heading.iter("a")):
            if link.get("href", "").startswith("#"):
                # A sign that stands for the link is none of the heading's words.
                if any(map(str.isalnum, str(link.text_content()))):
                    link.drop_tag()
                else:
                    link.drop_tree()
        while (box := heading.getparent()) is not None and box.tag == "div" and _holds_only(box, heading):
            box.drop_tag()


def has_headings(tree: HtmlElement) -> bool:
    """Whether a page has headings that say something."""
    return any(str(heading.text_content()).strip() for heading in tree.iter(*_HEADINGS))


def frame(tree: HtmlElement) -> bool:
    """Call the innermost box that holds nearly all paragraphs of a page its article; False where there is none but the page."""
    words = sum(map(_length, tree.iter("p")))
    box = tree.find("body")
    while box is not None:
        inner = next((child for child in box if sum(map(_length, child.iter("p"))) > _MOST_OF_IT * words), None)
        if inner is None or inner.tag not in ("div", "section", "center"):
            break
        box = inner
    if not words or box is None or box.tag == "body":
        return False
    box.tag = "article"
    return True


def _length(element: HtmlElement) -> int:
    return len(str(element.text_content()))


def _take_out(element: HtmlElement) -> None:
    """An empty element leaves the space behind that it had between words."""
    if element.text:
        element.drop_tag()
    else:
        element.drop_tree()


def _holds_only(box: HtmlElement, heading: HtmlElement) -> bool:
    return len(box) == 1 and not (box.text or "").strip() and not (heading.tail or "").strip()
