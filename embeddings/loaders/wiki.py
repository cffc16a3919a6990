"""MediaWiki pages, which mark where their article is, so nothing needs guessing: the article's tree without the aids for editors and for
looking up sources.

Class names come from MediaWiki's own skins, from the style sheets that wikis copy from Wikipedia, and from Fandom's infoboxes.
"""

from lxml.html import HtmlElement

_ARTICLE = "mw-parser-output"
# The element's id in older versions.
_OLD_ARTICLE = "mw-content-text"
_AIDS = (
    "mw-editsection",  # "[edit]" beside a heading
    "reference",  # "[1]", which would look like one of our citations
    "Inline-Template",  # "[citation needed]"
    "references",  # the list that such marks lead to
    "toc",
    "hatnote",  # "For the pool in the next town, see …"
    "navbox",
    "pi-title",  # the article's title, repeated
    "noprint",
)
# Parts of an infobox that looks like a table but is not marked up as one.
_ROWS = {"pi-data": "tr", "pi-data-label": "th", "pi-data-value": "td", "pi-header": "p"}


def wiki_article(tree: HtmlElement) -> HtmlElement | None:
    """The article of a MediaWiki page, or None for any other page. Modifies the tree."""
    article = next(iter(tree.find_class(_ARTICLE)), None)
    if article is None:
        article = next(iter(tree.xpath("//div[@id=$name]", name=_OLD_ARTICLE)), None)
    if article is None:
        return None
    for aid in [element for name in _AIDS for element in article.find_class(name)]:
        # It may already be gone with an enclosing element.
        if aid.getparent() is not None:
            aid.drop_tree()
    for name, tag in _ROWS.items():
        for element in article.find_class(name):
            element.tag = tag
    return article
