"""Lists of links to other articles, common at the end of articles, told from lists with content of their own by their link targets."""

import re
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from embeddings.loaders.news import is_label
from embeddings.loaders.places import mark_elsewhere

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_INLINE = ("a", "b", "em", "font", "i", "mark", "small", "span", "strong", "u")
# Elements that hold more than one line.
_BLOCKS = ("ul", "ol", "dl", "table", "blockquote", "pre")
# Minimum number of words of a headline; maximum characters of an item, which is a headline and what is added to it.
_FEWEST_WORDS, _LONGEST_ITEM = 3, 240
# A longer line is not a label.
_LONGEST_LABEL = 80
_ENDS_SENTENCE = re.compile(r"[.!?…。！？؟।]['\"”’»)\]]*$")
# Words in the labels of lists of other articles.
_READ_ON = re.compile(
    r"\b(?:more|related|read|also|next|latest|recent|popular|recommended|trending|stories|articles|posts|news|miss)\b",
    re.IGNORECASE,
)
# Links to files, such as forms or papers, do not lead to other articles.
_FILE = re.compile(r"\.(?:pdf|docx?|odt|xlsx?|ods|pptx?|csv|zip|ics|epub)$", re.IGNORECASE)


def mark_lists_elsewhere(tree: HtmlElement) -> None:
    """Mark the items of lists that lead to other articles, unless the line before introduces the list."""
    # The pieces of the last line, whether it is a heading, and whether the next text begins a new line.
    line: list[str] = []
    is_heading = ended = False
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        is_list = event == "start" and element.tag in ("ul", "ol") and bool(line)
        if is_list and _is_elsewhere(element) and not _announces("".join(line), is_heading=is_heading):
            for item in element.iterchildren("li"):
                mark_elsewhere(item)
        ended = ended or element.tag not in _INLINE
        words = element.text if event == "start" else element.tail
        if ended and words and words.strip():
            line, ended = [], False
            is_heading = event == "start" and _is_in_heading(element)
        if not ended:
            line.append(words or "")


def _is_in_heading(element: HtmlElement) -> bool:
    while element.tag in _INLINE and element.getparent() is not None:
        element = element.getparent()
    return element.tag in _HEADINGS


def _announces(line: str, *, is_heading: bool) -> bool:
    """Whether a line introduces what is below it: it ends in a colon, or is a label or a heading of its own.

    A sentence does not introduce a list, nor does a label such as "Read more".
    """
    line = " ".join(line.split())
    if is_label(line) or (len(line) <= _LONGEST_LABEL and not line.endswith(":") and _READ_ON.search(line)):
        return False
    return is_heading or not _ENDS_SENTENCE.search(line)


def _is_elsewhere(listed: HtmlElement) -> bool:
    """Whether every item of a list links to another page by a headline, and most end with one."""
    items = [item for item in listed.iterchildren("li") if len(item) or (item.text or "").strip()]
    if len(items) < 2 or not all(_has_headline(item) for item in items):
        return False
    return 3 * sum(map(_ends_with_headline, items)) >= 2 * len(items)


def _has_headline(item: HtmlElement) -> bool:
    if next(item.iter(*_BLOCKS), None) is not None or len(_text(item)) > _LONGEST_ITEM:
        return False
    return any(map(_is_headline, item.iter("a")))


def _ends_with_headline(item: HtmlElement) -> bool:
    # Links without words may be pictures.
    *_, link = (each for each in item.iter("a") if _text(each))
    before, _, behind = _text(item).rpartition(_text(link))
    # A sentence that ends in a link to a form is content.
    return _is_headline(link) and not any(each.isalnum() for each in behind) and not (before and "." in behind)


def _is_headline(link: HtmlElement) -> bool:
    return len(_text(link).split()) >= _FEWEST_WORDS and _is_of_a_page(link.get("href", ""))


def _is_of_a_page(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("", "http", "https") and bool(parts.netloc or parts.path) and not _FILE.search(parts.path)


def _text(element: HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())
