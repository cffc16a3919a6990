"""Prepares a page so that trafilatura finds its article by the element names and classes that many sites use.

trafilatura reads the first element with a known name; on a page without one it reads only paragraphs, quotations and tables. So an
article or thread spread over several elements is put together, and an unnamed container is given a name.
"""

import re
from collections.abc import Iterable
from itertools import islice

from lxml.html import Element, HtmlElement
from trafilatura.xpaths import BODY_XPATH

from embeddings.loaders.counting import counted, form_of

# Permalink signs beside headings.
_SIGNS = frozenset("#¶§🔗")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_INLINE = ("a", "b", "em", "i", "span", "strong")
# A page is drawn by a script if its noscript text has at least this many words, and at least this many times those outside it.
_WORDS_ENOUGH, _TIMES_FEWER = 50, 4
# Attribute and values that mark items with their number or as leading elsewhere: trafilatura keeps this attribute and no other.
_MARK, _NUMBER, _ELSEWHERE = "rend", "number-", "elsewhere"
# Labels in bold at the beginning of a box, run into its first sentence.
_RUN_IN = re.compile(
    r"(?:summary|overview|background|abstract|conclusions?|introduction|disclosure|disclaimer|(?:the\s)?bottom line|takeaways?|at a glance"
    r"|key\s(?:points?|facts?|findings?|takeaways?)|in\s(?:brief|short|summary)|note|tip|warning|editor['’]?s['’]?\snote)",
    re.IGNORECASE,
)
# An attribute by which trafilatura recognises an article in any case.
_NAME = ("itemprop", "articleBody")


def make_plain(tree: HtmlElement) -> None:
    """Simplify a page for trafilatura: remove permalink signs, keep the words of headings that link to themselves or hold the button that
    opens their section, remove section names that mislead trafilatura, end the line after a bold label, and record the numbers that a
    browser would draw.
    """
    for link in list(tree.iter("a")):
        if "href" in link.attrib and "#" in link.get("href") and link.text_content().strip() in _SIGNS:
            link.drop_tree()
        elif "href" not in link.attrib or _is_of_its_heading(link):
            # A link's target, or a heading's link to itself; with it trafilatura would lose the heading.
            link.drop_tag()
    for element in list(tree.iter(*_INLINE)):
        # An anchor or an icon; with it trafilatura would lose all the words after it.
        if not len(element) and not (element.text or "").strip():
            _take_out(element)
    for heading in tree.iter(*_HEADINGS):
        for button in list(heading.iter("button")):
            button.drop_tag()
        _unname(heading)
    for element in list(tree.iter("b", "strong")):
        _part_label(element)
    for numbered in tree.iter("ol"):
        number, form = _whole(numbered.get("start"), 1), form_of(numbered)
        for item in numbered.iterchildren("li"):
            number = _whole(item.get("value"), number)
            item.set(_MARK, f"{_NUMBER}{counted(number, form)}")
            number += 1


def _is_of_its_heading(link: HtmlElement) -> bool:
    """Whether a link is in a heading and leads to an anchor of its own page, as documentation software writes them."""
    return link.get("href", "").strip().startswith("#") and next(link.iterancestors(*_HEADINGS), None) is not None


def _take_out(element: HtmlElement) -> None:
    """Remove an empty element, keeping the space that it put between words."""
    if element.text:
        element.drop_tag()
    else:
        element.drop_tree()


def _part_label(bold: HtmlElement) -> None:
    """End the line after a label at the beginning of a block: "<b>Summary</b> It is open" is not a sentence, "<b>Ott</b> said" is."""
    block = bold.getparent()
    if block is None or block.tag not in ("p", "blockquote") or block[0] is not bold:
        return
    label = " ".join(bold.text_content().split())
    if not is_run_in(label) or (block.text or "").strip():
        return
    after = bold.getnext()
    behind = (bold.tail or "").lstrip() or (after.text_content().lstrip() if after is not None else "")
    if behind[:1].isupper():
        line_end = Element("br")
        line_end.tail, bold.tail = bold.tail, None
        bold.addnext(line_end)


def is_run_in(words: str) -> bool:
    """Whether words are a label of the kind that is run into the text after it."""
    return bool(_RUN_IN.fullmatch(words))


def _unname(heading: HtmlElement) -> None:
    """Remove the ids and classes that documentation software derives from a heading: trafilatura would take a section about authors for
    an author box, and a page of titles for no part of the article.
    """
    part = heading
    while (holder := part.getparent()) is not None and holder.tag == "div" and _holds_only(holder, part):
        holder.attrib.pop("class", None)
        holder.attrib.pop("id", None)
        part = holder
    if holder is not None and holder.tag == "section" and _begins_with(holder, part):
        name = letters(holder.get("id", ""))
        is_inner = next(holder.iterancestors("section"), None) is not None
        if name and is_inner and letters(heading.text_content()).endswith(name):
            holder.attrib.pop("id")


def _begins_with(holder: HtmlElement, part: HtmlElement) -> bool:
    for each in islice(holder, 3):
        if each is part:
            return True
        if isinstance(each.tag, str) and each.text_content().strip():
            return False
    return False


def _holds_only(holder: HtmlElement, part: HtmlElement) -> bool:
    # Counting all children of a long list with `len`, once for each of them, would be quadratic.
    others = [each for each in islice(holder, 3) if each is not part and each.tag != "hr"]
    return not others and not (holder.text or "").strip() and not (part.tail or "").strip()


def letters(words: str) -> str:
    """Only the letters and digits, in lower case."""
    return re.sub(r"[\W_]+", "", words.lower())


def show_without_script(tree: HtmlElement) -> None:
    """On a page drawn by a script, as many forums are, unwrap its noscript content."""
    spare = [each for each in tree.iter("noscript") if next(each.iterancestors("head"), None) is None]
    words = sum(map(_words, spare))
    unseen = sum(map(_words, tree.iter("head", "script", "style", "template")))
    if words >= _WORDS_ENOUGH and words >= _TIMES_FEWER * (_words(tree) - words - unseen):
        for each in spare:
            each.drop_tag()


def number_of(item: HtmlElement) -> str | None:
    """The recorded number of an item in trafilatura's output, or None."""
    mark = item.get(_MARK, "")
    return str(mark.removeprefix(_NUMBER)) if mark.startswith(_NUMBER) else None


def mark_elsewhere(item: HtmlElement) -> None:
    """Mark an item as leading to another article."""
    item.set(_MARK, _ELSEWHERE)


def is_elsewhere(item: HtmlElement) -> bool:
    """Whether an item in trafilatura's output is so marked."""
    return bool(item.get(_MARK) == _ELSEWHERE)


def keep_lists_in_cells(tree: HtmlElement) -> None:
    """Turn items of lists in table cells, which trafilatura would drop, into paragraphs with their recorded numbers."""
    for listed in list(tree.iter("ul", "ol")):
        if next(listed.iterancestors("td", "th"), None) is not None:
            for item in listed.iterchildren("li"):
                item.tag = "p"
                if listed.tag == "ol":
                    item.text = f"{number_of(item)}. {(item.text or '').lstrip()}"
            listed.drop_tag()


def put_together(tree: HtmlElement) -> None:
    """Append to the element that trafilatura would read all others that are built like it, in order."""
    first = next((found[0] for expression in BODY_XPATH if (found := expression(tree))), None)
    if first is None or first.tag == "main":
        return
    after = [each for each in tree.iter(first.tag) if each is not first and _alike(first, each)]
    taken = {first}
    for place in after:
        if taken.isdisjoint(place.iterancestors()) and place not in first.iterancestors():
            taken.add(place)
            first.append(place)


def name_unnamed(tree: HtmlElement, found: Iterable[str]) -> bool:
    """Name the smallest element that holds the paragraphs ``found``, if no element of the page has a known name."""
    if any(expression(tree) for expression in BODY_XPATH):
        return False
    wanted = {_bare(words) for words in found}
    holders = [
        each for each in tree.iter("p", "blockquote", "pre", "td", "div") if _bare(each.text_content()) in wanted
    ]
    place = _common(holders)
    if place is None or place.tag in ("body", "html", "table", "tbody", "tr"):
        return False
    place.tag = "div"
    place.set(*_NAME)
    return True


def _alike(one: HtmlElement, other: HtmlElement) -> bool:
    """Whether two elements are built alike and have the same position within a common ancestor."""
    ours, theirs = [one, *one.iterancestors()], [other, *other.iterancestors()]
    if len(ours) != len(theirs):
        return False
    for mine, its in zip(ours, theirs, strict=True):
        if mine is its:
            return True
        if mine.tag != its.tag or not _shares_a_class(mine, its):
            return False
    return False


def _shares_a_class(one: HtmlElement, other: HtmlElement) -> bool:
    ours, theirs = set(one.get("class", "").split()), set(other.get("class", "").split())
    return not ours.isdisjoint(theirs) or not (ours or theirs)


def _common(elements: list[HtmlElement]) -> HtmlElement | None:
    """The innermost element that contains all of them."""
    if not elements:
        return None
    shared = [elements[0], *elements[0].iterancestors()]
    for element in elements[1:]:
        around = {element, *element.iterancestors()}
        shared = [each for each in shared if each in around]
    return shared[0] if shared else None


def _words(element: HtmlElement) -> int:
    return len(str(element.text_content()).split())


def _bare(words: str) -> str:
    return "".join(words.split())


def _whole(number: str | None, otherwise: int) -> int:
    return int(number) if number and number.isascii() and number.isdecimal() and len(number) < 6 else otherwise
